"""The hours of a shop, minute by minute: slow, simple and of its own making, to judge the engine by."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from calendar import monthrange
from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import accumulate
from typing import NamedTuple
from zoneinfo import ZoneInfo

import holidays

from autoresponder.engine.calendar import Calendar, Span

SIGHT = 400
MINUTE = timedelta(minutes=1)
# Wall clocks as a number: minutes since this day's midnight, whatever the zone.
EPOCH = date(1970, 1, 1)


class Clock(NamedTuple):
    """Every minute from `begin` on: what the wall clock shows, and the latest it has shown by then."""

    begin: datetime
    shows: array[int]
    reached: array[int]

    def minute_of(self, moment: datetime) -> int:
        return (moment.astimezone(UTC) - self.begin) // MINUTE

    def first(self, day: date, minute: int) -> int:
        """The first minute in which the clock has reached that time of that day."""
        return bisect_left(self.reached, (day - EPOCH).days * 1440 + minute)

    def day_at(self, minute: int) -> date:
        return EPOCH + timedelta(self.shows[minute] // 1440)


@cache
def clock_of(zone: str, first: date, days: int) -> Clock:
    """No clock was ever set at another time than a full quarter of an hour (since 1970, in the zones tried here)."""
    begin, place = datetime(first.year, first.month, first.day, tzinfo=UTC), ZoneInfo(zone)
    start = (first - EPOCH).days * 1440
    shows = array("l")
    for quarter in range(days * 96):
        offset = (begin + quarter * 15 * MINUTE).astimezone(place).utcoffset()
        assert offset is not None
        shows.extend(range(wall := start + quarter * 15 + offset // MINUTE, wall + 15))
    return Clock(begin, shows, array("l", accumulate(shows, max)))


class Told(NamedTuple):
    open: bool
    reason: str
    name: str
    next_change: int | None
    next_open: int | None
    night: bool
    holiday: bool


class SlowHours:
    """One calendar from some days before a moment until all that is in sight is over."""

    def __init__(self, calendar: Calendar, clock: Clock, begin: datetime) -> None:
        self.calendar, self.clock = calendar, clock
        self.offset = clock.minute_of(begin)
        self.public = _public(calendar.country, begin.year - 1, begin.year + 3)
        self.open = bytearray((SIGHT + 16) * 1440)
        day = clock.day_at(self.offset)
        for on in (day + timedelta(number) for number in range(-3, SIGHT + 20)):
            for span in self.hours_of(on)[0]:
                self.paint(clock.first(on, span.start), clock.first(on, span.end), True)
        if override := calendar.override:
            self.paint(self.offset, clock.minute_of(override.until), override.open)

    def paint(self, start: int, end: int, is_open: bool) -> None:
        start, end = (min(max(at - self.offset, 0), len(self.open)) for at in (start, end))
        if start < end:
            self.open[start:end] = bytes([is_open]) * (end - start)

    def hours_of(self, on: date) -> tuple[list[Span], str, str]:
        """The spans that begin on a date, and the reason and name if it is off."""
        calendar = self.calendar
        week, public = list(calendar.week[on.weekday()]), self.public.get(on, "")
        for own in (calendar.days.get(on), None if self.away(on) else calendar.yearly.get((on.month, on.day))):
            if own is not None and own.hours is not None:
                return list(own.hours), "own", own.name or public
            if own is not None:
                return week, "week", ""
        for vacation in calendar.vacations:
            if vacation.first <= on <= vacation.last:
                return [], "vacation", vacation.name
        if public:
            return [], "holiday", public
        for rest in calendar.rests:
            if on.weekday() == rest.weekday and self.rests(on, rest.nth):
                return [], "rest", ""
        return week, "week", ""

    def rests(self, on: date, nth: tuple[int, ...]) -> bool:
        days = [on.replace(day=day) for day in range(1, monthrange(on.year, on.month)[1] + 1)]
        same = [day for day in days if day.weekday() == on.weekday()]
        return same.index(on) + 1 in nth or (on == same[-1] and -1 in nth)

    def away(self, on: date) -> bool:
        return any(vacation.first <= on <= vacation.last for vacation in self.calendar.vacations)

    def at(self, moment: datetime) -> Told:
        now = self.clock.minute_of(moment) - self.offset
        shows = self.clock.shows[now + self.offset]
        today = EPOCH + timedelta(shows // 1440)
        is_open, (spans, why, name) = bool(self.open[now]), self.hours_of(today)
        change = self.open.find(not is_open, now)
        opens = change if not is_open else self.open.find(True, change) if change >= 0 else -1
        override = self.calendar.override
        reason, called = ("hours", "") if is_open else self.why_closed(now + self.offset, today, spans, why, name)
        if override and moment < override.until:
            reason, called = "override", ""
        return Told(
            is_open,
            reason,
            called,
            self.in_sight(change, today),
            self.in_sight(opens, today),
            self.is_night(shows % 1440),
            not is_open and not spans and why != "week",
        )

    def why_closed(self, now: int, today: date, spans: list[Span], why: str, name: str) -> tuple[str, str]:
        parts = [(self.clock.first(today, span.start), self.clock.first(today, span.end)) for span in spans]
        starts = [start for start, end in parts if start < end]
        if not starts:
            return (why if why in ("holiday", "vacation") else "day_off"), name if not spans else ""
        return ("before" if now < min(starts) else "break" if now < max(starts) else "after"), ""

    def in_sight(self, at: int, today: date) -> int | None:
        seen = at >= 0 and (self.clock.day_at(at + self.offset) - today).days <= SIGHT
        return at + self.offset if seen else None

    def is_night(self, minute: int) -> bool:
        night = self.calendar.night
        if night is None:
            return False
        hours = (
            range(night.start, night.end) if night.start < night.end else [*range(night.start, 1440), *range(night.end)]
        )
        return minute in hours


@cache
def _public(country: str, first: int, last: int) -> dict[date, str]:
    if not country:
        return {}
    found = holidays.country_holidays(country, years=range(first, last + 1))
    named = holidays.country_holidays(country, years=range(first, last + 1), language=found.default_language)
    return {day: ", ".join(named.get_list(day)) for day in named}
