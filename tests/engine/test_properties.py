"""What must hold of every message and every rule book, on the rules of the online shop."""

from __future__ import annotations

import time
import unicodedata
from dataclasses import replace

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from autoresponder import packs
from autoresponder.engine.compile import Compiled, compile_book
from autoresponder.engine.decide import decide
from autoresponder.engine.document import load
from autoresponder.engine.explain import explain
from autoresponder.engine.keyword import Mode, mode_of
from autoresponder.engine.match import find
from autoresponder.engine.text import flat_of
from autoresponder.engine.types import Decision, Incoming, Talk
from autoresponder.engine.understand import read, read_all
from tests.engine.shop import ALWAYS_OPEN, rule, seoul

BOOK = load(packs.document("online-shop"))
COMPILED = compile_book(BOOK)
NOW = seoul("2026-11-25 11:00")
FLATS = [flat_of(COMPILED.spelled[word]) for word in range(len(COMPILED.spelled))]
WORDS = [word for each in BOOK.rules for group in each.groups for word in group.words]
OTHERS = [
    "말고",
    "대신",
    "어제",
    "근데",
    "혹시",
    "진짜",
    "언제",
    "어떻게",
    "되나요",
    "주세요",
    "좋아요",
    "했어요",
    "ㅠㅠ",
    "ㅋㅋ",
    "AS",
    "xl",
    "!",
    "?",
    ".",
]
MESSAGES = st.lists(st.sampled_from(WORDS) | st.sampled_from(OTHERS), min_size=1, max_size=7).map(" ".join)
UNSEEN = "\u200b\u200d\ufeff\u2060\u00ad"


def decided(text: str, compiled: Compiled = COMPILED) -> Decision:
    return decide(compiled, ALWAYS_OPEN, Talk(), Incoming("", "손님", text), now=NOW)


def essence(decision: Decision) -> object:
    return decision.outcome, decision.rules, decision.replies


@given(st.lists(MESSAGES | st.text(max_size=30), max_size=12))
@settings(max_examples=60, deadline=None)
def test_texts_read_together_are_read_as_each_is(texts: list[str]) -> None:
    together = [(found.how, found.flat, found.hits, found.meant) for found in read_all(COMPILED, texts)]

    assert together == [
        (found.how, found.flat, found.hits, found.meant) for found in (read(COMPILED, text) for text in texts)
    ]


@given(MESSAGES, st.lists(st.tuples(st.integers(0, 60), st.sampled_from(UNSEEN)), max_size=6))
@settings(max_examples=80)
def test_what_nobody_sees_changes_nothing(text: str, unseen: list[tuple[int, str]]) -> None:
    typed = text
    for at, character in unseen:
        typed = typed[:at] + character + typed[at:]
    assert essence(decided(typed)) == essence(decided(text))


@given(MESSAGES)
@example("재고 되나요 송장")
@settings(max_examples=80)
def test_case_width_and_unicode_form_change_nothing(text: str) -> None:
    wide = "".join(chr(ord(letter) + 0xFEE0) if "!" <= letter <= "~" else letter for letter in text)
    for other in (text.upper(), unicodedata.normalize("NFD", text), wide):
        assert essence(decided(other)) == essence(decided(text))


@given(MESSAGES)
@settings(max_examples=80)
def test_leaving_blanks_out_loses_no_hit(text: str) -> None:
    def hits(typed: str) -> set[int]:
        return {word for _, _, word in find(COMPILED, typed).hits if mode_of(FLATS[word]) is Mode.ANYWHERE}

    alone = {hit for word in text.split(" ") for hit in hits(word)}
    assert alone <= hits(text.replace(" ", "")) | _refused(text)


def _refused(text: str) -> set[int]:
    """Words that 말고, 대신 and the like take back once they stand behind them."""
    flat = find(COMPILED, text).flat
    return {word for word, known in enumerate(FLATS) if known in flat} if "대신" in flat or "말고" in flat else set()


@given(MESSAGES, st.randoms(use_true_random=False))
@settings(max_examples=25)
def test_the_order_of_rules_that_do_not_match_changes_nothing(text: str, dice: object) -> None:
    decision = decided(text)
    related = {step.rule for step in decision.trace} | set(decision.rules)
    others = [each for each in BOOK.rules if each.key not in related]
    dice.shuffle(others)  # type: ignore[attr-defined]
    mixed = [each if each.key in related else others.pop() for each in BOOK.rules]
    assert essence(decided(text, compile_book(replace(BOOK, rules=tuple(mixed))))) == essence(decision)


@given(MESSAGES, st.integers(0, len(BOOK.rules)))
@settings(max_examples=25)
def test_a_rule_that_does_not_match_changes_nothing(text: str, place: int) -> None:
    stranger = rule("낯선 규칙", "쀍뛟횗", "zzqqx")
    rules = (*BOOK.rules[:place], stranger, *BOOK.rules[place:])
    assert essence(decided(text, compile_book(replace(BOOK, rules=rules)))) == essence(decided(text))


@given(st.text(max_size=80))
@settings(max_examples=100)
def test_any_text_gets_the_same_decision_twice(text: str) -> None:
    assert decided(text) == decided(text)


@pytest.mark.parametrize(
    "text",
    [
        "가" * 10_000,
        "배송 " * 3_333,
        "ㅋ" * 10_000,
        "ㅠㅠ " * 3_333,
        "qothd " * 1_600,
        "ㅂㅐㅅㅗㅇ" * 2_000,
        "배소오오옹" * 2_000,
        "?" * 10_000,
        "배송?\n" * 2_500,
        "베송반픔교한" * 1_600,
        "배송 말고 " * 1_600,
        "\u200b" * 10_000,
        " ".join(["환불"] * 3_000),
    ],
    ids=lambda text: f"{text[:6]!r}",
)
def test_no_text_however_long_takes_long(text: str) -> None:
    decided(text)
    # The clock of this thread alone, the best of three: the machine may be busy with other things.
    assert min(_seconds(text) for _ in range(3)) < 0.02


def _seconds(text: str) -> float:
    start = time.thread_time()
    decided(text)
    return time.thread_time() - start


@given(st.lists(st.sampled_from(WORDS) | st.sampled_from(["말고", "대신"]), min_size=2, max_size=8).map(" ".join))
@settings(max_examples=300)
def test_no_mix_of_words_is_too_much(text: str) -> None:
    assert decided(text).trace
    assert len(explain(COMPILED, ALWAYS_OPEN, Talk(), Incoming("", "손님", text), now=NOW)) == len(BOOK.rules)
