from __future__ import annotations

from bisect import bisect_left
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import accumulate
from zoneinfo import ZoneInfo

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from autoresponder.engine.calendar import Calendar, Day, Override, Span, WeekProblem, problems
from autoresponder.engine.hours import next_boundary, state
from tests.engine.shop import ALWAYS_OPEN, NEVER_OPEN, seoul

OFFICE = (Span(600, 750), Span(810, 1140))
WEEK = (*[OFFICE] * 5, (Span(660, 900),), ())
SHOP = Calendar("Asia/Seoul", WEEK, "KR")
BAR = Calendar("Asia/Seoul", ((),) * 4 + ((Span(1080, 1560),),) * 2 + ((),))


@pytest.mark.parametrize(
    ("at", "is_open", "reason", "change", "opens"),
    [
        ("2026-11-23 09:59", False, "before", "2026-11-23 10:00", "2026-11-23 10:00"),
        ("2026-11-23 10:00", True, "hours", "2026-11-23 12:30", "2026-11-23 13:30"),
        ("2026-11-23 12:30", False, "break", "2026-11-23 13:30", "2026-11-23 13:30"),
        ("2026-11-23 18:59", True, "hours", "2026-11-23 19:00", "2026-11-24 10:00"),
        ("2026-11-23 19:00", False, "after", "2026-11-24 10:00", "2026-11-24 10:00"),
        ("2026-11-28 15:00", False, "after", "2026-11-30 10:00", "2026-11-30 10:00"),
        ("2026-11-29 12:00", False, "day_off", "2026-11-30 10:00", "2026-11-30 10:00"),
    ],
)
def test_the_week_says_whether_it_is_open_and_why(at: str, is_open: bool, reason: str, change: str, opens: str) -> None:
    said = state(SHOP, seoul(at))
    assert (said.open, said.reason) == (is_open, reason)
    assert (said.next_change, said.next_open) == (seoul(change), seoul(opens))
    assert said.next_change is not None and said.next_change.utcoffset() == timedelta(hours=9)


@pytest.mark.parametrize(
    ("at", "name"), [("2026-09-25 11:00", "추석"), ("2026-08-17 11:00", "대체"), ("2027-02-09 11:00", "대체")]
)
def test_public_holidays_and_their_substitutes_are_days_off(at: str, name: str) -> None:
    said = state(SHOP, seoul(at))
    assert (said.open, said.reason) == (False, "holiday")
    assert name in said.name
    assert state(Calendar("Asia/Seoul", WEEK), seoul(at)).open


def test_own_hours_of_a_date_win_over_holiday_and_week() -> None:
    days = {date(2026, 9, 25): Day((Span(720, 780),)), date(2026, 9, 28): Day(())}
    own = Calendar("Asia/Seoul", WEEK, "KR", days=days)
    assert state(own, seoul("2026-09-25 12:30")).reason == "hours"
    assert state(own, seoul("2026-09-28 11:00")).reason == "day_off"


def test_a_night_past_midnight_belongs_to_the_evening_it_began() -> None:
    assert state(BAR, seoul("2026-11-28 01:59")).next_change == seoul("2026-11-28 02:00")
    assert state(BAR, seoul("2026-11-29 01:00")).open
    assert state(BAR, seoul("2026-11-29 02:00")).reason == "day_off"
    assert state(BAR, seoul("2026-11-28 02:00")).reason == "before"


def test_spans_that_touch_are_one_also_across_midnight() -> None:
    touching = Calendar("Asia/Seoul", ((Span(600, 720), Span(720, 1440)), (Span(0, 120),), *[()] * 5))
    assert state(touching, seoul("2026-11-23 11:00")).next_change == seoul("2026-11-24 02:00")


def test_always_and_never_have_no_next_change() -> None:
    assert state(ALWAYS_OPEN, seoul("2026-11-23 11:00")).next_change is None
    said = state(NEVER_OPEN, seoul("2026-11-23 11:00"))
    assert (said.reason, said.next_change, said.next_open) == ("day_off", None, None)


def test_an_override_wins_until_its_moment() -> None:
    until = seoul("2026-11-24 00:00")
    shut = Calendar("Asia/Seoul", WEEK, "KR", override=Override(False, until))
    said = state(shut, seoul("2026-11-23 11:00"))
    assert (said.open, said.reason, said.next_open) == (False, "override", seoul("2026-11-24 10:00"))
    assert state(shut, until).reason == "before"
    opened = Calendar("Asia/Seoul", WEEK, "KR", override=Override(True, seoul("2026-11-23 10:00")))
    said = state(opened, seoul("2026-11-23 09:00"))
    assert (said.open, said.next_change) == (True, seoul("2026-11-23 12:30"))


