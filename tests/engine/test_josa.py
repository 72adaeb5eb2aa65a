"""Particles that fit what stands before them."""

from __future__ import annotations

import pytest

from autoresponder.engine.josa import fit


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("가방은(는)", "가방은"),
        ("모자은(는)", "모자는"),
        ("모자는(은)", "모자는"),
        ("가방이(가) 왔어요", "가방이 왔어요"),
        ("모자가(이) 왔어요", "모자가 왔어요"),
        ("가방을(를) 모자를(을)", "가방을 모자를"),
        ("가방과(와) 모자와(과)", "가방과 모자와"),
        ("부산(으)로", "부산으로"),
        ("서울(으)로", "서울로"),
        ("제주(으)로", "제주로"),
        ("가방(이)나 모자(이)나", "가방이나 모자나"),
        ("가방(이)랑 모자(이)랑", "가방이랑 모자랑"),
        ("서랍(이)에요, 카페(이)에요", "서랍이에요, 카페예요"),
        ("XL은(는) A은(는) M을(를) S을(를)", "XL은 A는 M을 S를"),
        ("1은(는) 2은(는) 10을(를) 8(으)로", "1은 2는 10을 8로"),
        ("배송(택배)은(는) ‘반품’(이)라고", "배송(택배)은 ‘반품’이라고"),
        ("0은(는) 3은(는) 4은(는) 5은(는) 6은(는) 7은(는) 9은(는)", "0은 3은 4는 5는 6은 7은 9는"),
        ("100을(를) 1,000을(를) 1.2을(를) 3,000원을(를)", "100을 1,000을 1.2를 3,000원을"),
        ("000-000-0001(으)로 0006(으)로 0002(으)로", "000-000-0001로 0006으로 0002로"),
        (
            "3kg은(는) 100 g을(를) 10cm은(는) 500ml을(를) 2L을(를) 5%을(를) 5G을(를)",
            "3kg은 100 g을 10cm는 500ml를 2L를 5%를 5G를",
        ),
    ],
)
def test_the_particle_fits(written: str, read: str) -> None:
    assert fit(written) == read


@pytest.mark.parametrize(
    ("words", "particle"),
    [
        # 엘지, 브이아이피, 유에스비, 피디에프; 엑스엘, 디에이치엘, 큐알
        ("LG VIP USB pdf", "는"),
        ("XL DHL QR M R", "은"),
        # 네이버, 유튜브, 스토어, 카페, 박스, 이벤트, 기프트, 푸드, 프레시, 세트, 위크, 블로그
        ("Naver NAVER YouTube Store Cafe box event gift Food Fresh set week blog", "는"),
        # 쿠팡, 카카오톡, 인스타그램, 구글, 세일, 아이폰, 홈, 숍, 앱, 웹, 팩, 북, 뮤직, 마켓, 챗
        ("Coupang KakaoTalk Instagram Google SALE iPhone home shop App web pack Book music Market chat", "은"),
    ],
)
def test_latin_is_read_as_a_korean_reads_it(words: str, particle: str) -> None:
    for word in words.split():
        assert fit(f"{word}은(는)") == f"{word}{particle}"
        assert fit(f"“{word}”는(은)") == f"“{word}”{particle}"


def test_after_rieul_the_way_goes_without_eu() -> None:
    assert fit("Google(으)로 DHL(으)로 R(으)로 shop(으)로 Naver(으)로") == "Google로 DHL로 R로 shop으로 Naver로"


@pytest.mark.parametrize("text", ["은(는)", "(는) 그냥", "괄호(안)의 말", "", "배송 은(는)", "무게(kg)", "!은(는)"])
def test_what_is_no_marker_stays(text: str) -> None:
    assert fit(text) == text
