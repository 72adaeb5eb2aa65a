"""What a single date says, the month on the screen, and the public holidays to come."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from autoresponder.engine.calendar import Calendar, Day, Rest, Span, Vacation
from autoresponder.engine.dates import DayPlan, Holiday, days_ahead, next_holidays, plan

OFFICE, SHORT = (Span(600, 1140),), (Span(600, 900),)
SHOP = Calendar("Asia/Seoul", (*[OFFICE] * 5, (), ()), "KR")
CHRISTMAS = date(2026, 12, 25)
AWAY = Vacation(date(2026, 12, 20), date(2027, 1, 2), "휴가")


@pytest.mark.parametrize(
    ("changes", "spans", "why", "name"),
    [
        ({"country": ""}, OFFICE, "week", ""),
        ({}, (), "holiday", "기독탄신일"),
        ({"country": "", "rests": (Rest(4, (4,)),)}, (), "rest", ""),
        ({"country": "", "rests": (Rest(4, (-1,)),)}, (), "rest", ""),
        ({"country": "", "rests": (Rest(4, (1, 2, 3, 5)), Rest(3, (4,)))}, OFFICE, "week", ""),
        ({"rests": (Rest(4, (4,)),)}, (), "holiday", "기독탄신일"),
        ({"yearly": {(12, 25): Day(SHORT, "성탄 영업")}}, SHORT, "yearly", "성탄 영업"),
        ({"yearly": {(12, 25): Day(None)}}, OFFICE, "yearly", "기독탄신일"),
        ({"yearly": {(12, 25): Day(SHORT)}, "vacations": (AWAY,)}, (), "vacation", "휴가"),
        ({"days": {CHRISTMAS: Day(SHORT)}, "vacations": (AWAY,)}, SHORT, "own", "기독탄신일"),
        ({"days": {CHRISTMAS: Day((), "단축")}, "yearly": {(12, 25): Day(SHORT)}}, (), "own", "단축"),
    ],
)
def test_the_nearer_to_the_date_it_was_set_the_stronger(
    changes: dict[str, object], spans: tuple[Span, ...], why: str, name: str
) -> None:
    said = plan(replace(SHOP, **changes), CHRISTMAS)
    assert (said.spans, said.why) == (spans, why)
    assert said.name.startswith(name) and bool(said.name) is bool(name)


def test_a_saturday_that_is_open_as_the_week_says_is_a_plain_closed_saturday() -> None:
    saturday = date(2026, 10, 3)
    assert plan(replace(SHOP, days={saturday: Day(None, "개천절")}), saturday) == DayPlan(saturday, (), "week")


def test_every_second_and_fourth_monday() -> None:
    shop = replace(SHOP, country="", rests=(Rest(0, (2, 4)),))
    first = date(2026, 11, 1)
    off = [each.on.day for each in days_ahead(shop, first, 30) if each.why == "rest"]
    assert off == [9, 23]
    assert [each.on for each in days_ahead(shop, first, 3)] == [first + timedelta(number) for number in range(3)]


def test_the_last_of_a_month_may_be_the_fourth() -> None:
    shop = replace(SHOP, country="", rests=tuple(Rest(weekday, (-1,)) for weekday in range(7)))
    off = [each.on.day for each in days_ahead(shop, date(2026, 11, 1), 30) if each.why == "rest"]
    assert off == list(range(24, 31))


def test_the_29th_of_february_comes_in_leap_years_only() -> None:
    shop = replace(SHOP, country="", yearly={(2, 29): Day((), "윤일")})
    assert [each.on for each in days_ahead(shop, date(2027, 1, 1), 800) if each.why == "yearly"] == [date(2028, 2, 29)]


def test_the_next_public_holidays_and_what_the_shop_does() -> None:
    days = {CHRISTMAS: Day(None), date(2027, 1, 1): Day(SHORT), date(2027, 2, 8): Day(())}
    found = next_holidays(replace(SHOP, days=days), CHRISTMAS, 6)
    assert [(each.on, each.kind, each.spans) for each in found] == [
        (CHRISTMAS, "opened", OFFICE),
        (date(2027, 1, 1), "hours", SHORT),
        (date(2027, 2, 6), "closed", ()),
        (date(2027, 2, 7), "closed", ()),
        (date(2027, 2, 8), "closed", ()),
        (date(2027, 2, 9), "closed", ()),
    ]
    assert isinstance(found[0], Holiday) and found[0].name
    every_year = replace(SHOP, yearly={(12, 25): Day(None)})
    assert next_holidays(every_year, CHRISTMAS, 1)[0].kind == "opened"
    assert next_holidays(replace(every_year, vacations=(AWAY,)), CHRISTMAS, 1)[0].kind == "closed"


@pytest.mark.parametrize("country", ["", "XX", "00"])
def test_a_country_nobody_knows_has_no_holidays(country: str) -> None:
    assert next_holidays(replace(SHOP, country=country), CHRISTMAS, 5) == []