@pytest.mark.parametrize(
    ("calendar", "at", "opening", "until"),
    [
        (SHOP, "2026-11-23 11:00", False, "2026-11-24 00:00"),
        (SHOP, "2026-11-23 08:00", False, "2026-11-24 00:00"),
        (SHOP, "2026-11-23 08:00", True, "2026-11-23 10:00"),
        (SHOP, "2026-11-23 20:00", True, "2026-11-24 00:00"),
        (SHOP, "2026-11-23 12:45", None, "2026-11-23 13:30"),
        (BAR, "2026-11-27 19:00", False, "2026-11-28 02:00"),
        (BAR, "2026-11-28 01:00", False, "2026-11-28 02:00"),
        (ALWAYS_OPEN, "2026-11-23 11:00", False, "2026-11-24 00:00"),
        (NEVER_OPEN, "2026-11-23 11:00", True, "2026-11-24 00:00"),
    ],
)
def test_a_change_by_hand_ends_with_the_business_day(
    calendar: Calendar, at: str, opening: bool | None, until: str
) -> None:
    assert next_boundary(calendar, seoul(at), opening=opening) == seoul(until)


def test_a_week_that_cannot_be_kept_is_explained() -> None:
    def monday(*spans: Span) -> list[list[Span]]:
        return [list(spans), *([] for _ in range(6))]

    assert problems(monday(Span(600, 1140))) == []
    assert problems(monday()) == [WeekProblem("empty_week")]
    assert problems(monday(Span(600, 600))) == [WeekProblem("end_before_start", 0, 0), WeekProblem("empty_week")]
    assert problems(monday(Span(600, 900), Span(840, 1140))) == [WeekProblem("overlap", 0, 1, (0, 0))]
    assert problems(monday(Span(600, 900), Span(900, 1140))) == []
    assert problems(monday(Span(-5, 90), Span(600, 9000), Span(0, 60)))[:2] == [
        WeekProblem("bad_span", 0, 0),
        WeekProblem("bad_span", 0, 1),
    ]
    into_monday = [[Span(60, 120)], *([] for _ in range(5)), [Span(1200, 1560)]]
    assert problems(into_monday) == [WeekProblem("overlap", 0, 0, (6, 0))]


# Nights on which the clock jumps, and a plain one.
NIGHTS = {
    "Asia/Seoul": [date(2026, 11, 23)],
    "America/New_York": [date(2026, 3, 8), date(2026, 11, 1)],
    "Europe/Berlin": [date(2026, 3, 29), date(2026, 10, 25)],
}
PLACES = [(zone, night) for zone, nights in NIGHTS.items() for night in nights]
QUARTERS = st.tuples(st.integers(0, 95), st.integers(1, 60))
SPANS = QUARTERS.map(lambda at: Span(at[0] * 15, (at[0] + at[1]) * 15))
WEEKS = st.tuples(*[st.lists(SPANS, max_size=3).map(tuple)] * 7)


@cache
def clock_over_nine_days(zone: str, night: date) -> tuple[datetime, list[datetime]]:
    """The moment it begins, and the latest time the wall clock has shown by each minute since."""
    begin = datetime(night.year, night.month, night.day, tzinfo=UTC) - timedelta(days=4)
    moments = (begin + timedelta(minutes=n) for n in range(9 * 1440))
    return begin, list(accumulate((at.astimezone(ZoneInfo(zone)).replace(tzinfo=None) for at in moments), max))


def slow_open_minutes(week: tuple[tuple[Span, ...], ...], night: date, reached: list[datetime]) -> list[bool]:
    """A span holds from the minute whose clock has first reached its start until the one that has reached its end."""
    minutes = [False] * len(reached)
    for day in (night + timedelta(days=number) for number in range(-6, 7)):
        midnight = datetime.combine(day, datetime.min.time())
        for span in week[day.weekday()]:
            start, end = (bisect_left(reached, midnight + timedelta(minutes=at)) for at in (span.start, span.end))
            minutes[start:end] = [True] * (end - start)
    return minutes


@settings(max_examples=100, deadline=None, phases=[Phase.explicit, Phase.generate])
@given(WEEKS, st.sampled_from(PLACES), st.lists(st.integers(3 * 1440, 6 * 1440), min_size=10, max_size=10))
def test_hours_agree_with_a_minute_by_minute_reference(
    week: tuple[tuple[Span, ...], ...], place: tuple[str, date], minutes: list[int]
) -> None:
    calendar = Calendar(place[0], week)
    begin, reached = clock_over_nine_days(*place)
    is_open = slow_open_minutes(week, place[1], reached)
    for at in minutes:
        said = state(calendar, begin + timedelta(minutes=at))
        assert said.open is is_open[at]
        changes = [n for n in range(at + 1, len(is_open)) if is_open[n] is not is_open[n - 1]]
        if changes:
            assert minutes_since(begin, said.next_change) == changes[0]
        if opens := [n for n in changes if is_open[n]]:
            assert minutes_since(begin, said.next_open) == opens[0]


def minutes_since(begin: datetime, moment: datetime | None) -> float:
    """Moments of a repeated hour never equal those of another zone in Python (PEP 495), so they are counted."""
    assert moment is not None
    return (moment.astimezone(UTC) - begin) / timedelta(minutes=1)


def test_a_remembered_state_ends_when_the_reason_changes() -> None:
    calendar = replace(SHOP)
    moments = [seoul("2026-11-28 14:00") + timedelta(minutes=n) for n in range(0, 3000, 10)]
    remembered = [state(calendar, moment) for moment in moments]
    assert remembered == [state(replace(SHOP), moment) for moment in moments]
    assert list(dict.fromkeys(said.reason for said in remembered)) == ["hours", "after", "day_off", "before", "break"]
