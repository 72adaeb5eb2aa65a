"""How verdicts on known messages are reached."""

from __future__ import annotations

import pytest

from autoresponder.engine.compile import Compiled, compile_book
from autoresponder.engine.document import load
from autoresponder.engine.evaluate import OTHER, Example, judge
from autoresponder.rules.starting import starting_texts
from tests.fixtures import rule


@pytest.fixture(scope="module")
def compiled() -> Compiled:
    rules = [
        rule("r-fee", "배송비", ["배송비"], "3,000원이에요.", intent="delivery_fee"),
        rule("r-news", "소식", ["소식지"], "매주 보내요.", intent=OTHER),
        rule("r-change", "주소 변경", ["주소 변경"], "", intent=OTHER, action="hand_off"),
        rule("r-plain", "영업일", ["영업일"], "평일이에요."),
    ]
    return compile_book(load({"schema": 1, "rules": rules, **starting_texts("ko")}))


@pytest.mark.parametrize(
    ("example", "result"),
    [
        (Example("배송비 얼마예요", ("delivery_fee",)), "right"),
        (Example("배송비 얼마예요", ("price_discount", "delivery_fee")), "right"),
        (Example("배송비 얼마예요", ("delivery_time",)), "wrong"),
        (Example("달나라 여행", ("delivery_time",)), "missed"),
        (Example("달나라 여행", (OTHER,)), "quiet"),
        (Example("달나라 여행", (OTHER, "delivery_fee")), "quiet"),
        (Example("배송비 얼마예요", (OTHER, "delivery_fee")), "right"),
        (Example("배송비 얼마예요", ()), "wrong"),
        (Example("배송비 얼마예요", (), rules=("r-plain", "r-fee")), "right"),
        (Example("배송비 얼마예요", (), rules=("r-plain",)), "wrong"),
        (Example("달나라 여행", (), rules=("r-fee",)), "missed"),
        (Example("달나라 여행", (OTHER,), rules=("r-fee",)), "quiet"),
        # What is about nothing we know may be passed to a person, but not answered.
        (Example("주소 변경해 주세요", (OTHER,)), "right"),
        (Example("소식지 보내 주세요", (OTHER,)), "wrong"),
        (Example("영업일 알려 주세요", (OTHER,)), "wrong"),
    ],
)
def test_what_became_of_a_message(compiled: Compiled, example: Example, result: str) -> None:
    (verdict,) = judge(compiled, [example], values={})

    assert verdict.result == result
