"""Two people at one rule: both see both, choose part by part, and nobody's words are lost."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from django.test import Client

from autoresponder.rules import draft, shelf
from autoresponder.rules.models import Rule
from autoresponder.shops.models import Shop
from tests.fixtures import RULES

URL = "/rules/r-fee/"


def form(**more: Any) -> dict[str, Any]:
    """What I typed, on a form opened before the other person saved."""
    start = {
        "any_words": "배송비, 배송료",
        "texts": ["배송비는 2,500원이에요."],
        "action": "answer",
        "when": "always",
        "cooldown_minutes": "0",
        "manner": "mention",
        "layers": ["jamo", "keyboard", "sound", "slip"],
        "name": "배송비 안내",
        "edit_number": "1",
    }
    return {**start, **more}


@pytest.fixture
def theirs(shop: Shop) -> Rule:
    """Meanwhile another person saved other words and other hours."""
    fields = {"replies": [{"text": "배송비는 무료예요.", "buttons": []}], "when": "open"}
    return draft.edit_rule(shop, "r-fee", fields, edit_number=1)


def stored(shop: Shop) -> Rule:
    return Rule.objects.get(shop=shop, key="r-fee")


def test_a_stale_save_shows_both_part_by_part_and_saves_nothing(owner_client: Client, theirs: Rule, shop: Shop) -> None:
    answer = owner_client.post(URL, form())
    body = answer.content.decode()
    assert answer.status_code == 422 and stored(shop).replies[0]["text"] == "배송비는 무료예요."
    mine = ("‘배송비’, ‘배송료’", "배송비는 2,500원이에요.")
    saved = ("‘배송비’, ‘택배비’", "배송비는 무료예요.", "영업 중에만")
    assert [said for said in (*mine, *saved) if said not in body] == []
    assert body.count('name="theirs"') == 3 and 'name="edit_number" value="2"' in body


def test_one_part_of_theirs_and_the_rest_of_mine(owner_client: Client, theirs: Rule, shop: Shop) -> None:
    chosen = owner_client.post(URL, form(edit_number="2", choosing="1", theirs="replies"))
    body = chosen.content.decode()
    assert chosen.status_code == 200 and "배송비는 무료예요.</textarea>" in body and "배송료" in body
    assert body.count('name="theirs"') == 2 and 'value="replies"' not in body
    owner_client.post(URL, form(edit_number="2", choosing="1", texts=["배송비는 무료예요."]))
    saved = stored(shop)
    assert saved.replies[0]["text"] == "배송비는 무료예요." and saved.when == "always"
    assert saved.groups == [{"mode": "any", "words": ["배송비", "배송료"]}]


def test_a_third_save_while_choosing_is_not_overwritten_either(owner_client: Client, theirs: Rule, shop: Shop) -> None:
    draft.edit_rule(shop, "r-fee", {"name": "세 번째 사람"}, edit_number=2)
    answer = owner_client.post(URL, form(edit_number="2", choosing="1"))
    assert answer.status_code == 422 and "세 번째 사람" in answer.content.decode()
    assert stored(shop).name == "세 번째 사람"


def test_another_bubble_or_a_mistake_does_not_end_the_choice(owner_client: Client, theirs: Rule) -> None:
    for more in ({"more": "texts"}, {"any_words": ""}):
        body = owner_client.post(URL, form(edit_number="2", choosing="1", **more)).content.decode()
        assert 'name="theirs"' in body and "배송비는 2,500원이에요.</textarea>" in body


def test_words_for_a_rule_deleted_meanwhile_are_kept_for_a_new_one(owner_client: Client, shop: Shop) -> None:
    owner_client.post("/rules/r-fee/delete/")
    answer = owner_client.post(URL, form())
    body = answer.content.decode()
    assert answer.status_code == 422 and "배송비는 2,500원이에요.</textarea>" in body
    assert 'action="/rules/new/"' in body and "다른 사람이 이 규칙을 지웠어요" in body
    owner_client.post("/rules/new/", form(edit_number="0"))
    assert Rule.objects.kept().get(shop=shop, name="배송비 안내").replies[0]["text"] == "배송비는 2,500원이에요."


def test_so_are_those_for_one_that_went_with_the_whole_draft(owner_client: Client, shop: Shop, now: datetime) -> None:
    others = {**draft.document_of(shop), "rules": [each for each in RULES if each["key"] != "r-fee"]}
    shelf.take(shop, others, by=None, now=now)
    assert "배송비는 2,500원이에요.</textarea>" in owner_client.post(URL, form()).content.decode()
