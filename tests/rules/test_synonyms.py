"""Which words are offered beside those of a rule."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from autoresponder.engine.text import fold
from autoresponder.rules.synonyms import SUGGESTED, suggested

GROUPS = [["배송", "택배", "출고"], ["송장 번호", "운송장"], ["택배", "소포"]]
WORDS = st.lists(st.sampled_from(["배송", "택배", "출고", "운송장", "송장번호", "소포", "없는 말"]), unique=True)


def test_the_rest_of_the_group_is_offered() -> None:
    assert suggested(GROUPS, ["배송"]) == ["택배", "출고"]


def test_a_word_is_known_however_it_is_spaced() -> None:
    assert suggested(GROUPS, ["송장번호"]) == ["운송장"]
    assert suggested([["A/S", "수리"]], ["a/s"]) == ["수리"]


def test_the_last_word_comes_first() -> None:
    assert suggested(GROUPS, ["운송장", "출고"]) == ["배송", "택배", "송장 번호"]


def test_a_word_in_two_groups_offers_both() -> None:
    assert suggested(GROUPS, ["택배"]) == ["배송", "출고", "소포"]


def test_words_that_exclude_are_not_offered() -> None:
    assert suggested(GROUPS, ["배송"], besides=["택배"]) == ["출고"]


def test_no_more_are_offered_than_can_be_read() -> None:
    assert len(suggested([[f"말{n}" for n in range(30)]], ["말3"])) == SUGGESTED


@settings(max_examples=50, deadline=None)
@given(WORDS, WORDS)
def test_what_is_there_is_never_offered_and_taking_all_ends_the_offers(words: list[str], besides: list[str]) -> None:
    offered = suggested(GROUPS, words, besides=besides)

    taken = {fold(word).flat for word in (*words, *besides)}
    assert taken.isdisjoint(fold(word).flat for word in offered)
    for _round in range(5):
        words = [*words, *suggested(GROUPS, words, besides=besides)]
    assert suggested(GROUPS, words, besides=besides) == []
