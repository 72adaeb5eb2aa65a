from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autoresponder.channels import fit
from autoresponder.channels.base import Limits, Unit
from autoresponder.engine.types import Button, Reply
from tests.channels.contract import REPLIES, TEXTS, nonblank, property_test

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


some = settings(property_test, max_examples=50)
ANY_LIMITS = st.builds(
    Limits,
    text=st.integers(40, 300),
    bubbles=st.integers(1, 4),
    buttons=st.integers(0, 4),
    button_label=st.integers(8, 40),
    seconds=st.just(5.0),
    unit=st.sampled_from(UNITS),
    say=st.sampled_from([0, 30]),
)
MENU = (Button("배송 조회"), Button("반품 신청", "반품하고 싶어요"), Button("교환"))


def labels(buttons: Sequence[Button]) -> list[str]:
    return [button.label for button in buttons]


@some
@given(replies=REPLIES, limits=ANY_LIMITS)
def test_any_replies_keep_every_limit(replies: list[Reply], limits: Limits) -> None:
    for bubbles in (fit.arrange(replies, limits), fit.gather(replies, limits, alone="골라 주세요.")):
        assert len(bubbles) <= limits.bubbles
        assert all(size(bubble.text, limits.unit) <= limits.text for bubble in bubbles)
        assert all(bubble.text or bubble.buttons for bubble in bubbles)
        shown = {button for bubble in bubbles for button in bubble.buttons}
        assert len(shown) <= limits.buttons
        assert all(size(button.label, limits.unit) <= limits.button_label for button in shown)
        assert all(size(button.text, limits.unit) <= limits.say or not limits.say for button in shown)


@some
@given(replies=REPLIES, limits=ANY_LIMITS, fewer=st.integers(2, 4))
def test_the_lines_that_are_shown_are_the_numbers_that_are_understood(
    replies: list[Reply], limits: Limits, fewer: int
) -> None:
    """Also where an adapter keeps bubbles for something of its own."""
    offered = fit.numbered(replies, limits)
    buttons = [button for reply in replies for button in reply.buttons]
    words = {words for button in buttons for words in (button.label, button.say)}
    assert set(offered) <= {said for text in words for said in (text.strip(), " ".join(text.split()))}
    *_, last = fit.arrange(replies, replace(limits, bubbles=min(limits.bubbles, fewer))) or [Reply("")]
    lines = last.text.split("\n")[-len(offered) :] if offered else []
    assert [line.partition(". ")[0] for line in lines] == [str(number) for number in range(1, len(offered) + 1)]
    assert all(line.partition(". ")[2] for line in lines)


@some
@given(replies=REPLIES, limits=ANY_LIMITS)
def test_whatever_is_not_shown_is_told_as_a_loss(replies: list[Reply], limits: Limits) -> None:
    shown = fit.arrange(replies, limits)
    lost = {loss.what for loss in fit.loses(replies, shown, limits)}
    said = nonblank("".join(bubble.text for bubble in shown))
    assert ("text" in lost) != said.startswith(nonblank("".join(reply.text for reply in replies)))
    pressed = {button.text for bubble in shown for button in bubble.buttons} | set(fit.numbered(replies, limits))
    if not lost:
        wanted = [button for reply in replies for button in reply.buttons if " ".join(button.text.split())]
        assert all(button.text.strip() in pressed or not button.label.split() for button in wanted)


@some
@given(replies=REPLIES, limits=ANY_LIMITS)
def test_what_one_bubble_takes_is_no_loss(replies: list[Reply], limits: Limits) -> None:
    if fit.is_small(replies, limits):
        assert fit.loses(replies, fit.arrange(replies, limits), limits) == []


def test_without_buttons_they_become_numbered_lines_of_the_last_bubble() -> None:
    replies = [Reply("안녕하세요."), Reply("무엇을 도와드릴까요?", MENU)]
    none = replace(LIMITS, buttons=0, text=200)
    assert fit.arrange(replies, none) == [
        Reply("안녕하세요."),
        Reply("무엇을 도와드릴까요?\n\n1. 배송 조회\n2. 반품 신청\n3. 교환"),
    ]
    assert fit.numbered(replies, none) == ("배송 조회", "반품하고 싶어요", "교환")


