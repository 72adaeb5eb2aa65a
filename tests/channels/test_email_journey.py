"""A mail comes in, its answer goes out, and each side is the real one: poll, inbox, outbox, IMAP, SMTP."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from autoresponder.channels.mail.letter import Letter
from autoresponder.connections import setup
from autoresponder.connections.models import Connection
from autoresponder.inbox import outbox, poll
from autoresponder.inbox.models import Conversation, Delivery, Message
from autoresponder.rules.models import Version
from autoresponder.shops.models import Shop
from tests.channels.mails import raw
from tests.platforms.email import Email as Dialect
from tests.platforms.server import Platforms

pytestmark = pytest.mark.django_db


class Journey:
    """One shop's mailbox, connected, with nothing new in it."""

    def __init__(self, mail: Dialect, platforms: Platforms, shop: Shop, now: datetime) -> None:
        self.mail, self.platforms, self.now, self.woken = mail, platforms, now, 0
        given = {name: value for name, value in mail.secrets().items() if name != "loop_key"}
        setup.set_up(shop, "email", given, platforms.client)
        self.connection = Connection.objects.get(kind="email")
        self.look()

    def look(self, minutes: float = 1) -> None:
        self.now += timedelta(minutes=minutes)
        looked = poll.poll_once(self.connection.pk, self.platforms.client, lambda: self.now, wake=self.wake)
        assert looked.failures == 0

    def wake(self) -> None:
        self.woken += 1
        outbox.drain(lambda: self.now, net=self.platforms.client)

    def get(self, number: int, text: str, **headers: str | None) -> None:
        mail = raw(text, **{"Subject": None, "Message_ID": f"<m{number}@example.net>", **headers})
        self.mail.company.inbox.put(mail, self.now)


@pytest.fixture
def journey(mail: Dialect, platforms: Platforms, shop: Shop, published: Version, now: datetime) -> Journey:
    return Journey(mail, platforms, shop, now)


def test_a_question_by_mail_is_answered_by_mail(journey: Journey) -> None:
    journey.get(1, "배송비 얼마예요?")
    journey.look()

    ((sender, to, data),) = journey.mail.company.taken
    answer = Letter(data)
    assert (sender, to, answer.ids("in-reply-to")) == ("", "customer@example.net", ["m1@example.net"])
    assert "배송비는 3,000원" in answer.body("text/plain")
    assert Delivery.objects.get().state == "sent"
    journey.look()
    assert len(journey.mail.company.taken) == 1


def test_mail_that_is_read_twice_is_answered_once(journey: Journey) -> None:
    journey.get(1, "배송비 얼마예요?")
    journey.look()
    journey.mail.company.inbox.validity += 1
    journey.look()

    assert len(journey.mail.company.taken) == 1
    assert Message.objects.get().repeats == 1


def test_a_bounce_makes_the_delivery_a_failure(journey: Journey) -> None:
    journey.get(1, "배송비 얼마예요?")
    journey.look()
    known = Delivery.objects.get().platform_ids
    report = (
        "--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx\n\n"
        "Final-Recipient: rfc822; customer@example.net\nAction: failed\nStatus: 5.1.1\n\n"
        f"--b\nContent-Type: text/rfc822-headers\n\nMessage-ID: <{known}>\n--b--\n"
    )
    kind = 'multipart/report; report-type=delivery-status; boundary="b"'
    journey.get(2, report, Content_Type=kind, Return_Path="<>", From="mailer-daemon@mx.example.com")
    journey.look()

    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.error) == ("refused", "gone")
    assert Conversation.objects.get().waiting_since == journey.now
    assert Message.objects.count() == 1


def test_whoever_answers_in_the_mailbox_silences_the_bot(journey: Journey) -> None:
    headers = {"From": "shop@example.com", "To": "customer@example.net", "In_Reply_To": "<m1@example.net>"}
    journey.get(1, "배송비 얼마예요?")
    journey.mail.company.outbox.put(raw("제가 볼게요", Message_ID="<s1@example.com>", **headers), journey.now)
    journey.look()

    assert journey.mail.company.taken == []
    by_hand = Delivery.objects.get()
    assert (by_hand.by_person, by_hand.replies[0]["text"]) == (True, "제가 볼게요")


def test_a_changed_password_stops_the_mailbox_until_it_is_mended(journey: Journey) -> None:
    journey.mail.company.password = "a-new-one-0123"
    poll.poll_once(
        journey.connection.pk,
        journey.platforms.client,
        lambda: journey.now + timedelta(minutes=1),
        wake=journey.wake,
    )
    journey.connection.refresh_from_db()
    assert journey.connection.trouble == "token"
