"""Until when an order still leaves the same day, and that promise in a reply: {출고마감} and {출고일}.

A promise is never made for a day on which nothing leaves (public holiday, also one the shop opens on: no parcel is
fetched then; rest, vacation, own day off, closed by hand), nor for a cut-off that is over, nor for one after the end of
a day's own, shorter hours.

What is written around the two is kept true: "오늘 {출고마감}까지 주문하면 오늘 출발해요" says after today's cut-off
"내일 오후 2:00까지 주문하면 내일 출발해요". Right before the cut-off 오늘 turns into its day and words like 평일 give
way to it; behind it, in the same clause, 오늘 is its day too. No other word of the owner's is touched.
"""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from autoresponder.engine.calendar import Calendar
from autoresponder.engine.clock_words import clock_words, day_words
from autoresponder.engine.dates import holiday_name, plan
from autoresponder.engine.hours import LOOK_AHEAD, first_moment

_CUTOFF = r"\{\s*(?:출고마감|cutoff_time)\s*(?:\|[^{}]*)?\}"
_ON = r"\{\s*(?:출고일|shipping_day)\s*(?:\|[^{}]*)?\}"
_NAMED = re.compile(f"{_CUTOFF}|{_ON}")
# A comma after 주문하면, 경우, 까지, 전에 does not end what is promised.
_KOREAN_CLAUSE = re.compile(r"(?:\{[^{}]*\}|[^.!?\n,]|(?<=[면우지에]),)+|.", re.DOTALL)
_KOREAN_CUTOFF = re.compile(rf"(?:오늘(은|도)?(\s*)|(?:(?:평일|매일|영업일|당일)(?:은|에는|에)?\s*))?{_CUTOFF}")
_KOREAN_TODAY = re.compile(r"(?<![가-힣])오늘(?!의)")
_ENGLISH_CLAUSE = re.compile(r"(?:\{[^{}]*\}|[^.!?\n])+|.", re.DOTALL)
_ENGLISH_DAY_SAID = re.compile(rf"\btoday,?\s+(?:by|before|until|till)\s+{_CUTOFF}|{_CUTOFF}\s+today\b", re.IGNORECASE)
_ENGLISH_TODAY = re.compile(r"\b([Tt])oday\b(?!['’])")


class Leaving(NamedTuple):
    """Orders up to that minute of that day leave on it."""

    on: date
    minute: int


def next_shipping(calendar: Calendar, now: datetime) -> Leaving | None:
    """The next cut-off that can still be kept; None where no shipping days are set or none comes in 400 days."""
    zone = ZoneInfo(calendar.timezone)
    today = now.astimezone(zone).date()
    for on in (today + timedelta(days=number) for number in range(LOOK_AHEAD if calendar.shipping else 0)):
        minute = _cutoff(calendar, on)
        if minute is None:
            continue
        until, by_hand = first_moment(zone, on, minute), calendar.override
        shut = by_hand is not None and not by_hand.open and now < by_hand.until and until <= by_hand.until
        if until > now and not shut:
            return Leaving(on, minute)
    return None


def tell_shipping(text: str, calendar: Calendar, *, now: datetime, english: bool) -> str:
    """The text with the next cut-off and its day in words; as it is where there is none to tell."""
    if not _NAMED.search(text) or (leaving := next_shipping(calendar, now)) is None:
        return text
    today = now.astimezone(ZoneInfo(calendar.timezone)).date()
    day, clock = day_words(leaving.on, today, english=english), clock_words(leaving.minute, english=english)
    if english:
        return "".join(_english(clause, day, clock) for clause in _ENGLISH_CLAUSE.findall(text))
    return "".join(_korean(clause, day, clock) for clause in _KOREAN_CLAUSE.findall(text))


def _cutoff(calendar: Calendar, on: date) -> int | None:
    cutoff = calendar.shipping.cutoffs[on.weekday()] if calendar.shipping else None
    if cutoff is None or holiday_name(calendar.country, on):
        return None
    today = plan(calendar, on)
    if today.why == "week":
        return cutoff
    return min(cutoff, today.spans[-1].end) if today.spans else None


def _korean(clause: str, day: str, clock: str) -> str:
    found = _KOREAN_CUTOFF.search(clause)
    if found is None:
        return re.sub(_ON, day, clause)
    head, tail = re.sub(_ON, day, clause[: found.start()]), _KOREAN_TODAY.sub(day, clause[found.end() :])
    said = (
        f"{day}{found[1] or ''}{found[2]}"
        if found[2] is not None
        else ""
        if re.search(_ON, clause[: found.start()])
        else f"{day} "
    )
    return f"{head}{said}{clock}{re.sub(_ON, day, re.sub(_CUTOFF, clock, tail))}"


def _english(clause: str, day: str, clock: str) -> str:
    if not re.search(_CUTOFF, clause):
        return re.sub(_ON, day, clause)
    # 2:00 PM tomorrow, but 2:00 PM on Monday, November 30.
    on = f"on {day}" if "," in day else day
    first = clock if _ENGLISH_DAY_SAID.search(clause) or re.search(_ON, clause) else f"{clock} {on}"
    told = _ENGLISH_TODAY.sub(lambda today: on[0].upper() + on[1:] if today[1] == "T" else on, clause)
    return re.sub(_ON, day, re.sub(_CUTOFF, clock, re.sub(_CUTOFF, first, told, count=1)))
