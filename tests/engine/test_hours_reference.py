"""The engine against hours counted minute by minute, over years, where clocks jump and where they do not."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from autoresponder.engine.calendar import Calendar, Day, Override, Span
from autoresponder.engine.hours import state
from autoresponder.engine.types import State
from tests.engine.calendars import calendars
from tests.engine.slow_hours import SIGHT, Clock, SlowHours, clock_of

YEARS = 3 * 365
# zone, first day, public holidays of, nights on which the clock is set
PLACES = [
    ("Asia/Seoul", date(2025, 1, 1), "KR", []),
    ("America/New_York", date(2025, 1, 1), "US", [date(2026, 3, 8), date(2026, 11, 1), date(2025, 11, 2)]),
    ("Europe/Berlin", date(2025, 1, 1), "DE", [date(2026, 3, 29), date(2025, 10, 26), date(2026, 10, 25)]),
    # Samoa had no 30th of December in 2011.
    ("Pacific/Apia", date(2011, 1, 1), "", [date(2011, 12, 29), date(2011, 9, 24), date(2012, 4, 1)]),
    # Nepal's clocks went from +5:30 to +5:45.
    ("Asia/Kathmandu", date(1985, 1, 1), "", [date(1986, 1, 1)]),
    # Half an hour of summer time.
    ("Australia/Lord_Howe", date(2025, 1, 1), "AU", [date(2026, 4, 5), date(2026, 10, 4)]),
]
AROUND = 5
# Hours that begin and end where a clock that is set at night skips or repeats some.
NIGHT_SPANS = st.builds(
    lambda start, length: Span(start * 15, (start + length) * 15), st.integers(0, 16), st.integers(1, 9)
)
NIGHT_HOURS = st.lists(NIGHT_SPANS, min_size=1, max_size=3).map(tuple)


@pytest.mark.parametrize(("zone", "first", "country", "nights"), PLACES, ids=[place[0] for place in PLACES])
def test_hours_agree_with_a_minute_by_minute_reference(
    zone: str, first: date, country: str, nights: list[date]
) -> None:
    clock = clock_of(zone, first, YEARS + 60)
    days = st.integers(AROUND, YEARS - SIGHT - 20).map(lambda number: first + timedelta(number))
    some_day = st.one_of(days, *[st.sampled_from(nights)] * 3) if nights else days

    @settings(max_examples=30, deadline=None, derandomize=True, phases=[Phase.explicit, Phase.generate])
    @given(st.data(), some_day)
    def agree(data: st.DataObject, day: date) -> None:
        begin = datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(days=AROUND)
        calendar = data.draw(calendars(zone, day - timedelta(days=2), 14, countries=("", country)))
        # Anywhere around, and more of them in the night in question, whose clock may be half a day off UTC.
        minutes = st.integers(3 * 1440, 8 * 1440) | st.integers((2 * AROUND - 1) * 720, (2 * AROUND + 2) * 720)
        moments = minutes.map(lambda minute: begin + timedelta(minutes=minute))
        if data.draw(st.booleans()):
            days = {**calendar.days, day: Day(data.draw(NIGHT_HOURS))}
            calendar = replace(calendar, days=days, vacations=())
        if data.draw(st.booleans()):
            calendar = replace(calendar, override=Override(data.draw(st.booleans()), data.draw(moments)))
        slow = SlowHours(calendar, clock, begin)
        second = timedelta(seconds=data.draw(st.integers(0, 59)))
        for moment in data.draw(st.lists(moments, min_size=10, max_size=10)):
            _agree(calendar, slow, clock, moment + second, zone)

    agree()


def _agree(calendar: Calendar, slow: SlowHours, clock: Clock, moment: datetime, zone: str) -> None:
    said, told = state(calendar, moment), slow.at(moment)
    assert (said.open, said.reason, said.name) == (told.open, told.reason, told.name)
    assert _minute(clock, said.next_change) == told.next_change
    assert _minute(clock, said.next_open) == told.next_open
    assert (said.night, said.holiday) == (told.night, told.holiday)
    assert all(at.tzinfo == ZoneInfo(zone) for at in (said.next_change, said.next_open) if at)


def _minute(clock: Clock, moment: datetime | None) -> float | None:
    """Moments of a repeated hour never equal those of another zone in Python (PEP 495), so they are counted."""
    return (moment.astimezone(UTC) - clock.begin) / timedelta(minutes=1) if moment else None


@pytest.mark.parametrize(
    ("zone", "first", "night"), [(place[0], place[1], night) for place in PLACES for night in place[3][:2]]
)
def test_each_quarter_of_a_night_on_which_the_clock_is_set(zone: str, first: date, night: date) -> None:
    clock = clock_of(zone, first, YEARS + 60)
    begin = datetime(night.year, night.month, night.day, tzinfo=UTC) - timedelta(days=AROUND)
    midnight = clock.begin + timedelta(minutes=clock.first(night, 0))
    # Open on both sides, so that nothing but this night has to be looked at.
    plain = Calendar(zone, ((Span(300, 1200),),) * 7)
    for start in range(0, 300, 15):
        calendar = replace(plain, days={night: Day((Span(start, start + 60), Span(1200, 1440)))})
        slow = SlowHours(calendar, clock, begin)
        for minute in range(-30, 360, 30):
            _agree(calendar, slow, clock, midnight + timedelta(minutes=minute), zone)


@pytest.mark.parametrize(("zone", "night"), [(place[0], night) for place in PLACES for night in place[3][:1]])
def test_what_is_remembered_never_outlives_its_truth(zone: str, night: date) -> None:
    @settings(max_examples=2, deadline=None, derandomize=True, phases=[Phase.generate])
    @given(calendars(zone, night - timedelta(days=1), 3))
    def holds(calendar: Calendar) -> None:
        # From half a day before midnight UTC to well after it: the night wherever it is.
        begin = datetime(night.year, night.month, night.day, tzinfo=UTC) - timedelta(days=1)
        for minute in range(12 * 60, 30 * 60, 15):
            moment = begin + timedelta(minutes=minute, seconds=minute % 59)
            assert state(calendar, moment) == _afresh(calendar, moment)

    holds()


def _afresh(calendar: Calendar, moment: datetime) -> State:
    return state(replace(calendar), moment)
