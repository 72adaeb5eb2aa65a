"""Journeys of a seller who writes rules: on a phone, with the keyboard alone, by dragging."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from autoresponder.rules import draft
from autoresponder.rules.models import Rule
from autoresponder.shops.models import Shop
from tests.conftest import DESKTOP, PHONE

pytestmark = pytest.mark.django_db(transaction=True)
OpenPage = Callable[..., Page]


def keys(shop: Shop) -> list[str]:
    return [rule.key for rule in draft.rules_of(shop)]


def test_a_rule_written_on_a_phone_answers_in_the_preview_before_it_is_saved(
    signed_in_page: OpenPage, shop: Shop, axe: Callable[[Page], None]
) -> None:
    page = signed_in_page()
    page.goto("/rules/new/")

    page.get_by_label("이 말 중 하나라도 있으면").fill("주차")
    page.keyboard.press("Enter")
    page.get_by_label("1번째 말풍선").fill("건물 뒤 3대 가능해요")

    room = page.locator("#preview-room")
    expect(room.locator("mark")).to_have_text("주차")
    expect(room).to_contain_text("건물 뒤 3대 가능해요")
    expect(room).to_contain_text("‘주차’ 때문에 → 주차 안내")
    assert not Rule.objects.filter(shop=shop, name="주차 안내").exists()
    axe(page)

    page.get_by_role("button", name="저장하기").click()
    expect(page.get_by_text("저장했어요. 게시하면 손님에게 적용돼요.")).to_be_visible()
    expect(page.locator("#rules")).to_contain_text("주차 안내")
    axe(page)


def test_the_preview_talks_like_a_customer(signed_in_page: OpenPage, shop: Shop) -> None:
    page = signed_in_page(DESKTOP)
    page.goto("/rules/r-fee/")
    room, say = page.locator("#preview-room"), page.get_by_label("손님처럼 말해 보세요")
    expect(room).to_contain_text("배송비는 3,000원이고")

    say.fill("반품 되나요?")
    say.press("Enter")
    expect(room).to_contain_text("받으신 날부터 7일")
    expect(say).to_have_value("")
    say.fill("배송비는요?")
    say.press("Enter")
    expect(room.locator(".said.me")).to_have_count(2)
    page.get_by_label("1번째 말풍선").fill("배송비가 없어졌어요")
    expect(room).to_contain_text("배송비가 없어졌어요")
    expect(room).to_contain_text("받으신 날부터 7일")
    page.get_by_role("radio", name="밤·휴일").check()
    expect(room).to_contain_text("안녕하세요, 오후의 서랍이에요.")
    page.get_by_label("메신저", exact=True).select_option("webchat")
    expect(room.locator(".room.web")).to_be_visible()


def test_a_value_that_changes_is_put_where_the_caret_stands(signed_in_page: OpenPage, shop: Shop) -> None:
    page = signed_in_page(DESKTOP)
    page.goto("/rules/r-fee/")
    text = page.get_by_label("1번째 말풍선")

    text.fill("안녕하세요, 예요")
    text.press("ArrowLeft")
    text.press("ArrowLeft")
    page.get_by_role("button", name="가게이름").click()

    expect(text).to_have_value("안녕하세요, {가게이름}예요")
    expect(page.locator("#preview-room")).to_contain_text("안녕하세요, 오후의 서랍예요")


def test_bubbles_and_buttons_are_added_without_losing_what_was_typed(signed_in_page: OpenPage, shop: Shop) -> None:
    page = signed_in_page()
    page.goto("/rules/new/")
    page.get_by_label("이 말 중 하나라도 있으면").fill("주차")
    page.get_by_label("1번째 말풍선").fill("건물 뒤예요")

    page.get_by_role("button", name="말풍선 나누기").click()
    expect(page.get_by_label("2번째 말풍선", exact=True)).to_be_focused()
    page.keyboard.type("3대까지 돼요")
    page.get_by_role("button", name="버튼 더하기").click()
    expect(page.get_by_label("1번째 버튼 이름")).to_be_focused()
    page.keyboard.type("지도 보기")

    expect(page.locator("#preview-room .quick")).to_have_text("지도 보기")
    expect(page.get_by_label("1번째 말풍선", exact=True)).to_have_value("건물 뒤예요")


def test_a_rule_is_dragged_to_its_place(signed_in_page: OpenPage, shop: Shop) -> None:
    page = signed_in_page({"width": 1280, "height": 1400})
    page.goto("/rules/")
    grip = page.locator("#grip-r-return").bounding_box()
    target = page.locator("#grip-r-fee").bounding_box()
    assert grip and target

    page.mouse.move(grip["x"] + 10, grip["y"] + 10)
    page.mouse.down()
    page.mouse.move(target["x"] + 10, target["y"] + 20, steps=12)
    page.mouse.move(target["x"] + 10, target["y"] - 15, steps=4)
    with page.expect_response("**/rules/order/"):
        page.mouse.up()

    assert keys(shop) == ["r-person", "r-return", "r-fee", "r-delivery"]


def test_order_by_buttons_and_delete_with_undo(
    signed_in_page: OpenPage, shop: Shop, axe: Callable[[Page], None]
) -> None:
    page = signed_in_page()
    page.goto("/rules/")

    page.get_by_label("반품 안내: 더 보기").click()
    axe(page)
    own = page.locator("[data-sortable='#order-own'] > li")
    for place in (1, 0):
        page.locator("#up-r-return").click()
        expect(own.nth(place)).to_contain_text("반품 안내")
        expect(page.locator("#up-r-return")).to_be_focused()
    page.locator("li[data-id='r-return']").get_by_role("button", name="지우기").click()
    expect(page.locator("#rules")).not_to_contain_text("반품 안내")
    page.get_by_role("status").get_by_role("button", name="되돌리기").click()

    expect(page.locator("#rules")).to_contain_text("반품 안내")
    assert keys(shop) == ["r-person", "r-return", "r-fee", "r-delivery"]


def test_everything_goes_by_keyboard_alone(signed_in_page: OpenPage, shop: Shop) -> None:
    page = signed_in_page(DESKTOP)
    page.goto("/rules/")
    page.locator("#grip-r-delivery").focus()
    page.keyboard.press("ArrowUp")
    expect(page.locator("[data-sortable='#order-own'] > li .order").first).to_have_text("2")
    expect(page.locator("#grip-r-delivery")).to_be_focused()
    assert keys(shop)[1] == "r-delivery"
    page.locator("#switch-r-fee").focus()
    page.keyboard.press("Space")
    expect(page.locator("#switch-r-fee")).to_have_attribute("aria-checked", "false")
    expect(page.locator("#switch-r-fee")).to_be_focused()

    page.keyboard.press("n")
    page.wait_for_url("**/rules/new/")
    page.get_by_label("이 말 중 하나라도 있으면").focus()
    page.keyboard.type("주차")
    page.keyboard.press("Enter")
    page.get_by_label("1번째 말풍선").focus()
    page.keyboard.type("건물 뒤 3대 가능해요")
    page.get_by_role("button", name="저장하기").focus()
    page.keyboard.press("Enter")

    page.wait_for_url("**/rules/")
    assert draft.rules_of(shop)[0].name == "주차 안내"


def test_what_is_wrong_gets_the_focus(signed_in_page: OpenPage, shop: Shop) -> None:
    page = signed_in_page()
    page.goto("/rules/new/")

    page.get_by_role("button", name="저장하기").click()

    expect(page.get_by_text("손님이 할 만한 말을 하나 이상 적어 주세요.")).to_be_visible()
    expect(page.get_by_label("이 말 중 하나라도 있으면")).to_be_focused()


# What the checker sees belongs to the language or to the colours, so each of them is looked at once.
@pytest.mark.parametrize("address", ["/rules/", "/rules/r-fee/", "/greetings/", "/understanding/", "/try/"])
@pytest.mark.parametrize("look", [{}, {"color_scheme": "dark", "locale": "en-US"}], ids=["light", "dark"])
def test_nobody_is_shut_out(
    signed_in_page: OpenPage, axe: Callable[[Page], None], address: str, look: dict[str, Any]
) -> None:
    page = signed_in_page(**look)
    page.goto(address)
    page.wait_for_load_state("networkidle")
    for details in page.locator("main details:not([data-menu])").all():
        details.evaluate("each => each.open = true")
    # Seen whole: the bar that sticks to the thumb always covers half of something that a scroll brings out again.
    page.set_viewport_size({**PHONE, "height": page.evaluate("document.documentElement.scrollHeight")})

    axe(page)
