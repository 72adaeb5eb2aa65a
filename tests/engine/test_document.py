from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autoresponder.engine.document import Book, Group, Invalid, Rule, dump, load, validate
from autoresponder.engine.types import Button, Reply
from tests.engine.shop import book, rule

TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=20)
REPLIES = st.builds(Reply, TEXT, st.lists(st.builds(Button, TEXT, TEXT), max_size=3).map(tuple))
GROUPS = st.builds(Group, st.sampled_from(["any", "all", "none"]), st.lists(TEXT, max_size=4).map(tuple))
RULES = st.builds(
    Rule,
    key=TEXT.filter(str.strip),
    name=TEXT,
    groups=st.lists(GROUPS, max_size=3).map(tuple),
    replies=st.lists(REPLIES, max_size=2).map(tuple),
    band=st.sampled_from(["safety", "owner"]),
    enabled=st.booleans(),
    when=st.sampled_from(["always", "open", "closed"]),
    channels=st.lists(TEXT, max_size=2).map(tuple),
    action=st.sampled_from(["answer", "hand_off"]),
    cooldown_minutes=st.integers(0, 1000),
    intent=TEXT,
)
BOOKS = st.lists(RULES, max_size=4, unique_by=lambda rule: rule.key).map(lambda rules: book(*rules))
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=10,
)


def problems_of(document: Any) -> list[tuple[str, str, str]]:
    with pytest.raises(Invalid) as caught:
        load(document)
    return [(problem.rule, problem.field, problem.code) for problem in caught.value.problems]


def changed(**fields: Any) -> dict[str, Any]:
    document = dump(book(rule("r", "배송")))
    document["rules"][0] |= fields
    return document


@given(BOOKS)
def test_a_book_comes_back_from_its_document_as_it_was(written: Book) -> None:
    document = json.loads(json.dumps(dump(written)))
    assert load(document) == written
    texts = ["away", "fallback", "hand_off", "ask_back", "aliases", "ignored", "layers"]
    assert list(document) == ["schema", "rules", *texts]


@given(st.sampled_from(["schema", "rules", "away", "fallback", "hand_off"]), JSON)
def test_any_value_anywhere_is_read_or_refused(name: str, value: Any) -> None:
    for document in (dump(book(rule("r", "배송"))) | {name: value}, changed(groups=value), changed(**{name: value})):
        try:
            validate(load(document))
        except Invalid as invalid:
            assert invalid.problems and str(invalid)


@pytest.mark.parametrize(
    ("fields", "field", "code"),
    [
        ({"groups": [{"mode": "some", "words": []}]}, "groups", "unknown_value"),
        ({"groups": [{"mode": "any", "words": ["가"] * 301}]}, "words", "too_many"),
        ({"groups": [{"mode": "any", "words": ["가" * 51]}]}, "words", "too_long"),
        ({"groups": [{"mode": "any", "words": [7]}]}, "words", "wrong_type"),
        ({"groups": [{"mode": "any", "words": ["배\x00송"]}]}, "words", "control_character"),
        ({"replies": [{"text": "가" * 2001}]}, "replies", "too_long"),
        ({"replies": [{"text": "\ud800"}]}, "replies", "control_character"),
        ({"replies": [{"text": "가", "buttons": [{"label": "가"}] * 11}]}, "buttons", "too_many"),
        ({"enabled": "yes"}, "enabled", "wrong_type"),
        ({"cooldown_minutes": -1}, "cooldown_minutes", "out_of_range"),
        ({"cooldown_minutes": True}, "cooldown_minutes", "wrong_type"),
        ({"channels": "kakao"}, "channels", "wrong_type"),
    ],
)
def test_what_cannot_be_read_is_named_by_rule_and_field(fields: dict[str, Any], field: str, code: str) -> None:
    assert ("r", field, code) in problems_of(changed(**fields))


def test_unknown_schema_repeated_keys_and_too_many_rules_are_refused() -> None:
    assert problems_of(changed() | {"schema": 99}) == [("", "schema", "unknown_schema")]
    document = changed()
    assert problems_of(document | {"rules": document["rules"] * 2}) == [("r", "key", "repeated_key")]
    many = [document["rules"][0] | {"key": str(number)} for number in range(2001)]
    assert problems_of(document | {"rules": many}) == [("", "rules", "too_many")]
    for junk in (None, [], "book", 7):
        assert problems_of(junk)[0] == ("", "document", "missing" if junk is None else "wrong_type")


def test_nothing_deep_or_long_stops_the_reader() -> None:
    deep: Any = []
    for _ in range(100_000):
        deep = [deep]
    assert ("r", "groups", "wrong_type") in problems_of(changed(groups=deep))
    assert len(problems_of(changed(groups=[{"mode": "any", "words": [None] * 100}] * 20))) == 100


@pytest.mark.parametrize(
    ("written", "field", "code"),
    [
        (rule("r", "배송", "!!"), "groups", "blank_word"),
        (rule("r", groups=(Group("none", ("배송",)),)), "groups", "no_words"),
        (rule("r", groups=(Group("any", ("배송",)), Group("any", ()))), "groups", "empty_group"),
        (rule("r", "배송", replies=()), "replies", "no_reply"),
        (rule("r", "배송", replies=(Reply("  "),)), "replies", "empty_reply"),
        (rule("r", "배송", replies=(Reply("{가격}원"),)), "replies", "unknown_variable"),
        (rule("r", "배송", replies=(Reply("네", (Button(" "),)),)), "replies", "empty_button"),
    ],
)
def test_what_makes_no_sense_is_named_before_it_is_published(written: Rule, field: str, code: str) -> None:
    problems = validate(book(written))
    assert ("r", field, code) in [(problem.rule, problem.field, problem.code) for problem in problems]
    assert validate(load(dump(book(rule("r", "배송"))))) == []


def test_a_rule_that_is_switched_off_may_be_half_written() -> None:
    assert validate(book(rule("r", "!!", replies=(), enabled=False))) == []
