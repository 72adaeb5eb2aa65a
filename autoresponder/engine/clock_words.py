"""Hours, days and clock times in Korean and English words, as they stand in replies."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from itertools import groupby

from autoresponder.engine.calendar import DAY, LAST_OF_MONTH, Calendar, Rest, Span

_KOREAN_RUNS = {(0, 4): "평일", (5, 6): "주말", (0, 6): "매일"}
_KOREAN_DAYS = "월화수목금토일"
_KOREAN_NTH = {1: "첫째", 2: "둘째", 3: "셋째", 4: "넷째", 5: "다섯째", LAST_OF_MONTH: "마지막"}
_ENGLISH_NTH = {1: "first", 2: "second", 3: "third", 4: "fourth", 5: "fifth", LAST_OF_MONTH: "last"}
_ENGLISH_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_ENGLISH_MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)


def moment_words(moment: datetime, today: date, *, english: bool) -> str:
    """The day and the time the clock shows; never earlier than the moment: what is left of a minute is rounded up."""
    whole = moment.replace(second=0, microsecond=0)
    clock = whole if whole == moment else whole + timedelta(minutes=1)
    minute = clock.hour * 60 + clock.minute
    if english:
        return f"{day_words(clock.date(), today, english=True)} at {clock_words(minute, english=True)}"
    return f"{day_words(clock.date(), today, english=False)} {clock_words(minute, english=False)}"


def day_words(on: date, today: date, *, english: bool) -> str:
    if on <= today + timedelta(days=1):
        names = ("today", "tomorrow") if english else ("오늘", "내일")
        return names[on > today]
    if english:
        return f"{_ENGLISH_DAYS[on.weekday()]}, {_ENGLISH_MONTHS[on.month - 1]} {on.day}"
    return f"{on.month}월 {on.day}일({_KOREAN_DAYS[on.weekday()]})"


def clock_words(minute: int, *, english: bool) -> str:
    """Minutes since midnight, beyond 1440 on the next day."""
    if minute == DAY:
        return "midnight" if english else "밤 12:00"
    hour, rest = divmod(minute % DAY, 60)
    if english:
        return f"{hour % 12 or 12}:{rest:02} {'AM' if hour < 12 else 'PM'}{' the next day' if minute > DAY else ''}"
    return f"{'다음 날 ' if minute > DAY else ''}{'오전' if hour < 12 else '오후'} {hour % 12 or 12}:{rest:02}"


def hours_words(spans: Sequence[Span], *, english: bool) -> str:
    """The hours of one day."""
    if not spans:
        return "closed today" if english else "휴무"
    if spans[0].start == 0 and spans[0].end >= DAY:
        return "24 hours" if english else "24시간"
    between = " to " if english else " ~ "
    return ", ".join(
        f"{clock_words(span.start, english=english)}{between}{clock_words(span.end, english=english)}" for span in spans
    )


def week_words(calendar: Calendar, *, english: bool) -> str:
    """The week, days of the same hours together, and the weekdays off in some weeks: 평일 오전 10:00 ~ 오후 7:00, …"""
    days = [(index, hours_words(spans, english=english)) for index, spans in enumerate(calendar.week) if spans]
    if not days:
        return "closed" if english else "휴무"
    runs = [list(run) for _, run in groupby(enumerate(days), key=lambda each: (each[1][0] - each[0], each[1][1]))]
    name = _english_days if english else _korean_days
    hours = [f"{name(run[0][1][0], run[-1][1][0])} {run[0][1][1]}" for run in runs]
    return ", ".join(hours + [_rest_words(rest, english) for rest in calendar.rests])


def _rest_words(rest: Rest, english: bool) -> str:
    if english:
        nth = " and ".join(_ENGLISH_NTH[number] for number in rest.nth)
        return f"closed every {nth} {_ENGLISH_DAYS[rest.weekday]} of the month"
    return f"매월 {'·'.join(_KOREAN_NTH[number] for number in rest.nth)} {_KOREAN_DAYS[rest.weekday]}요일 휴무"


def _korean_days(first: int, last: int) -> str:
    if (first, last) in _KOREAN_RUNS:
        return _KOREAN_RUNS[first, last]
    return f"{_KOREAN_DAYS[first]}요일" if first == last else f"{_KOREAN_DAYS[first]}~{_KOREAN_DAYS[last]}요일"


def _english_days(first: int, last: int) -> str:
    if (first, last) == (0, 6):
        return "every day"
    return _ENGLISH_DAYS[first] if first == last else f"{_ENGLISH_DAYS[first]} to {_ENGLISH_DAYS[last]}"
