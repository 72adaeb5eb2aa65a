"""A shop's hours as a plain document (JSON), as they are stored: all of a Calendar but its zone and its override.

`{"schema": 1, "week": [[[600, 750], [810, 1140]], ... 7 days], "country": "KR",
"rests": [{"weekday": 0, "nth": [2, 4]}],
"days": {"2026-12-31": {"hours": [[600, 900]], "name": ""}, "2027-01-01": {"hours": null, "name": ""}},
"yearly": {"06-10": {"hours": [], "name": "개업 기념일"}},
"vacations": [{"first": "2026-08-01", "last": "2026-08-07", "name": "여름휴가", "greeting": "..."}],
"night": {"start": 0, "end": 420, "greeting": "..."} or null,
"shipping": [840, 840, 840, 840, 840, null, null] or null}`, times in minutes since midnight, weekdays Monday first.

A Problem's `field` names the place as in `vacations[0].last` or `days[2026-12-31]`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from autoresponder.engine.calendar import (
    DAY,
    NTH,
    Calendar,
    Day,
    Night,
    Override,
    Rest,
    Shipping,
    Span,
    Vacation,
    is_sound,
)
from autoresponder.engine.check import REPLY_LENGTH, Invalid
from autoresponder.engine.read import Reader

SCHEMA = 1
SPANS, RESTS, DAYS, VACATIONS = 12, 35, 1_000, 100
NAME_LENGTH = 100
# A leap year, so that 02-29 can come every year that has it.
LEAP = "2000-"


def load_hours(data: Mapping[str, Any], *, timezone: str, override: Override | None = None) -> Calendar:
    """The calendar in a document; raises Invalid with every problem found (the first hundred)."""
    read = Reader()
    root = read.mapping(data, "hours")
    schema = read.number(root, "schema", default=SCHEMA, at_most=10**6)
    if schema != SCHEMA:
        read.problem("schema", "unknown_schema", found=schema, known=SCHEMA)
    calendar = Calendar(
        timezone=timezone,
        week=_week(read, root),
        country=read.text(root, "country", at_most=2, default=""),
        rests=tuple(
            _rest(read, item, f"rests[{n}]") for n, item in enumerate(read.items(root, "rests", at_most=RESTS))
        ),
        days=dict(_days(read, root)),
        yearly=dict(_yearly(read, root)),
        vacations=tuple(_vacations(read, root)),
        night=_night(read, root.get("night")),
        shipping=_shipping(read, root.get("shipping")),
        override=override,
    )
    if read.problems:
        raise Invalid(read.problems)
    return calendar


def dump_hours(calendar: Calendar) -> dict[str, Any]:
    """The document of a calendar, in a fixed order; its zone and its override are kept elsewhere."""
    return {
        "schema": SCHEMA,
        "week": [_dump_spans(day) for day in calendar.week],
        "country": calendar.country,
        "rests": [{"weekday": rest.weekday, "nth": list(rest.nth)} for rest in calendar.rests],
        "days": {day.isoformat(): _dump_day(own) for day, own in sorted(calendar.days.items())},
        "yearly": {f"{month:02}-{day:02}": _dump_day(own) for (month, day), own in sorted(calendar.yearly.items())},
        "vacations": [
            {
                "first": vacation.first.isoformat(),
                "last": vacation.last.isoformat(),
                "name": vacation.name,
                "greeting": vacation.greeting,
            }
            for vacation in calendar.vacations
        ],
        "night": {"start": night.start, "end": night.end, "greeting": night.greeting}
        if (night := calendar.night)
        else None,
        "shipping": list(calendar.shipping.cutoffs) if calendar.shipping else None,
    }


def _dump_day(own: Day) -> dict[str, Any]:
    return {"hours": None if own.hours is None else _dump_spans(own.hours), "name": own.name}


def _dump_spans(spans: tuple[Span, ...]) -> list[list[int]]:
    return [[span.start, span.end] for span in spans]


def _week(read: Reader, root: Mapping[str, Any]) -> tuple[tuple[Span, ...], ...]:
    days = read.items(root, "week", at_most=7)
    if len(days) != 7:
        read.problem("week", "wrong_count", count=len(days), wanted=7)
    return tuple(_spans(read, day, f"week[{number}]") for number, day in enumerate(days))


def _spans(read: Reader, item: object, place: str) -> tuple[Span, ...]:
    return tuple(
        span
        for number, given in enumerate(read.items({place: item}, place, at_most=SPANS))
        if (span := _span(read, given, f"{place}[{number}]"))
    )


def _span(read: Reader, item: object, place: str) -> Span | None:
    match item:
        case [bool(), _] | [_, bool()]:
            pass
        case [int() as start, int() as end] if is_sound(span := Span(start, end)):
            return span
    read.problem(place, "bad_span", found=str(item)[:40])
    return None


def _rest(read: Reader, item: object, place: str) -> Rest:
    rest = read.mapping(item, place)
    nth = read.items(rest, "nth", at_most=len(NTH))
    if not nth or any(number not in NTH for number in nth):
        read.problem(f"{place}.nth", "unknown_value", choices=list(NTH))
    weekday = read.number(rest, "weekday", default=0, at_most=6, field=f"{place}.weekday")
    return Rest(weekday, tuple(number for number in NTH if number in nth))


def _days(read: Reader, root: Mapping[str, Any]) -> Iterator[tuple[date, Day]]:
    for written, item in _entries(read, root, "days"):
        if on := read.date(written, f"days[{written}]"):
            yield on, _day(read, item, f"days[{written}]")


def _yearly(read: Reader, root: Mapping[str, Any]) -> Iterator[tuple[tuple[int, int], Day]]:
    for written, item in _entries(read, root, "yearly"):
        if on := read.date(f"{LEAP}{written}", f"yearly[{written}]"):
            yield (on.month, on.day), _day(read, item, f"yearly[{written}]")


def _entries(read: Reader, root: Mapping[str, Any], name: str) -> list[tuple[str, object]]:
    entries = read.mapping(root.get(name, {}), name)
    if len(entries) > DAYS:
        read.problem(name, "too_many", count=len(entries), at_most=DAYS)
    return [(str(written)[:40], item) for written, item in list(entries.items())[:DAYS]]


def _day(read: Reader, item: object, place: str) -> Day:
    own = read.mapping(item, place)
    hours = own.get("hours", ())
    name = read.text(own, "name", at_most=NAME_LENGTH, default="", field=f"{place}.name")
    return Day(None if hours is None else _spans(read, hours, f"{place}.hours"), name)


def _vacations(read: Reader, root: Mapping[str, Any]) -> Iterator[Vacation]:
    for number, item in enumerate(read.items(root, "vacations", at_most=VACATIONS)):
        place = f"vacations[{number}]"
        given = read.mapping(item, place)
        first, last = (read.date(given.get(name), f"{place}.{name}") for name in ("first", "last"))
        name = read.text(given, "name", at_most=NAME_LENGTH, default="", field=f"{place}.name")
        greeting = read.text(given, "greeting", at_most=REPLY_LENGTH, default="", field=f"{place}.greeting")
        if first and last and last < first:
            read.problem(f"{place}.last", "end_before_start", first=first.isoformat(), last=last.isoformat())
        elif first and last:
            yield Vacation(first, last, name, greeting)


def _night(read: Reader, item: object) -> Night | None:
    if item is None:
        return None
    night = read.mapping(item, "night")
    start = read.number(night, "start", default=0, at_most=DAY - 1, field="night.start")
    end = read.number(night, "end", default=DAY, at_most=DAY, field="night.end")
    if start == end:
        read.problem("night.end", "end_before_start", start=start, end=end)
    return Night(start, end, read.text(night, "greeting", at_most=REPLY_LENGTH, default="", field="night.greeting"))


def _shipping(read: Reader, item: object) -> Shipping | None:
    if item is None:
        return None
    cutoffs = read.items({"shipping": item}, "shipping", at_most=7)
    if len(cutoffs) != 7:
        read.problem("shipping", "wrong_count", count=len(cutoffs), wanted=7)
    days = [{f"shipping[{number}]": minute} for number, minute in enumerate(cutoffs)]
    return Shipping(tuple(read.minute(day, *day, at_most=DAY) for day in days))
