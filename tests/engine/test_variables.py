"""Values in replies: filled, said otherwise, or the reply left out."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autoresponder.engine import hours
from autoresponder.engine.book import Away
from autoresponder.engine.calendar import Calendar, Night, Override, Span, Vacation
from autoresponder.engine.compile import compile_book
from autoresponder.engine.decide import decide
from autoresponder.engine.facts import FACTS, TOPICS, examples
from autoresponder.engine.types import Incoming, Outcome, Reply, Talk
from autoresponder.engine.variables import fill, named, nearest, unfilled, unknown_variables, used
from tests.engine.shop import ALWAYS_OPEN, NEVER_OPEN, book, rule, seoul

NOW = seoul("2026-11-25 11:00")
WEEK = ((Span(600, 1140),),) * 5 + ((Span(660, 900),), ())


def filled(text: str, calendar: Calendar = ALWAYS_OPEN, **values: Any) -> str:
    return fill(text, calendar, hours.state(calendar, NOW), now=NOW, values=values)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{배송기간} 걸려요", "1~2일 걸려요"),
        ("{ delivery_time } 걸려요", "1~2일 걸려요"),
        ("{배송비|배송비}은(는) 따로예요", "배송비는 따로예요"),
        ("{고객명|고객님}, 반가워요", "고객님, 반가워요"),
        ("{가게이름}은(는) 쉬어요", "햇살상점은 쉬어요"),
        ("{주차안내|} 또 오세요", "또 오세요"),
        ("{}와 { }는 변수가 아니에요", "{}와 { }는 변수가 아니에요"),
        ("{배송비}", ""),
        ("{없는이름}", ""),
        ("{없는 이름|없으면 이 말}", "없으면 이 말"),
        ("{배송\n기간} 걸려요", ""),
        ("{" + "가" * 60 + "}", ""),
        ("{취소규정|" + "가" * 500 + "}", "가" * 500),
        ("{배송기간}(이)에요. {가게이름}(으)로 오세요", "1~2일이에요. 햇살상점으로 오세요"),
        ("값은 {배송비}이고 {배송기간} 걸려요", ""),
    ],
)
def test_a_reply_is_filled_or_left_out(text: str, said: str) -> None:
    assert filled(text, 가게이름="햇살상점", 배송기간="1~2일") == said


PIECES = [
    "{배송비}",
    "{ delivery_time }",
    "{고객명|고객님}",
    "{주차안내|}",
    "{모르는 것}",
    "{가게이름}",
    "은(는)",
    "말",
    " ",
]
KNOWN = st.fixed_dictionaries(
    {}, optional={name: st.sampled_from(["", " ", "3,000원"]) for name in ("배송비", "배송기간", "고객명", "주차안내")}
)


@given(text=st.lists(st.sampled_from(PIECES)).map("".join), known=KNOWN)
def test_no_brace_ever_goes_out(text: str, known: dict[str, str]) -> None:
    said = filled(text, **known)
    assert "{" not in said
    assert said == "" or not unfilled(text, known)


def test_what_a_customer_is_called_is_never_filled_in_itself() -> None:
    assert filled("{고객명}님", 고객명="{배송비}", 배송비="3,000원") == "{배송비}님"


@pytest.mark.parametrize("piece", ["{", "{ ", "{a|", "{배송비}", "은(는)", "가(나)", "a", "{배송비|은(는)"])
def test_a_long_text_costs_no_more_than_its_length(piece: str) -> None:
    started = time.process_time()
    filled(piece * (20_000 // len(piece)), 배송비="3,000원")
    assert time.process_time() - started < 0.5


def test_the_week_is_said_in_words() -> None:
    calendar = Calendar("Asia/Seoul", WEEK)
    assert filled("{영업시간}", calendar) == "평일 오전 10:00 ~ 오후 7:00, 토요일 오전 11:00 ~ 오후 3:00"
    english = "Monday to Friday 10:00 AM to 7:00 PM, Saturday 11:00 AM to 3:00 PM"
    assert filled("{hours}", calendar, language="en") == english
    assert filled("{영업시간}") == "매일 24시간"


def test_what_a_text_names_is_known() -> None:
    text = "{배송비} {delivery_fee} {가게이름} {고객명|고객님} {뭐라고}"
    assert named(text) == ["배송비", "가게이름", "고객명"]
    assert used(text) == ("배송비", "뭐라고")
    assert unfilled(text, {"배송비": " "}) == ["배송비", "뭐라고"]
    assert unknown_variables(text) == ["뭐라고"]
    assert nearest("배송기") == "배송기간"
    assert nearest("qq") is None


def test_a_rule_that_lacks_a_fact_says_which_and_a_person_is_called() -> None:
    compiled = compile_book(book(rule("배송", "배송", replies=(Reply("{배송기간} 걸려요"),)), rule("택배", "택배")))
    decision = decide(compiled, ALWAYS_OPEN, Talk(), Incoming("", "손님", "배송 언제 와요"), now=NOW)
    assert (decision.outcome, decision.rules) == (Outcome.HANDED_OFF, ())
    assert (decision.trace[0].code, decision.trace[0].params) == ("unfilled", {"names": ["배송기간"]})
    known = decide(
        compiled, ALWAYS_OPEN, Talk(), Incoming("", "손님", "배송 언제 와요"), now=NOW, values={"배송기간": "1일"}
    )
    assert known.replies[0].text == "1일 걸려요"


def test_every_fact_has_its_topic_and_an_example() -> None:
    assert {fact.topic for fact in FACTS} == set(TOPICS)
    assert len({fact.name for fact in FACTS} | {fact.english for fact in FACTS}) == 2 * len(FACTS)
    assert all(examples().values())


def test_a_greeting_that_lacks_a_fact_gives_way_to_the_standard_answer() -> None:
    compiled = compile_book(book(away=Away(Reply("{배송비} 안내"))))
    decision = decide(compiled, NEVER_OPEN, Talk(), Incoming("", "손님", "여보세요"), now=NOW)
    assert (decision.outcome, decision.replies[0].text) == (Outcome.FALLBACK, "잘 모르겠어요.")


@pytest.mark.parametrize(
    ("until", "said"),
    [("14:00", "오늘 오후 2:00"), ("14:00:01", "오늘 오후 2:01"), ("23:59:30", "내일 오전 12:00")],
)
def test_the_next_opening_is_never_told_too_early(until: str, said: str) -> None:
    shut = replace(ALWAYS_OPEN, override=Override(False, seoul(f"2026-11-25 {until}")))
    assert filled("{다음영업시간}", shut) == said


AWAY_WEEK = (Vacation(date(2026, 11, 24), date(2026, 11, 30), greeting="휴가예요."),)


@pytest.mark.parametrize(
    ("changes", "away", "said"),
    [
        ({}, Away(Reply("쉬어요.")), "쉬어요."),
        ({"vacations": AWAY_WEEK}, Away(Reply("쉬어요.")), "휴가예요."),
        ({"vacations": AWAY_WEEK}, Away(Reply("쉬어요."), enabled=False), "휴가예요."),
        ({"vacations": AWAY_WEEK, "night": Night(0, 1439, "밤이에요.")}, Away(Reply("쉬어요.")), "휴가예요."),
        ({"night": Night(0, 1439, "밤이에요.")}, Away(Reply("쉬어요.")), "밤이에요."),
        ({"night": Night(0, 420, "밤이에요.")}, Away(Reply("쉬어요.")), "쉬어요."),
        ({"night": Night(0, 1439, "{배송비} 밤이에요.")}, Away(Reply("쉬어요.")), "쉬어요."),
        ({"vacations": (replace(AWAY_WEEK[0], greeting=" "),)}, Away(Reply("쉬어요.")), "쉬어요."),
    ],
)
def test_a_vacation_or_the_night_greets_in_its_own_words(changes: dict[str, Any], away: Away, said: str) -> None:
    compiled = compile_book(book(rule("배송", "배송"), away=away))
    calendar = replace(NEVER_OPEN, **changes)
    for text, outcome in (("여보세요", Outcome.GREETED), ("배송", Outcome.ANSWERED)):
        decision = decide(compiled, calendar, Talk(), Incoming("", "손님", text), now=NOW)
        assert (decision.outcome, decision.replies[0].text) == (outcome, said)
    again = decide(compiled, calendar, decision.talk, Incoming("", "손님", "여보세요"), now=NOW)
    assert again.outcome is Outcome.FALLBACK and "greeted_lately" in [step.code for step in again.trace]
