"""While a rule is written: which other rules its words call, which say too little, and repairs with one tap."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from autoresponder.connections.models import Connection
from autoresponder.console import conflicts
from autoresponder.rules import draft
from autoresponder.rules.models import Version
from autoresponder.shops.models import Shop
from tests.console.talking import say

URL = "/rules/conflicts/"


def look(client: Client, of: str = "", **fields: Any) -> str:
    typed = {"any_words": "", "texts": ["답이에요"], "action": "answer", "when": "always", "cooldown_minutes": "0"}
    typed |= {"manner": "mention", "layers": ["jamo", "keyboard", "sound", "slip"], "conflicts_of": of}
    return " ".join(client.post(URL, {**typed, **fields}).content.decode().split())


def test_a_new_rule_at_the_top_takes_a_word_from_another(owner_client: Client, shop: Shop) -> None:
    body = look(owner_client, any_words="반품, 환불")
    assert "‘반품’ — ‘반품 안내’ 규칙에도 있는 말이에요. 이 규칙이 먼저 답해요." in body
    assert 'data-out="반품"' in body and "/rules/r-return/" in body and "/above/" not in body


def test_a_rule_that_goes_first_can_leave_the_others_words_out(owner_client: Client, shop: Shop) -> None:
    body = look(owner_client, any_words="배송")
    assert 'data-word="언제 와요" data-into="id_none_words"' in body


def test_a_later_rule_is_told_who_answers_and_moved_up_at_once(owner_client: Client, shop: Shop) -> None:
    body = look(owner_client, "r-return", any_words="반품, 택배비")
    assert "‘택배비’ — ‘배송비 안내’ 규칙에도 있는 말이에요. 그 규칙이 먼저 답해요." in body
    assert "/rules/r-return/above/" in body
    typed = {"other": "r-fee", "any_words": "반품, 택배비", "texts": ["답"]}
    moved = owner_client.post("/rules/r-return/above/", typed, headers={"HX-Request": "true"})
    assert "이 규칙이 먼저 답해요" in moved.content.decode()
    assert [rule.key for rule in draft.rules_of(shop)] == ["r-person", "r-return", "r-fee", "r-delivery"]
    for other in ("r-person", "r-nobody", ""):
        assert owner_client.post("/rules/r-return/above/", {"other": other}).status_code == 404


def test_a_rule_that_can_never_answer_names_the_one_in_its_way(owner_client: Client, shop: Shop) -> None:
    assert "‘배송 일정’ 규칙이 먼저 모두 답해서" in look(owner_client, "r-return", any_words="배송")
    assert "‘배송비 안내’ 규칙은 답할 일이 없어져요" in look(owner_client, any_words="배송비, 택배비, 배송료")
    assert "답할 일이" not in look(owner_client, any_words="배송비")


def test_words_too_short_or_too_common_are_told_with_their_count(
    owner_client: Client, published: Version, webchat: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = timezone.now()
    for at in range(6):
        say(webchat, f"배송 {at}번째 문의요", now=now - timedelta(days=1), customer=f"c{at}")
    say(webchat, "배송 오래전 문의", now=now - timedelta(days=40), customer="old")
    monkeypatch.setattr(conflicts, "FEW", 3)
    body = look(owner_client, any_words="배송, 옷, 수선")
    assert "‘배송’ — 아주 흔한 말이에요. 이 말은 지난 30일 6건에 나와요." in body
    assert "‘옷’ — 너무 짧아서" in body and "‘수선’" not in body
    monkeypatch.setattr(conflicts, "LOOK_AT", 4)
    assert "이 말은 최근 4건 중 4건에 나와요" in look(owner_client, any_words="배송")


def test_a_form_that_says_nothing_yet_is_left_in_peace(owner_client: Client, shop: Shop) -> None:
    assert "notice" not in look(owner_client)
    assert owner_client.post(URL, {}).status_code == 200
    assert owner_client.post(URL, {"conflicts_of": "no such rule", "any_words": "가" * 9999}).status_code == 200
