"""Opening hours: a calendar as data, and what it says at a moment. Computed at read time, never by timers.

A span is open from the first moment the wall clock shows its start until the first moment it shows its end, so a
skipped hour (DST) opens late and a repeated one opens or closes only once.

Reasons of a State: "hours" (open by the week), "break" (between two spans of the day), "before", "after", "day_off"
(no span that day), "holiday" (`name` is the holiday's local name), "override" (set by hand for now).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from itertools import takewhile
from zoneinfo import ZoneInfo

import holidays

from autoresponder.engine.calendar import DAY, Calendar, Override, Span, WeekProblem, merged, problems
from autoresponder.engine.types import State

__all__ = [
    "DAY",
    "Calendar",
    "Override",
    "Span",
    "WeekProblem",
    "holiday_name",
    "next_boundary",
    "problems",
    "public_holidays",
    "spans_on",
    "state",
]

# A week with hardly an open minute is searched this far ahead, then "never" is the answer.
LOOK_AHEAD = 400


Interval = tuple[datetime, datetime]


def state(calendar: Calendar, now: datetime) -> State:
    """Open or closed at `now` (aware), and when that next changes, in the calendar's zone.

    `next_open` is the next moment it turns open, also while it is open. None where nothing comes in 400 days.
    """
    remembered = _states.get(id(calendar))
    if remembered and remembered[0] is calendar and remembered[1] <= now < remembered[2]:
        return remembered[3]
    said = _state(calendar, now)
    if len(_states) >= _REMEMBER:
        _states.clear()
    _states[id(calendar)] = (calendar, now, _said_until(calendar, now, said), said)
    return said


# The calendar itself is kept beside its id, so an id is never mistaken for that of a calendar long gone.
_states: dict[int, tuple[Calendar, datetime, datetime, State]] = {}
_REMEMBER = 1_000


def spans_on(calendar: Calendar, day: date) -> tuple[Span, ...]:
    """The spans that start on a day, in order; touching and overlapping ones are one."""
    if (own := calendar.days.get(day)) and own.hours is not None:
        return merged(own.hours)
    if not own and holiday_name(calendar.country, day):
        return ()
    return merged(calendar.week[day.weekday()] if day.weekday() < len(calendar.week) else ())


def holiday_name(country: str, day: date) -> str:
    """The public holiday's official local name, or ""."""
    return public_holidays(country, day.year).get(day, "") if country else ""


@lru_cache(maxsize=256)
def public_holidays(country: str, year: int) -> Mapping[date, str]:
    """Public holidays incl. substitute days; none for a country nobody knows."""
    try:
        language = holidays.country_holidays(country, years=year).default_language
        found = holidays.country_holidays(country, years=year, language=language)
    except NotImplementedError:
        return {}
    return {day: ", ".join(found.get_list(day)) for day in found}


def next_boundary(calendar: Calendar, now: datetime, *, opening: bool | None = None) -> datetime:
    """When a change made by hand for today should end: "open now" (`opening`) or "closed for today".

    Without `opening` the sensible one of the two. "Open now" ends when the shop opens anyway, or at midnight; "closed
    for today" spares the breaks and ends at midnight or when the night's last span does.
    """
    plain = replace(calendar, override=None)
    said, zone = _by_the_week(plain, now), ZoneInfo(calendar.timezone)
    today = now.astimezone(zone).date()
    midnight = _moment(zone, today + timedelta(days=1), 0)
    if opening is None:
        opening = not said.open
    if opening:
        return min(midnight, said.next_open or midnight).astimezone(zone)
    parts = _intervals(plain, zone, today - timedelta(days=1))
    tonight = [part for part in takewhile(lambda part: part[0] < midnight, parts) if part[1] > now]
    return _end_of_business(tonight, _moment(zone, today, 0), midnight, now).astimezone(zone)


