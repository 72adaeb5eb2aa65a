"""A whole talk, at any time, with the why of every rule."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from autoresponder import models
from autoresponder.rules.models import Rule, Version
from autoresponder.shops.models import Shop

WEDNESDAY_NOON = "2026-11-25T11:00"
NIGHT = "2026-11-25T23:00"


def said(client: Client, text: str, *, at: str = WEDNESDAY_NOON, state: str = "", **more: Any) -> str:
    fields = {"text": text, "time": "at", "at": at, "state": state, "channel": "webchat", **more}
    return client.post(reverse("console:simulator"), fields, headers={"HX-Request": "true"}).content.decode()


def state_in(page: str) -> str:
    found = re.search(r'name="state" value="([^"]*)"', page)
    return found[1] if found else ""


def test_it_answers_and_says_why_every_rule_did_or_did_not(owner_client: Client) -> None:
    Rule.objects.filter(key="r-return").update(enabled=False)

    page = said(owner_client, "배송비 얼마예요?")

    assert "배송비는 3,000원이고" in page
    assert "<mark>배송비</mark> 얼마예요?" in page
    assert "더 짧은 말(‘배송’)이라 ‘배송비’ 쪽에 양보했어요." in page
    assert "이 규칙의 말이 들어 있지 않아요." in page
    assert "꺼 둔 규칙이에요." in page
    assert "지금은 영업 중이에요" in page


@pytest.mark.parametrize(
    ("text", "marked", "how"),
    [
        ("베송비 얼마임", "<mark>베송비</mark> 얼마임", "소리가 같아서 ‘베송비’도 ‘배송비’ 뜻으로 알아들었어요."),
        ("qothdql djfak", "<mark>qothdql</mark> djfak", "한/영을 바꿔 읽어 ‘qothdql djfak’도"),
    ],
)
def test_of_a_typo_it_shows_where_it_stands_and_the_step_that_understood_it(
    owner_client: Client, text: str, marked: str, how: str
) -> None:
    page = said(owner_client, text)

    assert "배송비는 3,000원이고" in page
    assert page.count(marked) == 2
    assert how in page


def test_a_rule_that_keeps_quiet_says_what_kind_of_message_it_waits_for(owner_client: Client) -> None:
    Rule.objects.filter(key="r-fee").update(manner="asked")
    Rule.objects.filter(key="r-return").update(manner="alone")

    page = said(owner_client, "배송비 무료라서 좋았어요. 반품 안 했어요")

    assert "묻거나 부탁하는 말이 아니어서 답하지 않았어요." in page
    assert "그 말만 보냈을 때 답하는 규칙이에요." in page


def test_the_talk_is_remembered_from_sentence_to_sentence(owner_client: Client) -> None:
    first = said(owner_client, "달나라 여행")
    second = said(owner_client, "화성 여행", state=state_in(first))

    assert "달나라 여행" in second
    assert "이어서 못 알아들어 담당자를 불렀어요." not in first
    assert "이어서 못 알아들어 담당자를 불렀어요." in second


def test_starting_over_forgets_the_talk(owner_client: Client) -> None:
    first = said(owner_client, "달나라 여행")

    again = said(owner_client, "", state=state_in(first), reset="1")

    assert "달나라 여행" not in again
    assert state_in(again) == ""


@pytest.mark.parametrize("state", ["nonsense", "a:b:c", "🙂"])
def test_a_talk_that_was_tampered_with_begins_anew(owner_client: Client, state: str) -> None:
    page = said(owner_client, "반품 되나요", state=state)

    assert "받으신 날부터 7일" in page


def test_at_night_a_new_customer_is_greeted_and_a_known_one_is_not(owner_client: Client) -> None:
    new, known = (said(owner_client, "배송비", at=NIGHT, customer=customer) for customer in ("new", "known"))

    assert "지금은 쉬는 시간이라" in new
    assert "지금은 쉬는 시간이라" not in known


@pytest.mark.parametrize("typed", ["", "어제", "0001-01-01T00:00", "9999-12-31T23:59", "2026-13-40T99:99"])
def test_a_time_nobody_can_read_is_said_and_the_sentence_kept(owner_client: Client, typed: str) -> None:
    page = said(owner_client, "배송비 얼마예요?", at=typed)

    assert "날짜와 시각을 알아볼 수 없어요." in page
    assert 'value="배송비 얼마예요?"' in page


def test_the_published_book_answers_when_chosen(owner_client: Client, published: Version) -> None:
    rule = Rule.objects.get(key="r-fee")
    rule.replies = [{"text": "고친 답", "buttons": []}]
    rule.save()

    assert "고친 답" in said(owner_client, "배송비")
    assert "배송비는 3,000원이고" in said(owner_client, "배송비", book="live")


def test_a_shop_that_never_published_is_told(owner_client: Client) -> None:
    assert "아직 게시한 답변이 없어요." in said(owner_client, "배송비", book="live")


def test_an_unmatched_sentence_offers_a_rule(owner_client: Client) -> None:
    page = said(owner_client, "주차 되나요?")

    assert f"{reverse('console:rule_new')}?keyword=" in page


@pytest.mark.parametrize("text", ["가" * 5000, "🙂🙂", "\x00\x01", " "])
def test_odd_sentences_are_no_trouble(owner_client: Client, text: str) -> None:
    assert 'id="simulator"' in said(owner_client, text)


def test_nothing_is_written(owner_client: Client, published: Version) -> None:
    before = [list(getattr(models, name).objects.order_by("pk").values()) for name in models.__all__]
    said(owner_client, "배송비 얼마예요?")

    assert [list(getattr(models, name).objects.order_by("pk").values()) for name in models.__all__] == before


def test_another_shop_talks_to_its_own_rules(stranger_client: Client, shop: Shop) -> None:
    assert "배송비는 3,000원이고" not in said(stranger_client, "배송비")
