"""Named values in reply texts: {가게이름}, {다음영업시간}, {배송기간|보통 며칠}, and the same in English.

After a bar stands what to say when the value is not known. There is nothing else: no loops, no conditions, no code.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from difflib import get_close_matches
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from autoresponder.engine.calendar import DAY, Calendar, Span
from autoresponder.engine.dates import plan
from autoresponder.engine.facts import BY_NAME
from autoresponder.engine.josa import fit
from autoresponder.engine.types import State

SHOP_NAME, NEXT_OPEN, HOURS_TODAY, HOURS, CUSTOMER = "가게이름", "다음영업시간", "오늘영업시간", "영업시간", "고객명"
COMPUTED = (SHOP_NAME, HOURS, HOURS_TODAY, NEXT_OPEN)
# Every name that may stand in braces -> its Korean one.
NAMES = {
    **{name: name for name in (*COMPUTED, CUSTOMER)},
    "shop_name": SHOP_NAME,
    "next_open": NEXT_OPEN,
    "hours_today": HOURS_TODAY,
    "hours": HOURS,
    "customer_name": CUSTOMER,
    **{name: fact.name for name, fact in BY_NAME.items()},
}

# Any length between the braces: what is too long to be a name is an unknown one, and no more reaches a customer.
_VARIABLE = re.compile(r"\{\s*([^{}|\s][^{}|]*)(?:\|([^{}]*))?\}")
_KOREAN_RUNS = {(0, 4): "평일", (5, 6): "주말", (0, 6): "매일"}
_KOREAN_DAYS = "월화수목금토일"
_ENGLISH_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_ENGLISH_MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)


def fill(text: str, calendar: Calendar, state: State, *, now: datetime, values: Mapping[str, Any]) -> str:
    """The text with every variable filled and Korean particles fitted; "" when a value is missing and nothing is said
    instead: braces never reach a customer.
    """
    if "{" not in text:
        return fit(text)
    missing = []

    def value(variable: re.Match[str]) -> str:
        name = NAMES.get(variable[1].rstrip(), "")
        if name in COMPUTED:
            return _value(name, calendar, state, now, values)
        known, instead = str(values.get(name) or "").strip(), variable[2]
        if not known and instead is None:
            missing.append(name)
        return known or (instead or "").strip()

    filled = _VARIABLE.sub(value, text)
    return "" if missing else fit(filled).strip()


def named(text: str) -> list[str]:
    """The Korean names of all known values a text holds, also of those it can do without, in order, once each."""
    return list(dict.fromkeys(NAMES[name] for name, _ in _pieces(text) if name in NAMES))


def used(text: str) -> list[str]:
    """The Korean names of the values a text cannot do without, in order, once each."""
    names = (NAMES.get(name, name) for name, instead in _pieces(text) if instead is None)
    return list(dict.fromkeys(name for name in names if name not in COMPUTED))


def unfilled(text: str, values: Mapping[str, Any]) -> list[str]:
    """The values a text cannot do without and nobody has filled in."""
    return [name for name in used(text) if not str(values.get(name) or "").strip()]


def unknown_variables(text: str) -> list[str]:
    """Names in braces that nothing fills, in order, once each."""
    return list(dict.fromkeys(name for name, _ in _pieces(text) if name not in NAMES))


def nearest(name: str) -> str | None:
    """The known name somebody most likely meant."""
    return next(iter(get_close_matches(name, NAMES, n=1, cutoff=0.5)), None)


def _pieces(text: str) -> list[tuple[str, str | None]]:
    """The name of each variable and what is said instead of it, if anything is written for that."""
    return [(found[1].rstrip(), found[2]) for found in _VARIABLE.finditer(text)]


def _value(name: str, calendar: Calendar, state: State, now: datetime, values: Mapping[str, Any]) -> str:
    english = values.get("language", "ko") == "en"
    zone = ZoneInfo(calendar.timezone)
    today = now.astimezone(zone).date()
    if name == SHOP_NAME:
        given = str(values.get(SHOP_NAME) or values.get("shop_name") or "").strip()
        return given or ("our shop" if english else "저희 가게")
    if name == NEXT_OPEN:
        opens = state.next_open.astimezone(zone) if state.next_open else None
        return _next_open(opens, today, english)
    if name == HOURS:
        return _week(calendar, english)
    closed_today = state.reason == "override" and not state.open
    return _hours_today(() if closed_today else plan(calendar, today).spans, english)


def _next_open(opens: datetime | None, today: date, english: bool) -> str:
    if opens is None:
        return "the next business day" if english else "다음 영업일"
    on, minute = opens.date(), opens.hour * 60 + opens.minute
    if english:
        return f"{_english_day(on, today)} at {_english_clock(minute)}"
    return f"{_korean_day(on, today)} {_korean_clock(minute)}"


def _hours_today(spans: Sequence[Span], english: bool) -> str:
    if not spans:
        return "closed today" if english else "휴무"
    if spans[0].start == 0 and spans[0].end >= DAY:
        return "24 hours" if english else "24시간"
    clock, between = (_english_clock, " to ") if english else (_korean_clock, " ~ ")
    return ", ".join(f"{clock(span.start)}{between}{clock(span.end)}" for span in spans)


def _week(calendar: Calendar, english: bool) -> str:
    """The week in words, days of the same hours together: 평일 오전 10:00 ~ 오후 7:00, 토요일 …"""
    days = [(index, _hours_today(spans, english)) for index, spans in enumerate(calendar.week) if spans]
    if not days:
        return "closed" if english else "휴무"
    runs = [list(run) for _, run in groupby(enumerate(days), key=lambda each: (each[1][0] - each[0], each[1][1]))]
    name = _english_days if english else _korean_days
    return ", ".join(f"{name(run[0][1][0], run[-1][1][0])} {run[0][1][1]}" for run in runs)


def _korean_days(first: int, last: int) -> str:
    if (first, last) in _KOREAN_RUNS:
        return _KOREAN_RUNS[first, last]
    return f"{_KOREAN_DAYS[first]}요일" if first == last else f"{_KOREAN_DAYS[first]}~{_KOREAN_DAYS[last]}요일"


def _english_days(first: int, last: int) -> str:
    if (first, last) == (0, 6):
        return "every day"
    return _ENGLISH_DAYS[first] if first == last else f"{_ENGLISH_DAYS[first]} to {_ENGLISH_DAYS[last]}"


def _korean_day(on: date, today: date) -> str:
    if on <= today + timedelta(days=1):
        return "내일" if on > today else "오늘"
    return f"{on.month}월 {on.day}일({_KOREAN_DAYS[on.weekday()]})"


def _english_day(on: date, today: date) -> str:
    if on <= today + timedelta(days=1):
        return "tomorrow" if on > today else "today"
    return f"{_ENGLISH_DAYS[on.weekday()]}, {_ENGLISH_MONTHS[on.month - 1]} {on.day}"


def _korean_clock(minute: int) -> str:
    if minute == DAY:
        return "밤 12:00"
    hour, rest = divmod(minute % DAY, 60)
    day = "다음 날 " if minute > DAY else ""
    return f"{day}{'오전' if hour < 12 else '오후'} {hour % 12 or 12}:{rest:02}"


def _english_clock(minute: int) -> str:
    if minute == DAY:
        return "midnight"
    hour, rest = divmod(minute % DAY, 60)
    day = " the next day" if minute > DAY else ""
    return f"{hour % 12 or 12}:{rest:02} {'AM' if hour < 12 else 'PM'}{day}"
