"""A rule's own window: weekdays, times of day, dates; and the rules that no longer answer because of one."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

import pytest

from autoresponder.engine.book import Window
from autoresponder.engine.calendar import Night
from autoresponder.engine.check import Invalid, validate
from autoresponder.engine.compile import compile_book
from autoresponder.engine.decide import decide
from autoresponder.engine.document import dump, load
from autoresponder.engine.lint import Idle, idle
from autoresponder.engine.trace import step_to_json
from autoresponder.engine.types import Incoming, Talk
from autoresponder.engine.window import never_holds, outside
from tests.engine.shop import ALWAYS_OPEN, book, rule, seoul

CAMPAIGN = Window(first=date(2026, 3, 1), last=date(2026, 3, 7))
FRIDAY_NIGHT = Window(weekdays=(4,), start=22 * 60, end=2 * 60, last=date(2026, 11, 27))


@pytest.mark.parametrize(
    ("window", "at", "why"),
    [
        (Window(), "2026-11-23 11:00", ""),
        (CAMPAIGN, "2026-02-28 23:59", "not_yet"),
        (CAMPAIGN, "2026-03-01 00:00", ""),
        (CAMPAIGN, "2026-03-07 23:59", ""),
        (CAMPAIGN, "2026-03-08 00:00", "ended"),
        (FRIDAY_NIGHT, "2026-11-27 21:59", "clock"),
        (FRIDAY_NIGHT, "2026-11-27 22:00", ""),
        (FRIDAY_NIGHT, "2026-11-28 01:59", ""),
        (FRIDAY_NIGHT, "2026-11-28 02:00", "ended"),
        (FRIDAY_NIGHT, "2026-11-27 01:00", "weekday"),
        (Window(start=600), "2026-11-27 23:59", ""),
        (Window(start=600), "2026-11-27 09:59", "clock"),
        (Window(end=600), "2026-11-27 10:00", "clock"),
        (Window(start=600, end=600), "2026-11-27 03:00", ""),
        (Window(end=0), "2026-11-27 03:00", ""),
    ],
)
def test_a_window_holds_or_says_why_not(window: Window, at: str, why: str) -> None:
    assert outside(window, datetime.fromisoformat(at)) == why


def test_dates_without_one_of_the_weekdays_never_hold() -> None:
    assert never_holds(Window((5, 6), first=date(2026, 11, 23), last=date(2026, 11, 27)))
    assert never_holds(Window(first=date(2026, 11, 27), last=date(2026, 11, 23)))
    assert not never_holds(Window((5, 6), first=date(2026, 11, 23), last=date(2026, 11, 28)))
    assert not never_holds(Window((5, 6), first=date(2026, 11, 23)))


def test_a_window_is_judged_on_the_shops_clock_and_the_trace_says_that_it_ended() -> None:
    compiled = compile_book(book(rule("행사", "행사", window=CAMPAIGN)))
    there = replace(ALWAYS_OPEN, timezone="America/New_York")
    # The 8th in Seoul, still the 7th in New York.
    late = seoul("2026-03-08 09:00")
    assert decide(compiled, there, Talk(), Incoming("", "손님", "행사"), now=late).rules == ("행사",)
    over = decide(compiled, ALWAYS_OPEN, Talk(), Incoming("", "손님", "행사"), now=late)
    assert step_to_json(over.trace[0]) == {
        "code": "window",
        "rule": "행사",
        "params": {
            "why": "ended",
            "weekdays": [],
            "start": None,
            "end": None,
            "first": "2026-03-01",
            "last": "2026-03-07",
        },
    }


def test_windows_come_back_as_they_were_saved() -> None:
    written = book(rule("행사", "행사", window=FRIDAY_NIGHT), rule("배송", "배송", when="night"))
    document = dump(written)
    assert load(document) == written
    assert "window" not in document["rules"][1]


@pytest.mark.parametrize(
    "window",
    [[], {"weekdays": [7]}, {"weekdays": "월"}, {"start": -1}, {"end": 1441}, {"first": "3월 1일"}, {"last": 20260307}],
)
def test_a_window_that_cannot_be_read_is_refused(window: object) -> None:
    document = dump(book(rule("행사", "행사")))
    document["rules"][0]["window"] = window
    with pytest.raises(Invalid) as refused:
        load(document)
    assert {problem.field for problem in refused.value.problems} <= {"window", "weekdays"}


def test_dates_the_wrong_way_round_are_not_published() -> None:
    backwards = Window(first=date(2026, 3, 7), last=date(2026, 3, 1))
    found = validate(book(rule("행사", "행사", window=backwards)))
    assert [(problem.field, problem.code) for problem in found] == [("window", "end_before_start")]


def test_rules_that_answer_no_more_are_named() -> None:
    never = Window((6,), first=date(2027, 3, 1), last=date(2027, 3, 6))
    rules = book(
        rule("지난 행사", "행사", window=CAMPAIGN),
        rule("없는 날", "행사", window=never),
        rule("밤", "주문", when="night"),
        rule("꺼진 행사", "행사", window=CAMPAIGN, enabled=False),
        rule("금요일 밤", "행사", window=FRIDAY_NIGHT),
    )
    # One in the morning of the 28th: the night of the 27th is not over yet.
    now = seoul("2026-11-28 01:00")
    assert idle(rules, ALWAYS_OPEN, now=now) == [
        Idle("지난 행사", "ended"),
        Idle("없는 날", "never"),
        Idle("밤", "no_night"),
    ]
    with_night = replace(ALWAYS_OPEN, night=Night(0, 420))
    assert [each.rule for each in idle(rules, with_night, now=now)] == ["지난 행사", "없는 날"]
