"""The parts that need a script: keyword chips and lists to reorder, on the screens that use them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from autoresponder.rules.models import Rule
from autoresponder.shops.models import Shop

OpenPage = Callable[..., Page]


@pytest.fixture
def chips(signed_in_page: OpenPage, shop: Shop) -> Locator:
    """The first keyword field of a new rule."""
    page = signed_in_page()
    # The live preview is another screen's matter; without it nothing here waits for the server.
    page.route("**/preview/**", lambda route: route.fulfill(status=204))
    page.goto("/rules/new/")
    return page.locator("chip-input").first


def stored(chips: Locator) -> str:
    """What the form would send."""
    return str(chips.locator("input[hidden], textarea[hidden]").input_value())


def test_enter_and_commas_make_chips(chips: Locator) -> None:
    entry = chips.locator(".chips > input")
    entry.press_sequentially("주차")
    entry.press("Enter")
    entry.press_sequentially("주차장,발렛")
    entry.blur()

    expect(chips.locator(".chip")).to_have_count(3)
    assert stored(chips) == "주차, 주차장, 발렛"
    assert chips.page.url.endswith("/rules/new/"), "Enter in the field never sends the form"


def test_backspace_and_the_cross_take_words_out(chips: Locator) -> None:
    entry = chips.locator(".chips > input")
    for word in ("주차", "발렛", "주차장"):
        entry.fill(word)
        entry.press("Enter")
    entry.press("Backspace")
    chips.get_by_role("button", name="주차 빼기").click()

    assert stored(chips) == "발렛"
    expect(chips.get_by_role("status")).to_have_text("주차 뺐어요")
    expect(entry).to_be_focused()


def test_a_pasted_list_becomes_words_once_each(chips: Locator) -> None:
    entry = chips.locator(".chips > input")
    entry.evaluate(
        """(field) => {
            const clipboardData = new DataTransfer();
            clipboardData.setData("text", "주차, 주차장\\n발렛\\t주차");
            field.dispatchEvent(new ClipboardEvent("paste", {clipboardData, bubbles: true, cancelable: true}));
        }"""
    )
    assert stored(chips) == "주차, 주차장, 발렛"


def test_enter_that_ends_a_syllable_makes_no_chip(chips: Locator) -> None:
    entry = chips.locator(".chips > input")
    entry.fill("주차")
    entry.evaluate(
        "(field) => field.dispatchEvent(new KeyboardEvent('keydown', {key: 'Enter', isComposing: true, bubbles: true}))"
    )
    expect(chips.locator(".chip")).to_have_count(0)
    expect(entry).to_have_value("주차")


def test_the_label_leads_to_the_field(chips: Locator) -> None:
    entry = chips.locator(".chips > input")
    chips.page.locator(f"label[for='{entry.get_attribute('id')}']").click()
    expect(entry).to_be_focused()


def order(shop: Shop) -> list[str]:
    return list(Rule.objects.filter(shop=shop, band="owner").order_by("position").values_list("key", flat=True))


def test_a_row_dragged_down_stays_there(signed_in_page: OpenPage, shop: Shop) -> None:
    first, second, third = order(shop)
    page = signed_in_page()
    page.goto("/rules/")
    grip, below = page.locator(f"[data-id='{first}'] .grip"), page.locator(f"[data-id='{second}']")
    below.scroll_into_view_if_needed()
    start, over = grip.bounding_box(), below.bounding_box()
    assert start and over

    page.mouse.move(start["x"] + 10, start["y"] + 10)
    page.mouse.down()
    # Past the neighbour's middle is enough; much more would pass the next one too.
    page.mouse.move(start["x"] + 10, start["y"] + 10 + over["height"] * 0.7, steps=8)
    with page.expect_response(lambda response: response.request.method == "POST"):
        page.mouse.up()

    assert order(shop) == [second, first, third]
    expect(page.locator("#pending")).not_to_be_empty()


def test_arrow_keys_on_the_grip_do_the_same(signed_in_page: OpenPage, shop: Shop) -> None:
    first, second, third = order(shop)
    page = signed_in_page()
    page.goto("/rules/")

    page.locator(f"[data-id='{third}'] .grip").focus()
    with page.expect_response(lambda response: response.request.method == "POST"):
        page.keyboard.press("ArrowUp")

    assert order(shop) == [first, third, second]


def test_escape_puts_a_dragged_row_back(signed_in_page: OpenPage, shop: Shop) -> None:
    before = order(shop)
    page = signed_in_page()
    page.goto("/rules/")
    box = page.locator(f"[data-id='{before[0]}'] .grip").bounding_box()
    assert box

    page.mouse.move(box["x"] + 10, box["y"] + 10)
    page.mouse.down()
    page.mouse.move(box["x"] + 10, box["y"] + 200, steps=8)
    page.keyboard.press("Escape")
    page.mouse.up()

    rows = page.locator(f"ol:has([data-id='{before[0]}']) > [data-id]")
    assert rows.evaluate_all("(rows) => rows.map((row) => row.dataset.id)") == before
    assert order(shop) == before
