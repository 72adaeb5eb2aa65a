"""The whole path, in a browser: a seller writes a rule and publishes it, a customer gets the answer, it is a hit."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect
from sesame.utils import get_query_string

from autoresponder.connections.models import Connection
from autoresponder.inbox import outbox
from autoresponder.rules.models import Version
from autoresponder.shops.models import User

pytestmark = pytest.mark.django_db(transaction=True)


def test_from_the_sign_in_link_to_the_first_hit(
    browser_page: Callable[..., Page], owner: User, published: Version, webchat: Connection
) -> None:
    seller = browser_page()
    seller.goto(reverse("console:sign_in_link") + get_query_string(owner))
    seller.get_by_role("button", name=re.compile("들어가기|로그인")).click()
    expect(seller.get_by_role("heading", name="오늘", exact=True)).to_be_visible()

    seller.goto(reverse("console:rule_new"))
    words = seller.get_by_label("이 말 중 하나라도 있으면").first
    words.fill("주차")
    words.press("Enter")
    seller.get_by_label("1번째 말풍선").fill("건물 뒤 3대 가능해요")
    expect(seller.locator(".room")).to_contain_text("건물 뒤 3대 가능해요")
    seller.get_by_role("button", name="저장하기").click()
    expect(seller.get_by_text("게시되지 않은 변경 1건")).to_be_visible()

    customer = browser_page()
    customer.goto("/chat/demo/")
    ask(customer, "주차 되나요?")
    expect(customer.get_by_role("log")).not_to_contain_text("건물 뒤 3대 가능해요")

    seller.get_by_role("link", name=re.compile("살펴보고 게시하기")).click()
    seller.get_by_role("button", name=re.compile("게시하기$")).click()
    expect(seller.get_by_text(re.compile("게시했어요"))).to_be_visible()

    ask(customer, "주차 되나요??")
    expect(customer.get_by_role("log")).to_contain_text("건물 뒤 3대 가능해요")

    seller.goto(reverse("console:rules"))
    row = seller.locator("li", has_text="주차").first
    expect(row).to_contain_text("1번")


def ask(page: Page, text: str) -> None:
    """The customer writes, and the worker of the running product delivers; here the test is the worker."""
    box = page.get_by_role("textbox")
    box.fill(text)
    with page.expect_response(lambda response: response.request.method == "POST" and "/messages" in response.url):
        box.press("Enter")
    outbox.drain(timezone.now)
