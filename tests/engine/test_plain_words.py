"""Plain words of questions that are mistyped, and those that only look so."""

from __future__ import annotations

import pytest

from autoresponder.engine.plain_words import plain_words
from autoresponder.engine.text import fold


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("반품 되낭", "반품 되나요"),
        ("빼주헤요", "빼주세요"),
        ("언제 하시나됴", "언제 하시나요"),
        ("얼머예요?", "얼마예요?"),
        ("어람지", "얼마지"),
        ("반품 되낭 ㅠㅠ", "반품 되나요 ㅠㅠ"),
        ("얼맞지", "얼마지"),
        ("감싸합니다", "감사합니다"),
        ("예약 변령해", "예약 변경해"),
        ("뵙겠습닏다", "뵙겠습니다"),
        ("몇 시까비 하세요", "몇 시까지 하세요"),
    ],
)
def test_a_plain_word_is_put_right(typed: str, meant: str) -> None:
    rewritten = plain_words(fold(typed))
    assert rewritten and rewritten.folded.typed == meant
    assert len(rewritten.origins) == len(rewritten.folded.flat)


@pytest.mark.parametrize(
    "typed",
    [
        *(
            "반품 되나요",
            "어제 받았어요",
            "색이 좀 차이나요",
            "하루종일 안나와요",
            "많이 파세요",
            "사이즈 좋아요",
            "하네요",
        ),
        *("감사합니다", "얼마예욤", "주고 갔어요", "감싸 주었다"),
        *("얼만큼", "언제나 좋아요", "qothd", "되낭되낭이 왔다", "낭", ""),
    ],
)
def test_what_is_right_or_something_else_stays(typed: str) -> None:
    assert plain_words(fold(typed)) is None
