"""Named values in reply texts: {가게이름}, {다음영업시간}, {배송기간|보통 며칠}, and the same in English.

{출고마감} is the fact the owner wrote, until shipping days are set: then it and {출고일} are worked out (shipping.py).
After a bar stands what to say when the value is not known. There is nothing else: no loops, no conditions, no code.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from difflib import get_close_matches
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from autoresponder.engine.calendar import Calendar
from autoresponder.engine.clock_words import hours_words, moment_words, week_words
from autoresponder.engine.dates import plan
from autoresponder.engine.facts import BY_NAME
from autoresponder.engine.josa import fit
from autoresponder.engine.shipping import tell_shipping
from autoresponder.engine.types import State

SHOP_NAME, NEXT_OPEN, HOURS_TODAY, HOURS, CUSTOMER = "가게이름", "다음영업시간", "오늘영업시간", "영업시간", "고객명"
COMPUTED = (SHOP_NAME, HOURS, HOURS_TODAY, NEXT_OPEN)
CUTOFF, SHIPPING_DAY = "출고마감", "출고일"
# Known where shipping days are set.
SHIPPING = frozenset({CUTOFF, SHIPPING_DAY})
# Every name that may stand in braces -> its Korean one.
NAMES = {
    **{name: name for name in (*COMPUTED, CUSTOMER)},
    "shop_name": SHOP_NAME,
    "next_open": NEXT_OPEN,
    "hours_today": HOURS_TODAY,
    "hours": HOURS,
    "customer_name": CUSTOMER,
    SHIPPING_DAY: SHIPPING_DAY,
    "shipping_day": SHIPPING_DAY,
    **{name: fact.name for name, fact in BY_NAME.items()},
}

# Any length between the braces: what is too long to be a name is an unknown one, and no more reaches a customer.
_VARIABLE = re.compile(r"\{\s*([^{}|\s][^{}|]*)(?:\|([^{}]*))?\}")


def fill(text: str, calendar: Calendar, state: State, *, now: datetime, values: Mapping[str, Any]) -> str:
    """The text with every variable filled and Korean particles fitted; "" when a value is missing and nothing is said
    instead: braces never reach a customer.
    """
    if "{" not in text:
        return fit(text)
    if calendar.shipping:
        text = tell_shipping(text, calendar, now=now, english=values.get("language", "ko") == "en")
        values = {name: value for name, value in values.items() if name not in SHIPPING}
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


# Every message asks this of the same few texts.
@lru_cache(maxsize=4096)
def used(text: str) -> tuple[str, ...]:
    """The Korean names of the values a text cannot do without, in order, once each."""
    names = (NAMES.get(name, name) for name, instead in _pieces(text) if instead is None)
    return tuple(dict.fromkeys(name for name in names if name not in COMPUTED))


def never_empty(text: str) -> bool:
    """Whether something is said whenever all values are known that a text cannot do without."""

    def surely(variable: re.Match[str]) -> str:
        instead = variable[2]
        return instead or "" if instead is not None or NAMES.get(variable[1].rstrip()) in COMPUTED else variable[0]

    return bool(_VARIABLE.sub(surely, text).strip())


@lru_cache(maxsize=4096)
def always_said(text: str) -> bool:
    """Whether something is said whatever is known."""
    return not used(text) and never_empty(text)


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
        if state.next_open is None:
            return "the next business day" if english else "다음 영업일"
        return moment_words(state.next_open.astimezone(zone), today, english=english)
    if name == HOURS:
        return week_words(calendar, english=english)
    closed_today = state.reason == "override" and not state.open
    return hours_words(() if closed_today else plan(calendar, today).spans, english=english)
