"""Every code of the engine becomes a sentence a shop owner understands."""

from __future__ import annotations

import inspect
import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from autoresponder.channels import KINDS
from autoresponder.console import problems, understood_words, words
from autoresponder.console.when_words import say_when, say_window, window_status
from autoresponder.engine import check, trace
from autoresponder.engine.book import LAYERS
from autoresponder.engine.compile import compile_book
from autoresponder.engine.decide import decide
from autoresponder.engine.document import Problem, load
from autoresponder.engine.types import Incoming, Outcome, Step, Talk
from autoresponder.rules.starting import starting_texts
from autoresponder.shops.calendar import calendar_of
from autoresponder.shops.models import Shop
from tests.fixtures import RULES, hours, rule

ZONE = "Asia/Seoul"
NAMES = {"a": "배송비 안내", "b": "배송 일정"}
UNTIL = datetime(2026, 11, 25, 6, 0, tzinfo=UTC)
WINDOW = {"weekdays": [5, 6], "start": 1080, "end": 120, "first": None, "last": None}
STEPS = [
    Step("with_human", params={"until": UNTIL}),
    Step("loop_guard", params={"count": 5, "minutes": 1}),
    Step("not_text", params={"kind": "image"}),
    Step("unmatched"),
    Step("greeting"),
    Step("greeted_lately", params={"until": UNTIL}),
    Step("fallback", params={"misses": 2}),
    Step("hand_off", params={"why": "misses"}),
    Step("no_reply"),
    Step("more", params={"count": 3}),
    Step("paused"),
    Step("nothing_published"),
    Step("understood", params={"how": "sound", "typed": "베송", "meant": "배송"}),
    Step("asked_back", params={"rules": ["a", "b"]}),
    Step("matched", "a", {"words": ["배송비"]}),
    Step("later", "b", {"words": ["배송"], "winner": "a"}),
    Step("hours", "b", {"when": "open"}),
    *(Step("hours", "b", {"when": when}) for when in ("closed", "night", "holiday")),
    *(
        Step("window", "b", {"why": why, **WINDOW, "first": "2026-03-01", "last": "2026-03-07"})
        for why in ("ended", "not_yet", "weekday", "clock")
    ),
    Step("channel", "b", {"channels": ["kakao"]}),
    Step("cooldown", "b", {"until": UNTIL}),
    Step("no_reply", "b"),
    Step("unfilled", "b", {"names": ["배송기간", "고객명"]}),
    Step("yielded", "b", {"word": "배송", "longer": "배송비", "by": "a"}),
    Step("ignored", "b", {"word": "입고", "longer": "입고 나갔어"}),
    Step("not_asked", "b"),
    Step("not_alone", "b"),
    Step("unanswerable", params={"why": "list"}),
    Step("unanswerable", params={"why": "a later one"}),
    Step("only_asked"),
    Step("background", "b"),
    Step("except", "b", {"words": ["교환"]}),
    Step("partly", "b", {"found": ["배송"], "missing": [["제주", "도서산간"], ["얼마"]]}),
    Step("no_match", "b"),
    Step("off", "b"),
]


@pytest.mark.parametrize("step", STEPS, ids=lambda step: f"{step.rule}{step.code}{step.params.get('why', '')}")
def test_every_step_has_a_sentence_live_and_stored(step: Step) -> None:
    said = words.step_words(step, NAMES, zone=ZONE)
    stored = words.steps_of({"trace": [trace.step_to_json(step)]})[0]

    assert re.search("[가-힣]", said)
    assert "{" not in said
    assert words.step_words(stored, NAMES, zone=ZONE) == said


def test_no_code_of_the_engine_is_forgotten() -> None:
    """The engine's own list of codes stands at the top of engine/trace.py."""
    listed = re.findall(r"^    (\w+) \{", trace.__doc__ or "", re.MULTILINE)

    assert set(listed) <= {step.code for step in STEPS}
    assert {step.code for step in STEPS} == words.ABOUT_MESSAGE.keys() | words.ABOUT_RULE.keys()


def test_a_code_of_a_later_engine_says_nothing_rather_than_failing() -> None:
    assert words.step_words(Step("dreamt"), NAMES, zone=ZONE) == ""


def test_a_rule_that_was_deleted_is_called_so() -> None:
    decision = {"trace": [{"code": "matched", "rule": "gone", "params": {"words": ["배송비"]}}]}

    assert words._sentences(words.steps_of(decision), {}, ZONE) == ["‘배송비’ 때문에 → 지운 규칙"]


