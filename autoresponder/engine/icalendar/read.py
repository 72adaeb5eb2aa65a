"""Days off out of an iCalendar file or feed, from today on for two years."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from autoresponder.engine.icalendar.lines import Event, Line, events_of
from autoresponder.engine.icalendar.refused import Refused
from autoresponder.engine.icalendar.repeat import Budget, Unreadable, dates, rule_of

DAYS, AHEAD = 400, timedelta(days=2 * 365 + 1)
NAME_LENGTH = 100
# No shop's event lasts longer; what began earlier than that is over.
LONGEST = timedelta(days=5 * 366)
_DATE = re.compile(r"(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)(\d\d)(Z?))?")
_DURATION = re.compile(r"\+?P(?:(\d{1,4})W)?(?:(\d{1,5})D)?(?:T(?:(\d{1,5})H)?(?:(\d{1,6})M)?(?:(\d{1,7})S)?)?")
# Many programs end a whole day one minute early.
ALMOST_MIDNIGHT = time(23, 59)


class DayOff(NamedTuple):
    on: date
    name: str


@dataclass(frozen=True, slots=True)
class Found:
    """`days` in order, one entry a date. Of the events that gave none: `timed` ones that leave part of every day,
    `past` ones (or further ahead than two years), and those that could not be read.
    """

    days: tuple[DayOff, ...]
    timed: int = 0
    past: int = 0
    unreadable: int = 0


class _Stretch(NamedTuple):
    """An event as it stands: when it begins and ends on its own clock (`zone`, None for whole days)."""

    start: datetime
    end: datetime
    zone: ZoneInfo | None


def days_off(data: bytes, *, timezone: str, today: date) -> Found:
    """The dates on which an event covers the whole day on the shop's clock. Raises Refused (refused.py)."""
    events, budget = events_of(data), Budget()
    moved = _moved(events, timezone)
    days: dict[date, str] = {}
    counts = {"timed": 0, "past": 0, "unreadable": 0}
    for event in events:
        if _text(event, "STATUS").upper() == "CANCELLED":
            continue
        try:
            whole, ahead = _dates_of(event, moved, timezone, today, budget)
        except (Unreadable, ValueError, OverflowError):
            counts["unreadable"] += 1
            continue
        if not ahead:
            counts["past" if whole else "timed"] += 1
        for on in ahead:
            days.setdefault(on, _name(event))
        if len(days) > DAYS:
            raise Refused("too_many_days", at_most=DAYS)
    return Found(tuple(DayOff(on, name) for on, name in sorted(days.items())), **counts)


def _dates_of(
    event: Event, moved: dict[str, set[date]], timezone: str, today: date, budget: Budget
) -> tuple[bool, list[date]]:
    """Whether the event covers any whole day at all, and the dates it covers that are still to come."""
    rules = [rule_of(line.value) for line in event.get("RRULE", ())]
    stretch = _stretch(event, timezone)
    if not _covered(stretch, timezone):
        return False, []
    began, length = stretch.start.date(), stretch.end - stretch.start
    last = today + AHEAD
    first = today - length - timedelta(days=2)
    starts = {began} if not rules else set[date]()
    starts |= {stamp.date() for stamp in _stamps(event, "RDATE", stretch, timezone)}
    for rule in rules:
        until = _own_clock(rule.until, {}, stretch, timezone).date() if rule.until else None
        starts.update(dates(rule, began, until, first, last, budget))
    left_out = {stamp.date() for stamp in _stamps(event, "EXDATE", stretch, timezone)}
    if "RECURRENCE-ID" not in event:
        left_out |= moved.get(_text(event, "UID"), set())
    found: set[date] = set()
    for start in starts - left_out:
        if first <= start <= last:
            days = _covered(_shifted(stretch, start - began), timezone)
            budget.spend(len(days))
            found.update(on for on in days if today <= on <= last)
    return True, sorted(found)


def _covered(stretch: _Stretch, timezone: str) -> list[date]:
    """The dates on the shop's clock of which the event leaves nothing."""
    start, end = stretch.start, stretch.end
    if stretch.zone:
        shop = ZoneInfo(timezone)
        start, end = (moment.replace(tzinfo=stretch.zone).astimezone(shop) for moment in (start, end))
    first = start.date() + timedelta(days=start.time() > time())
    until = end.date() + timedelta(days=end.time() >= ALMOST_MIDNIGHT)
    return [first + timedelta(days=number) for number in range((until - first).days)]


