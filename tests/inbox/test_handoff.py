"""Customers who need a person."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from autoresponder.connections import find
from autoresponder.connections.models import Connection
from autoresponder.engine.types import Incoming
from autoresponder.inbox import handoff, outbox
from autoresponder.inbox.models import Conversation, Message
from autoresponder.inbox.receive import receive
from autoresponder.inbox.thread import customer_thread, thread
from autoresponder.rules.models import Version
from autoresponder.shops.models import Shop, User

pytestmark = pytest.mark.django_db


def ask(messenger: Connection, now: datetime, event: str, text: str = "상담원", customer: str = "c1") -> Message:
    line = find.by_token(messenger.kind, messenger.token)
    assert line is not None
    return Message.objects.get(pk=receive(line, Incoming(event, customer, text), now=now).message_id)


def test_those_who_wait_longest_come_first(shop: Shop, kakao: Connection, published: Version, now: datetime) -> None:
    ask(kakao, now + timedelta(minutes=5), "e1", customer="later")
    ask(kakao, now, "e2", customer="earlier")

    assert [talk.customer for talk in handoff.waiting(shop)] == ["earlier", "later"]


def test_resolving_gives_the_talk_back_to_the_bot(
    shop: Shop, kakao: Connection, published: Version, now: datetime
) -> None:
    ask(kakao, now, "e1")
    handoff.resolve(Conversation.objects.get())

    assert not handoff.waiting(shop).exists()
    assert ask(kakao, now + timedelta(minutes=1), "e2", "배송비").outcome == "answered"


def test_a_persons_words_reach_the_customer_and_quiet_the_bot(
    shop: Shop, webchat: Connection, published: Version, owner: User, now: datetime
) -> None:
    ask(webchat, now, "e1")
    outbox.drain(lambda: now)
    talk = Conversation.objects.get()
    handoff.reply_as_person(talk, "안녕하세요, 하늘이에요", by=owner, now=now + timedelta(minutes=1))
    outbox.drain(lambda: now + timedelta(minutes=1))

    assert [entry.who for entry in customer_thread(talk)] == ["customer", "bot", "person"]
    assert ask(webchat, now + timedelta(minutes=2), "e2", "배송비").outcome == "silent"


def test_kakao_takes_no_words_from_us(kakao: Connection, published: Version, owner: User, now: datetime) -> None:
    ask(kakao, now, "e1")

    with pytest.raises(handoff.CannotReply):
        handoff.reply_as_person(Conversation.objects.get(), "안녕하세요", by=owner, now=now)


def test_the_customer_does_not_see_what_was_not_delivered(
    webchat: Connection, published: Version, now: datetime
) -> None:
    ask(webchat, now, "e1", "배송비")
    talk = Conversation.objects.get()

    assert [entry.who for entry in customer_thread(talk)] == ["customer"]
    assert [entry.who for entry in thread(talk)] == ["customer", "bot"]
