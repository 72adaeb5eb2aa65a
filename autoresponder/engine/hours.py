"""What a shop's hours say at a moment. Computed at read time, never by timers.

A span is open from the first moment the wall clock shows its start until the first moment it shows its end, so a
skipped hour (DST) opens late and a repeated one opens or closes only once.

Reasons of a State: "hours" (open as planned), "break" (between two spans of the day), "before", "after", "day_off"
(no span that day; `name` if the owner named it), "holiday" (`name` is its local name), "vacation" (`name`), "override"
(set by hand for now).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from itertools import takewhile
from typing import NamedTuple
from zoneinfo import ZoneInfo

from autoresponder.engine.calendar import DAY, Calendar, Night, Override
from autoresponder.engine.dates import DayPlan, plan
from autoresponder.engine.types import State

# Nothing further ahead is looked for; "never" is then the answer, also for a year closed or a week without hours.
LOOK_AHEAD = 400

Interval = tuple[datetime, datetime]
# Open or not, and when that next changes and next turns open (UTC, None for not in sight).
Planned = tuple[bool, datetime | None, datetime | None]


class _Date(NamedTuple):
    """A date in moments (UTC): the open times that begin on it (a span that the clock skips is none), and its end."""

    plan: DayPlan
    parts: tuple[Interval, ...]
    over: datetime


@dataclass(slots=True)
class _Known:
    """What is remembered of a calendar: its dates in moments, and what was said last."""

    calendar: Calendar
    zone: ZoneInfo
    dates: dict[date, _Date] = field(default_factory=dict)
    # From when until when a state holds as it was said; one value, so that threads never see half of it.
    said: tuple[datetime, datetime, State] | None = None


# The calendar itself is kept beside its id, so an id is never mistaken for that of a calendar long gone.
_known: dict[int, _Known] = {}
_REMEMBER = 1_000


def state(calendar: Calendar, now: datetime) -> State:
    """Open or closed at `now` (aware), and when that next changes, in the calendar's zone.

    `next_open` is the next moment it turns open, also while it is open. None where nothing comes in 400 days.
    """
    known = _known.get(id(calendar))
    if known is None or known.calendar is not calendar:
        known = _remember(calendar)
    if (said := known.said) and said[0] <= now < said[1]:
        return said[2]
    now = now.astimezone(UTC)
    found, until = _state(known, now)
    known.said = now, until, found
    return found


def next_boundary(calendar: Calendar, now: datetime, *, opening: bool | None = None) -> datetime:
    """When a change made by hand for today should end: "open now" (`opening`) or "closed for today".

    Without `opening` the sensible one of the two. "Open now" ends when the shop opens anyway, or at midnight; "closed
    for today" spares the breaks and ends at midnight or when the night's last span does.
    """
    known = _Known(replace(calendar, override=None), zone := ZoneInfo(calendar.timezone))
    today = now.astimezone(zone).date()
    is_open, _, opens = _planned(known, now.astimezone(UTC), today)
    midnight = first_moment(zone, today + timedelta(days=1), 0)
    if opening is None:
        opening = not is_open
    if opening:
        return min(midnight, opens or midnight).astimezone(zone)
    parts = _intervals(known, today - timedelta(days=1))
    tonight = [part for part in takewhile(lambda part: part[0] < midnight, parts) if part[1] > now]
    return _end_of_business(tonight, first_moment(zone, today, 0), midnight, now).astimezone(zone)


def first_moment(zone: ZoneInfo, on: date, minute: int) -> datetime:
    """The first moment (UTC) at which the wall clock shows that minute of the day, or a later one."""
    wall = datetime(on.year, on.month, on.day) + timedelta(minutes=minute)  # noqa: DTZ001 a wall clock, zone below
    moment = wall.replace(tzinfo=zone).astimezone(UTC)
    if moment.astimezone(zone).replace(tzinfo=None) == wall:
        return moment
    low, high = wall.replace(tzinfo=zone, fold=1).astimezone(UTC), moment
    while high - low > timedelta(seconds=1):
        middle = low + (high - low) / 2
        low, high = (low, middle) if middle.astimezone(zone).replace(tzinfo=None) >= wall else (middle, high)
    return high.replace(microsecond=0)


def _remember(calendar: Calendar) -> _Known:
    if len(_known) >= _REMEMBER:
        _known.clear()
    known = _known[id(calendar)] = _Known(calendar, ZoneInfo(calendar.timezone))
    return known


def _state(known: _Known, now: datetime) -> tuple[State, datetime]:
    """What holds at `now`, and until when: a reason may change at midnight although the shop stays closed."""
    calendar, zone = known.calendar, known.zone
    clock, override = now.astimezone(zone), calendar.override
    by_hand = override if override and override.until > now else None
    is_open, change, opens = _by_hand(known, by_hand) if by_hand else _planned(known, now, clock.date())
    today = _date(known, clock.date())
    reason, name = ("override", "") if by_hand else ("hours", "") if is_open else _why_closed(today, now)
    until = min(today.over, by_hand.until if by_hand else today.over, change or today.over)
    is_night = False
    if night := calendar.night:
        is_night, left = _night(night, clock)
        until = min(until, now + timedelta(minutes=left) - timedelta(seconds=now.second, microseconds=now.microsecond))
    off = not is_open and not today.plan.spans and today.plan.why != "week"
    next_change, next_open = _in_sight(change, clock.date(), zone), _in_sight(opens, clock.date(), zone)
    return State(is_open, reason, name, next_change, next_open, is_night, off), until


def _in_sight(moment: datetime | None, today: date, zone: ZoneInfo) -> datetime | None:
    clock = moment.astimezone(zone) if moment else None
    return clock if clock and (clock.date() - today).days <= LOOK_AHEAD else None


def _by_hand(known: _Known, override: Override) -> Planned:
    until = override.until.astimezone(UTC)
    is_open, change, opens = _planned(known, until, until.astimezone(known.zone).date())
    if override.open:
        return True, change if is_open else until, opens
    return (False, until, until) if is_open else (False, change, opens)


def _planned(known: _Known, now: datetime, today: date) -> Planned:
    closes = None
    for start, end in _intervals(known, today - timedelta(days=1)):
        if start > now:
            return closes is not None, closes or start, start
        if end > now:
            closes = end
    return closes is not None, closes, None


def _why_closed(today: _Date, now: datetime) -> tuple[str, str]:
    if not today.plan.spans:
        return today.plan.why if today.plan.why in ("holiday", "vacation") else "day_off", today.plan.name
    if not today.parts:
        return "day_off", ""
    if now < today.parts[0][0]:
        return "before", ""
    return ("break" if now < today.parts[-1][0] else "after"), ""


def _night(night: Night, clock: datetime) -> tuple[bool, int]:
    """Whether the clock lies in the night, and for how many minutes at least that stays so, this one counted."""
    minute = clock.hour * 60 + clock.minute
    left = min((night.start - minute - 1) % DAY, (night.end - minute - 1) % DAY) + 1
    # Clocks are set only at a full quarter of an hour, so up to there minutes can be counted.
    left = min(left, 15 - minute % 15)
    if night.start < night.end:
        return night.start <= minute < night.end, left
    return minute >= night.start or minute < night.end, left


def _intervals(known: _Known, first: date) -> Iterator[Interval]:
    """Open times from a day on, in order; those that touch, also across midnight, are one."""
    current: Interval | None = None
    for number in range(LOOK_AHEAD + 2):
        for part in _date(known, first + timedelta(days=number)).parts:
            if current is None:
                current = part
            elif part[0] <= current[1]:
                current = current[0], max(current[1], part[1])
            else:
                yield current
                current = part
    if current:
        yield current


def _date(known: _Known, on: date) -> _Date:
    if found := known.dates.get(on):
        return found
    if len(known.dates) > 2 * LOOK_AHEAD:
        known.dates.clear()
    zone, planned, over = known.zone, plan(known.calendar, on), first_moment(known.zone, on + timedelta(days=1), 0)
    parts = [(first_moment(zone, on, span.start), first_moment(zone, on, span.end)) for span in planned.spans]
    found = _Date(planned, tuple(part for part in parts if part[0] < part[1]), over)
    known.dates[on] = found
    return found


def _end_of_business(parts: Sequence[Interval], morning: datetime, midnight: datetime, now: datetime) -> datetime:
    """Of the open times that touch today: yesterday's late night while it lasts, else tonight's, else midnight."""
    if parts and parts[0][0] < morning and parts[0][0] <= now and parts[0][1] < midnight:
        return parts[0][1]
    late = parts[-1][1] if parts else midnight
    return late if midnight < late < midnight + timedelta(days=1) else midnight
