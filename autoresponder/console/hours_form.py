"""The week as it is typed: rows that keep what was typed, for all days at once, for weekdays and weekend, or each."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal, get_args

from django.http import QueryDict
from django.utils.translation import gettext_lazy

from autoresponder.console.clocks import SEVERAL, SPAN_LONGEST, read_span, say_span
from autoresponder.engine.calendar import DAY, Rest, Span

DAYS = (
    gettext_lazy("월요일"),
    gettext_lazy("화요일"),
    gettext_lazy("수요일"),
    gettext_lazy("목요일"),
    gettext_lazy("금요일"),
    gettext_lazy("토요일"),
    gettext_lazy("일요일"),
)
Shape = Literal["same", "weekend", "each"]
# The weekdays that share one line of the form. At the weekend Saturday and Sunday are seldom alike.
LINES: Mapping[Shape, tuple[tuple[int, ...], ...]] = {
    "same": (tuple(range(7)),),
    "weekend": (tuple(range(5)), (5,), (6,)),
    "each": tuple((number,) for number in range(7)),
}
SHAPES = (
    ("same", gettext_lazy("매일 같아요")),
    ("weekend", gettext_lazy("평일·주말")),
    ("each", gettext_lazy("요일마다")),
)
# Weeks that need one tap; a line each of the shape, "" for a day off.
PRESETS: tuple[tuple[object, Shape, tuple[str, ...]], ...] = (
    (gettext_lazy("평일 10~19시, 주말 휴무"), "weekend", ("10:00~19:00", "", "")),
    (gettext_lazy("평일 9~18시, 주말 휴무"), "weekend", ("09:00~18:00", "", "")),
    (gettext_lazy("매일 11~21시"), "same", ("11:00~21:00",)),
    (gettext_lazy("매일 저녁 6시~새벽 2시"), "same", ("18:00~26:00",)),
    (gettext_lazy("매일 24시간"), "same", ("24시간",)),
)
MOST_ROWS, MOST_BREAKS, MOST_MONTHLY = 3, 3, 4
# Between two spans a pause up to this long is shown as a break.
BREAK = 4 * 60


@dataclass(frozen=True, slots=True)
class Row:
    """One span as typed. `fresh`: just added, to be typed into."""

    text: str = ""
    errors: tuple[str, ...] = ()
    fresh: bool = False


@dataclass(frozen=True, slots=True)
class Day:
    """One line of the form; `rows` stay while the day is off, so nothing is lost by a slip of the thumb.

    `touched`: a row was just taken out, so this is where the hands are.
    """

    off: bool
    rows: tuple[Row, ...]
    breaks: tuple[Row, ...] = ()
    touched: bool = False

    @property
    def full(self) -> bool:
        return len(self.rows) >= MOST_ROWS

    @property
    def no_more_breaks(self) -> bool:
        return len(self.breaks) >= MOST_BREAKS


@dataclass(frozen=True, slots=True)
class Monthly:
    """ "둘째·넷째 월요일" as chosen. `nth`: 1 to 5, -1 the last; `error` says what is missing."""

    weekday: int = 0
    nth: tuple[int, ...] = ()
    error: str = ""


@dataclass(frozen=True, slots=True)
class Week:
    """The form: one Day for each line of its shape."""

    shape: Shape
    days: tuple[Day, ...]
    monthly: tuple[Monthly, ...] = ()

    @property
    def lines(self) -> list[tuple[int, object, Day]]:
        """The first weekday of each line (it names the fields), what the line is called, and what stands in it."""
        return [
            (weekdays[0], line_name(weekdays), day) for weekdays, day in zip(LINES[self.shape], self.days, strict=True)
        ]


def line_name(weekdays: Sequence[int]) -> object:
    names = {7: gettext_lazy("매일"), 5: gettext_lazy("평일")}
    return names.get(len(weekdays), DAYS[weekdays[0]])


def typed(data: QueryDict) -> Week:
    """The week out of a posted form: `shape`, and for each line open-<n>, break-<n> (repeated) and off-<n>."""
    shape = _shape(data.get("shape", ""))
    return Week(shape, tuple(_typed_day(data, line[0]) for line in LINES[shape]), typed_monthly(data))


def typed_monthly(data: QueryDict) -> tuple[Monthly, ...]:
    """monthly_day (repeated) and for the n-th of them monthly_nth-<n> (repeated)."""
    days = [text for text in data.getlist("monthly_day") if text in set("0123456")][:MOST_MONTHLY]
    return tuple(
        Monthly(int(day), tuple(int(nth) for nth in data.getlist(f"monthly_nth-{place}") if nth in NTH_CODES))
        for place, day in enumerate(days)
    )


NTHS = (
    ("1", gettext_lazy("첫째")),
    ("2", gettext_lazy("둘째")),
    ("3", gettext_lazy("셋째")),
    ("4", gettext_lazy("넷째")),
    ("5", gettext_lazy("다섯째")),
    ("-1", gettext_lazy("마지막")),
)
NTH_CODES = {code for code, _name in NTHS}


def _typed_day(data: QueryDict, number: int) -> Day:
    rows = _rows(data.getlist(f"open-{number}"), MOST_ROWS)
    breaks = _rows(data.getlist(f"break-{number}"), MOST_BREAKS)
    return Day(off=f"off-{number}" in data, rows=rows or (Row(),), breaks=breaks)


def _rows(texts: Sequence[str], most: int) -> tuple[Row, ...]:
    """A row each; several spans typed into one field ("10-14, 17-22") become several rows."""
    pieces = [piece.strip() for text in texts[:most] for piece in SEVERAL.split(text[: 2 * SPAN_LONGEST])]
    return tuple(map(Row, pieces[:most]))


def shown(week: Sequence[Sequence[Span]], rests: Sequence[Rest] = ()) -> Week:
    """The stored week as it stands in the form, in the fewest lines that hold it."""
    days = [*week, *[()] * (7 - len(week))]
    if all(day == days[0] for day in days):
        shape: Shape = "same"
    else:
        shape = "weekend" if all(day == days[0] for day in days[:5]) else "each"
    monthly = tuple(Monthly(rest.weekday, rest.nth) for rest in rests)
    return Week(shape, tuple(_shown_day(days[line[0]]) for line in LINES[shape]), monthly)


def _shown_day(spans: Sequence[Span]) -> Day:
    """Short pauses between spans stand as breaks: that is how a shop speaks of its lunch."""
    outer: list[Span] = []
    breaks: list[Span] = []
    for span in spans:
        if outer and len(breaks) < MOST_BREAKS and span.start - outer[-1].end <= BREAK:
            breaks.append(_on_clock(Span(outer[-1].end, span.start)))
            outer[-1] = Span(outer[-1].start, span.end)
        else:
            outer.append(span)
    rows = tuple(Row(say_span(span)) for span in outer)
    return Day(not spans, rows or (Row(),), tuple(Row(say_span(span)) for span in breaks))


def _on_clock(span: Span) -> Span:
    return Span(span.start - DAY, span.end - DAY) if span.start >= DAY else span


def change(week: Week, act: str, data: QueryDict) -> Week:
    """A step within the form, named by the pressed button; any other name changes nothing.

    "shape-<shape>", "preset-<n>", "add-<line>", "break-<line>", "remove-<line>-<row>", "unbreak-<line>-<row>",
    "copy" (from `copy_from` to `copy_to`), "monthly-add", "monthly-remove-<n>".
    """
    step, _dash, rest = act.partition("-")
    numbers = [int(number) for number in rest.split("-") if re.fullmatch(r"[0-9]", number)]
    if step == "shape":
        return reshaped(week, _shape(rest, week.shape))
    if step == "preset" and numbers and numbers[0] < len(PRESETS):
        return _preset(week, numbers[0])
    if step == "copy":
        return _copied(week, data.get("copy_from", ""), data.getlist("copy_to"))
    if step == "monthly":
        return _monthly(week, rest, numbers)
    changes: dict[str, Callable[[Day], Day]] = {
        "add": lambda day: replace(day, off=False, rows=(*day.rows, Row(fresh=True))[:MOST_ROWS]),
        "break": lambda day: replace(day, breaks=(*day.breaks, Row(fresh=True))[:MOST_BREAKS]),
        "remove": lambda day: _removed(day, numbers[-1]),
        "unbreak": lambda day: replace(day, breaks=_without(day.breaks, numbers[-1]), touched=True),
    }
    if step not in changes or not numbers:
        return week
    at = numbers[0]
    changed = [changes[step](day) if line[0] == at else day for line, day in _lines(week)]
    return replace(week, days=tuple(changed))


def reshaped(week: Week, shape: Shape) -> Week:
    """The same hours in the lines of another shape; of days that come together the first one's count."""
    by_day = {number: day for line, day in _lines(week) for number in line}
    return replace(week, shape=shape, days=tuple(by_day[line[0]] for line in LINES[shape]))


