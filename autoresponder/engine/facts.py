"""What a shop tells its customers about itself, named once and used in any reply: {배송기간}, {return_address}.

The owner fills a fact in one place; every reply that names it then says so at once.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

LENGTH = 200


class Fact(NamedTuple):
    """`name` and `english` are what stands in braces, `label` and `example` what the owner sees beside the field."""

    name: str
    english: str
    label: str
    example: str
    topic: str


TOPICS = ("배송", "교환·환불", "가게", "예약·이용", "상품·가격")
FACTS = (
    Fact("배송기간", "delivery_time", "배송 기간", "1~2일", "배송"),
    Fact("출고마감", "cutoff_time", "당일 출고 마감", "오후 2시", "배송"),
    Fact("배송비", "delivery_fee", "배송비", "3,000원", "배송"),
    Fact("무료배송기준", "free_delivery_from", "무료 배송 기준 금액", "50,000원", "배송"),
    Fact("제주배송비", "remote_fee", "제주·도서산간 추가 배송비", "3,000원", "배송"),
    Fact("택배사", "carrier", "택배사", "우리택배", "배송"),
    Fact("배달지역", "delivery_area", "배달 지역", "가게에서 3km 안", "배송"),
    Fact("배달시간", "delivery_minutes", "배달에 걸리는 시간", "40~60분", "배송"),
    Fact("최소주문금액", "minimum_order", "최소 주문 금액", "15,000원", "배송"),
    Fact("반품기한", "return_period", "교환·반품 기한", "7일", "교환·환불"),
    Fact("반품배송비", "return_fee", "왕복 배송비", "6,000원", "교환·환불"),
    Fact("반품주소", "return_address", "반품 보낼 주소", "서울시 가나구 다라로 1, 2층", "교환·환불"),
    Fact("환불기간", "refund_time", "환불에 걸리는 시간", "1~2일", "교환·환불"),
    Fact("보증기간", "warranty", "무상 수리 기간", "1년", "교환·환불"),
    Fact("취소규정", "cancellation_policy", "취소 규정", "이용 3일 전까지 전액 돌려 드려요.", "교환·환불"),
    Fact("전화번호", "phone", "전화번호", "000-000-0000", "가게"),
    Fact("주소", "address", "가게 주소", "서울시 가나구 다라로 1", "가게"),
    Fact("오시는길", "directions", "오시는 길", "가나역 2번 출구에서 걸어서 3분이에요.", "가게"),
    Fact("주차안내", "parking", "주차 안내", "건물 뒤에 3대까지 댈 수 있어요.", "가게"),
    Fact("인스타그램", "instagram", "인스타그램", "@our_shop", "가게"),
    Fact("계좌번호", "account", "입금 계좌", "가나은행 000-000 우리가게", "가게"),
    Fact("예약방법", "booking", "예약 방법", "원하시는 날짜와 시간, 성함을 남겨 주세요.", "예약·이용"),
    Fact("입실시간", "check_in", "입실 시간", "오후 3시", "예약·이용"),
    Fact("퇴실시간", "check_out", "퇴실 시간", "오전 11시", "예약·이용"),
    Fact("수업안내", "class_schedule", "수업 시간과 과정", "평일 저녁 7시, 주말 오후 2시 반이 있어요.", "예약·이용"),
    Fact("준비물", "what_to_bring", "준비물", "앞치마만 챙겨 오시면 돼요.", "예약·이용"),
    Fact("메뉴안내", "menu", "메뉴 안내", "김치찜과 제육볶음이 가장 많이 나가요.", "상품·가격"),
    Fact("가격안내", "prices", "가격 안내", "커트 20,000원, 펌 80,000원부터예요.", "상품·가격"),
    Fact("할인안내", "discounts", "할인·쿠폰 안내", "첫 주문에는 10% 쿠폰을 드려요.", "상품·가격"),
    Fact("선물포장", "gift_wrap", "선물 포장 안내", "2,000원에 해 드려요.", "상품·가격"),
    Fact("제작기간", "production_time", "제작 기간", "5~7일", "상품·가격"),
)
BY_NAME: Mapping[str, Fact] = {name: fact for fact in FACTS for name in (fact.name, fact.english)}


def examples() -> dict[str, str]:
    """Every fact filled as in its example, by Korean name: for trying rules of a shop that does not exist."""
    return {fact.name: fact.example for fact in FACTS}
