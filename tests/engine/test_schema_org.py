"""The shop's hours as search engines read them."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

from autoresponder.engine.calendar import Calendar, Day, Span, Vacation
from autoresponder.engine.schema_org import opening_hours, script
from tests.engine.shop import ALWAYS_OPEN, NEVER_OPEN

TODAY = date(2026, 11, 23)
SHOP = Calendar(
    "Asia/Seoul",
    (*[(Span(600, 750), Span(810, 1140))] * 5, (Span(1080, 1560),), ()),
    days={date(2026, 12, 31): Day((Span(600, 900),)), date(2026, 12, 30): Day(None)},
    vacations=(Vacation(date(2027, 8, 2), date(2027, 8, 4)),),
)


def test_the_week_is_grouped_and_late_nights_close_the_next_day() -> None:
    found = opening_hours(SHOP, name="햇살상점", today=TODAY, url="https://shop.example/")
    weekdays = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday"]
    assert found["openingHoursSpecification"] == [
        {"@type": "OpeningHoursSpecification", "dayOfWeek": weekdays, "opens": "10:00", "closes": "12:30"},
        {"@type": "OpeningHoursSpecification", "dayOfWeek": weekdays, "opens": "13:30", "closes": "19:00"},
        {"@type": "OpeningHoursSpecification", "dayOfWeek": ["Saturday"], "opens": "18:00", "closes": "02:00"},
    ]
    assert (found["@type"], found["name"], found["url"]) == ("LocalBusiness", "햇살상점", "https://shop.example/")


def test_only_dates_that_are_not_as_the_week_says_are_special() -> None:
    found = opening_hours(SHOP, name="햇살상점", today=TODAY)["specialOpeningHoursSpecification"]
    assert [(each["validFrom"], each["validThrough"], each["opens"], each["closes"]) for each in found] == [
        ("2026-12-31", "2026-12-31", "10:00", "15:00"),
        ("2027-08-02", "2027-08-04", "00:00", "00:00"),
    ]


def test_around_the_clock_is_not_mistaken_for_a_day_off() -> None:
    found = opening_hours(ALWAYS_OPEN, name="x", today=TODAY)["openingHoursSpecification"]
    assert [(each["opens"], each["closes"]) for each in found] == [("00:00", "23:59")]
    until_midnight = replace(ALWAYS_OPEN, week=((Span(1080, 1440),), *[()] * 6))
    found = opening_hours(until_midnight, name="x", today=TODAY)["openingHoursSpecification"]
    assert [(each["opens"], each["closes"]) for each in found] == [("18:00", "00:00")]
    assert opening_hours(NEVER_OPEN, name="x", today=TODAY)["openingHoursSpecification"] == []


def test_a_shops_name_cannot_end_the_script() -> None:
    name = "</script><script>alert(1)</script>"
    text = script(opening_hours(SHOP, name=name, today=TODAY))
    assert text.count("<") == 2 and text.endswith("\n</script>")
    assert json.loads(text.split("\n", 1)[1].rsplit("\n", 1)[0])["name"] == name
