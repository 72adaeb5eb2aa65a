"""The week as it is typed: rows that keep what was typed, problems said on the rows."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from zoneinfo import available_timezones

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from autoresponder.console.clocks import LONGEST, Clock, read_clock, say_clock
from autoresponder.engine.hours import DAY, Calendar, Span
from autoresponder.shops.calendar import override_of
from autoresponder.shops.models import Shop

DAYS = (
    gettext_lazy("월요일"),
    gettext_lazy("화요일"),
    gettext_lazy("수요일"),
    gettext_lazy("목요일"),
    gettext_lazy("금요일"),
    gettext_lazy("토요일"),
    gettext_lazy("일요일"),
)
COPY_TO: Mapping[str, Sequence[int]] = {"all": range(7), "weekdays": range(5), "weekend": range(5, 7)}
MOST_ROWS = 4
HOLIDAYS_OF = "KR"


@dataclass(frozen=True, slots=True)
class Row:
    """One span as typed. `wrong` names the inputs at fault: "start", "end". `fresh`: just added, to be typed into."""

    start: str = ""
    end: str = ""
    errors: tuple[str, ...] = ()
    wrong: tuple[str, ...] = ()
    fresh: bool = False

    @property
    def blank(self) -> bool:
        return not (self.start or self.end)


@dataclass(frozen=True, slots=True)
class Day:
    """One weekday as typed; `rows` stay while the day is off, so nothing is lost by a slip of the thumb.

    `touched`: a row was just taken out, so this is where the hands are.
    """

    off: bool
    rows: tuple[Row, ...]
    touched: bool = False

    @property
    def full(self) -> bool:
        return len(self.rows) >= MOST_ROWS


def typed(data: QueryDict) -> tuple[Day, ...]:
    """The week out of a posted form: fields start-0, end-0 (repeated), off-0 to start-6, end-6, off-6."""
    return tuple(_typed_day(data, number) for number in range(7))


def _typed_day(data: QueryDict, number: int) -> Day:
    starts, ends = data.getlist(f"start-{number}"), data.getlist(f"end-{number}")
    rows = tuple(Row(start.strip(), end.strip()) for start, end in zip(starts, ends, strict=False))
    return Day(off=f"off-{number}" in data, rows=rows[:MOST_ROWS] or (Row(),))


def shown(week: Sequence[Sequence[Span]]) -> tuple[Day, ...]:
    """The stored week as it stands in the form."""
    return tuple(
        Day(not spans, tuple(Row(say_clock(span.start), say_clock(span.end)) for span in spans) or (Row(),))
        for spans in week
    )


def change(days: Sequence[Day], act: str, copy_from: str) -> tuple[Day, ...]:
    """A step within the form: "add-<day>", "remove-<day>-<row>", "copy-<all|weekdays|weekend>"; else no change."""
    if found := re.fullmatch(r"add-([0-6])", act):
        return _with(days, int(found[1]), _added)
    if found := re.fullmatch(r"remove-([0-6])-([0-3])", act):
        return _with(days, int(found[1]), lambda day: _removed(day, int(found[2])))
    if act.removeprefix("copy-") in COPY_TO and re.fullmatch(r"[0-6]", copy_from):
        source = days[int(copy_from)]
        targets = COPY_TO[act.removeprefix("copy-")]
        return tuple(source if number in targets else day for number, day in enumerate(days))
    return tuple(days)


def _with(days: Sequence[Day], number: int, changed: Callable[[Day], Day]) -> tuple[Day, ...]:
    return tuple(changed(day) if place == number else day for place, day in enumerate(days))


def _added(day: Day) -> Day:
    return replace(day, off=False, rows=(*day.rows, Row(fresh=True))[:MOST_ROWS])


def _removed(day: Day, place: int) -> Day:
    rows = tuple(row for number, row in enumerate(day.rows) if number != place)
    return replace(day, off=day.off or not rows, rows=rows or (Row(),), touched=True)


def read_row(row: Row) -> tuple[Span | None, Row]:
    """The span of a row, or None and the row with words about what cannot be read."""
    start, end = read_clock(row.start), read_clock(row.end)
    if start is None or start.minutes > DAY:
        return None, replace(row, wrong=("start",), errors=(_unread(row.start, _("여는 시간을 적어 주세요.")),))
    if end is None:
        return None, replace(row, wrong=("end",), errors=(_unread(row.end, _("닫는 시간을 적어 주세요.")),))
    opens = start.minutes % DAY
    closes = _closing(opens, end)
    if closes - opens > DAY:
        too_long = _("24시간보다 길어요. 닫는 시간을 앞당겨 주세요.")
        return None, replace(row, wrong=("end",), errors=(too_long,))
    return Span(opens, closes), row


def _closing(opens: int, end: Clock) -> int:
    """A closing time at or before the opening: "10 ~ 7" means seven in the evening, "18:00 ~ 02:00" the next day."""
    if end.minutes > opens:
        return end.minutes
    in_the_evening = end.minutes + DAY // 2
    return in_the_evening if end.loose and in_the_evening > opens else end.minutes + DAY


def _unread(text: str, missing: str) -> str:
    if not text:
        return missing
    shown = text if len(text) <= LONGEST else text[:LONGEST] + "…"
    return _("‘%(text)s’를 시간으로 읽지 못했어요. 10:00이나 오후 7시처럼 적어 주세요.") % {"text": shown}


def typed_calendar(shop: Shop, data: QueryDict) -> Calendar | None:
    """The calendar of a form that is still being filled in, for the preview; None while a time cannot be read."""
    rows = [[read_row(row)[0] for row in day.rows if not (day.off or row.blank)] for day in typed(data)]
    if any(span is None for day in rows for span in day):
        return None
    timezone = data.get("timezone", "")
    return Calendar(
        timezone=timezone if timezone in available_timezones() else shop.timezone,
        week=tuple(tuple(span for span in day if span) for day in rows),
        country=country(shop, data),
        override=override_of(shop),
    )


def country(shop: Shop, data: QueryDict) -> str:
    """Whose public holidays are days off: "" for none."""
    return (shop.holiday_country or HOLIDAYS_OF) if "holidays" in data else ""
