"""A shop's hours as an iCalendar file (RFC 5545): one dated event for each span and for each day off.

Dated events in UTC rather than weekly rules with exceptions: every calendar program shows them right, also across DST
and without a description of the time zone, and a rest, a holiday or a vacation is then no special case.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from autoresponder.engine.calendar import Calendar
from autoresponder.engine.dates import DayPlan, days_ahead
from autoresponder.engine.hours import first_moment

DAYS = 366
# RFC 5545, 3.1: a line is at most 75 bytes long, without its end.
LINE = 75


def write(calendar: Calendar, *, name: str, place: str, now: datetime, english: bool = False) -> bytes:
    """The hours of the next year. `name` of the shop; `place` makes the events' ids its own (a host or a slug)."""
    zone = ZoneInfo(calendar.timezone)
    words = ("Open", "Closed") if english else ("영업", "휴무")
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Dapjigi//Hours//KO", "CALSCALE:GREGORIAN", "METHOD:PUBLISH"]
    lines += [f"X-WR-CALNAME:{_text(name)}", f"X-WR-TIMEZONE:{calendar.timezone}"]
    for plan in days_ahead(calendar, now.astimezone(zone).date(), DAYS):
        for number, event in enumerate(_events(plan, zone, words)):
            uid = f"UID:{plan.on:%Y%m%d}-{number}@{_text(place)}"
            lines += ["BEGIN:VEVENT", uid, f"DTSTAMP:{_moment(now)}", *event, "END:VEVENT"]
    return "".join(f"{_folded(line)}\r\n" for line in [*lines, "END:VCALENDAR"]).encode()


def _events(plan: DayPlan, zone: ZoneInfo, words: tuple[str, str]) -> Iterator[list[str]]:
    open_word, closed_word = words
    if not plan.spans and plan.why != "week":
        summary = f"{closed_word} · {plan.name}" if plan.name else closed_word
        dates = [f"DTSTART;VALUE=DATE:{_date(plan.on)}", f"DTEND;VALUE=DATE:{_date(plan.on + timedelta(days=1))}"]
        yield [*dates, f"SUMMARY:{_text(summary)}", "TRANSP:TRANSPARENT"]
    for span in plan.spans:
        start, end = (first_moment(zone, plan.on, minute) for minute in (span.start, span.end))
        if start < end:
            yield [f"DTSTART:{_moment(start)}", f"DTEND:{_moment(end)}", f"SUMMARY:{_text(open_word)}"]


def _date(on: date) -> str:
    return f"{on:%Y%m%d}"


def _moment(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _text(text: str) -> str:
    """RFC 5545, 3.3.11."""
    plain = " ".join("".join(character if character.isprintable() else " " for character in text).split())
    return plain.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")


def _folded(line: str) -> str:
    """Split into lines of at most 75 bytes, never inside a character; what goes on begins with a space."""
    pieces, length = [""], 0
    for character in line:
        size = len(character.encode())
        if length + size > LINE:
            pieces.append("")
            length = 1
        pieces[-1] += character
        length += size
    return "\r\n ".join(pieces)