def _lines(week: Week) -> list[tuple[tuple[int, ...], Day]]:
    return list(zip(LINES[week.shape], week.days, strict=True))


def _preset(week: Week, number: int) -> Week:
    _name, shape, texts = PRESETS[number]
    spans = [read_span(text) for text in texts]
    return Week(shape, tuple(_shown_day([span] if span else []) for span in spans), week.monthly)


def _copied(week: Week, source: str, targets: Sequence[str]) -> Week:
    if week.shape != "each" or source not in set("0123456"):
        return week
    days = [week.days[int(source)] if str(number) in targets else day for number, day in enumerate(week.days)]
    return replace(week, days=tuple(days))


def _monthly(week: Week, act: str, numbers: Sequence[int]) -> Week:
    if act == "add":
        return replace(week, monthly=(*week.monthly, Monthly())[:MOST_MONTHLY])
    left = [one for place, one in enumerate(week.monthly) if [place] != list(numbers)]
    return replace(week, monthly=tuple(left))


def _removed(day: Day, place: int) -> Day:
    if place >= len(day.rows):
        return day
    rows = _without(day.rows, place)
    return replace(day, off=day.off or not rows, rows=rows or (Row(),), touched=True)


def _without(rows: Sequence[Row], place: int) -> tuple[Row, ...]:
    return tuple(row for number, row in enumerate(rows) if number != place)


def _shape(text: str, otherwise: Shape = "each") -> Shape:
    return next((shape for shape in get_args(Shape) if shape == text), otherwise)
