"""Named values in reply texts: {가게이름}, {다음영업시간}, {오늘영업시간}, and the same in English."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from autoresponder.engine.hours import DAY, Calendar, Span, spans_on
from autoresponder.engine.types import State

SHOP_NAME, NEXT_OPEN, HOURS_TODAY = "가게이름", "다음영업시간", "오늘영업시간"
NAMES = {
    SHOP_NAME: SHOP_NAME,
    NEXT_OPEN: NEXT_OPEN,
    HOURS_TODAY: HOURS_TODAY,
    "shop_name": SHOP_NAME,
    "next_open": NEXT_OPEN,
    "hours_today": HOURS_TODAY,
}

_VARIABLE = re.compile(r"\{\s*([^{}\n]{1,40}?)\s*\}")
_KOREAN_DAYS = "월화수목금토일"
_ENGLISH_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_ENGLISH_MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)


def fill(text: str, calendar: Calendar, state: State, *, now: datetime, values: Mapping[str, Any]) -> str:
    """The text with every known variable filled; what is in braces but unknown stays as the owner wrote it."""
    if "{" not in text:
        return text

    def value(variable: re.Match[str]) -> str:
        name = NAMES.get(variable[1])
        return _value(name, calendar, state, now, values) if name else variable[0]

    return _VARIABLE.sub(value, text)


def unknown_variables(text: str) -> list[str]:
    """Names in braces that nothing fills, in order, once each."""
    return list(dict.fromkeys(name for name in _VARIABLE.findall(text) if name not in NAMES))


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
    closed_today = state.reason == "override" and not state.open
    return _hours_today(() if closed_today else spans_on(calendar, today), english)


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
