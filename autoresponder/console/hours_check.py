"""Is a typed week fit to be stored? What is not is said in words, on every row it concerns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from zoneinfo import available_timezones

from django.http import QueryDict
from django.utils.translation import gettext as _

from autoresponder.console.clocks import SPAN_LONGEST, read_span, say_span
from autoresponder.console.hours_form import DAYS, LINES, Day, Monthly, Row, Week, line_name, typed
from autoresponder.engine.calendar import DAY, Calendar, Rest, Span
from autoresponder.shops.calendar import calendar_of
from autoresponder.shops.models import Shop

# Place of a line in the form and of the row within it.
Place = tuple[int, int]
WEEK = 7 * DAY


@dataclass(frozen=True, slots=True)
class Checked:
    """`spans` (seven days) and `rests` are what can be stored, None while something is wrong; `week` carries the words
    about it."""

    week: Week
    spans: tuple[tuple[Span, ...], ...] | None
    rests: tuple[Rest, ...] = ()
    errors: tuple[str, ...] = ()


def check(week: Week) -> Checked:
    found: dict[Place, Span] = {}
    days = [_read(place, day, found) for place, day in enumerate(week.days)]
    _mark_overlaps(days, week, found)
    open_times = [_opened(place, days, found) for place in range(len(days))]
    monthly = tuple(replace(one, error="" if one.nth else _("몇째 주인지 골라 주세요.")) for one in week.monthly)
    told = replace(week, days=tuple(days), monthly=monthly)
    if any(row.errors for day in days for row in (*day.rows, *day.breaks)) or any(one.error for one in monthly):
        return Checked(told, None)
    if not any(open_times):
        always_closed = _(
            "일주일 내내 쉬는 날이에요. 하루라도 여는 시간이 있어야 손님에게 언제 여는지 알려 줄 수 있어요."
        )
        return Checked(told, None, (), (always_closed,))
    return Checked(told, by_weekday(week, open_times), rests_of(monthly))


def by_weekday(week: Week, lines: Sequence[Sequence[Span]]) -> tuple[tuple[Span, ...], ...]:
    """The spans of the lines on each of the seven days."""
    of_day = {number: tuple(spans) for line, spans in zip(LINES[week.shape], lines, strict=True) for number in line}
    return tuple(of_day[number] for number in range(7))


def rests_of(monthly: Sequence[Monthly]) -> tuple[Rest, ...]:
    return tuple(Rest(one.weekday, one.nth) for one in monthly if one.nth)


def say_week(week: Sequence[Sequence[Span]]) -> tuple[str, ...]:
    """Each weekday with its hours in one line."""
    return tuple(f"{name} {say_spans(spans)}" for name, spans in zip(DAYS, week, strict=True))


def say_spans(spans: Sequence[Span]) -> str:
    return ", ".join(map(say_span, spans)) or _("쉬는 날")


def typed_spans(day: Day) -> tuple[Span, ...] | None:
    """The spans of one line on its own, for a single date or the preview; None while something cannot be read."""
    found: dict[Place, Span] = {}
    days = [_read(0, day, found)]
    spans = _opened(0, days, found)
    return None if any(row.errors for row in (*days[0].rows, *days[0].breaks)) else spans


def _read(place: int, day: Day, found: dict[Place, Span]) -> Day:
    """The line with words about rows that cannot be read; what can be read goes into `found`."""
    if day.off:
        return day
    rows: list[Row] = []
    for number, row in enumerate(day.rows):
        span = read_span(row.text)
        if span:
            found[place, number] = span
        rows.append(row if span or not row.text else replace(row, errors=(_unread(row.text),)))
    if not any(row.text for row in rows):
        rows[0] = replace(rows[0], errors=(_("여는 시간을 적거나 ‘쉬는 날’을 눌러 주세요."),))
    return replace(day, rows=tuple(rows))


def _unread(text: str) -> str:
    shown = text if len(text) <= SPAN_LONGEST else text[:SPAN_LONGEST] + "…"
    return _("‘%(text)s’를 시간으로 읽지 못했어요. 10-19나 오전 10시~오후 7시처럼 적어 주세요.") % {"text": shown}


def _opened(place: int, days: list[Day], found: Mapping[Place, Span]) -> tuple[Span, ...]:
    """The spans of a line without its breaks; a break that does not fit gets its words in `days`."""
    day = days[place]
    spans = sorted((span for at, span in found.items() if at[0] == place), key=lambda span: span.start)
    breaks: list[Row] = []
    for row in day.breaks if not day.off else ():
        cut = read_span(row.text)
        if row.text and cut is None:
            row = replace(row, errors=(_unread(row.text),))
        elif cut and spans and (left := _without(spans, cut)) is None:
            row = replace(row, errors=(_("영업시간 안에 있는 시간이 아니에요. 여는 시간 안에서 적어 주세요."),))
        elif cut and spans:
            spans = left or []
        breaks.append(row)
    if not day.off:
        days[place] = replace(day, breaks=tuple(breaks))
    return tuple(spans)


def _without(spans: Sequence[Span], cut: Span) -> list[Span] | None:
    """The spans without a break; past midnight "01:00" means the night of that day. None when it lies in no span."""
    for at, span in enumerate(spans):
        for start, end in ((cut.start, cut.end), (cut.start + DAY, cut.end + DAY)):
            if span.start <= start and end <= span.end:
                parts = [Span(span.start, start), Span(end, span.end)]
                return [*spans[:at], *(part for part in parts if part.start < part.end), *spans[at + 1 :]]
    return None


def _mark_overlaps(days: list[Day], week: Week, found: Mapping[Place, Span]) -> None:
    """Words on both rows of every two that share a minute; Sunday's late night may reach into Monday."""
    for (mine, _mine_day), (other, other_day) in _meeting(LINES[week.shape], found):
        name = line_name(LINES[week.shape][other[0]])
        told = f"{name if len(LINES[week.shape][other[0]]) > 1 else DAYS[other_day]} {say_span(found[other])}"
        if mine == other:
            said = _("다음 날 여는 시간과 겹쳐요. 닫는 시간을 앞당겨 주세요.")
        else:
            said = _("%(other)s 시간과 겹쳐요. 한쪽을 줄이거나 빼 주세요.") % {"other": told}
        rows = list(days[mine[0]].rows)
        if said not in rows[mine[1]].errors:
            rows[mine[1]] = replace(rows[mine[1]], errors=(*rows[mine[1]].errors, said))
        days[mine[0]] = replace(days[mine[0]], rows=tuple(rows))


