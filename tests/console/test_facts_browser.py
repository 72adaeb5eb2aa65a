"""The journey of a seller who puts a fact into an answer, is told that it is empty, and fills it in."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from autoresponder.shops.models import Shop
from tests.conftest import PHONE

pytestmark = pytest.mark.django_db(transaction=True)
OpenPage = Callable[..., Page]


def test_an_empty_fact_is_inserted_flagged_and_filled(
    signed_in_page: OpenPage, shop: Shop, axe: Callable[[Page], None]
) -> None:
    page = signed_in_page()
    page.goto("/rules/r-fee/")
    text = page.get_by_label("1번째 말풍선")
    text.fill("배송비는 ")
    page.get_by_text("더 넣을 수 있는 정보").click()
    page.get_by_role("button", name="배송비", exact=True).click()
    expect(text).to_have_value("배송비는 {배송비}")
    # Seen whole: the bar that sticks to the thumb covers half of something.
    page.set_viewport_size({**PHONE, "height": page.evaluate("document.documentElement.scrollHeight")})
    axe(page)
    page.set_viewport_size(PHONE)
    page.get_by_role("button", name="저장하기").click()

    row = page.locator('[data-id="r-fee"]')
    expect(row).to_contain_text("‘배송비’ 정보가 비어 있어서")

    page.goto("/settings/facts/")
    page.get_by_label("배송비", exact=True).fill("3,000원")
    page.get_by_role("button", name="저장하기").click()
    expect(page.get_by_text("저장했어요. 손님은 지금부터")).to_be_visible()

    page.goto("/rules/r-fee/")
    expect(page.locator("#preview-room")).to_contain_text("배송비는 3,000원")
    page.goto("/rules/")
    expect(row).not_to_contain_text("비어 있어서")
