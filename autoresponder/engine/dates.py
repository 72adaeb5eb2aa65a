"""What a single date says: which hours begin on it, and why it is not a plain day of the week."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from functools import lru_cache
from itertools import islice
from typing import NamedTuple

import holidays

from autoresponder.engine.calendar import LAST_OF_MONTH, Calendar, Day, Rest, Span, Vacation, merged

# Public holidays are looked for this far ahead.
YEARS = 3


class DayPlan(NamedTuple):
    """`why`: "week", "rest", "holiday", "vacation", "yearly" or "own"; `name` as the owner or the law calls the day.

    Without spans it is a day off. An own or yearly day that only says "as the week" where the week is closed too is
    a plain day of the week.
    """

    on: date
    spans: tuple[Span, ...]
    why: str
    name: str = ""


class Holiday(NamedTuple):
    """A public holiday. `kind`: "closed", "opened" (as the week says) or "hours" (hours of its own)."""

    on: date
    name: str
    kind: str
    spans: tuple[Span, ...]


def plan(calendar: Calendar, on: date) -> DayPlan:
    if own := calendar.days.get(on):
        return _own(calendar, on, own, "own")
    if vacation := vacation_on(calendar, on):
        return DayPlan(on, (), "vacation", vacation.name)
    if yearly := calendar.yearly.get((on.month, on.day)):
        return _own(calendar, on, yearly, "yearly")
    if name := holiday_name(calendar.country, on):
        return DayPlan(on, (), "holiday", name)
    if any(_rests(rest, on) for rest in calendar.rests):
        return DayPlan(on, (), "rest")
    return DayPlan(on, _of_week(calendar, on), "week")


def days_ahead(calendar: Calendar, first: date, count: int) -> list[DayPlan]:
    """The plans of so many days, for a month on the screen. Overrides are not looked at."""
    return [plan(calendar, first + timedelta(number)) for number in range(count)]


def next_holidays(calendar: Calendar, today: date, count: int) -> list[Holiday]:
    """The next public holidays of the shop's country from today on, and what the shop does on them."""
    return [_holiday(calendar, on, name) for on, name in islice(_holidays_from(calendar.country, today), count)]


def vacation_on(calendar: Calendar, on: date) -> Vacation | None:
    return next((vacation for vacation in calendar.vacations if vacation.first <= on <= vacation.last), None)


def holiday_name(country: str, on: date) -> str:
    """The public holiday's official local name, or ""."""
    return public_holidays(country, on.year).get(on, "") if country else ""


@lru_cache(maxsize=256)
def public_holidays(country: str, year: int) -> Mapping[date, str]:
    """Public holidays incl. substitute days; none for a country nobody knows."""
    try:
        language = holidays.country_holidays(country, years=year).default_language
        found = holidays.country_holidays(country, years=year, language=language)
    except NotImplementedError:
        return {}
    return {day: ", ".join(found.get_list(day)) for day in found}


def _own(calendar: Calendar, on: date, own: Day, why: str) -> DayPlan:
    name = own.name or holiday_name(calendar.country, on)
    if own.hours is not None:
        return DayPlan(on, merged(own.hours), why, name)
    spans = _of_week(calendar, on)
    return DayPlan(on, spans, why, name) if spans else DayPlan(on, (), "week")


def _of_week(calendar: Calendar, on: date) -> tuple[Span, ...]:
    return merged(calendar.week[on.weekday()]) if on.weekday() < len(calendar.week) else ()


def _rests(rest: Rest, on: date) -> bool:
    if on.weekday() != rest.weekday:
        return False
    is_last = on.day + 7 > monthrange(on.year, on.month)[1]
    return (on.day + 6) // 7 in rest.nth or (is_last and LAST_OF_MONTH in rest.nth)


def _holidays_from(country: str, today: date) -> Iterator[tuple[date, str]]:
    for year in range(today.year, today.year + YEARS) if country else ():
        yield from ((on, name) for on, name in sorted(public_holidays(country, year).items()) if on >= today)


def _holiday(calendar: Calendar, on: date, name: str) -> Holiday:
    found = plan(calendar, on)
    own = calendar.days.get(on) or calendar.yearly.get((on.month, on.day))
    if found.why in ("own", "yearly", "week") and own and own.hours is None:
        return Holiday(on, name, "opened", found.spans)
    return Holiday(on, name, "hours" if found.spans else "closed", found.spans)
