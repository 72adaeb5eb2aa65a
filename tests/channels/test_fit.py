from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autoresponder.channels import fit
from autoresponder.channels.base import Limits, Unit
from autoresponder.engine.types import Button, Reply
from tests.channels.contract import TEXTS, nonblank, property_test

LIMITS = Limits(text=40, bubbles=3, buttons=3, button_label=8, seconds=5)


UNITS: tuple[Unit, ...] = ("utf-16", "utf-8")


def size(text: str, unit: Unit = "utf-16") -> int:
    return len(text.encode()) if unit == "utf-8" else len(text.encode("utf-16-le")) // 2


@property_test
@given(text=TEXTS, limit=st.integers(4, 60), unit=st.sampled_from(UNITS))
def test_splitting_loses_nothing_and_keeps_the_limit(text: str, limit: int, unit: Unit) -> None:
    pieces = fit.split(text, limit, unit)
    assert nonblank("".join(pieces)) == nonblank(text)
    assert all(piece.strip() == piece and 0 < size(piece, unit) <= limit for piece in pieces)


@property_test
@given(text=TEXTS, limit=st.integers(7, 60), unit=st.sampled_from(UNITS))
def test_cutting_keeps_the_limit_and_the_beginning(text: str, limit: int, unit: Unit) -> None:
    short = fit.cut(text, limit, unit)
    assert size(short, unit) == fit.size(short, unit) <= limit
    assert short == text or (short.endswith("…") and text.startswith(short[:-1]))


def test_a_messenger_that_counts_bytes_takes_a_third_of_the_hangul() -> None:
    instagram = replace(LIMITS, text=1000, unit="utf-8")
    whole = Reply("가" * 333)
    assert fit.arrange([whole], instagram) == [whole]
    assert [len(bubble.text) for bubble in fit.arrange([Reply("가" * 334)], instagram)] == [333, 1]
    assert [len(bubble.text) for bubble in fit.arrange([Reply("😀" * 251)], instagram)] == [250, 1]
    labelled = fit.buttons([Button("배송 조회하기")], replace(instagram, button_label=20))
    assert labelled == (Button("배송 조회하기", "배송 조회하기"),)
    assert fit.buttons([Button("배송 조회하기")], replace(instagram, button_label=16))[0].label == "배송 조회…"


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        (
            "안녕하세요. 오늘 보내면 내일 도착해요. 감사합니다.",
            ["안녕하세요. 오늘 보내면 내일 도착해요.", "감사합니다."],
        ),
        ("첫 번째 안내는 이거예요\n\n두 번째 안내는 저거예요", ["첫 번째 안내는 이거예요", "두 번째 안내는 저거예요"]),
        ("가격은 1.5만 원이고 배송비는 따로 3천 원이에요", ["가격은 1.5만 원이고 배송비는 따로 3천", "원이에요"]),
        ("가" * 30, ["가" * 24, "가" * 6]),
        ("😀" * 13, ["😀" * 12, "😀"]),
        ("  \n ", []),
        ("짧아요", ["짧아요"]),
    ],
)
def test_a_long_text_parts_at_its_best_seam(text: str, pieces: list[str]) -> None:
    assert fit.split(text, 24) == pieces


def test_a_visible_character_is_not_torn_apart() -> None:
    family = "👩‍👩‍👧"
    assert fit.split("가가가" + family, 8) == ["가가가", family]
    assert fit.split("abc" + "e\u0301" * 2, 4) == ["abc", "e\u0301e\u0301"]
    assert fit.split("가가가" + family, 26, "utf-8") == ["가가가", family]
    syllable = "\u1100\u1161\u11a8"  # 각 written as jamo: nine bytes
    assert fit.cut(syllable * 3, 17, "utf-8") == f"{syllable}…"


@pytest.mark.parametrize(
    ("text", "limit", "wanted"),
    [("배송", 2, "배송"), ("배송 안내", 4, "배송…"), ("배송안내해요", 4, "배송안…"), ("😀😀😀", 4, "😀…")],
)
def test_a_label_that_is_too_long_ends_with_an_ellipsis(text: str, limit: int, wanted: str) -> None:
    assert fit.cut(text, limit) == wanted


def test_bubbles_that_fit_are_left_alone() -> None:
    replies = [Reply("안녕하세요", role="greeting"), Reply("네, 가능해요", (Button("더 보기"),))]
    assert fit.arrange(replies, LIMITS) == [replies[0], Reply("네, 가능해요", (Button("더 보기", "더 보기"),))]


def test_the_shortest_neighbours_are_merged_first() -> None:
    replies = [Reply("가" * 30), Reply("나"), Reply("다"), Reply("라" * 30)]
    assert [bubble.text for bubble in fit.arrange(replies, LIMITS)] == ["가" * 30, "나\n\n다", "라" * 30]


def test_a_merged_hand_off_is_still_a_hand_off() -> None:
    replies = [Reply("가"), Reply("나", role="hand_off"), Reply("다" * 30), Reply("라" * 30)]
    assert [bubble.role for bubble in fit.arrange(replies, LIMITS)] == ["hand_off", "answer", "answer"]


@pytest.mark.parametrize("lengths", [(21, 21, 21, 21), (40, 40, 36), (30, 30, 30, 20), (113,)])
def test_text_up_to_the_brim_of_all_bubbles_is_kept_whole(lengths: tuple[int, ...]) -> None:
    bubbles = fit.arrange([Reply("가" * length) for length in lengths], LIMITS)
    assert len(bubbles) <= LIMITS.bubbles
    assert nonblank("".join(bubble.text for bubble in bubbles)) == "가" * sum(lengths)


def test_text_flowed_anew_leaves_no_empty_bubble() -> None:
    words = " ".join(["가" * 20] * 6)
    bubbles = fit.arrange([Reply(words)], replace(LIMITS, bubbles=5))
    assert nonblank("".join(bubble.text for bubble in bubbles)) == "가" * 120
    assert all(bubble.text for bubble in bubbles)


def test_only_what_exceeds_all_bubbles_is_cut_and_says_so() -> None:
    bubbles = fit.arrange([Reply("가" * 500, (Button("더 보기"),))], LIMITS)
    assert [size(bubble.text) for bubble in bubbles] == [40, 40, 40]
    assert bubbles[-1].text.endswith("…")
    assert bubbles[-1].buttons == (Button("더 보기", "더 보기"),)


def test_buttons_keep_their_words_when_their_labels_are_cut() -> None:
    wanted = [
        Button("단체 주문 문의하기"),
        Button(" \n"),
        Button("배송", "배송 언제 와요"),
        Button("배송", "배송 언제 와요"),
        Button("", "환불"),
    ]
    assert fit.buttons(wanted, LIMITS) == (
        Button("단체 주문 문…", "단체 주문 문의하기"),
        Button("배송", "배송 언제 와요"),
        Button("환불", "환불"),
    )