def test_the_missing_words_of_a_partial_match_read_like_a_condition() -> None:
    step = next(step for step in STEPS if step.code == "partly")

    assert words.step_words(step, NAMES, zone=ZONE) == (
        "있는 말: ‘배송’. 더 있어야 하는 말: ‘제주’ 또는 ‘도서산간’, 그리고 ‘얼마’."
    )


def told(text: str, *, talk: Talk | None = None, hour: int = 11, **rules: Any) -> list[str]:
    shop = Shop(name="오후의 서랍", hours=hours(), timezone=ZONE)
    book = load({"schema": 1, "rules": [*RULES, *rules.values()], **starting_texts("ko")})
    now = datetime(2026, 11, 25, tzinfo=UTC) + timedelta(hours=hour - 9)
    decision = decide(compile_book(book), calendar_of(shop), talk or Talk(), Incoming("", "c", text), now=now)
    names = {one.key: one.name for one in book.rules}
    return words.reasons(decision, names, zone=ZONE)


def test_an_answer_is_explained_by_the_words_that_hit() -> None:
    assert told("반품 되나요") == ["‘반품’ 때문에 → 반품 안내"]


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("ㅂㅏㄴ품", "흩어지거나 늘어난 글자를 바로잡아 ‘ㅂㅏㄴ품’도 ‘반품’ 뜻으로 알아들었어요."),
        ("qksvna", "한/영을 바꿔 읽어 ‘qksvna’도 ‘반품’ 뜻으로 알아들었어요."),
        ("베송비", "소리가 같아서 ‘베송비’도 ‘배송비’ 뜻으로 알아들었어요."),
        ("배솔비", "오타로 보고 ‘배솔비’도 ‘배송비’ 뜻으로 알아들었어요."),
    ],
)
def test_a_typo_is_explained_by_what_was_typed_and_what_was_meant(typed: str, sentence: str) -> None:
    assert sentence in told(typed)


def test_every_layer_has_a_name() -> None:
    assert tuple(understood_words.LAYER_NAMES) == LAYERS


def test_the_standard_answer_is_explained_once() -> None:
    assert told("달나라") == ["맞는 규칙이 없어 기본 답변을 했어요."]


def test_being_handed_over_is_not_called_a_standard_answer() -> None:
    assert told("달나라", talk=Talk(misses=1)) == ["이어서 못 알아들어 담당자를 불렀어요."]


def test_a_rule_for_closed_times_says_why_it_kept_quiet_at_noon() -> None:
    assert "밤 안내: 말은 맞지만 쉬는 시간에만 답하는 규칙이에요." in told(
        "야간", night=rule("night", "밤 안내", ["야간"], "밤에도 봐요", when="closed")
    )


def test_every_messenger_and_outcome_has_a_name() -> None:
    # LINE is called by its own name in Korea too.
    assert all(re.search("[가-힣]|^LINE$", words.channel_name(kind)) for kind in KINDS)
    assert all(re.search("[가-힣]", words.outcome_name(outcome.value)) for outcome in Outcome)
    assert words.channel_name("telegraph") == "telegraph"


def test_every_problem_of_a_rule_has_a_sentence() -> None:
    codes = set(re.findall(r'Problem\([^"]*"[a-z_]+", "([a-z_]+)"', inspect.getsource(check)))

    assert {"no_words", "blank_word"} <= codes
    assert codes <= problems.WORDS.keys()
    for code in (*problems.WORDS, "wrong_type"):
        params = {"word": "?", "name": "쿠폰", "at_most": 50, "text": "가"}
        assert re.search("[가-힣]", problems.problem_words(Problem("r", "groups", code, params)))


def test_a_window_is_told_as_an_owner_would_say_it() -> None:
    march = {**WINDOW, "weekdays": [], "start": None, "end": None, "first": "2026-03-01", "last": "2026-03-07"}

    assert say_window(WINDOW) == "주말 18:00~다음날 02:00"
    assert say_when("open", march) == "영업 중에만 · 3월 1일 (일)~3월 7일 (토)"
    assert say_when("always", {**WINDOW, "weekdays": [0, 2], "end": None}) == "월·수 18:00~24:00"
    assert say_when("always", None) == ""


def test_a_campaign_says_when_it_has_ended() -> None:
    march = {"first": "2026-03-01", "last": "2026-03-07"}

    assert window_status(march, today=date(2026, 2, 28)) == "coming"
    assert window_status(march, today=date(2026, 3, 7)) == ""
    assert window_status(march, today=date(2026, 3, 8)) == "ended"