def _meeting(
    lines: Sequence[Sequence[int]], found: Mapping[Place, Span]
) -> Iterator[tuple[tuple[Place, int], tuple[Place, int]]]:
    """Every ordered pair of spans of the week that overlap, each with its weekday."""
    placed = [(place, weekday, weekday * DAY) for place in found for weekday in lines[place[0]]]
    for place, weekday, shift in placed:
        start, end = shift + found[place].start, shift + found[place].end
        for other, other_day, other_shift in placed:
            begins, ends = other_shift + found[other].start, other_shift + found[other].end
            turns = any(start < ends + turn and begins + turn < end for turn in (-WEEK, 0, WEEK))
            if turns and (place, weekday) != (other, other_day):
                yield (place, weekday), (other, other_day)


def typed_calendar(shop: Shop, data: QueryDict) -> Calendar | None:
    """The calendar with a week that is still being filled in, for the preview; None while a time cannot be read."""
    week = typed(data)
    lines = [() if day.off else typed_spans(day) for day in week.days]
    spans = [line for line in lines if line is not None]
    if len(spans) < len(lines):
        return None
    zone = data.get("timezone", "")
    return replace(
        calendar_of(shop),
        timezone=zone if zone in available_timezones() else shop.timezone,
        week=by_weekday(week, spans),
        rests=rests_of(week.monthly),
    )
