"""Journeys of a seller who tries a change on yesterday before anybody gets it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from autoresponder.connections.models import Connection
from autoresponder.insights import runs
from autoresponder.insights.models import Replay
from autoresponder.rules import draft
from autoresponder.rules.models import Rule, Version
from autoresponder.shops.models import Shop
from tests.conftest import DESKTOP
from tests.console.talking import say

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def past(shop: Shop, published: Version, webchat: Connection) -> None:
    at = timezone.now() - timedelta(days=1)
    for number, text in enumerate(["배송비 얼마예요?", "주차 되나요?", "주차장 있어요?", "반품 되나요"]):
        say(webchat, text, now=at + timedelta(minutes=number), customer=f"c{number}")


@pytest.mark.usefixtures("always_open")
def test_a_rule_being_written_shows_the_real_messages_it_would_answer(
    signed_in_page: Callable[..., Page], shop: Shop, past: None, axe: Callable[[Page], None]
) -> None:
    page = signed_in_page()
    page.goto("/rules/new/")
    box = page.locator("#evidence")
    expect(box).to_contain_text("0건의 답이 달라져요")

    page.get_by_label("이 말 중 하나라도 있으면").fill("주차")
    page.keyboard.press("Enter")
    page.get_by_label("1번째 말풍선").fill("건물 뒤에 대세요")

    expect(box).to_contain_text("지난 30일 4건 중 2건의 답이 달라져요")
    expect(box.locator("mark")).to_have_text(["주차", "주차"])
    expect(box.locator(".becomes").first).to_have_text("건물 뒤에 대세요")
    brief = page.get_by_role("link", name="실제 손님 말 2건의 답이 달라져요")
    expect(brief).to_be_in_viewport()
    brief.click()
    expect(box).to_be_in_viewport()
    assert not Rule.objects.filter(name="주차 안내").exists()
    axe(page)


@pytest.mark.usefixtures("always_open")
def test_a_draft_is_tried_on_the_past_left_and_come_back_to(
    signed_in_page: Callable[..., Page], shop: Shop, past: None, axe: Callable[[Page], None]
) -> None:
    draft.set_enabled(shop, "r-return", False)
    page = signed_in_page(DESKTOP)
    page.goto("/replay/")
    axe(page)
    page.get_by_role("radio", name="지난 90일").check()
    page.get_by_role("button", name="미리 보기 시작").click()
    expect(page.locator("#run")).to_contain_text("곧 시작해요")

    Replay.objects.update(state=runs.RUNNING, done=1, total=4, touched_at=timezone.now())
    expect(page.locator("#run")).to_contain_text("4건 중 1건을 살펴봤어요")
    axe(page)
    page.goto("/rules/")
    Replay.objects.update(state=runs.WAITING)
    page.goto("/replay/")
    page.get_by_text("살펴보고 있어요").click()
    runs.work(timezone.now)

    result = page.locator("#run")
    expect(result.get_by_role("heading", name="4건 중 1건의 답이 달라져요")).to_be_visible()
    expect(result).to_contain_text("지금은 답하는데, 바꾸면 답하지 못해요.")
    expect(result.locator(".was")).to_have_text("받으신 날부터 7일 안에 알려 주시면 돼요.")
    axe(page)
    page.get_by_label("규칙으로 거르기").select_option("반품 안내")
    page.get_by_role("button", name="이 규칙만 보기").click()
    expect(page.locator("#run")).to_contain_text("반품 되나요")
