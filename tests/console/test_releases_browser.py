"""An owner looks a change over, publishes it, and takes it back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from autoresponder.connections.models import Connection
from autoresponder.insights import runs
from autoresponder.insights.models import Replay
from autoresponder.rules import draft, release
from autoresponder.rules.models import Version
from autoresponder.shops.models import Shop
from tests.conftest import DESKTOP
from tests.console.talking import say

pytestmark = pytest.mark.django_db(transaction=True)

OpenPage = Callable[..., Page]


def test_publish_and_roll_back(
    signed_in_page: OpenPage, published: Version, shop: Shop, axe: Callable[[Page], None]
) -> None:
    draft.edit_rule(shop, "r-fee", {"replies": [{"text": "배송비는 무료예요.", "buttons": []}]}, edit_number=1)
    page = signed_in_page()
    page.goto("/hours/")
    page.get_by_role("link", name="살펴보고 게시하기").click()
    expect(page.get_by_role("heading", name="게시하면 바뀌는 것 1건")).to_be_visible()
    expect(page.locator("ins", has_text="배송비는 무료예요.")).to_be_visible()
    axe(page)
    page.get_by_label("메모 (선택)").fill("무료 배송 행사")
    page.get_by_role("button", name="게시하기").click()
    expect(page.get_by_role("status")).to_contain_text("지금부터 손님은 새 답변을 받아요")
    expect(page.get_by_role("heading", name="손님은 지금 버전 2의 답변을 받아요")).to_be_visible()

    page.get_by_role("button", name="이전 버전으로 되돌리기").click()
    dialog = page.get_by_role("dialog", name="이전 버전으로 되돌릴까요?")
    expect(dialog).to_contain_text("손님은 바로 그때의 답변을 받아요")
    axe(page)
    dialog.get_by_role("button", name="그만두기").click()
    expect(dialog).to_be_hidden()
    assert release.stable_of(shop) != published
    page.get_by_role("button", name="이전 버전으로 되돌리기").click()
    dialog.get_by_role("button", name="이전 버전으로 되돌리기").click()
    expect(page.get_by_role("heading", name="손님은 지금 버전 1의 답변을 받아요")).to_be_visible()
    assert release.stable_of(shop) == published


def test_the_number_appears_and_leads_to_the_real_messages(
    signed_in_page: OpenPage, published: Version, webchat: Connection, shop: Shop, axe: Callable[[Page], None]
) -> None:
    at = timezone.now() - timedelta(days=1)
    for number, text in enumerate(["배송비 얼마예요?", "반품 되나요", "주차 되나요?"]):
        say(webchat, text, now=at + timedelta(minutes=number), customer=f"c{number}")
    draft.set_enabled(shop, "r-return", False)
    page = signed_in_page()
    page.goto("/releases/")
    box = page.locator("#number")
    expect(box).to_contain_text("지난 30일 손님 말로 살펴보고 있어요")
    Replay.objects.update(state=runs.RUNNING, done=2, total=3, touched_at=timezone.now())
    expect(box).to_contain_text("3건 중 2건째 살펴보고 있어요")
    expect(page.get_by_role("button", name="모든 손님에게 게시하기")).to_be_enabled()
    axe(page)

    Replay.objects.update(state=runs.WAITING)
    runs.work(timezone.now)
    expect(box).to_contain_text("지난 30일 손님 말 3건 중 1건의 답이 달라져요.")
    expect(box).to_contain_text("그중 틀려 보이는 답 1건")
    axe(page)
    box.get_by_role("link", name="달라지는 답 보기").click()
    expect(page.locator("#run")).to_contain_text("반품 되나요")
    expect(page.locator("#run")).to_contain_text("지금은 답하는데, 바꾸면 답하지 못해요.")
    page.go_back()
    expect(box).to_contain_text("1건의 답이 달라져요.")
    assert Replay.objects.count() == 1


def test_a_plan_is_told_in_dates_while_it_is_chosen(
    signed_in_page: OpenPage, published: Version, shop: Shop, axe: Callable[[Page], None]
) -> None:
    draft.set_enabled(shop, "r-return", False)
    page = signed_in_page()
    page.goto("/releases/")
    page.get_by_label("손님 5%").check()
    steps = page.locator(".steps li")
    expect(steps).to_have_count(0)
    page.get_by_label("일정").select_option("1")
    expect(steps).to_have_count(2)
    expect(page.locator("#plan")).to_contain_text("테스트 고객만 받는 한 주 없이 바로 손님에게 나가요.")
    axe(page)
    page.get_by_label("나와 테스트 고객만").check()
    expect(steps).to_have_count(3)
    expect(steps.first).to_contain_text("오늘 테스트 고객")


def test_a_problem_leads_to_its_rule(signed_in_page: OpenPage, published: Version, shop: Shop, now: datetime) -> None:
    draft.edit_rule(shop, "r-fee", {"replies": [{"text": "{배송가격}원", "buttons": []}]}, edit_number=1)
    page = signed_in_page(DESKTOP)
    page.goto("/releases/")
    expect(page.get_by_role("button", name="게시하기")).to_have_count(0)
    page.get_by_role("alert").get_by_role("link", name="배송비 안내").click()
    expect(page).to_have_url(f"{page.url.split('/rules/')[0]}/rules/r-fee/")
