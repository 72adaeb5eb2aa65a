from __future__ import annotations

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from autoresponder.engine.text import LIMIT, fold

CHARACTERS = st.one_of(
    st.characters(),
    st.characters(min_codepoint=0x1100, max_codepoint=0x11FF),
    st.sampled_from("가각갂힣ㄱㅏㅎㅠ배송 ,.!?\u200b\u3164\ufe0f\ud800\x00Aé①㎏ﾊﾟｶﾞﾡ㉠ﬁßİ👍🏽1️⃣\u0301\u3099"),
)
TEXTS = st.lists(CHARACTERS, max_size=40).map("".join)


@pytest.mark.parametrize(
    ("typed", "flat"),
    [
        ("배송 언제 와요?? ㅠㅠ", "배송언제와요ㅠㅠ"),
        ("ＡＢＣ Abc", "abcabc"),
        ("①② ㎏ Ⅳ", "12kgiv"),
        ("ﾊﾟﾝ ｶﾞｽ", "パンガス"),
        ("ㅎㅠ ㅂㅏㄴ품", "ㅎㅠㅂㅏㄴ품"),
        ("배\u200b송\u3164비\ufeff", "배송비"),
        ("👍🏽 A/S!", "as"),
        ("\x00\ud800배송", "배송"),
        ("Straße", "strasse"),
        ("…👍 \u3000", ""),
    ],
)
def test_folding_evens_out_how_a_text_was_typed(typed: str, flat: str) -> None:
    assert fold(typed).flat == flat


def test_words_are_kept_apart_by_blanks_punctuation_and_emoji_only() -> None:
    assert fold("배송,반품👍교\u200b환 문의").words == ["배송", "반품", "교환", "문의"]


def test_a_decomposed_text_points_back_at_all_of_its_jamo() -> None:
    typed = unicodedata.normalize("NFD", "네 배송비")
    spans = fold(typed).spans()
    start, end = spans[1][0], spans[3][1]
    assert unicodedata.normalize("NFC", typed[start:end]) == "배송비"


def test_only_the_first_thousand_characters_count() -> None:
    assert len(fold("가" * 5000).flat) == LIMIT
    assert len(fold(unicodedata.normalize("NFD", "각" * 5000)).spans()) == LIMIT


@given(TEXTS)
@example("ㄱ" + "\u1161\u11a8" * 3)
@example("e\u0301\u0327" * 20)
def test_every_folded_character_points_at_what_it_came_from(typed: str) -> None:
    folded = fold(typed)
    spans = folded.spans()
    assert len(spans) == len(folded.flat)
    assert folded.flat == "".join(folded.words)
    assert spans == sorted(spans)
    for character, (start, end) in zip(folded.flat, spans, strict=True):
        assert 0 <= start < end <= len(typed)
        assert character in fold(typed[start:end]).flat


@given(TEXTS)
def test_unicode_form_never_changes_the_folded_text(typed: str) -> None:
    composed, decomposed = (unicodedata.normalize(form, typed) for form in ("NFC", "NFD"))
    assert fold(composed).flat == fold(decomposed).flat
    assert fold(typed).words == fold(composed).words


@given(st.text("배송비 언제wasAS1ㅠ!", max_size=20), st.data())
def test_an_invisible_character_anywhere_changes_nothing(typed: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(typed)))
    invisible = data.draw(st.sampled_from("\u200b\u200c\u200d\u2060\ufeff\u00ad\u3164\ufe0f\x00"))
    assert fold(typed[:at] + invisible + typed[at:]).words == fold(typed).words
