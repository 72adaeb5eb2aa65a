"""Journeys with words of one meaning: taking one on a phone, by keyboard alone, and keeping the list of them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from autoresponder.rules import draft
from autoresponder.rules.synonyms import groups_of
from autoresponder.shops.models import Shop
from tests.conftest import DESKTOP

pytestmark = pytest.mark.django_db(transaction=True)
OpenPage = Callable[..., Page]


def keep(shop: Shop, *groups: list[str]) -> None:
    texts = draft.texts_of(shop)
    draft.edit_texts(shop, {"synonyms": list(groups)}, edit_number=texts.edit_number)


def test_a_suggested_word_is_taken_with_one_tap_while_another_is_typed(
    signed_in_page: OpenPage, shop: Shop, axe: Callable[[Page], None]
) -> None:
    keep(shop, ["소포", "등기", "우편"])
    page = signed_in_page(has_touch=True)
    page.goto("/rules/new/")
    field = page.get_by_label("이 말 중 하나라도 있으면")

    field.press_sequentially("소포")
    offer = page.get_by_role("status").filter(has_text="같은 뜻도 넣을까요?")
    expect(offer.get_by_role("button")).to_have_text(["등기", "우편", "모두 넣기"])
    axe(page)
    offer.get_by_role("button", name="등기 넣기").tap()

    expect(field).to_be_focused()
    chips = page.locator("chip-input").first.locator("li")
    expect(chips).to_contain_text(["소포", "등기"])
    expect(offer.get_by_role("button")).to_have_text(["우편"])
    page.get_by_label("1번째 말풍선").fill("오후 2시에 보내요")
    page.get_by_role("button", name="저장하기").click()
    expect(page.get_by_text("저장했어요. 게시하면 손님에게 적용돼요.")).to_be_visible()
    assert draft.rules_of(shop)[0].groups == [{"mode": "any", "words": ["소포", "등기"]}]


def test_by_keyboard_the_words_are_taken_one_after_the_other(signed_in_page: OpenPage, shop: Shop) -> None:
    keep(shop, ["배송비", "운송료", "택배 값"])
    page = signed_in_page(DESKTOP)
    page.goto("/rules/r-fee/")
    offered = page.locator(".suggested button")
    expect(offered).to_have_text(["운송료", "택배 값", "모두 넣기"])

    page.get_by_label("이 말 중 하나라도 있으면").focus()
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="운송료 넣기")).to_be_focused()
    page.keyboard.press("Enter")
    expect(offered).to_have_text(["택배 값"])
    expect(page.get_by_role("button", name="택배 값 넣기")).to_be_focused()
    page.keyboard.press("Enter")

    expect(offered).to_have_count(0)
    expect(page.get_by_label("이 말 중 하나라도 있으면")).to_be_focused()
    expect(page.locator("[name='any_words']")).to_have_value("배송비, 택배비, 운송료, 택배 값")


def test_a_group_is_added_and_another_taken_out(signed_in_page: OpenPage, shop: Shop) -> None:
    keep(shop, ["소포", "등기"], ["꽃", "화분"])
    page = signed_in_page()
    page.goto("/synonyms/")

    page.get_by_role("button", name="2번째 묶음 지우기").click()
    expect(page.get_by_text("아직 저장하지 않았어요.")).to_be_visible()
    page.get_by_role("button", name="묶음 더하기").click()
    expect(page.get_by_label("2번째 묶음", exact=True)).to_be_focused()
    page.keyboard.type("컵,")
    page.keyboard.type("머그")
    page.get_by_role("button", name="저장하기").click()

    expect(page.get_by_text("저장했어요.")).to_be_visible()
    assert groups_of(shop) == [["소포", "등기"], ["컵", "머그"]]
