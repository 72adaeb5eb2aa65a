"""An owner looks a change over, publishes it, and takes it back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from playwright.sync_api import Page, expect

from autoresponder.rules import draft, release
from autoresponder.rules.models import Version
from autoresponder.shops.models import Shop
from tests.conftest import DESKTOP

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


def test_a_problem_leads_to_its_rule(signed_in_page: OpenPage, published: Version, shop: Shop, now: datetime) -> None:
    draft.edit_rule(shop, "r-fee", {"replies": [{"text": "{배송가격}원", "buttons": []}]}, edit_number=1)
    page = signed_in_page(DESKTOP)
    page.goto("/releases/")
    expect(page.get_by_role("button", name="게시하기")).to_have_count(0)
    page.get_by_role("alert").get_by_role("link", name="배송비 안내").click()
    expect(page).to_have_url(f"{page.url.split('/rules/')[0]}/rules/r-fee/")
