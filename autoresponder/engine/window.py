"""A rule's own window: some weekdays, a time of day, a span of dates. What it says at a moment, and its plain form:

`{"weekdays": [5, 6], "start": 600, "end": 1080, "first": "2026-03-01", "last": "2026-03-07"}`, minutes since midnight,
each of them optional.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from autoresponder.engine.book import Window
from autoresponder.engine.calendar import DAY


def outside(window: Window, clock: datetime) -> str:
    """Why the window does not hold while the shop's clock shows this: "not_yet", "ended", "weekday" or "clock"; "" when
    it holds. What comes after midnight belongs to the evening it began.
    """
    on, in_time = _day_of(window, clock)
    if window.last and on > window.last:
        return "ended"
    if window.first and on < window.first:
        return "not_yet"
    if window.weekdays and on.weekday() not in window.weekdays:
        return "weekday"
    return "" if in_time else "clock"


def never_holds(window: Window) -> bool:
    """No date between its first and its last is one of its weekdays."""
    if not (window.first and window.last):
        return False
    count = (window.last - window.first).days + 1
    days = {(window.first.weekday() + number) % 7 for number in range(min(count, 7))}
    return not days or bool(window.weekdays and days.isdisjoint(window.weekdays))


def dump_window(window: Window) -> Mapping[str, Any]:
    return {
        "weekdays": list(window.weekdays),
        "start": window.start,
        "end": window.end,
        "first": window.first.isoformat() if window.first else None,
        "last": window.last.isoformat() if window.last else None,
    }


def _day_of(window: Window, clock: datetime) -> tuple[date, bool]:
    """The day the moment belongs to, and whether its time of day is in the window."""
    start, end = window.start or 0, DAY if window.end is None else window.end
    minute = clock.hour * 60 + clock.minute
    if start < end:
        return clock.date(), start <= minute < end
    if minute < end:
        return clock.date() - timedelta(days=1), True
    return clock.date(), minute >= start
