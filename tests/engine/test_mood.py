"""What a message wants: asked, wanted or wrong, or only told, praised, promised, wished."""

from __future__ import annotations

import pytest

from autoresponder.engine.book import Group
from autoresponder.engine.compile import compile_book
from autoresponder.engine.mood import sentences
from autoresponder.engine.near import is_noun
from autoresponder.engine.text import fold
from autoresponder.engine.types import Mood
from autoresponder.engine.understand import read
from tests.engine.shop import book, rule

ASKS = (
    *("빨리 받고 싶은데 제일 빠른 게 언제임", "주문하믄 며칠이나 걸리능교", "그거 되나예", "소재가 모예요"),
    *("바꾸고 싶은데 벌써 왔어요", "방법을 모르겠습니다", "주문 철회하겠습니다", "쿠폰이 안 먹어요"),
    *("예쁘게 해 주실 수 있나 해서요", "알려주시면 감사하겠습니다", "도착하면 알려 주세요", "다른 색이 왔어요"),
    *("배송준비중 일주일째예요", "안 하고 싶은데 어떡하죠", "취소할게요", "굿즈 안 왔어요"),
    *("우리 아들이 샀는데 환불 좀 해주이소", "지갑을 두고 왔어요", "수업 다음 주로 옮길게요"),
)
TELLS = (
    *("도착할 거예요", "한 치수 업하세요", "천천히 하세요", "많이 파세요", "다음에 신청할게요"),
    *("안 하셔도 돼요", "그 주소로 보내시면 됩니다", "배송 늦어도 이해합니다", "그냥 입을게요"),
    *("재입고 알림이 있으면 더 좋을 것 같아요", "반품하려 했는데 참았어요", "남편이랑 상의해 보고 주문할게요"),
    *("이만한 게 있을까 싶네요", "가격 차이나요", "일주일째 고민 중이야", "어쩔 수 없죠 뭐"),
    *("불량인 줄 알았는데 제가 거꾸로 끼웠어요", "펌 잘한다고 해서 왔어요", "잘 부탁드립니다"),
)


@pytest.mark.parametrize("text", ASKS)
def test_it_asks(text: str) -> None:
    assert sentences(fold(text))[-1].mood is Mood.ASKS


@pytest.mark.parametrize("text", TELLS)
def test_it_only_tells(text: str) -> None:
    assert sentences(fold(text))[-1].mood is not Mood.ASKS


@pytest.mark.parametrize("text", ["사이즈요", "도서산간 배송료요", "현금영수증요"])
def test_a_noun_made_polite_asks_for_what_it_names(text: str) -> None:
    assert [sentence.mood for sentence in sentences(fold(text))] == [Mood.NOTES]


def test_arriving_is_no_praise() -> None:
    """착한 stands in 도착한, 편하 in 남편하고."""
    for text in ("도착한 화분 잎이 꺾여서 왔습니다", "남편하고 같이 보내 주세요"):
        assert sentences(fold(text))[-1].mood is Mood.ASKS


def test_what_was_heard_and_not_meant_is_not_heard_again_by_another_reading() -> None:
    """수수료 is read once more as 수료 and without the word that rules the rule out; 촉촉 without its praise."""
    groups = (Group("any", ("환불",)), Group("none", ("환불 수수료 뉴스",)))
    compiled = compile_book(book(rule("refund", groups=groups, manner="asked")))
    assert not read(compiled, "환불 수수료 뉴스 봤어?").meant
    praised = compile_book(book(rule("sticky", "끈적", manner="asked")))
    assert not read(praised, "바디로션 촉촉하고 끈적임 없어요").meant


@pytest.mark.parametrize(("word", "noun"), [("싼 거", False), ("흰색 있", False), ("보내신", False), ("자전거", True)])
def test_only_nouns_are_looked_for_when_mistyped(word: str, noun: bool) -> None:
    assert is_noun(word.replace(" ", "")) is noun


def test_one_syllable_is_not_taken_for_two() -> None:
    assert not read(compile_book(book(rule("wireless", "무선"))), "뭔 일이에요?").hits
