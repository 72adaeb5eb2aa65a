"""Any moment by the name a seller would give it: "설날 밤 11시", "토요일 오후 3시", "12월 24일", "내일 저녁"."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from autoresponder.console.clocks import read_clock
from autoresponder.console.holiday_words import holiday_words
from autoresponder.engine.calendar import DAY, Calendar
from autoresponder.engine.dates import public_holidays
from autoresponder.engine.hours import first_moment

LONGEST = 40
NOON = 12 * 60
YEARS = range(2000, 2100)
AHEAD = 3

_RELATIVE = {"오늘": 0, "지금": 0, "내일": 1, "모레": 2, "글피": 3, "today": 0, "tonight": 0, "tomorrow": 1}
_WEEKDAYS = "월화수목금토일"
_ENGLISH_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_PARTS = {
    **{"새벽": 2 * 60, "아침": 9 * 60, "오전": 10 * 60, "점심": 12 * 60 + 30, "점심시간": 12 * 60 + 30, "낮": 14 * 60},
    **{"오후": 15 * 60, "저녁": 19 * 60, "밤": 23 * 60, "한밤": 2 * 60 + DAY},
    **{"morning": 9 * 60, "lunch": 12 * 60 + 30, "afternoon": 15 * 60, "evening": 19 * 60, "night": 23 * 60},
}
# What people say for a holiday whose official name is another.
_SAID = {
    "크리스마스": "기독탄신일",
    "성탄절": "기독탄신일",
    "christmas": "기독탄신일",
    "새해": "신정연휴",
    "신정": "신정연휴",
    "newyear": "신정연휴",
    "석가탄신일": "부처님오신날",
    "구정": "설날",
    "seollal": "설날",
    "lunarnewyear": "설날",
    "chuseok": "추석",
    "한가위": "추석",
}
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:t(?=\d))?")
_FULL = re.compile(r"(\d{4})[년.\-/]+(\d{1,2})[월.\-/]+(\d{1,2})일?")
_MONTH_DAY = re.compile(r"(\d{1,2})(?:월|/)(\d{1,2})일?")
_WEEKDAY = re.compile(rf"(이번주|다음주)?([{_WEEKDAYS}])요일|({'|'.join(_ENGLISH_DAYS)})")


def read_moment(text: str, calendar: Calendar, *, now: datetime) -> datetime | None:
    """The moment (UTC) a text names, on the shop's clock; the next such one from `now` on. None for anything else."""
    if len(text) > LONGEST:
        return None
    plain = re.sub(r"[\s,]+", "", unicodedata.normalize("NFKC", text).lower())
    zone = ZoneInfo(calendar.timezone)
    today = now.astimezone(zone).date()
    if not plain:
        return None
    on, rest = _take_date(plain, calendar, today)
    minute = _minute(rest if plain != "tonight" else "night")
    if minute is None or (on or today).year not in YEARS:
        return None
    moment = first_moment(zone, on or today, minute)
    return moment if on or moment >= now else first_moment(zone, today + timedelta(1), minute)


def suggestions(calendar: Calendar, *, now: datetime) -> list[str]:
    """A few moments worth a look, each a text that `read_moment` knows: tonight, a weekend, what comes next."""
    today = now.astimezone(ZoneInfo(calendar.timezone)).date()
    named = [_("휴가")] if any(vacation.last >= today for vacation in calendar.vacations) else []
    names = (_holiday_names(calendar.country, today)) if calendar.country else iter(())
    wanted = [_("설날"), _("추석"), _("크리스마스")]
    coming = [name for name in dict.fromkeys(names) if name in wanted]
    return [_("오늘 밤 11시"), _("일요일 오후 3시"), *named, *coming[:2]]


def _take_date(plain: str, calendar: Calendar, today: date) -> tuple[date | None, str]:
    """The date a text begins to name, and what is left of it for the time of day; None where it names none."""
    for found in _dates(plain, calendar, today):
        return found
    return None, plain


def _dates(plain: str, calendar: Calendar, today: date) -> Iterator[tuple[date, str]]:
    for word, days in _RELATIVE.items():
        if plain.startswith(word):
            yield today + timedelta(days), plain.removeprefix(word)
    for pattern in (_ISO, _FULL):
        if (found := pattern.match(plain)) and (on := _date(*map(int, found.groups()))):
            yield on, plain[found.end() :]
    if (found := _MONTH_DAY.match(plain)) and (on := _next(int(found[1]), int(found[2]), today)):
        yield on, plain[found.end() :]
    if found := _WEEKDAY.match(plain):
        yield _weekday(found, today), plain[found.end() :]
    for vacation in calendar.vacations:
        for name in filter(None, ("".join(vacation.name.split()).lower(), "휴가", "vacation", "holiday")):
            if vacation.last >= today and plain.startswith(name):
                yield max(vacation.first, today), plain.removeprefix(name)
    yield from _holidays(plain, calendar.country or "KR", today)


def _holidays(plain: str, country: str, today: date) -> Iterator[tuple[date, str]]:
    """The longest name first: 설날 전날 is not 설날."""
    said = next((word for word in sorted(_SAID, key=len, reverse=True) if plain.startswith(word)), "")
    wanted = (_SAID[said] + plain.removeprefix(said) if said else plain).replace("대체공휴일", "대체휴일")
    days = [
        (on, "".join(name.split()).lower())
        for year in range(today.year, today.year + AHEAD)
        for on, name in sorted(public_holidays(country, year).items())
        if on >= today
    ]
    for on, name in sorted(days, key=lambda day: (-len(day[1]), day[0])):
        if wanted.startswith(name):
            yield on, wanted.removeprefix(name)


def _holiday_names(country: str, today: date) -> Iterator[str]:
    for year in (today.year, today.year + 1):
        for on, name in sorted(public_holidays(country, year).items()):
            if on >= today:
                yield holiday_words(name)


def _weekday(found: re.Match[str], today: date) -> date:
    weekday = _WEEKDAYS.index(found[2]) if found[2] else _ENGLISH_DAYS.index(found[3])
    monday = today - timedelta(today.weekday())
    if found[1]:
        return monday + timedelta(weekday + (7 if found[1] == "다음주" else 0))
    return today + timedelta((weekday - today.weekday()) % 7)


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _next(month: int, day: int, today: date) -> date | None:
    years = (_date(year, month, day) for year in range(today.year, today.year + 5))
    return next((on for on in years if on and on >= today), None)


def _minute(rest: str) -> int | None:
    """Minutes since midnight; noon when no time is named. "3시" is the afternoon's, when customers are awake."""
    rest = rest.removeprefix("에").removeprefix("at")
    if not rest:
        return NOON
    if rest in _PARTS:
        return _PARTS[rest]
    clock = read_clock(rest)
    if clock is None:
        return None
    return clock.minutes + DAY // 2 if clock.loose and clock.minutes < 8 * 60 else clock.minutes
