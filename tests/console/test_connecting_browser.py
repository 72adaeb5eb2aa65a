"""On a phone, in Korean, from nothing: a seller connects each messenger, a customer writes, the page turns green."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from autoresponder import channels
from autoresponder.connections import trouble
from autoresponder.connections.models import Connection
from autoresponder.inbox import outbox
from autoresponder.net import wire
from autoresponder.rules.models import Version
from autoresponder.shops.models import Shop
from tests.console.customers import CUSTOMERS, Customer, World
from tests.platforms.mailbox import trusted
from tests.platforms.server import Platforms

OpenPage = Callable[..., Page]
ANSWER = "배송비는 3,000원이고 5만원부터 무료예요."


def test_every_messenger_is_connected_by_a_test() -> None:
    assert {customer.kind for customer in CUSTOMERS.values()} == set(channels.KINDS)


@pytest.mark.parametrize("name", CUSTOMERS)
def test_a_seller_connects_a_messenger_and_the_first_customer_is_answered(
    name: str,
    signed_in_page: OpenPage,
    published: Version,
    shop: Shop,
    platforms: Platforms,
    live_server: LiveServer,
    settings: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    customer = CUSTOMERS[name]
    monkeypatch.setattr(wire, "trust", trusted)
    settings.BASE_URL = "https://bot.example.com" if customer.public else "http://localhost:8000"
    page = signed_in_page()
    page.clock.install()
    world = World(platforms, live_server.url, page)

    connect(world, customer)
    answered = customer.write(world)

    # htmx asks every three seconds; they pass at once.
    page.clock.run_for(3_100)
    expect(page.locator("#check")).to_contain_text("연결됐어요")
    expect(page.locator("#check q")).to_contain_text("배송비 얼마예요?")
    expect(page.locator("#channel-state")).to_have_text("연결됐어요")
    # Only now is the message stored for certain: the page has shown it.
    outbox.drain(world.now, net=platforms.client)
    assert ANSWER in answered or any(ANSWER in text for text in texts(world, customer.kind))


def connect(world: World, customer: Customer) -> None:
    page = world.page
    page.goto(f"/channels/{customer.kind}/")
    expect(page.get_by_text("아직 연결 전이에요")).to_be_visible()
    if customer.fill is None:
        page.get_by_role("button", name="연결 시작하기").click()
    else:
        for details in page.locator("form details").all():
            details.locator("summary").click()
        for field, value in customer.fill(world).items():
            page.locator(f"[name={field}]").fill(value)
        page.get_by_role("button", name="연결하기").click()
    expect(page.get_by_role("heading", name="연결 확인")).to_be_visible()
    expect(page.locator("#problem")).to_have_count(0)


def texts(world: World, kind: str) -> list[str]:
    """What reached the customer: at the platform, or in the web chat's own record."""
    if kind == "webchat":
        deliveries = world.connection(kind).deliveries.filter(state="sent").select_related("message")
        return [reply["text"] for each in deliveries for reply in each.message.replies]
    return world.platforms[kind].texts()


def test_a_wrong_value_is_said_at_its_field_and_nothing_typed_is_lost(
    signed_in_page: OpenPage, shop: Shop, platforms: Platforms, settings: Any, axe: Callable[[Page], None]
) -> None:
    settings.BASE_URL = "https://bot.example.com"
    page = signed_in_page()
    page.goto("/channels/line/")
    secret, access = page.get_by_label("‘Channel secret’ 값"), page.get_by_label("‘Channel access token’ 값")
    secret.fill("not a secret")
    access.fill("x" * 60)
    expect(page.locator("#said-channel_secret")).to_contain_text("32자예요")
    expect(secret).to_have_attribute("aria-invalid", "true")
    axe(page)

    secret.fill("0" * 32)
    page.get_by_role("button", name="연결하기").click()
    expect(page.locator("#said-access_token")).to_contain_text("받아 주지 않았어요")
    expect(page.locator("#said-channel_secret")).not_to_contain_text("32자예요")
    expect(access).to_be_focused()
    assert (secret.input_value(), access.input_value()) == ("0" * 32, "x" * 60)
    axe(page)


@pytest.mark.usefixtures("always_open")
def test_an_answer_that_did_not_arrive_is_sent_again_by_a_tap(
    signed_in_page: OpenPage,
    published: Version,
    shop: Shop,
    platforms: Platforms,
    live_server: LiveServer,
    settings: Any,
    axe: Callable[[Page], None],
) -> None:
    settings.BASE_URL = "https://bot.example.com"
    page = signed_in_page()
    world = World(platforms, live_server.url, page)
    connect(world, CUSTOMERS["telegram"])
    platforms["telegram"].set("reset", times=1)
    CUSTOMERS["telegram"].write(world)
    outbox.drain(timezone.now, net=platforms.client)

    page.reload()
    expect(page.locator("#health")).to_contain_text("사람이 정할 답 1건")
    axe(page)
    page.get_by_role("button", name="다시 보내기").click()
    expect(page.locator("#health")).not_to_contain_text("사람이 정할 답")
    outbox.drain(timezone.now, net=platforms.client)
    assert platforms["telegram"].texts() == [ANSWER, ANSWER]


def test_a_messenger_in_trouble_is_seen_at_home_and_mended_by_a_tap(
    signed_in_page: OpenPage, published: Version, shop: Shop, webchat: Connection, axe: Callable[[Page], None]
) -> None:
    trouble.stop(webchat, "quota", now=timezone.now())
    page = signed_in_page(color_scheme="dark")
    page.goto("/")
    axe(page)
    page.get_by_role("link", name="고치러 가기").click()
    expect(page.locator("#trouble")).to_contain_text("다 썼어요")
    axe(page)
    page.get_by_role("button", name="고쳤어요, 다시 보내기").click()
    expect(page.locator("#trouble")).to_have_count(0)
