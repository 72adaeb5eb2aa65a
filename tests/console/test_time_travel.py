"""Moments by the name a seller gives them; always seen from Wednesday 2026-11-25, 11:00 in Seoul."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from autoresponder.console.time_travel import read_moment, suggestions
from autoresponder.engine.calendar import Calendar, Vacation

SEOUL = ZoneInfo("Asia/Seoul")
NOW = datetime(2026, 11, 25, 11, 0, tzinfo=SEOUL)
CALENDAR = Calendar(
    "Asia/Seoul", ((),) * 7, "KR", vacations=(Vacation(date(2026, 12, 28), date(2026, 12, 31), "겨울휴가"),)
)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("설날 밤 11시", "2027-02-07 23:00"),
        ("설날", "2027-02-07 12:00"),
        ("설날 전날 저녁", "2027-02-06 19:00"),
        ("추석 오후 3시", "2027-09-15 15:00"),
        ("설날 대체공휴일 오후 2시", "2027-02-09 14:00"),
        ("크리스마스", "2026-12-25 12:00"),
        ("Christmas 8pm", "2026-12-25 20:00"),
        ("새해 아침", "2027-01-01 09:00"),
        ("오늘 밤", "2026-11-25 23:00"),
        ("오늘 밤 12시", "2026-11-26 00:00"),
        ("tonight", "2026-11-25 23:00"),
        ("내일 저녁 8시", "2026-11-26 20:00"),
        ("모레", "2026-11-27 12:00"),
        ("토요일 오후 3시", "2026-11-28 15:00"),
        ("일요일", "2026-11-29 12:00"),
        ("다음 주 월요일 10시", "2026-11-30 10:00"),
        ("수요일 12:40", "2026-11-25 12:40"),
        ("12월 24일 밤 9시", "2026-12-24 21:00"),
        ("12/24 18:00", "2026-12-24 18:00"),
        ("3월 1일", "2027-03-01 12:00"),
        ("2027년 3월 1일 오전 9시 30분", "2027-03-01 09:30"),
        ("2026-12-24 12:00", "2026-12-24 12:00"),
        ("2026-12-24T21:30", "2026-12-24 21:30"),
        ("휴가", "2026-12-28 12:00"),
        ("겨울 휴가 밤 10시", "2026-12-28 22:00"),
        ("오후 6시", "2026-11-25 18:00"),
        ("오전 10시", "2026-11-26 10:00"),
        ("내일 3시", "2026-11-26 15:00"),
        ("점심", "2026-11-25 12:30"),
    ],
)
def test_a_moment_is_found_by_its_name(text: str, wanted: str) -> None:
    found = read_moment(text, CALENDAR, now=NOW)
    assert found and f"{found.astimezone(SEOUL):%Y-%m-%d %H:%M}" == wanted


@pytest.mark.parametrize(
    "text", ["", "언젠가", "13월 40일", "내일 25시 70분", "9999-12-31", "설날" * 30, "0000-00-00", "2월 30일"]
)
def test_what_is_no_moment_is_not_guessed(text: str) -> None:
    assert read_moment(text, CALENDAR, now=NOW) is None


@given(st.text(max_size=50))
def test_anything_typed_is_safe(text: str) -> None:
    found = read_moment(text, CALENDAR, now=NOW)
    assert found is None or found.tzinfo is not None


@pytest.mark.parametrize("language", ["ko", "en"])
def test_what_is_offered_can_be_read(language: str) -> None:
    with translation.override(language):
        offered = suggestions(CALENDAR, now=NOW)
        assert len(offered) >= 4
        assert [text for text in offered if not read_moment(text, CALENDAR, now=NOW)] == []


def test_the_shops_own_clock_counts() -> None:
    found = read_moment("내일 오전 9시", replace(CALENDAR, timezone="America/New_York"), now=NOW)
    assert found and f"{found:%Y-%m-%d %H:%M}" == "2026-11-25 14:00"
