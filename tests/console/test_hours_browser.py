"""A shop owner sets the week on a phone, makes a mistake, and closes for today with one tap."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from autoresponder.shops.models import Shop
from tests.conftest import DESKTOP
from tests.fixtures import WEEK

OpenPage = Callable[..., Page]


def test_the_week_is_set_on_a_phone(signed_in_page: OpenPage, shop: Shop, axe: Callable[[Page], None]) -> None:
    page = signed_in_page()
    page.goto("/hours/")
    page.get_by_label("월요일 여는 시간 1").fill("9")
    page.get_by_label("월요일 닫는 시간 1").fill("12시 반")
    page.get_by_role("button", name="월요일 2번째 시간 빼기").click()
    expect(page.get_by_label("월요일 여는 시간", exact=True)).to_have_value("9")
    page.get_by_role("button", name="월요일 시간 더하기").click()
    expect(page.get_by_label("월요일 여는 시간 2")).to_be_focused()
    page.keyboard.type("오후 2시")
    page.get_by_label("월요일 닫는 시간 2").fill("7")
    page.get_by_role("button", name="매일 같게").click()
    expect(page.get_by_label("일요일 여는 시간 2")).to_have_value("오후 2시")
    page.locator("fieldset", has_text="일요일").get_by_label("쉬는 날").check()
    expect(page.get_by_label("일요일 여는 시간 2")).to_be_hidden()
    axe(page)
    page.get_by_role("button", name="영업시간 저장").click()
    expect(page.get_by_role("status")).to_contain_text("영업시간을 저장했어요")
    expect(page.get_by_label("토요일 닫는 시간 2")).to_have_value("19:00")
    shop.refresh_from_db()
    assert shop.week == [[[540, 750], [840, 1140]]] * 6 + [[]]


def test_enter_saves_and_never_removes_a_row(signed_in_page: OpenPage, shop: Shop) -> None:
    page = signed_in_page(DESKTOP)
    page.goto("/hours/")
    page.get_by_label("토요일 닫는 시간").fill("16")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("영업시간을 저장했어요")
    shop.refresh_from_db()
    assert shop.week[5] == [[660, 960]]


def test_an_overlap_is_explained_where_it_is_and_nothing_typed_is_lost(
    signed_in_page: OpenPage, shop: Shop, axe: Callable[[Page], None]
) -> None:
    page = signed_in_page()
    page.goto("/hours/")
    page.get_by_label("수요일 닫는 시간 1").fill("오후 2시")
    page.get_by_role("button", name="영업시간 저장").click()
    told = page.get_by_text("수요일 13:30~19:00 시간과 겹쳐요")
    expect(told).to_be_visible()
    expect(page.get_by_text("수요일 10:00~14:00 시간과 겹쳐요")).to_be_visible()
    expect(page.get_by_label("수요일 닫는 시간 1")).to_have_value("오후 2시")
    expect(page.get_by_label("수요일 여는 시간 1")).to_be_focused()
    axe(page)
    shop.refresh_from_db()
    assert shop.week == WEEK
    page.get_by_label("수요일 닫는 시간 1").fill("13:30")
    page.get_by_role("button", name="영업시간 저장").click()
    expect(told).to_be_hidden()
    expect(page.get_by_role("status")).to_contain_text("영업시간을 저장했어요")


def test_one_tap_closes_for_today_and_one_gives_it_back(signed_in_page: OpenPage, shop: Shop) -> None:
    """Open around the clock, so that it reads the same at whatever hour the test runs."""
    Shop.objects.filter(pk=shop.pk).update(week=[[[0, 1440]]] * 7, holiday_country="")
    page = signed_in_page()
    page.goto("/hours/")
    page.get_by_role("button", name="오늘만 닫기").click()
    expect(page.get_by_role("heading", name="지금은 닫아 두었어요")).to_be_visible()
    page.get_by_role("button", name="원래대로").click()
    expect(page.get_by_role("heading", name="지금은 영업 중이에요")).to_be_visible()
