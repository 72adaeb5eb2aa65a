"""A seller rehearses a talk on a phone."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_talk_is_rehearsed_and_explained(signed_in_page: Callable[..., Page], axe: Callable[[Page], None]) -> None:
    page = signed_in_page()
    page.goto("/try/")
    page.get_by_role("radio", name="다른 때").check()
    page.get_by_label("연습할 날짜와 시각").fill("2026-11-25T23:00")
    page.get_by_label("손님처럼 말해 보세요").fill("배송비 얼마예요?")
    page.keyboard.press("Enter")

    expect(page.locator(".room")).to_contain_text("지금은 쉬는 시간이라")
    expect(page.locator(".room")).to_contain_text("배송비는 3,000원이고")
    expect(page.get_by_text("왜 이렇게 답했을까요")).to_be_visible()
    expect(page.get_by_label("손님처럼 말해 보세요")).to_be_focused()
    page.keyboard.type("달나라 여행")
    page.keyboard.press("Enter")
    expect(page.locator(".said.me")).to_have_count(2)
    page.get_by_role("button", name="상담원 연결").click()
    expect(page.locator(".room")).to_contain_text("담당자에게 전해 드렸어요.")
    axe(page)
    page.get_by_role("button", name="처음부터 다시").click()
    expect(page.locator(".said")).to_have_count(0)
