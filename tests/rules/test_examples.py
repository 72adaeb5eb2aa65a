"""Sentences that must go on being answered: what holds, what breaks, and rules that only answer at certain times."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from autoresponder.rules import examples
from autoresponder.rules.draft import document_of, fill_draft
from autoresponder.rules.models import Example, Version
from autoresponder.rules.starting import starting_texts
from autoresponder.shops.models import Shop
from tests.fixtures import rule


def keep(shop: Shop, now: datetime, text: str, expected: str) -> Example:
    return examples.keep(shop, text, expected, by=None, now=now)


def without(document: dict[str, Any], key: str) -> dict[str, Any]:
    return {**document, "rules": [each for each in document["rules"] if each["key"] != key]}


def test_what_is_answered_as_expected_holds(shop: Shop, now: datetime) -> None:
    for text, expected in (
        ("배송비 얼마예요", "r-fee"),
        ("반품하고 싶어요", "r-return"),
        ("상담원 바꿔 주세요", "person"),
        ("상담원 불러 주세요", "r-person"),
        ("오늘 날씨 좋네요", "none"),
    ):
        keep(shop, now, text, expected)
    assert examples.broken(shop, document_of(shop)) == []


def test_a_change_that_breaks_one_names_it_with_what_happens_now(shop: Shop, now: datetime) -> None:
    kept = keep(shop, now, "배송비 얼마예요", "r-fee")
    keep(shop, now, "배송 언제 와요", "r-delivery")
    (broken,) = examples.broken(shop, without(document_of(shop), "r-fee"))
    assert (broken.example, broken.now, broken.holds) == (kept, "r-delivery", False)


def test_a_person_expected_is_not_the_same_as_silence(shop: Shop, now: datetime) -> None:
    keep(shop, now, "상담원 불러 주세요", "person")
    keep(shop, now, "배송비 얼마예요", "none")
    gone = without(document_of(shop), "r-person")
    assert [(tried.example.text, tried.now) for tried in examples.broken(shop, gone)] == [
        ("상담원 불러 주세요", "none"),
        ("배송비 얼마예요", "r-fee"),
    ]


@pytest.mark.parametrize(
    "limits",
    [
        {"when": "closed"},
        {"when": "night"},
        {"when": "holiday"},
        {"when": "open"},
        {"channels": ["kakao"]},
        {"cooldown_minutes": 60},
        {"window": {"weekdays": [5, 6]}},
        {"window": {"first": "2031-03-01", "last": "2031-03-07"}},
        {"window": {"last": "2024-03-07"}},
        {"window": {"start": 1380, "end": 120}},
        {"window": {"end": 120}},
        {"window": {"weekdays": [2], "start": 600, "end": 660, "first": "2026-01-01"}, "when": "holiday"},
    ],
    ids=str,
)
def test_a_rule_with_hours_of_its_own_is_tried_in_them(shop: Shop, now: datetime, limits: dict[str, Any]) -> None:
    rules = [rule("r-only", "따로", ["배송비"], "그때만 답해요", **limits)]
    fill_draft(shop, {"rules": rules, **starting_texts("ko")})
    keep(shop, now, "배송비 얼마예요", "r-only")
    assert examples.broken(shop, document_of(shop)) == []


def test_a_sentence_is_kept_once_and_only_for_what_there_is(shop: Shop, now: datetime) -> None:
    keep(shop, now, "배송비 얼마예요", "none")
    kept = keep(shop, now, "배송비 얼마예요", "r-fee")
    assert [(one.pk, one.expected, one.rule) for one in Example.objects.all()] == [(kept.pk, "r-fee", "r-fee")]
    with pytest.raises(examples.UnknownExpectation):
        keep(shop, now, "안녕", "r-of-nobody")


def test_there_is_an_end_to_what_is_kept(shop: Shop, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(examples, "MOST", 1)
    keep(shop, now, "하나", "none")
    with pytest.raises(examples.TooMany):
        keep(shop, now, "둘", "none")
    keep(shop, now, "하나", "person")


def test_settling_takes_the_new_answer_or_lets_the_sentence_go(shop: Shop, published: Version, now: datetime) -> None:
    keep(shop, now, "배송비 얼마예요", "r-fee")
    gone = keep(shop, now, "택배비 얼마예요", "r-fee")
    document = without(document_of(shop), "r-fee")
    examples.settle(published, examples.broken(shop, document), removed=frozenset({gone.pk}))
    assert [(one.text, one.expected) for one in Example.objects.all()] == [("배송비 얼마예요", "r-delivery")]
    assert examples.broken(shop, document) == []


def test_a_draft_that_cannot_be_read_breaks_nothing(shop: Shop, now: datetime) -> None:
    keep(shop, now, "배송비 얼마예요", "r-fee")
    assert examples.broken(shop, {"rules": "none"}) == []
