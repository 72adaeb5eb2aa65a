"""Signing in as a person does it: keyboard, wrong words, a link from a mail; and no page shuts anyone out."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer
from sesame.utils import get_query_string

from autoresponder.shops.models import User
from tests.conftest import PHONE
from tests.fixtures import PASSWORD

pytestmark = pytest.mark.django_db(transaction=True)

Open = Callable[..., Page]


@pytest.fixture
def refused_page(browser: Browser, live_server: LiveServer) -> Iterator[Page]:
    """A phone for the ways that end in a refusal, which Chromium writes to its console as an error."""
    context = browser.new_context(base_url=live_server.url, viewport=PHONE, locale="ko-KR")
    context.set_default_timeout(10_000)
    yield context.new_page()
    context.close()


def test_a_seller_signs_in_with_the_keyboard_after_a_wrong_password(refused_page: Page, owner: User) -> None:
    page = refused_page
    page.goto("/settings/")
    expect(page.get_by_label("이메일")).to_be_focused()
    page.keyboard.type("owner@example.com")
    page.keyboard.press("Tab")
    page.keyboard.type("not my password")
    page.keyboard.press("Enter")

    expect(page.get_by_text("이메일이나 비밀번호가 맞지 않아요")).to_be_visible()
    expect(page.get_by_label("이메일")).to_have_value("owner@example.com")
    page.get_by_label("비밀번호").focus()
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("설정")


def test_a_link_works_once_and_says_so_the_second_time(refused_page: Page, owner: User) -> None:
    path = "/sign-in/link/" + get_query_string(owner)
    page = refused_page
    page.goto(path)
    page.get_by_role("button", name="‘오후의 서랍’ 가게로 들어가기").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("오늘")
    page.goto("/settings/")
    page.get_by_role("button", name="로그아웃").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("내 가게로 들어가기")

    page.goto(path)
    expect(page.get_by_role("heading", level=1)).to_have_text("쓸 수 없는 링크예요")
    page.get_by_role("link", name="새 링크 받기").click()
    page.get_by_label("이메일").fill("owner@example.com")
    page.get_by_role("button", name="메일로 로그인 링크 받기").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("메일을 확인해 주세요")
