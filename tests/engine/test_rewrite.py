"""Loose letters put together, and Korean typed on the English layout."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autoresponder.engine.rewrite import loose_jamo, wrong_keyboard
from autoresponder.engine.text import fold
from tests.engine.mistyping import keys_of

SYLLABLES = st.text(st.characters(min_codepoint=0xAC00, max_codepoint=0xD7A3), min_size=2, max_size=8)
ANYTHING = st.text(st.one_of(st.characters(), st.sampled_from("ㅂㅐㄳㅠㅋㅎㅏㅗ배송 qothdQOT")), max_size=30)


def words(rewritten: object) -> str | None:
    return rewritten and " ".join(rewritten.folded.words)  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("ㅂㅐ송오ㅓㄴ제", "배송언제"),
        ("ㅂㅏㄴ품 되나요", "반품 되나요"),
        ("배소ㅇ", "배송"),
        ("호ㅏㄴ불ㅠㅠ", "환불ㅠㅠ"),
        ("ㅎㅗㅏㄴ불", "환불"),
        ("해주세ㅇㅛㅎㅎ", "해주세요ㅎㅎ"),
        ("배ㅐ송", "배송"),
        ("ㄱㅏㅂㅅㅇㅣ", "값이"),
        ("ㄱㅏㅂㅅㅣ", "갑시"),
        ("ㄱㅓㄹㄹㅕㅇㅛ", "걸려요"),
        ("ㅇㅓㅁㅁㅏㅋㅋㅋ", "엄마ㅋㅋㅋ"),
        ("ㅋㅜㅍㅗㄴ", "쿠폰"),
    ],
)
def test_loose_letters_are_put_together(typed: str, meant: str) -> None:
    assert words(loose_jamo(fold(typed))) == meant


@pytest.mark.parametrize(
    "typed", ["배송 언제", "네ㅋㅋ", "ㅠㅠ", "감사해요ㅎㅎ", "ㅇㅇ", "ㅎㅠ", "배송ㅠㅜ", "ㅂㅅ", "ㄳㅏ", ""]
)
def test_laughter_tears_and_initials_are_not_letters_of_a_word(typed: str) -> None:
    assert loose_jamo(fold(typed)) is None


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("qothd djswp dhkdy", "배송 언제 와요"),
        ("QOTHD DJSWP", "배송 언제"),
        ("dlTsk", "있나"),
        ("DLtSK", "있나"),
        ("djqtdj?", "없어"),
        ("dhkdybb", "와요ㅠㅠ"),
        ("xl size dlTdjdy", "xl size 있어요"),
        ("ｑｏｔｈｄ!", "배송"),
    ],
)
def test_korean_on_the_english_layout_is_read(typed: str, meant: str) -> None:
    assert words(wrong_keyboard(fold(typed))) == meant


@pytest.mark.parametrize("typed", ["ok", "hello", "size", "AS", "is the one", "배송", "bb", ""])
def test_words_that_do_not_read_as_syllables_stay(typed: str) -> None:
    assert wrong_keyboard(fold(typed)) is None


@given(SYLLABLES)
def test_the_keys_of_any_korean_word_read_as_that_word(word: str) -> None:
    assert words(wrong_keyboard(fold(keys_of(word)))) == word


@settings(max_examples=60)
@given(ANYTHING)
def test_every_character_knows_where_it_came_from(typed: str) -> None:
    folded = fold(typed)
    for rewritten in (loose_jamo(folded), wrong_keyboard(folded)):
        if rewritten is None:
            continue
        assert len(rewritten.origins) == len(rewritten.folded.flat)
        ends = [0, *(end for _, end in rewritten.origins)]
        assert [start for start, _ in rewritten.origins] == ends[:-1], "nothing is lost or used twice"
        assert ends[-1] == len(folded.flat)


@pytest.mark.parametrize("typed", ["ㅂㅐ" * 5000, "ㅎㅗ " * 3000, "qothd" * 2000, "Qothd " * 2000, "ㅠ" * 10_000])
def test_long_messages_take_no_time(typed: str) -> None:
    folded = fold(typed)
    started = time.process_time()
    loose_jamo(folded)
    wrong_keyboard(folded)
    assert time.process_time() - started < 0.02