def _shifted(stretch: _Stretch, by: timedelta) -> _Stretch:
    return _Stretch(stretch.start + by, stretch.end + by, stretch.zone)


def _stretch(event: Event, timezone: str) -> _Stretch:
    """RFC 5545, 3.6.1: without an end a date lasts one day and a time no time at all."""
    if "DTSTART" not in event:
        raise Unreadable("DTSTART")
    line = event["DTSTART"][0]
    start, zone = _stamp(line.value, line.params, timezone)
    if "DTEND" in event:
        end_line = event["DTEND"][0]
        end, end_zone = _stamp(end_line.value, end_line.params, timezone)
        if zone and end_zone and end_zone is not zone:
            end = end.replace(tzinfo=end_zone).astimezone(zone).replace(tzinfo=None)
    elif "DURATION" in event:
        end = start + _duration(event["DURATION"][0].value)
    else:
        end = start
    if zone is None:
        end = max(end, start + timedelta(days=1))
    if not start <= end <= start + LONGEST:
        raise Unreadable("DTEND")
    return _Stretch(start, end, zone)


def _stamp(written: str, params: dict[str, str], timezone: str) -> tuple[datetime, ZoneInfo | None]:
    """What the event's own clock shows, and whose clock it is: UTC, the one named, else the shop's; None for a date.

    Zones a file brings along are not looked at; one with a name of its own stands for the shop's.
    """
    found = _DATE.fullmatch(written.strip())
    if not found:
        raise Unreadable(written[:40])
    year, month, day, *clock, utc = found.groups()
    if clock[0] is None:
        return datetime(int(year), int(month), int(day)), None  # noqa: DTZ001 a date
    hour, minute, second = map(int, clock)
    # A leap second is written as 60.
    moment = datetime(int(year), int(month), int(day), hour, minute, min(second, 59))  # noqa: DTZ001 zone beside it
    return moment, ZoneInfo("UTC") if utc else _zone(params.get("TZID", ""), timezone)


def _zone(name: str, timezone: str) -> ZoneInfo:
    try:
        return ZoneInfo(name) if name else ZoneInfo(timezone)
    except (ValueError, OSError, KeyError):
        return ZoneInfo(timezone)


def _own_clock(written: str, params: dict[str, str], stretch: _Stretch, timezone: str) -> datetime:
    """A moment of the same event on the event's own clock."""
    moment, zone = _stamp(written, params, timezone)
    if zone is None or stretch.zone is None or zone is stretch.zone:
        return moment
    return moment.replace(tzinfo=zone).astimezone(stretch.zone).replace(tzinfo=None)


def _stamps(event: Event, name: str, stretch: _Stretch, timezone: str) -> Iterator[datetime]:
    """A list of dates; of a period (start/end) its start."""
    for line in event.get(name, ()):
        for written in line.value.split(","):
            yield _own_clock(written.partition("/")[0], line.params, stretch, timezone)


def _moved(events: list[Event], timezone: str) -> dict[str, set[date]]:
    """Repetitions that an event of their own stands for, by UID."""
    moved: dict[str, set[date]] = {}
    for event in events:
        if "RECURRENCE-ID" in event:
            try:
                stamps = list(_stamps(event, "RECURRENCE-ID", _stretch(event, timezone), timezone))
            except (Unreadable, ValueError, OverflowError):
                continue
            moved.setdefault(_text(event, "UID"), set()).update(stamp.date() for stamp in stamps)
    return moved


def _duration(written: str) -> timedelta:
    found = _DURATION.fullmatch(written.strip())
    if not found:
        raise Unreadable(written[:40])
    weeks, days, hours, minutes, seconds = (int(part or 0) for part in found.groups())
    return timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes, seconds=seconds)


def _text(event: Event, name: str) -> str:
    return event.get(name, [Line({}, "")])[0].value.strip()


def _name(event: Event) -> str:
    """RFC 5545, 3.3.11: \\n, \\; and \\, stand for themselves; a name is one line here."""
    plain = re.sub(
        r"\\(.)", lambda found: " " if found[1] in "nN" else found[1], _text(event, "SUMMARY")[: 4 * NAME_LENGTH]
    )
    return "".join(character for character in " ".join(plain.split()) if character.isprintable())[:NAME_LENGTH]
