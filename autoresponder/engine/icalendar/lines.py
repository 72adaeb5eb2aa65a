"""From bytes to events: RFC 5545, 3.1 (content lines, folding) and 3.6 (components)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from autoresponder.engine.icalendar.refused import Refused

LARGEST, EVENTS, DEEPEST = 1_000_000, 2_000, 8

WANTED = frozenset(
    ("UID", "DTSTART", "DTEND", "DURATION", "SUMMARY", "STATUS", "RRULE", "RDATE", "EXDATE", "RECURRENCE-ID")
)
_NAME = re.compile(r"[A-Za-z0-9-]+")
_PARAM = re.compile(r';([A-Za-z0-9-]+)=("[^"]*"|[^";:,]*)(?:,(?:"[^"]*"|[^";:,]*))*')


class Line(NamedTuple):
    """A property: its first parameter values by upper-case name, and its value as it stands."""

    params: dict[str, str]
    value: str


Event = dict[str, list[Line]]


def events_of(data: bytes) -> list[Event]:
    """The properties that are WANTED of every event. Raises Refused."""
    if len(data) > LARGEST:
        raise Refused("too_large", bytes=len(data), at_most=LARGEST)
    found: list[Event] = []
    inside: list[str] = []
    begun = False
    for number, line in _unfolded(data):
        word = line[:16].upper()
        if not begun and word.rstrip() != "BEGIN:VCALENDAR":
            raise Refused("not_calendar")
        begun = True
        if word.startswith("BEGIN:"):
            inside.append(line[6:].strip().upper())
            if len(inside) > DEEPEST:
                raise Refused("too_deep", at_most=DEEPEST)
            if inside == ["VCALENDAR", "VEVENT"]:
                if len(found) == EVENTS:
                    raise Refused("too_many_events", at_most=EVENTS)
                found.append({})
        elif word.startswith("END:"):
            if not inside or inside.pop() != line[4:].strip().upper():
                raise Refused("broken", line=number)
        elif inside == ["VCALENDAR", "VEVENT"] and (named := _property(line)):
            found[-1].setdefault(named[0], []).append(named[1])
    if not begun:
        raise Refused("not_calendar")
    if inside:
        raise Refused("broken", line=number)
    return found


def _unfolded(data: bytes) -> Iterator[tuple[int, str]]:
    """Lines that are not empty with their number; one that begins with a space or tab goes on with the line before."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Refused("not_text") from None
    if "\0" in text:
        raise Refused("not_text")
    parts: list[str] = []
    begun = 0
    for number, line in enumerate(re.split(r"\r\n|\n|\r", text), 1):
        if line[:1] in (" ", "\t") and parts:
            parts.append(line[1:])
            continue
        if parts:
            yield begun, "".join(parts)
        parts, begun = ([line], number) if line.strip() else ([], number)
    if parts:
        yield begun, "".join(parts)


def _property(line: str) -> tuple[str, Line] | None:
    name = _NAME.match(line)
    if not name or (known := name[0].upper()) not in WANTED:
        return None
    params: dict[str, str] = {}
    at = name.end()
    while param := _PARAM.match(line, at):
        params.setdefault(param[1].upper(), param[2].strip('"'))
        at = param.end()
    return (known, Line(params, line[at + 1 :])) if line[at : at + 1] == ":" else None
