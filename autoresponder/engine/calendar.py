"""A shop's hours as values: what the owner sets. What they say at a moment is worked out by `hours.py`.

Which wins on a date: own day, vacation, yearly day, public holiday, n-th weekday rest, week. An override wins over all
of them until its moment.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

DAY = 24 * 60
LAST_OF_MONTH = -1
NTH = (1, 2, 3, 4, 5, LAST_OF_MONTH)


@dataclass(frozen=True, slots=True)
class Span:
    """Minutes since midnight of the day it starts on. `end` beyond 1440 runs past midnight (26:00 = 1560)."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Rest:
    """A weekday (0 is Monday) off in some weeks of the month: the `nth` of NTH, -1 for the last one."""

    weekday: int
    nth: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Day:
    """A date of its own: () is a day off, None opens a public holiday or a rest as the week says."""

    hours: tuple[Span, ...] | None
    name: str = ""


@dataclass(frozen=True, slots=True)
class Vacation:
    """Closed from the first date to the last, both included. `greeting` is said instead of the away greeting."""

    first: date
    last: date
    name: str = ""
    greeting: str = ""


@dataclass(frozen=True, slots=True)
class Night:
    """Minutes of the wall clock; `start` after `end` runs past midnight. `greeting` is said while closed in it."""

    start: int
    end: int
    greeting: str = ""


@dataclass(frozen=True, slots=True)
class Shipping:
    """Up to which minute of the day an order still leaves that day, Monday first; None where nothing leaves."""

    cutoffs: tuple[int | None, ...]


@dataclass(frozen=True, slots=True)
class Override:
    """ "Closed for today" or "open now": wins over everything until the moment `until` (aware)."""

    open: bool
    until: datetime


@dataclass(frozen=True, slots=True)
class Calendar:
    """A shop's hours. `week` is Monday first. `country`: ISO code whose public holidays are days off ("" for none).

    `yearly`: own days that come every year, by (month, day). Do not change a mapping afterwards: what it says is
    remembered.
    """

    timezone: str
    week: tuple[tuple[Span, ...], ...]
    country: str = ""
    rests: tuple[Rest, ...] = ()
    days: Mapping[date, Day] = field(default_factory=dict)
    yearly: Mapping[tuple[int, int], Day] = field(default_factory=dict)
    vacations: tuple[Vacation, ...] = ()
    night: Night | None = None
    shipping: Shipping | None = None
    override: Override | None = None


@dataclass(frozen=True, slots=True)
class WeekProblem:
    """`code`: "bad_span" (not minutes of a day), "end_before_start", "overlap" (`span` runs into an earlier one,
    maybe of the evening before, which `other` names as (weekday, span)), "empty_week". `weekday` 0 is Monday, `span`
    counts within the day; -1 for none."""

    code: str
    weekday: int = -1
    span: int = -1
    other: tuple[int, int] | None = None


def problems(week: Sequence[Sequence[Span]]) -> list[WeekProblem]:
    """What is wrong with a week as entered, for the form."""
    found = [
        WeekProblem("end_before_start" if _on_clock(span) else "bad_span", weekday, number)
        for weekday, day in enumerate(week)
        for number, span in enumerate(day)
        if not is_sound(span)
    ]
    placed = sorted(
        (weekday * DAY + span.start, weekday * DAY + span.end, weekday, number)
        for weekday, day in enumerate(week)
        for number, span in enumerate(day)
        if is_sound(span)
    )
    if not placed:
        return [*found, WeekProblem("empty_week")]
    # Sunday's late night may reach into Monday.
    latest, by = max((end - 7 * DAY, (weekday, number)) for _, end, weekday, number in placed)
    for start, end, weekday, number in placed:
        if start < latest:
            found.append(WeekProblem("overlap", weekday, number, by))
        latest, by = max((latest, by), (end, (weekday, number)))
    return found


def merged(spans: Sequence[Span]) -> tuple[Span, ...]:
    """The sound ones in order; touching and overlapping ones are one."""
    joined: list[Span] = []
    for span in sorted(filter(is_sound, spans), key=lambda span: span.start):
        if joined and span.start <= joined[-1].end:
            joined[-1] = Span(joined[-1].start, max(joined[-1].end, span.end))
        else:
            joined.append(span)
    return tuple(joined)


def is_sound(span: Span) -> bool:
    return _on_clock(span) and span.start < span.end


def _on_clock(span: Span) -> bool:
    return 0 <= span.start < DAY and 0 <= span.end <= 2 * DAY
