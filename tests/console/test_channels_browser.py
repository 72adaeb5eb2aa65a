"""An owner connects the web chat and sees the check turn green when a customer has really written."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from playwright.sync_api import Page, expect

from autoresponder.connections import find
from autoresponder.engine.types import Incoming
from autoresponder.inbox.receive import receive
from autoresponder.rules.models import Version
from autoresponder.shops.models import Shop

OpenPage = Callable[..., Page]


def test_the_check_turns_green_at_the_first_real_message(
    signed_in_page: OpenPage, published: Version, shop: Shop, now: datetime, axe: Callable[[Page], None]
) -> None:
    page = signed_in_page()
    page.goto("/channels/")
    axe(page)
    page.get_by_role("link", name="웹 채팅").click()
    page.get_by_role("button", name="연결 시작하기").click()
    expect(page.get_by_role("heading", name="연결 확인")).to_be_visible()
    expect(page.get_by_role("link", name="새 창에서 열어 보기")).to_have_attribute("href", f"{base(page)}/chat/demo/")
    axe(page)
    line = find.by_slug("webchat", shop.slug)
    assert line
    receive(line, Incoming("e1", "visitor", "주차 되나요?"), now=now)
    expect(page.locator("#check")).to_contain_text("처음 온 말: 주차 되나요?", timeout=8_000)
    expect(page.locator("#channel-state")).to_have_text("연결됐어요")
    axe(page)


def test_a_secret_is_copied_once_and_renewed_after_a_question(
    signed_in_page: OpenPage, published: Version, shop: Shop, axe: Callable[[Page], None]
) -> None:
    page = signed_in_page()
    page.goto("/channels/kakao/")
    page.get_by_role("button", name="연결 시작하기").click()
    copy = page.get_by_role("button", name="헤더값 복사하기")
    first = copy.get_attribute("data-copy")
    expect(page.get_by_text("이 값은 지금 한 번만 보여 드려요")).to_be_visible()
    axe(page)
    page.reload()
    expect(copy).to_have_count(0)
    page.get_by_role("button", name="새로 만들기").click()
    page.get_by_role("dialog").get_by_role("button", name="네, 할게요").click()
    expect(copy).to_be_visible()
    assert copy.get_attribute("data-copy") not in (None, first)


def base(page: Page) -> str:
    """The address customers are told, which the settings give and not the browser."""
    address = page.locator("[data-copy]").first.get_attribute("data-copy") or ""
    return address.removesuffix("/chat/demo/")
