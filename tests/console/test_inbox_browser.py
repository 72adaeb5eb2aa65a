"""Answering a customer who waits, and looking something up in the log, as a person does it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from autoresponder.connections.models import Connection
from autoresponder.inbox import outbox
from autoresponder.inbox.models import Delivery
from autoresponder.rules.models import Version
from tests.conftest import DESKTOP
from tests.console.talking import say

pytestmark = pytest.mark.django_db(transaction=True)

Open = Callable[..., Page]


@pytest.fixture(autouse=True)
def no_broker(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("autoresponder.console.inbox.tasks.wake", lambda: outbox.drain(timezone.now))


def test_a_waiting_customer_is_answered_and_the_bot_comes_back(
    signed_in_page: Open, webchat: Connection, published: Version
) -> None:
    say(webchat, "사람이랑 얘기하고 싶어요", now=timezone.now())
    page = signed_in_page()
    page.goto("/inbox/")
    page.get_by_role("link", name="사람이랑 얘기하고 싶어요").click()
    expect(page.get_by_text("기다리는 중")).to_be_visible()

    page.get_by_label("답장").fill("안녕하세요, 하늘이에요. 무엇을 도와드릴까요?")
    page.get_by_role("button", name="보내기").click()
    talk = page.get_by_role("log")
    expect(talk.get_by_text("무엇을 도와드릴까요?")).to_be_visible()
    expect(page.get_by_label("답장")).to_have_value("")
    expect(page.get_by_text("사람이 이야기하는 중이라")).to_be_visible()
    assert Delivery.objects.get(author__isnull=False).state == Delivery.State.SENT

    page.get_by_label("답장").fill("적다 만 말")
    say(webchat, "고맙습니다", now=timezone.now())
    expect(talk.get_by_text("고맙습니다")).to_be_visible()
    expect(page.get_by_label("답장")).to_have_value("적다 만 말")

    page.get_by_role("button", name="처리했어요").click()
    expect(page.get_by_role("heading", name="기다리는 손님이 없어요")).to_be_visible()


def test_a_reply_is_sent_with_the_keyboard(signed_in_page: Open, webchat: Connection, published: Version) -> None:
    message = say(webchat, "배송비", now=timezone.now())
    page = signed_in_page()
    page.goto(f"/inbox/{message.conversation_id}/")
    page.get_by_label("답장").fill("네, 안녕하세요")
    page.get_by_label("답장").press("Tab")
    page.keyboard.press("Enter")

    expect(page.get_by_role("log").get_by_text("네, 안녕하세요")).to_be_visible()


def test_the_log_filters_in_place_and_keeps_its_address(
    signed_in_page: Open, webchat: Connection, published: Version
) -> None:
    say(webchat, "배송비 얼마예요", now=timezone.now())
    say(webchat, "재입고 언제 돼요", now=timezone.now(), customer="c2")
    page = signed_in_page(DESKTOP)
    page.goto("/log/")
    page.get_by_label("결과").select_option(label="못 알아들었어요")

    expect(page.get_by_role("article")).to_have_count(1)
    assert "outcome=missed" in page.url
    page.reload()
    expect(page.get_by_role("article")).to_have_count(1)
    page.keyboard.press("/")
    expect(page.get_by_label("손님이 한 말")).to_be_focused()
    page.get_by_role("link", name="이 말로 규칙 만들기").click()
    expect(page.get_by_text("재입고 언제 돼요").first).to_be_visible()
