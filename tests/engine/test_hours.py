from __future__ import annotations

import time
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from autoresponder.engine.calendar import (
    Calendar,
    Day,
    Night,
    Override,
    Rest,
    Span,
    Vacation,
    WeekProblem,
    problems,
)
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


def test_a_remembered_state_ends_when_the_reason_changes() -> None:
    calendar = replace(SHOP)
    moments = [seoul("2026-11-28 14:00") + timedelta(minutes=n) for n in range(0, 3000, 10)]
    remembered = [state(calendar, moment) for moment in moments]
    assert remembered == [state(replace(SHOP), moment) for moment in moments]
    assert list(dict.fromkeys(said.reason for said in remembered)) == ["hours", "after", "day_off", "before", "break"]


REAL = Calendar(
    "Asia/Seoul",
    WEEK,
    "KR",
    rests=(Rest(0, (2, 4)),),
    days={date(2026, 11, 26): Day((), "재고 정리")},
    vacations=(Vacation(date(2026, 12, 1), date(2026, 12, 3), "겨울 휴가"),),
    night=Night(1320, 420),
)


@pytest.mark.parametrize(
    ("at", "reason", "name", "opens", "is_holiday"),
    [
        ("2026-11-23 11:00", "day_off", "", "2026-11-24 10:00", True),
        ("2026-11-26 11:00", "day_off", "재고 정리", "2026-11-27 10:00", True),
        ("2026-12-02 11:00", "vacation", "겨울 휴가", "2026-12-04 10:00", True),
        ("2026-12-25 11:00", "holiday", "기독탄신일", "2026-12-26 11:00", True),
        ("2026-11-29 11:00", "day_off", "", "2026-11-30 10:00", False),
        ("2026-11-24 08:00", "before", "", "2026-11-24 10:00", False),
    ],
)
def test_a_whole_day_off_says_which(at: str, reason: str, name: str, opens: str, is_holiday: bool) -> None:
    said = state(REAL, seoul(at))
    assert (said.open, said.reason, said.next_open, said.holiday) == (False, reason, seoul(opens), is_holiday)
    assert said.name.startswith(name) and bool(said.name) is bool(name)


@pytest.mark.parametrize(("at", "is_night"), [("21:59", False), ("22:00", True), ("06:59", True), ("07:00", False)])
def test_the_night_is_what_the_clock_says_also_while_open(at: str, is_night: bool) -> None:
    assert state(REAL, seoul(f"2026-11-24 {at}")).night is is_night
    assert state(replace(ALWAYS_OPEN, night=REAL.night), seoul(f"2026-11-24 {at}")).night is is_night


def test_a_night_that_ends_right_after_the_clock_was_set_is_not_remembered_too_long() -> None:
    shop = replace(NEVER_OPEN, timezone="America/New_York", night=Night(1320, 195))
    # 1:50 in the morning, half an hour before 3:20.
    late = datetime(2026, 3, 8, 6, 50, tzinfo=UTC)
    assert [state(shop, late + timedelta(minutes=minutes)).night for minutes in (0, 20, 30)] == [True, True, False]


def test_opened_by_hand_it_is_no_holiday() -> None:
    opened = replace(REAL, override=Override(True, seoul("2026-12-25 14:00")))
    assert not state(opened, seoul("2026-12-25 13:59:59")).holiday
    said = state(opened, seoul("2026-12-25 14:00"))
    assert (said.open, said.reason, said.holiday) == (False, "holiday", True)


@pytest.mark.parametrize(
    "calendar",
    [
        NEVER_OPEN,
        replace(SHOP, vacations=(Vacation(date(2000, 1, 1), date(2100, 1, 1)),)),
        replace(ALWAYS_OPEN, yearly={(month, day): Day(()) for month in range(1, 13) for day in range(1, 32)}),
        replace(NEVER_OPEN, country="KR", night=Night(0, 420)),
    ],
)
def test_a_shop_that_never_opens_is_soon_known_to(calendar: Calendar) -> None:
    started = time.thread_time()
    said = state(calendar, seoul("2026-11-23 11:00"))
    assert (said.open, said.next_change, said.next_open) == (False, None, None)
    assert next_boundary(calendar, seoul("2026-11-23 11:00")) == seoul("2026-11-24 00:00")
    assert time.thread_time() - started < 0.5


def test_a_shop_back_in_a_year_knows_its_day_and_one_back_later_does_not() -> None:
    now = seoul("2026-11-23 11:00")
    for days, opens in ((400, seoul("2027-12-28 10:00")), (401, None)):
        last = date(2026, 11, 23) + timedelta(days=days - 1)
        away = replace(SHOP, country="", vacations=(Vacation(date(2026, 11, 1), last),))
        assert state(away, now).next_open == opens
