"""Keywords a message nearly says, and words that look like them and mean themselves."""

from __future__ import annotations

import random
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autoresponder.engine.known_words import known_words
from autoresponder.engine.near import Near, near_index
from autoresponder.engine.nouns import confusable, is_noun
from autoresponder.engine.text import fold
from tests.engine.mistyping import misheard, slipped

TOPIC_LINES = """
배송 택배 배송비 배송조회 반품 반품신청 환불 환불규정 교환 교환신청 주문 주문취소 사이즈 색상 재고
재입고 품절 입금 결제 카드결제 취소 쿠폰 적립금 영업시간 주차장 예약 예약변경 포장 선물포장 불량 파손
누락 설명서 보증기간 세탁방법 현금영수증 비밀번호 운동화 가방 카드 매장위치 유통기한
"""
TOPICS = TOPIC_LINES.split()
FRAMES = ["{} 언제 와요", "{}이 궁금해요", "혹시 {} 가능할까요", "{} 되나요?", "언제{}해주세요", "안녕하세요 {} 문의요"]


def index(*flats: str, unwanted: tuple[str, ...] = ()) -> Near:
    return near_index(flats, (*flats, *unwanted))


SHOP = index(*TOPICS)
MANY = near_index(TOPICS, TOPICS, texts=10**6)


def meant(near: Near) -> dict[int, str]:
    return {noun.word: noun.flat for nouns in near.alike for noun in nouns}


def heard(near: Near, message: str) -> dict[str, str]:
    folded = fold(message)
    return {folded.flat[start:end]: meant(near)[word] for start, end, word in near.sounds(folded)}


def guessed(near: Near, message: str) -> dict[str, str]:
    folded = fold(message)
    return {folded.flat[start:end]: meant(near)[word] for start, end, word in near.slips(folded)}


@pytest.mark.parametrize(
    ("message", "typed", "meant"),
    [
        ("베송 언제옴", "베송", "배송"),
        ("언제배쏭와요", "배쏭", "배송"),
        ("반픔 될까요", "반픔", "반품"),
        ("환뷸해주세요", "환뷸", "환불"),
        ("사이주 있나요", "사이주", "사이즈"),
        ("주뮨이요", "주뮨", "주문"),
        ("배소옹 언제와요", "배소옹", "배송"),
        ("언제주뮨취소되나요", "주뮨취소", "주문취소"),
        ("교화안 되죠", "교화안", "교환"),
        ("반푸우움 하고싶어요", "반푸우움", "반품"),
        ("베송 조회", "베송조회", "배송조회"),
    ],
)
def test_a_keyword_is_understood_by_its_sound(message: str, typed: str, meant: str) -> None:
    assert heard(SHOP, message)[typed] == meant


@pytest.mark.parametrize(
    ("message", "typed", "meant"),
    [
        ("교한 하고싶어요", "교한", "교환"),
        ("재입교 언제", "재입교", "재입고"),
        ("바품 되나요", "바품", "반품"),
        ("ㅂ송 언제", "ㅂ송", "배송"),
        ("뱃오 언제와요", "뱃오", "배송"),
        ("언제교호나해주세요", "교호나", "교환"),
        ("주차자 있나요", "주차자", "주차장"),
        ("비밀번ㅎ 잊었어요", "비밀번ㅎ", "비밀번호"),
    ],
)
def test_a_keyword_is_understood_one_slip_away(message: str, typed: str, meant: str) -> None:
    assert guessed(SHOP, message)[typed] == meant


@pytest.mark.parametrize(
    "message",
    [
        *(
            "부품 있나요",
            "배상해 주세요",
            "사이트에서 봤어요",
            "웹사이트",
            "품질이 좋아요",
            "환율 알려줘",
            "방송 봤어요",
        ),
        *(
            "카트에 담았어요",
            "카트결제",
            "임금 받았어요",
            "추가요",
            "충고",
            "전환",
            "가발",
            "최소",
            "하차",
            "입구가 어디죠",
        ),
        *("학교한테 물어봐", "주무세요", "새 일 찾았어요", "먹고 싶고 울고 싶다", "사이지만", "출구", "잊고 있었네"),
        *("the ok hello size", "qothd", "", "ㅋㅋㅋㅋ", "12345", "배 송송", "고마워요", "안녕하세요"),
    ],
)
def test_what_means_something_else_stays_quiet(message: str) -> None:
    assert (heard(SHOP, message), guessed(SHOP, message)) == ({}, {})


