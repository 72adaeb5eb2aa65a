"""What platforms tell besides customers' words."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from autoresponder.channels.base import Notice
from autoresponder.connections import find
from autoresponder.connections.models import Connection
from autoresponder.engine.types import Incoming
from autoresponder.inbox import notice
from autoresponder.inbox.models import Conversation, Delivery, Message
from autoresponder.inbox.receive import Received, receive
from autoresponder.inbox.thread import thread
from autoresponder.rules.models import Version

pytestmark = [pytest.mark.django_db, pytest.mark.both]


def line_of(messenger: Connection) -> find.Line:
    line = find.by_token(messenger.kind, messenger.token)
    assert line is not None
    return line


def ask(messenger: Connection, now: datetime, event: str = "e1", **more: object) -> Received:
    return receive(line_of(messenger), Incoming(event, "c1", "배송비 얼마예요?")._replace(**more), now=now)


def tell(messenger: Connection, what: str, now: datetime, **more: object) -> None:
    notice.take(line_of(messenger), Notice(what, "c1")._replace(**more), now=now)  # type: ignore[arg-type]


def outcomes() -> list[str]:
    return list(Message.objects.order_by("pk").values_list("outcome", flat=True))


class TestAPersonAnsweredThere:
    def test_the_bot_keeps_out_of_the_talk_and_its_waiting_answer_is_dropped(
        self, webchat: Connection, published: Version, now: datetime
    ) -> None:
        ask(webchat, now)
        tell(webchat, "person_answered", now, text="제가 볼게요", message_id="m1")
        ask(webchat, now + timedelta(minutes=1), "e2")
        ask(webchat, now + timedelta(minutes=70), "e3")

        assert Delivery.objects.get(message__event_id="e1").state == "superseded"
        assert outcomes() == ["answered", "silent", "answered"]

    def test_their_words_stand_in_the_talk_once(self, webchat: Connection, published: Version, now: datetime) -> None:
        ask(webchat, now)
        for _ in range(2):
            tell(webchat, "person_answered", now, text="제가 볼게요", message_id="m1", at=now)
        tell(webchat, "person_answered", now + timedelta(seconds=5), text="잠시만요", message_id="m11")

        said = [entry for entry in thread(Conversation.objects.get()) if entry.who == "person"]
        assert [entry.bubbles[0]["text"] for entry in said] == ["제가 볼게요", "잠시만요"]

    def test_they_take_the_customer_off_the_waiting_list(
        self, webchat: Connection, published: Version, now: datetime
    ) -> None:
        ask(webchat, now, text="상담원 연결해 주세요")
        Conversation.objects.update(waiting_since=now, waiting_reason="handed_off")
        tell(webchat, "person_answered", now, text="네")

        assert Conversation.objects.get().waiting_since is None

    def test_a_talk_that_a_person_begins_is_theirs(
        self, webchat: Connection, published: Version, now: datetime
    ) -> None:
        tell(webchat, "person_answered", now, text="주문하신 상품이 품절이에요")
        ask(webchat, now + timedelta(minutes=1))

        assert outcomes() == ["silent"]


class TestThePlatformMovesTheTalk:
    def test_to_a_person_and_back(self, webchat: Connection, published: Version, now: datetime) -> None:
        tell(webchat, "person_takes", now)
        ask(webchat, now + timedelta(hours=3), "e1")
        tell(webchat, "person_leaves", now + timedelta(hours=4))
        ask(webchat, now + timedelta(hours=4), "e2")

        assert outcomes() == ["silent", "answered"]

    def test_what_a_person_there_reads_already_calls_nobody_here(
        self, webchat: Connection, published: Version, now: datetime
    ) -> None:
        received = ask(webchat, now, with_person=True)

        assert outcomes() == ["silent"]
        assert not received.queued
        assert Conversation.objects.get().waiting_since is None


class TestTheCustomer:
    def test_who_left_can_be_written_to_after_they_come_back_or_write(
        self, webchat: Connection, published: Version, now: datetime
    ) -> None:
        ask(webchat, now)
        tell(webchat, "gone", now)
        assert Conversation.objects.get().gone_at == now
        tell(webchat, "back", now)
        assert Conversation.objects.get().gone_at is None
        tell(webchat, "gone", now)
        ask(webchat, now, "e2")
        assert Conversation.objects.get().gone_at is None

    def test_what_they_took_back_is_kept_by_nobody(
        self, webchat: Connection, published: Version, now: datetime
    ) -> None:
        ask(webchat, now, text="제 번호는 비밀이에요")
        tell(webchat, "unsent", now, message_id="e1")

        message = Message.objects.get()
        assert (message.text, message.kind, message.decision) == ("", "unsent", {})
        assert Conversation.objects.get().last_text == ""

    @pytest.mark.parametrize("what", ["gone", "back", "unsent", "failed", "person_leaves"])
    def test_nobody_knows_them(self, webchat: Connection, published: Version, now: datetime, what: str) -> None:
        tell(webchat, what, now, message_id="nothing")

        assert not Conversation.objects.exists()


class TestDeliveries:
    def test_one_that_failed_after_it_was_taken_reaches_a_person(
        self, webchat: Connection, published: Version, now: datetime
    ) -> None:
        ask(webchat, now)
        Delivery.objects.update(state="sent", platform_ids="w1\nw2\nw3")
        tell(webchat, "failed", now, message_id="w2", code="window", text="24 h")

        delivery = Delivery.objects.get()
        assert (delivery.state, delivery.error, delivery.detail) == ("refused", "window", "24 h")
        assert Conversation.objects.get().waiting_reason == "refused"

    @pytest.mark.parametrize("other", ["w", "w22", "2", ""])
    def test_another_id_is_not_taken_for_it(
        self, webchat: Connection, published: Version, now: datetime, other: str
    ) -> None:
        ask(webchat, now)
        Delivery.objects.update(state="sent", platform_ids="w1\nw2\nw3")
        tell(webchat, "failed", now, message_id=other)

        assert Delivery.objects.get().state == "sent"


def test_an_account_taken_away_at_the_platform_stops_until_it_is_given_back(
    webchat: Connection, published: Version, now: datetime
) -> None:
    notice.take(line_of(webchat), Notice("stopped"), now=now)
    webchat.refresh_from_db()
    assert webchat.trouble == "permission"
    notice.take(line_of(webchat), Notice("started"), now=now)
    webchat.refresh_from_db()
    assert webchat.trouble == ""