def _end_of_business(parts: Sequence[Interval], morning: datetime, midnight: datetime, now: datetime) -> datetime:
    """Of the open times that touch today: yesterday's late night while it lasts, else tonight's, else midnight."""
    if parts and parts[0][0] < morning and parts[0][0] <= now and parts[0][1] < midnight:
        return parts[0][1]
    late = parts[-1][1] if parts else midnight
    return late if midnight < late < midnight + timedelta(days=1) else midnight


def _state(calendar: Calendar, now: datetime) -> State:
    override = calendar.override
    if override is None or override.until <= now:
        return _by_the_week(calendar, now)
    zone = ZoneInfo(calendar.timezone)
    after = _by_the_week(calendar, override.until)
    until = override.until.astimezone(zone)
    change = after.next_change if after.open == override.open else until
    following = until if after.open and not override.open else after.next_open
    return State(override.open, "override", next_change=change, next_open=following)


def _by_the_week(calendar: Calendar, now: datetime) -> State:
    zone = ZoneInfo(calendar.timezone)
    today = now.astimezone(zone).date()
    closes = opens = None
    for start, end in _intervals(calendar, zone, today - timedelta(days=1)):
        if end <= now:
            continue
        if start > now:
            opens = start.astimezone(zone)
            break
        closes = end.astimezone(zone)
    if closes:
        forever = closes.date() >= today + timedelta(days=LOOK_AHEAD)
        return State(True, "hours", next_change=None if forever else closes, next_open=opens)
    reason, name = _why_closed(calendar, zone, today, now)
    return State(False, reason, name, next_change=opens, next_open=opens)


def _why_closed(calendar: Calendar, zone: ZoneInfo, today: date, now: datetime) -> tuple[str, str]:
    spans = spans_on(calendar, today)
    if not spans:
        name = "" if today in calendar.days else holiday_name(calendar.country, today)
        return ("holiday", name) if name else ("day_off", "")
    if now < _moment(zone, today, spans[0].start):
        return "before", ""
    return ("break" if now < _moment(zone, today, spans[-1].start) else "after"), ""


def _intervals(calendar: Calendar, zone: ZoneInfo, first: date) -> Iterator[Interval]:
    """Open times from a day on, in order, as UTC; those that touch, also across midnight, are one."""
    current: Interval | None = None
    for number in range(LOOK_AHEAD + 2):
        day = first + timedelta(days=number)
        for span in spans_on(calendar, day):
            start, end = _moment(zone, day, span.start), _moment(zone, day, span.end)
            if start >= end:
                continue
            if current and start <= current[1]:
                current = current[0], max(current[1], end)
                continue
            if current:
                yield current
            current = start, end
    if current:
        yield current


def _moment(zone: ZoneInfo, day: date, minute: int) -> datetime:
    """The first moment (UTC) at which the wall clock shows that minute of the day, or a later one."""
    wall = datetime(day.year, day.month, day.day) + timedelta(minutes=minute)  # noqa: DTZ001 a wall clock, zone below
    moment = wall.replace(tzinfo=zone).astimezone(UTC)
    if moment.astimezone(zone).replace(tzinfo=None) == wall:
        return moment
    low, high = wall.replace(tzinfo=zone, fold=1).astimezone(UTC), moment
    while high - low > timedelta(seconds=1):
        middle = low + (high - low) / 2
        low, high = (low, middle) if middle.astimezone(zone).replace(tzinfo=None) >= wall else (middle, high)
    return high.replace(microsecond=0)


def _said_until(calendar: Calendar, now: datetime, said: State) -> datetime:
    """How long a state holds as it is: a reason may change at midnight although the shop stays closed."""
    zone = ZoneInfo(calendar.timezone)
    moments = [_moment(zone, now.astimezone(zone).date() + timedelta(days=1), 0)]
    moments += [said.next_change] if said.next_change else []
    moments += [calendar.override.until] if calendar.override and calendar.override.until > now else []
    return min(moments)
