"""The dates of a recurrence rule: RFC 5545, 3.3.10, of the parts that days off are written with."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from autoresponder.engine.icalendar.refused import Refused

WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
# More repetitions than any real calendar counts, and more steps than all rules of one take together.
COUNT, STEPS = 10_000, 50_000
_OFTEN = ("SECONDLY", "MINUTELY", "HOURLY")
# Times of day are of no matter where only dates count.
_TIMES = ("BYHOUR", "BYMINUTE", "BYSECOND")
_KNOWN = frozenset(
    ("FREQ", "INTERVAL", "COUNT", "UNTIL", "WKST", "BYDAY", "BYMONTHDAY", "BYMONTH", "BYSETPOS", *_TIMES)
)
_BYDAY = re.compile(r"([+-]?\d{1,2})?(MO|TU|WE|TH|FR|SA|SU)")


class Unreadable(ValueError):
    """What is written is no rule, or one with parts that nobody writes for days off."""


class Weekday(NamedTuple):
    """`nth` of the month or year, negative from its end, 0 for every."""

    weekday: int
    nth: int


@dataclass(frozen=True, slots=True)
class Rule:
    freq: str
    interval: int = 1
    count: int | None = None
    until: str = ""
    week_start: int = 0
    weekdays: tuple[Weekday, ...] = ()
    month_days: tuple[int, ...] = ()
    months: tuple[int, ...] = ()
    positions: tuple[int, ...] = ()


class Budget:
    """The steps that are left for all the rules of one file."""

    def __init__(self, steps: int = STEPS) -> None:
        self.left = steps

    def spend(self, steps: int) -> None:
        self.left -= steps
        if self.left < 0:
            raise Refused("repeats_too_much")


def rule_of(written: str) -> Rule:
    """Raises Unreadable, and Refused for what only a hostile file asks for."""
    parts = dict(part.split("=", 1) for part in written.upper().split(";") if "=" in part)
    freq, count = parts.get("FREQ", ""), parts.get("COUNT", "")
    if freq in _OFTEN:
        raise Refused("repeats_too_often", every=freq)
    if count and (len(count) > len(str(COUNT)) or _number(count, 1) > COUNT):
        raise Refused("repeats_too_much")
    if freq not in _PERIODS or not _KNOWN.issuperset(parts):
        raise Unreadable(written)
    return Rule(
        freq,
        _number(parts.get("INTERVAL", "1"), 1),
        _number(count, 1) if count else None,
        parts.get("UNTIL", ""),
        _weekday(parts.get("WKST", "MO")).weekday,
        tuple(map(_weekday, _listed(parts, "BYDAY"))),
        tuple(_number(day, -31, 31) for day in _listed(parts, "BYMONTHDAY")),
        tuple(_number(month, 1, 12) for month in _listed(parts, "BYMONTH")),
        tuple(_number(place, -366, 366) for place in _listed(parts, "BYSETPOS")),
    )


def dates(rule: Rule, start: date, until: date | None, first: date, last: date, budget: Budget) -> Iterator[date]:
    """The dates from `first` to `last` on which something that began on `start` is repeated."""
    last = min(last, until) if until else last
    counted = 0
    for days in _periods(rule, start, first, last, budget):
        for on in sorted(set(_placed(rule, days))):
            if on < start:
                continue
            counted += 1
            if on > last or (rule.count and counted > rule.count):
                return
            if on >= first:
                yield on


def _periods(rule: Rule, start: date, first: date, last: date, budget: Budget) -> Iterator[list[date]]:
    """The candidates of one day, week, month or year after the other; those before `first` only where they count."""
    number_of, days_of = _PERIODS[rule.freq]
    begin, end, since = number_of(rule, start), number_of(rule, last), number_of(rule, max(first, start))
    if rule.count is None:
        # Something that begins in an earlier period was over before `first`.
        begin += (since - begin) // rule.interval * rule.interval
    cost = 1 + len(rule.weekdays) + len(rule.month_days) + len(rule.positions)
    for number in range(begin, end + 1, rule.interval):
        budget.spend(cost)
        days = list(days_of(rule, start, number))
        budget.spend(len(days))
        yield days


def _placed(rule: Rule, days: list[date]) -> Iterator[date]:
    if not rule.positions:
        yield from days
        return
    days = sorted(set(days))
    for place in rule.positions:
        if place and abs(place) <= len(days):
            yield days[place - 1 if place > 0 else place]


def _days_of_day(rule: Rule, start: date, number: int) -> Iterator[date]:
    on = date.fromordinal(number)
    if _is_month(rule, on.month) and _is_weekday(rule, on) and (not rule.month_days or on in _of_month_days(rule, on)):
        yield on


def _days_of_week(rule: Rule, start: date, number: int) -> Iterator[date]:
    begin = date.fromordinal(number * 7 + 1 + rule.week_start)
    wanted = {day.weekday for day in rule.weekdays} or {start.weekday()}
    for on in (begin + timedelta(days=day) for day in range(7)):
        if on.weekday() in wanted and _is_month(rule, on.month):
            yield on


def _days_of_month(rule: Rule, start: date, number: int) -> Iterator[date]:
    year, month = divmod(number, 12)
    if _is_month(rule, month + 1):
        yield from _in_month(rule, start, date(year, month + 1, 1))


def _days_of_year(rule: Rule, start: date, number: int) -> Iterator[date]:
    if rule.weekdays and not rule.months and not rule.month_days:
        yield from _nth(rule.weekdays, date(number, 1, 1), date(number, 12, 31))
        return
    months = rule.months or (range(1, 13) if rule.month_days else (start.month,))
    for month in months:
        yield from _in_month(rule, start, date(number, month, 1))


def _in_month(rule: Rule, start: date, month: date) -> Iterator[date]:
    length = monthrange(month.year, month.month)[1]
    if rule.month_days:
        yield from (on for on in _of_month_days(rule, month) if _is_weekday(rule, on))
    elif rule.weekdays:
        yield from _nth(rule.weekdays, month, month.replace(day=length))
    elif start.day <= length:
        yield month.replace(day=start.day)


def _of_month_days(rule: Rule, month: date) -> list[date]:
    length = monthrange(month.year, month.month)[1]
    days = [day if day > 0 else length + 1 + day for day in rule.month_days if day]
    return [month.replace(day=day) for day in days if 1 <= day <= length]


def _nth(weekdays: tuple[Weekday, ...], first: date, last: date) -> Iterator[date]:
    for weekday, nth in weekdays:
        begin = first + timedelta(days=(weekday - first.weekday()) % 7)
        same = [begin + timedelta(days=day) for day in range(0, (last - begin).days + 1, 7)]
        if not nth:
            yield from same
        elif abs(nth) <= len(same):
            yield same[nth - 1 if nth > 0 else nth]


def _is_month(rule: Rule, month: int) -> bool:
    return not rule.months or month in rule.months


def _is_weekday(rule: Rule, on: date) -> bool:
    return not rule.weekdays or on.weekday() in {day.weekday for day in rule.weekdays}


def _number(written: str, least: int, most: int = 10_000) -> int:
    if not re.fullmatch(r"[+-]?[0-9]{1,5}", written) or not least <= int(written) <= most:
        raise Unreadable(written)
    return int(written)


def _weekday(written: str) -> Weekday:
    found = _BYDAY.fullmatch(written)
    if not found:
        raise Unreadable(written)
    return Weekday(WEEKDAYS.index(found[2]), int(found[1] or 0))


def _listed(parts: dict[str, str], name: str) -> list[str]:
    return list(dict.fromkeys(parts[name].split(","))) if name in parts else []


_PERIODS: dict[str, tuple[Callable[[Rule, date], int], Callable[[Rule, date, int], Iterator[date]]]] = {
    "DAILY": (lambda rule, on: on.toordinal(), _days_of_day),
    "WEEKLY": (lambda rule, on: (on.toordinal() - 1 - rule.week_start) // 7, _days_of_week),
    "MONTHLY": (lambda rule, on: on.year * 12 + on.month - 1, _days_of_month),
    "YEARLY": (lambda rule, on: on.year, _days_of_year),
}
