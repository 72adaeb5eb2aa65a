"""Calendars of every kind, for hypothesis."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as st

from autoresponder.engine.calendar import NTH, Calendar, Day, Night, Rest, Shipping, Span, Vacation

TEXT = st.text(st.characters(exclude_categories=["C"]), max_size=8)
# Half hours, so that spans meet, overlap and end in a skipped or repeated hour; long ones are rarer.
# Many begin or end when clocks are set.
STARTS, LENGTHS = st.integers(0, 47) | st.integers(0, 7), st.integers(1, 16) | st.integers(1, 4) | st.integers(1, 48)
SPANS = st.builds(lambda start, length: Span(start * 30, (start + length) * 30), STARTS, LENGTHS)
HOURS = st.lists(SPANS, max_size=3).map(tuple)
OWN_DAYS = st.builds(Day, st.none() | st.just(()) | HOURS, TEXT)
RESTS = st.builds(
    lambda weekday, nth: Rest(weekday, tuple(number for number in NTH if number in nth)),
    st.integers(0, 6),
    st.sets(st.sampled_from(NTH), min_size=1),
)
NIGHTS = st.builds(lambda start, end, text: Night(start * 30, end * 30 + 15, text), STARTS, STARTS, TEXT)
SHIPPING = st.tuples(*[st.none() | st.integers(0, 48).map(lambda half: half * 30)] * 7).map(Shipping)


def calendars(
    zone: str, first: date, days: int, *, countries: Sequence[str] = ("", "KR")
) -> st.SearchStrategy[Calendar]:
    """Without an override; whatever has a date of its own lies within `days` of `first`."""
    dates = st.integers(0, days - 1).map(lambda number: first + timedelta(number))
    lengths = st.integers(0, 9)
    vacations = st.builds(lambda on, more, name: Vacation(on, on + timedelta(more), name, name), dates, lengths, TEXT)
    fields: dict[str, Any] = {
        "week": st.tuples(*[HOURS] * 7),
        "country": st.sampled_from(countries),
        "rests": st.lists(RESTS, max_size=2).map(tuple),
        "days": st.dictionaries(dates, OWN_DAYS, max_size=4),
        "yearly": st.dictionaries(dates.map(lambda on: (on.month, on.day)), OWN_DAYS, max_size=2),
        "vacations": st.lists(vacations, max_size=2).map(tuple),
        "night": st.none() | NIGHTS,
        "shipping": st.none() | SHIPPING,
    }
    return st.builds(Calendar, timezone=st.just(zone), **fields)
