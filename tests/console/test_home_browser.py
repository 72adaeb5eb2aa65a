"""오늘 and the shell around every screen, in a browser."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from autoresponder import messages
from autoresponder.connections.models import Connection
from autoresponder.inbox.models import Conversation
from autoresponder.rules.models import Version
from autoresponder.shops.models import Shop
from tests.conftest import DESKTOP, PHONE
from tests.fixtures import ALWAYS, hours

OpenPage = Callable[..., Page]


def wait(connection: Connection, text: str, minutes: int) -> None:
    now = timezone.now()
    Conversation.objects.create(
        shop=connection.shop,
        connection=connection,
        customer=text,
        last_text=text,
        last_at=now,
        waiting_since=now - timedelta(minutes=minutes),
        waiting_reason="handed_off",
    )


def reach_every_element(page: Page) -> None:
    width = page.viewport_size["width"] if page.viewport_size else 0
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desktop"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("locale", ["ko-KR", "en-US"])
def test_everybody_can_read_home(
    signed_in_page: OpenPage,
    axe: Callable[[Page], None],
    published: Version,
    webchat: Connection,
    viewport: dict[str, int],
    scheme: str,
    locale: str,
) -> None:
    messages.compile_all()
    wait(webchat, "사람이랑 얘기하고 싶어요, 벌써 일주일째 기다리고 있어요", 18)
    page = signed_in_page(viewport, color_scheme=scheme, locale=locale)
    page.goto("/")

    expect(page.locator("h1")).to_have_text("Today" if locale == "en-US" else "오늘")
    reach_every_element(page)
    axe(page)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_everybody_can_sign_in(browser_page: OpenPage, axe: Callable[[Page], None], shop: Shop, scheme: str) -> None:
    page = browser_page(color_scheme=scheme)
    page.goto("/sign-in/")
    reach_every_element(page)
    axe(page)


def test_a_customer_who_starts_to_wait_appears_by_itself(
    signed_in_page: OpenPage, published: Version, webchat: Connection
) -> None:
    page = signed_in_page()
    page.clock.install()
    page.goto("/")
    expect(page.get_by_text("기다리는 손님이 없어요")).to_be_visible()

    wait(webchat, "여보세요", 1)
    page.clock.fast_forward(11_000)

    expect(page.get_by_role("link", name="여보세요")).to_be_visible()


def test_a_hidden_tab_asks_nothing(signed_in_page: OpenPage, published: Version, webchat: Connection) -> None:
    asked: list[str] = []
    page = signed_in_page()
    page.clock.install()
    page.on("request", lambda request: asked.append(request.url) if "waiting" in request.url else None)
    page.goto("/")
    page.evaluate("Object.defineProperty(document, 'hidden', {get: () => true, configurable: true})")
    page.clock.run_for(31_000)
    assert asked == []

    page.evaluate("Object.defineProperty(document, 'hidden', {get: () => false})")
    with page.expect_request("**/home/waiting/**"):
        page.clock.run_for(11_000)


def test_closing_for_today_takes_one_tap(signed_in_page: OpenPage, published: Version) -> None:
    shop = published.shop
    shop.hours = hours(ALWAYS)
    shop.save()
    page = signed_in_page()
    page.goto("/")
    expect(page.get_by_text("지금은 영업 중이에요")).to_be_visible()

    page.get_by_role("button", name="오늘만 닫기").click()
    expect(page.get_by_text("지금은 닫아 두었어요")).to_be_visible()
    page.get_by_role("button", name="원래 영업시간대로").click()
    expect(page.get_by_text("지금은 영업 중이에요")).to_be_visible()


def test_the_master_switch_says_what_it_did(signed_in_page: OpenPage, shop: Shop) -> None:
    page = signed_in_page()
    page.goto("/")
    switch = page.get_by_role("switch", name="자동 답변")
    expect(switch).to_have_attribute("aria-checked", "true")

    switch.focus()
    page.keyboard.press("Enter")

    expect(page.get_by_role("switch", name="자동 답변")).to_have_attribute("aria-checked", "false")
    expect(page.locator("#toasts")).to_contain_text("자동 답변을 껐어요")
    shop.refresh_from_db()
    assert not shop.answering


def test_keys_lead_to_places_and_tell_about_themselves(signed_in_page: OpenPage, shop: Shop) -> None:
    page = signed_in_page(DESKTOP)
    page.goto("/")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="빠른 키")).to_be_visible()
    page.keyboard.press("Escape")

    page.keyboard.press("g")
    page.keyboard.press("s")
    page.wait_for_url("**/settings/")
    page.keyboard.press("n")
    page.wait_for_url("**/rules/new/**")


def test_keys_do_nothing_while_something_is_typed(signed_in_page: OpenPage, shop: Shop) -> None:
    page = signed_in_page()
    page.goto("/rules/new/")
    field = page.locator("input[type=text]:visible").first
    field.fill("")
    field.press_sequentially("gs n ?")

    expect(field).to_have_value("gs n ?")
    assert page.url.endswith("/rules/new/")


def test_the_first_tab_stop_skips_the_menu(signed_in_page: OpenPage, shop: Shop) -> None:
    page = signed_in_page(DESKTOP)
    page.goto("/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="본문으로 바로 가기")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()
