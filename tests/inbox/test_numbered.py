"""Numbered lines in place of buttons: a bare number in the next message is the button it stands for, and only then."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from autoresponder.connections import find
from autoresponder.connections.models import Connection
from autoresponder.engine.types import Incoming
from autoresponder.inbox.models import Conversation, Message
from autoresponder.inbox.receive import receive
from autoresponder.rules.draft import fill_draft
from autoresponder.rules.models import Version
from autoresponder.rules.release import publish
from autoresponder.rules.starting import starting_texts
from autoresponder.shops.models import Shop, User
from tests.fixtures import RULES, rule

pytestmark = [pytest.mark.django_db, pytest.mark.both]

MENU = [{"label": "배송 조회", "say": "배송 언제 와요"}, {"label": "반품", "say": ""}, {"label": "배송비", "say": ""}]


@pytest.fixture
def version(shop: Shop, owner: User, now: datetime) -> Version:
    menu = rule("r-menu", "메뉴", ["메뉴"], "무엇을 도와드릴까요?", buttons=MENU)
    two = rule("r-two", "두 개", ["2"], "두 개 준비해 둘게요.")
    fill_draft(shop, {"rules": [menu, two, *RULES], **starting_texts("ko")})
    return publish(shop, by=owner, now=now)


class Talking:
    """A customer of a messenger that has so many buttons; `say` gives the answer as the customer reads it."""

    def __init__(self, messenger: Connection, buttons: int, now: datetime) -> None:
        line = find.by_token(messenger.kind, messenger.token)
        assert line is not None
        channel = type(line.channel)()
        # On the instance: the adapters themselves are shared.
        channel.__dict__["limits"] = replace(channel.limits, buttons=buttons)
        self.line, self.now = replace(line, channel=channel), now

    def say(self, text: str, **more: str) -> str:
        self.now += timedelta(minutes=2)
        received = receive(self.line, Incoming("", "c1", text, **more), now=self.now)  # type: ignore[arg-type]
        return "\n\n".join(reply["text"] for reply in received.payload["replies"])


@pytest.fixture
def talking(webhook: Connection, version: Version, now: datetime) -> Talking:
    return Talking(webhook, 0, now)


def test_the_buttons_are_read_as_numbered_lines(talking: Talking) -> None:
    assert talking.say("메뉴") == "무엇을 도와드릴까요?\n\n1. 배송 조회\n2. 반품\n3. 배송비"
    assert Conversation.objects.get().talk["offered"] == ["배송 언제 와요", "반품", "배송비"]


@pytest.mark.parametrize("number", ["2", "2번", "2.", " 2 ", "2)"])
def test_a_bare_number_presses_that_button(talking: Talking, number: str) -> None:
    talking.say("메뉴")

    assert "7일 안에" in talking.say(number)
    assert (Message.objects.latest("pk").kind, Message.objects.latest("pk").text) == ("button", "반품")


def test_the_words_of_a_button_lead_to_its_rule(talking: Talking) -> None:
    talking.say("메뉴")

    assert "오후 2시" in talking.say("1")


def test_the_number_means_itself_again_after_the_next_answer(talking: Talking) -> None:
    talking.say("메뉴")
    talking.say("1")

    assert "두 개" in talking.say("2")
    assert Message.objects.latest("pk").text == "2"


def test_without_numbered_lines_before_it_a_number_is_a_number(talking: Talking) -> None:
    assert "두 개" in talking.say("2")


@pytest.mark.parametrize("text", ["2개요", "22", "0", "4", "-2", "2 3"])
def test_what_is_no_number_of_a_line_is_left_as_it_is(talking: Talking, text: str) -> None:
    talking.say("메뉴")
    talking.say(text)

    assert (Message.objects.latest("pk").kind, Message.objects.latest("pk").text) == ("text", text.strip())


def test_another_customer_was_offered_nothing(talking: Talking, now: datetime) -> None:
    talking.say("메뉴")
    received = receive(talking.line, Incoming("", "c2", "2"), now=now)

    assert "두 개" in received.payload["replies"][0]["text"]


def test_with_too_few_buttons_every_line_can_be_asked_for_by_number(
    webhook: Connection, version: Version, now: datetime
) -> None:
    talking = Talking(webhook, 2, now)

    assert talking.say("메뉴").endswith("1. 배송 조회\n2. 반품\n3. 배송비")
    assert "3,000원" in talking.say("3")


def test_with_enough_buttons_there_are_no_numbers(webhook: Connection, version: Version, now: datetime) -> None:
    talking = Talking(webhook, 10, now)

    assert talking.say("메뉴") == "무엇을 도와드릴까요?"
    assert "두 개" in talking.say("2")


def test_a_press_of_a_real_button_is_never_taken_for_a_number(talking: Talking) -> None:
    talking.say("메뉴")

    assert "두 개" in talking.say("2", kind="button")
