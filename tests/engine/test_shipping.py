"""What a reply promises about the day an order leaves."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autoresponder.engine.calendar import Calendar, Day, Override, Shipping, Span, Vacation
from autoresponder.engine.compile import compile_book
from autoresponder.engine.dates import holiday_name, plan
from autoresponder.engine.decide import decide
from autoresponder.engine.hours import state
from autoresponder.engine.shipping import Leaving, next_shipping
from autoresponder.engine.types import Incoming, Outcome, Reply, Talk
from autoresponder.engine.variables import fill
from tests.engine.calendars import calendars
from tests.engine.shop import book, rule, seoul

WEEK = ((Span(600, 1140),),) * 5 + ((), ())
SHOP = Calendar("Asia/Seoul", WEEK, "KR", shipping=Shipping((840,) * 4 + (720, None, None)))
# Wednesday before the cut-off, Thursday after it, Friday after it.
BEFORE, AFTER, FRIDAY = seoul("2026-11-25 11:00"), seoul("2026-11-26 14:00"), seoul("2026-11-27 12:00")


def told(text: str, now: datetime, calendar: Calendar = SHOP, **values: str) -> str:
    return fill(text, calendar, state(calendar, now), now=now, values=values)


@pytest.mark.parametrize(
    ("text", "before", "after", "friday"),
    [
        (
            "오늘 {출고마감}까지 주문하면 오늘 출발해요",
            "오늘 오후 2:00까지 주문하면 오늘 출발해요",
            "내일 오후 12:00까지 주문하면 내일 출발해요",
            "11월 30일(월) 오후 2:00까지 주문하면 11월 30일(월) 출발해요",
        ),
        (
            "평일 {출고마감} 전에 주문하시면, 그날 출발해요.",
            "오늘 오후 2:00 전에 주문하시면, 그날 출발해요.",
            "내일 오후 12:00 전에 주문하시면, 그날 출발해요.",
            "11월 30일(월) 오후 2:00 전에 주문하시면, 그날 출발해요.",
        ),
        (
            "{출고마감}까지 주문하시면, 오늘 출발해요. 오늘 할인도 있어요.",
            "오늘 오후 2:00까지 주문하시면, 오늘 출발해요. 오늘 할인도 있어요.",
            "내일 오후 12:00까지 주문하시면, 내일 출발해요. 오늘 할인도 있어요.",
            "11월 30일(월) 오후 2:00까지 주문하시면, 11월 30일(월) 출발해요. 오늘 할인도 있어요.",
        ),
        (
            "오늘은 {출고마감}까지예요",
            "오늘은 오후 2:00까지예요",
            "내일은 오후 12:00까지예요",
            "11월 30일(월)은 오후 2:00까지예요",
        ),
        (
            "지금 주문하시면 {출고일} 출발해요 ({출고마감} 마감)",
            "지금 주문하시면 오늘 출발해요 (오후 2:00 마감)",
            "지금 주문하시면 내일 출발해요 (오후 12:00 마감)",
            "지금 주문하시면 11월 30일(월) 출발해요 (오후 2:00 마감)",
        ),
        (
            "오늘 주문이 많지만 {출고마감}까지는 받아요",
            "오늘 주문이 많지만 오늘 오후 2:00까지는 받아요",
            "오늘 주문이 많지만 내일 오후 12:00까지는 받아요",
            "오늘 주문이 많지만 11월 30일(월) 오후 2:00까지는 받아요",
        ),
    ],
)
def test_the_promise_is_true_before_and_after_the_cut_off(text: str, before: str, after: str, friday: str) -> None:
    assert [told(text, now) for now in (BEFORE, AFTER, FRIDAY)] == [before, after, friday]


@pytest.mark.parametrize(
    ("text", "before", "friday"),
    [
        (
            "Order by {cutoff_time} today and it leaves today.",
            "Order by 2:00 PM today and it leaves today.",
            "Order by 2:00 PM on Monday, November 30 and it leaves on Monday, November 30.",
        ),
        (
            "Order by {cutoff_time}, we ship at once.",
            "Order by 2:00 PM today, we ship at once.",
            "Order by 2:00 PM on Monday, November 30, we ship at once.",
        ),
        (
            "Today by {cutoff_time}? It leaves {shipping_day}!",
            "Today by 2:00 PM? It leaves today!",
            "On Monday, November 30 by 2:00 PM? It leaves Monday, November 30!",
        ),
    ],
)
def test_the_promise_is_true_in_english_too(text: str, before: str, friday: str) -> None:
    assert [told(text, now, language="en") for now in (BEFORE, FRIDAY)] == [before, friday]


def test_without_shipping_days_the_fact_stays_as_the_owner_wrote_it() -> None:
    plain = replace(SHOP, shipping=None)
    assert told("오늘 {출고마감}까지예요", AFTER, plain, 출고마감="오후 2시") == "오늘 오후 2시까지예요"
    assert told("{출고일|평일} {출고마감} 전에", AFTER, plain, 출고마감="오후 2시") == "평일 오후 2시 전에"
    assert told("{출고일|평일} {출고마감} 전에", AFTER, 출고마감="오후 2시") == "내일 오후 12:00 전에"


HOLIDAY, VACATION = date(2026, 12, 25), Vacation(date(2026, 11, 25), date(2026, 11, 26))


@pytest.mark.parametrize(
    ("changes", "now", "leaving"),
    [
        ({}, "2026-11-25 13:59:59", Leaving(date(2026, 11, 25), 840)),
        ({}, "2026-11-25 14:00:00", Leaving(date(2026, 11, 26), 840)),
        ({}, "2026-12-24 15:00", Leaving(date(2026, 12, 28), 840)),
        # The shop opens on Christmas, but nobody fetches parcels.
        ({"days": {HOLIDAY: Day(None)}}, "2026-12-24 15:00", Leaving(date(2026, 12, 28), 840)),
        ({"days": {date(2026, 11, 25): Day(())}}, "2026-11-25 11:00", Leaving(date(2026, 11, 26), 840)),
        ({"days": {date(2026, 11, 25): Day((Span(600, 780),))}}, "2026-11-25 11:00", Leaving(date(2026, 11, 25), 780)),
        ({"vacations": (VACATION,)}, "2026-11-25 11:00", Leaving(date(2026, 11, 27), 720)),
        (
            {"override": Override(False, seoul("2026-11-26 00:00"))},
            "2026-11-25 11:00",
            Leaving(date(2026, 11, 26), 840),
        ),
        (
            {"override": Override(False, seoul("2026-11-25 13:00"))},
            "2026-11-25 11:00",
            Leaving(date(2026, 11, 25), 840),
        ),
        ({"override": Override(True, seoul("2026-11-29 00:00"))}, "2026-11-28 11:00", Leaving(date(2026, 11, 30), 840)),
        ({"shipping": Shipping((None,) * 7)}, "2026-11-25 11:00", None),
    ],
)
def test_the_next_cut_off_is_one_that_can_be_kept(
    changes: dict[str, object], now: str, leaving: Leaving | None
) -> None:
    assert next_shipping(replace(SHOP, **changes), seoul(now)) == leaving


@settings(deadline=None, max_examples=200)
@given(
    calendars("America/New_York", date(2026, 10, 25), 21, countries=("", "US")),
    st.integers(0, 21 * 1440).map(lambda minute: datetime(2026, 10, 25, tzinfo=UTC) + timedelta(minutes=minute)),
)
def test_no_cut_off_is_told_that_is_over_or_on_a_day_off(calendar: Calendar, now: datetime) -> None:
    leaving = next_shipping(calendar, now)
    if leaving is None:
        return
    clock = now.astimezone(ZoneInfo("America/New_York"))
    assert calendar.shipping and calendar.shipping.cutoffs[leaving.on.weekday()] is not None
    assert not holiday_name(calendar.country, leaving.on)
    assert plan(calendar, leaving.on).why in ("week", "own", "yearly")
    assert (leaving.on, leaving.minute) > (clock.date(), clock.hour * 60 + clock.minute)


def test_a_reply_that_nobody_can_promise_is_not_given() -> None:
    never = replace(SHOP, shipping=Shipping((None,) * 7))
    compiled = compile_book(book(rule("배송", "배송", replies=(Reply("{출고마감}까지요"),))))
    for calendar, outcome in ((SHOP, Outcome.ANSWERED), (never, Outcome.HANDED_OFF)):
        values = {"출고마감": "오후 2시"} if calendar is never else {}
        decision = decide(compiled, calendar, Talk(), Incoming("", "손님", "배송"), now=BEFORE, values=values)
        assert decision.outcome is outcome


@pytest.mark.parametrize(
    "piece", ["오늘 ", "오늘", "{", "{출고마감", "{출고마감|", "{출고마감}", " {출고일}", "today by ", ","]
)
@pytest.mark.parametrize("language", ["ko", "en"])
def test_a_long_text_costs_no_more_than_its_length(piece: str, language: str) -> None:
    started = time.thread_time()
    told("{출고마감}" + piece * (20_000 // len(piece)), BEFORE, language=language)
    assert time.thread_time() - started < 0.5
