"""Words two rules share, rules that can never answer, and words that say too little: against what `decide` does."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autoresponder.engine.book import Book
from autoresponder.engine.compile import compile_book
from autoresponder.engine.decide import decide
from autoresponder.engine.document import load
from autoresponder.engine.evaluate import ALWAYS
from autoresponder.engine.lint import Shared, Unheard, counted, shared, too_short, unheard
from autoresponder.engine.types import Incoming, Talk
from autoresponder.rules.starting import starting_texts
from tests.fixtures import rule

NOW = datetime(2026, 11, 25, 2, tzinfo=UTC)
WORDS = ["배송", "배송비", "반품", "교환", "쿠폰"]


def book_of(*rules: dict[str, Any]) -> Book:
    return load({"schema": 1, "rules": rules, **starting_texts("ko")})


def grouped(key: str, *groups: tuple[str, list[str]], **more: Any) -> dict[str, Any]:
    made = rule(key, key, [], "답이에요", **more)
    return {**made, "groups": [{"mode": mode, "words": words} for mode, words in groups]}


def answers(book: Book, text: str) -> tuple[str, ...]:
    return decide(compile_book(book), ALWAYS, Talk(), Incoming("", "c", text), now=NOW, channel="kakao").rules


def test_a_shared_word_says_who_goes_first() -> None:
    book = book_of(
        rule("a", "가", ["배송", "택배"], "답"),
        rule("b", "나", ["택배", "반품"], "답"),
        rule("s", "다", ["반품"], "답", band="safety"),
    )
    assert shared(book, "b") == [Shared("택배", "a", False), Shared("반품", "s", False)]
    assert shared(book, "a") == [Shared("택배", "b", True)]
    assert shared(book, "nobody") == []
    assert (answers(book, "택배요"), answers(book, "반품요")) == (("a",), ("s",))


@pytest.mark.parametrize(
    "other",
    [
        rule("b", "나", ["배송"], "답", enabled=False),
        rule("b", "나", ["배송"], "답", when="closed"),
        rule("b", "나", ["배송"], "답", channels=["line"]),
        rule("b", "나", ["배송비"], "답"),
        grouped("b", ("all", ["배송", "교환"])),
        grouped("b", ("any", ["배송"]), ("any", ["교환"])),
    ],
    ids=["off", "other hours", "other messenger", "longer word", "needs more", "needs both"],
)
def test_rules_that_do_not_meet_share_nothing(other: dict[str, Any]) -> None:
    assert shared(book_of(rule("a", "가", ["배송"], "답", when="open", channels=["kakao"]), other), "a") == []


GROUPS = st.lists(
    st.tuples(
        st.sampled_from(["any", "all", "none"]), st.lists(st.sampled_from(WORDS), min_size=1, max_size=3, unique=True)
    ),
    min_size=1,
    max_size=2,
)
MORE = st.fixed_dictionaries(
    {},
    optional={
        "band": st.just("safety"),
        "enabled": st.just(False),
        "when": st.sampled_from(["open", "closed"]),
        "channels": st.sampled_from([["kakao"], ["line"]]),
        "manner": st.sampled_from(["asked", "alone"]),
        "without": st.just(["slip"]),
        "cooldown_minutes": st.just(10),
        "action": st.just("hand_off"),
    },
)
MESSAGES = [
    between.join(words) + end
    for size in (1, 2, 3)
    for words in permutations(WORDS, size)
    for between, end in ((" ", ""), (", ", " 어떻게 해요?"), ("\n그리고 ", " 감사해요"))
]
# Mistyped: what only tolerance understands is no exception.
MESSAGES += ["qothd", "배쏭비", "반픔 되나요", "ㅂㅐ송 교환"]


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.lists(st.tuples(GROUPS, MORE), min_size=2, max_size=4))
def test_a_rule_said_never_to_answer_never_does(
    drawn: list[tuple[list[tuple[str, list[str]]], dict[str, Any]]],
) -> None:
    rules = [grouped(f"r{at}", *groups, **more) for at, (groups, more) in enumerate(drawn)]
    book = book_of(*rules)
    dead = {found.rule for found in unheard(book)}
    if dead:
        compiled = compile_book(book)
        for text in MESSAGES:
            decision = decide(compiled, ALWAYS, Talk(), Incoming("", "c", text), now=NOW, channel="kakao")
            assert dead.isdisjoint(decision.rules), text


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.lists(st.sampled_from([*WORDS, "배 송", "쿠폰 "]), min_size=1, max_size=6))
def test_of_rules_with_one_word_exactly_those_are_told(words: list[str]) -> None:
    book = book_of(*(rule(f"r{at}", word, [word], "답") for at, word in enumerate(words)))
    dead = {found.rule for found in unheard(book)}
    heard = {key for word in words for key in answers(book, word)}
    assert dead == {each.key for each in book.rules} - heard


def test_what_covers_a_rule_is_named() -> None:
    book = book_of(
        rule("a", "가", ["배송", "택배"], "답"),
        grouped("b", ("all", ["택배", "분실"])),
        rule("c", "다", ["택배"], "답", when="closed"),
        rule("d", "라", ["택배", "반품"], "답"),
        rule("e", "마", ["택배"], "답", enabled=False),
    )
    assert unheard(book) == [Unheard("b", "a"), Unheard("c", "a")]


@pytest.mark.parametrize(("word", "short"), [("옷", True), ("as", True), ("12", True), ("배송", False), ("cod", False)])
def test_a_word_may_be_too_short_to_mean_anything(word: str, short: bool) -> None:
    assert too_short(word) is short


def test_words_are_counted_as_they_are_found() -> None:
    texts = ["배송비 얼마", "배 송 언제", "옷장", "옷은요?", "배송 배송", ""]
    assert counted(["배송", "옷", "반품"], texts) == {"배송": 3, "옷": 1, "반품": 0}


def test_a_book_of_two_thousand_rules_is_looked_over_in_a_moment() -> None:
    book = book_of(*(rule(f"r{at}", "-", [f"말{at}", f"글{at // 2}"], "답") for at in range(2000)))
    assert len(unheard(book)) == 0
    assert len(shared(book, "r7")) == 1