def test_with_too_few_buttons_all_have_a_number_and_the_first_are_buttons_too() -> None:
    replies = [Reply("안녕하세요.", MENU[:1]), Reply("무엇을 도와드릴까요?", MENU)]
    two = replace(LIMITS, buttons=2, text=200)
    first, last = fit.arrange(replies, two)
    assert (labels(first.buttons), labels(last.buttons)) == (["배송 조회"], ["배송 조회", "반품 신청"])
    assert last.text.endswith("\n\n1. 배송 조회\n2. 반품 신청\n3. 교환")
    assert fit.numbered(replies, two) == ("배송 조회", "반품하고 싶어요", "교환")
    *_, last = fit.gather(replies, two, alone="")
    assert labels(last.buttons) == ["배송 조회", "반품 신청"]


def test_enough_buttons_need_no_numbers() -> None:
    replies = [Reply("무엇을 도와드릴까요?", MENU), Reply("또는", MENU)]
    assert fit.numbered(replies, LIMITS) == ()
    assert [bubble.text for bubble in fit.arrange(replies, LIMITS)] == ["무엇을 도와드릴까요?", "또는"]


def test_lines_that_do_not_fit_below_the_text_take_a_bubble_of_their_own() -> None:
    replies = [Reply("가" * 35, MENU[:2])]
    bubbles = fit.arrange(replies, replace(LIMITS, buttons=1))
    assert [bubble.text for bubble in bubbles] == ["가" * 35, "1. 배송 조회\n2. 반품 신청"]
    assert [labels(bubble.buttons) for bubble in bubbles] == [[], ["배송 조회"]]


def test_an_overlong_text_gives_way_to_its_lines() -> None:
    one = replace(LIMITS, bubbles=1, buttons=0)
    (bubble,) = fit.arrange([Reply("가" * 100, MENU[:2])], one)
    assert bubble.text == "가" * 20 + "…\n\n1. 배송 조회\n2. 반품 신청"
    assert size(bubble.text) == 40


def test_many_lines_under_an_overlong_text_have_a_bubble_of_their_own() -> None:
    two = replace(LIMITS, bubbles=2, buttons=0)
    bubbles = fit.arrange([Reply("가" * 100, (*MENU, Button("사이즈 안내")))], two)
    assert [bubble.text for bubble in bubbles] == [
        "가" * 39 + "…",
        "1. 배송 조회\n2. 반품 신청\n3. 교환\n4. 사이즈 안내",
    ]


def test_long_lines_are_cut_and_still_mean_the_whole() -> None:
    long = (Button("아주아주 긴 이름을 가진 첫째 버튼"), Button("아주아주 긴 이름을 가진 둘째 버튼"))
    none = replace(LIMITS, buttons=0, text=80, bubbles=1)
    assert (
        fit.arrange([Reply("네", long)], none)[0].text
        == "네\n\n1. 아주아주 긴 이름을 가진…\n2. 아주아주 긴 이름을 가진…"
    )
    assert fit.numbered([Reply("네", long)], none) == tuple(labels(long))


@pytest.mark.parametrize(
    ("reply", "limits", "lost"),
    [
        (Reply("가" * 120), LIMITS, []),
        (Reply("가" * 121), LIMITS, [fit.Loss("text", over=2)]),
        (Reply("네", (Button("환불", "가" * 31),)), replace(LIMITS, say=30), [fit.Loss("say", "환불", 1)]),
        (Reply("네", (Button("환불", "가" * 30),)), replace(LIMITS, say=30), []),
        (Reply("네", MENU), replace(LIMITS, buttons=0), []),
        (Reply("네", MENU), replace(LIMITS, buttons=0, bubbles=1), [fit.Loss("button", "교환")]),
        (Reply("네", MENU), replace(LIMITS, buttons=2, bubbles=1), [fit.Loss("button", "교환")]),
        (Reply("네", MENU), LIMITS, []),
    ],
)
def test_what_a_messenger_would_lose(reply: Reply, limits: Limits, lost: list[fit.Loss]) -> None:
    assert fit.loses([reply], fit.arrange([reply], limits), limits) == lost


def test_text_flowed_anew_never_ends_in_empty_bubbles() -> None:
    """Seven words that split into seven bubbles, and fill only four to the brim."""
    bubbles = fit.arrange([Reply(" ".join(["가" * 21] * 7))], replace(LIMITS, bubbles=6))
    assert all(bubble.text for bubble in bubbles)