def test_a_keyword_of_the_book_is_never_taken_for_another() -> None:
    assert guessed(index("결제"), "걸제 문의") == {"걸제": "결제"}
    assert guessed(index("결제", unwanted=("걸제",)), "걸제 문의") == {}
    assert heard(index("베송", "배송"), "베송") == {}


@pytest.mark.parametrize("flat", ["as", "옷", "배송2", "언제와요", "얼마예요", "하고싶어", "반품하기", "안돼", "ㅂㅅ"])
def test_verbs_short_words_and_other_scripts_are_matched_as_written_only(flat: str) -> None:
    assert not is_noun(flat)
    assert index(flat).sounds(fold("언재와요 하고시퍼 반품하게")) == []


@pytest.mark.parametrize("flat", ["배송", "메시지", "가게", "화면", "운동화", "배송조회"])
def test_topic_nouns_are_looked_for(flat: str) -> None:
    assert is_noun(flat)


def test_words_nobody_wants_and_an_empty_book_find_nothing() -> None:
    for near in (index(), index(unwanted=("배송",))):
        assert (heard(near, "베송 교한"), guessed(near, "베송 교한")) == ({}, {})


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("반품", "부품", True),
        ("입금", "임금", True),
        ("카드", "카트", True),
        ("결제", "결재", True),
        ("배송", "교환", False),
        ("배송", "배송비", False),
        ("배송", "배송", False),
        ("as", "ad", False),
    ],
)
def test_confusable_keywords_are_told(one: str, other: str, alike: bool) -> None:
    assert confusable(one, other) is confusable(other, one) is alike


def test_the_known_words_hold_common_words_and_no_typos() -> None:
    assert known_words().issuperset(["부품", "방송", "배상", "환율", "품질", "임금", "카트", "사이트", "이차"])
    assert known_words().isdisjoint(["베송", "반픔", "환뷸", "교한", "재입교", "주뮨", "배"])


def understood(word: str, typed: str, dice: random.Random) -> bool:
    message = dice.choice(FRAMES).format(typed)
    return word in message or word in {**heard(SHOP, message), **guessed(SHOP, message)}.values()


def recall(kind: str, seed: int = 7) -> float:
    dice = random.Random(seed)
    tries = [(word, misheard(word, dice) if kind == "alike" else slipped(word, kind, dice)) for word in TOPICS * 5]
    words = [(word, typed) for word, typed in tries if typed and typed != word]
    return sum(understood(word, typed, dice) for word, typed in words) / len(words)


@pytest.mark.parametrize(
    ("kind", "least"), [("alike", 0.9), ("near", 0.8), ("missed", 0.75), ("doubled", 0.85), ("swapped", 0.75)]
)
def test_most_slips_are_understood(kind: str, least: float) -> None:
    assert recall(kind) >= least


@settings(max_examples=60)
@given(st.text("배송벼품반픔교환한 ㅂㅐㅋㅠabc1요에고", max_size=30))
def test_a_hit_names_what_was_typed_and_the_same_every_time(message: str) -> None:
    folded = fold(message)
    for find in (SHOP.sounds, SHOP.slips):
        hits = find(folded)
        assert hits == find(folded) == getattr(index(*TOPICS), find.__name__)(folded)
        for start, end, keyword in hits:
            assert 0 <= start < end <= len(folded.flat)
            assert folded.flat[start:end] != fold(TOPICS[keyword]).flat
            assert folded.flat[start:end] not in known_words()


@settings(max_examples=200)
@given(
    st.integers(), st.sampled_from(FRAMES), st.sampled_from(TOPICS), st.text("배송벼반픔교환한 ㅂㅐㅋ요고", max_size=4)
)
def test_many_texts_are_read_as_few_are(seed: int, frame: str, word: str, more: str) -> None:
    dice = random.Random(seed)
    typed = slipped(word, dice.choice(("near", "missed", "doubled", "swapped")), dice) or word
    message = fold(frame.format(typed) + more)

    assert MANY.mistyped and not SHOP.mistyped
    assert MANY.slips(message) == SHOP.slips(message)


@pytest.mark.parametrize(
    "message", ["가" * 10_000, "베송" * 5000, "반픔 " * 3000, "아" * 10_000, "ㅂ" * 10_000, "주무" * 5000]
)
def test_long_messages_take_no_time(message: str) -> None:
    folded = fold(message)
    started = time.process_time()
    SHOP.sounds(folded)
    SHOP.slips(folded)
    assert time.process_time() - started < 0.02
