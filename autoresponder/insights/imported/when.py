"""When something was said, as messengers and spreadsheets write it."""

from __future__ import annotations

import re
from datetime import date, datetime
from zoneinfo import ZoneInfo

# Nobody's customers wrote outside of these years: what looks like such a date is another number.
YEARS = range(2000, 2101)
LONGEST = 60
MONTHS = {
    **{"jan": 1, "feb": 2, "mar": 3, "apr": 4, "may": 5, "jun": 6},
    **{"jul": 7, "aug": 8, "sep": 9, "oct": 10, "nov": 11, "dec": 12},
}
_TIME = (
    r"(?P<half>오전|오후|[AP]M)?\s?(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:\.\d{1,6})?)?"
    r"(?:\s?(?P<late>[AP]M))?"
)
TIME = re.compile(_TIME, re.IGNORECASE)
# "2026-11-25 15:12", "2026. 11. 25. 오후 3:12", "2026년 11월 25일 수요일", "2026/11/25 (수)"
KOREAN = re.compile(
    r"(?P<year>\d{4})\s?[-./년]\s?(?P<month>\d{1,2})\s?[-./월]\s?(?P<day>\d{1,2})\s?[일.]?"
    rf"(?:\s?\(?[월화수목금토일](?:요일)?\)?)?(?:[T\s,]{{1,2}}{_TIME})?",
    re.IGNORECASE,
)
# "Wednesday, November 25, 2026", "Nov 25, 2026 at 3:12 PM"
ENGLISH = re.compile(
    rf"(?:[a-z]{{6,9}},\s)?(?P<month>[a-z]{{3,9}})\s(?P<day>\d{{1,2}}),\s(?P<year>\d{{4}})(?:,?\s(?:at\s)?{_TIME})?",
    re.IGNORECASE,
)


def moment(written: str, zone: ZoneInfo) -> date | datetime | None:
    """An aware moment, a date where no time is written, None for what is neither. A moment without an offset is one
    of `zone`."""
    written = written.strip()[:LONGEST]
    try:
        found: date | datetime = _iso(written) or _spelled(written)
    except (ValueError, OverflowError):
        return None
    if found.year not in YEARS:
        return None
    return found.replace(tzinfo=zone) if isinstance(found, datetime) and found.tzinfo is None else found


def on_day(day: date, written: str, zone: ZoneInfo) -> datetime | None:
    """The moment of a time that stands under a line with the day."""
    found = TIME.fullmatch(written.strip()[:LONGEST])
    try:
        return datetime(day.year, day.month, day.day, *_clock(found), tzinfo=zone) if found else None
    except ValueError:
        return None


def _iso(written: str) -> datetime | None:
    """What computers write: the only form with an offset."""
    return datetime.fromisoformat(written.upper()) if "T" in written[10:11].upper() else None


def _spelled(written: str) -> date | datetime:
    found = KOREAN.fullmatch(written) or ENGLISH.fullmatch(written)
    if found is None:
        raise ValueError(written)
    month = MONTHS.get(found["month"][:3].lower()) or int(found["month"])
    day = date(int(found["year"]), month, int(found["day"]))
    return day if found["hour"] is None else datetime(day.year, day.month, day.day, *_clock(found))  # noqa: DTZ001


def _clock(found: re.Match[str]) -> tuple[int, int, int]:
    hour, half = int(found["hour"]), (found["half"] or found["late"] or "").upper()
    if half and hour <= 12:
        hour = hour % 12 + (12 if half in ("오후", "PM") else 0)
    return hour, int(found["minute"]), int(found["second"] or 0)
