"""Words of different rules that are easily mistyped into one another."""

from __future__ import annotations

from dataclasses import replace

from autoresponder.engine.lint import MOST, Similar, similar
from tests.engine.shop import book, rule


def test_words_one_slip_apart_are_named_with_their_rules() -> None:
    found = similar(book(rule("반품 안내", "반품", "환불"), rule("부품 안내", "부품", "배송")))
    assert found == [Similar("반품", "반품 안내", "부품", "부품 안내")]


def test_words_of_one_rule_or_of_a_rule_switched_off_do_not_count() -> None:
    off = replace(rule("부품 안내", "부품"), enabled=False)
    assert similar(book(rule("하나", "반품", "부품"))) == []
    assert similar(book(rule("반품 안내", "반품"), off)) == []


def test_different_words_are_not_similar_and_the_list_stays_short() -> None:
    assert similar(book(rule("배송", "배송"), rule("환불", "환불"))) == []
    many = [rule(f"{number}", f"{first}품", f"{first}송") for number, first in enumerate("반부방밥발번변본분빈")]
    assert 0 < len(similar(book(*many))) <= MOST
