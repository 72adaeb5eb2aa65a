"""No loop, no flood, no answer to what nobody asked: what keeps automatic mails few, from the inbox on."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connection as database

from autoresponder import channels
from autoresponder.channels.base import Outgoing, Secrets
from autoresponder.channels.mail import read
from autoresponder.channels.mail.letter import Letter
from autoresponder.channels.mail.write import compose
from autoresponder.connections import find
from autoresponder.connections.connect import connect
from autoresponder.connections.models import Connection
from autoresponder.engine.types import Incoming
from autoresponder.inbox import handoff, ledger, outbox
from autoresponder.inbox.models import Conversation, Delivery, Message
from autoresponder.inbox.receive import receive
from autoresponder.net.client import Client
from autoresponder.rules.models import Version
from autoresponder.shops.models import Shop, User
from tests.channels.mails import OWN, raw

pytestmark = [pytest.mark.django_db, pytest.mark.both]


@pytest.fixture
def mailbox(shop: Shop, published: Version) -> Connection:
    return connect(shop, "email", {"address": "shop@example.com", "password": "abcd-efgh-ijkl", "answer": "all"})


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """Every mail as it would go over the wire."""
    gone: list[bytes] = []

    def send(self: Any, outgoing: Outgoing, secrets: Secrets, net: Client) -> str:
        written = compose(outgoing, "shop@example.com", "", secrets["loop_key"])
        gone.append(written.raw)
        return written.message_id

    monkeypatch.setattr(type(channels.get("email")), "send", send)
    return gone


def at(moment: datetime) -> Callable[[], datetime]:
    return lambda: moment


def get(mailbox: Connection, mail: bytes, now: datetime, own: read.Own = OWN) -> Incoming:
    event = read.received(Letter(mail), own, now)
    assert isinstance(event, Incoming)
    line = find.by_token(mailbox.kind, mailbox.token)
    assert line is not None
    receive(line, event, now=now)
    return event


def ask(
    mailbox: Connection, now: datetime, number: int = 1, text: str = "배송비 얼마예요?", **headers: str | None
) -> None:
    get(mailbox, raw(text, **{"Message_ID": f"<m{number}@example.net>", "Subject": None, **headers}), now)
    outbox.drain(at(now))


def states() -> list[tuple[str, str]]:
    return list(Delivery.objects.order_by("pk").values_list("state", "error"))


def test_a_question_is_answered_in_its_thread(mailbox: Connection, sent: list[bytes], now: datetime) -> None:
    ask(mailbox, now)
    (mail,) = map(Letter, sent)
    assert mail.ids("in-reply-to") == ["m1@example.net"]
    assert Delivery.objects.get().platform_ids == mail.message_id
    assert "배송비는 3,000원" in mail.body("text/plain")


def test_a_newsletter_is_kept_and_nobody_waits_for_an_answer(
    mailbox: Connection, sent: list[bytes], now: datetime
) -> None:
    ask(mailbox, now, List_Id="<deals.example.org>")
    assert sent == []
    message = Message.objects.get()
    assert (message.outcome, message.decision["trace"][0]["params"]) == ("silent", {"why": "list"})
    assert Conversation.objects.get().waiting_since is None


def test_whoever_wants_no_machine_gets_a_person(mailbox: Connection, sent: list[bytes], now: datetime) -> None:
    ask(mailbox, now, X_Auto_Response_Suppress="All")
    assert sent == []
    assert Conversation.objects.get().waiting_since == now


def test_only_rules_answer_where_the_shop_wants_it_so(
    mailbox: Connection, sent: list[bytes], now: datetime, night: datetime
) -> None:
    shy = OWN._replace(only_asked=True)
    get(mailbox, raw("거래 명세서 보내 드립니다", Subject=None), now, shy)
    get(mailbox, raw("거래 명세서 보내 드립니다", Subject=None, Message_ID="<m2@example.net>"), night, shy)
    outbox.drain(at(night))
    assert sent == []
    for message in Message.objects.all():
        codes = [step["code"] for step in message.decision["trace"]]
        assert codes[-1] == "only_asked"
        assert not {"greeting", "fallback"} & set(codes)
    talk = Conversation.objects.get()
    assert talk.waiting_since == now
    assert "greeted_at" not in talk.talk
    get(mailbox, raw("배송비 얼마예요?", Subject=None, Message_ID="<m3@example.net>"), now, shy)
    outbox.drain(at(now))
    assert len(sent) == 1


def test_the_fourth_answer_in_an_hour_is_a_persons(mailbox: Connection, sent: list[bytes], now: datetime) -> None:
    for number in range(4):
        ask(mailbox, now + timedelta(minutes=10 * number), number)
    assert len(sent) == 3
    assert states()[3] == ("refused", "often")
    talk = Conversation.objects.get()
    assert talk.waiting_since == now + timedelta(minutes=30)
    # Somebody else is not affected, and an hour later the customer is not either.
    ask(mailbox, now + timedelta(minutes=31), 5, From="other@example.net")
    ask(mailbox, now + timedelta(minutes=61), 6)
    assert len(sent) == 5


def test_ten_answers_a_day_are_enough(mailbox: Connection, sent: list[bytes], now: datetime) -> None:
    for number in range(12):
        ask(mailbox, now + timedelta(minutes=100 * number), number)
    assert len(sent) == 10
    assert [error for _, error in states()[10:]] == ["often", "often"]


def test_a_standard_answer_comes_once_a_week(
    mailbox: Connection, sent: list[bytes], now: datetime, night: datetime
) -> None:
    ask(mailbox, now, 1, "무슨 말인지 모를 말")
    ask(mailbox, night, 2, "또 무슨 말인지 모를 말")
    assert len(sent) == 1
    assert states()[1] == ("refused", "often")
    ask(mailbox, now + timedelta(days=1), 3)
    assert len(sent) == 2
    ask(mailbox, now + timedelta(days=8), 4, "여전히 모를 말")
    assert len(sent) == 3


def test_what_may_have_arrived_counts_and_what_did_not_does_not(
    mailbox: Connection, sent: list[bytes], now: datetime
) -> None:
    for number in range(3):
        ask(mailbox, now, number)
    Delivery.objects.filter(pk=Delivery.objects.first().pk).update(state="unknown")  # type: ignore[union-attr]
    ask(mailbox, now, 3)
    assert len(sent) == 3
    Delivery.objects.filter(state="unknown").update(state="expired")
    ask(mailbox, now, 4)
    assert len(sent) == 4


def test_a_persons_words_are_not_counted_and_not_held_back(
    mailbox: Connection, sent: list[bytes], owner: User, now: datetime
) -> None:
    for number in range(4):
        ask(mailbox, now, number)
    for _ in range(4):
        handoff.reply_as_person(Conversation.objects.get(), "제가 볼게요", by=owner, now=now)
        outbox.drain(at(now))
    assert len(sent) == 7
    # What was held back goes out all the same when a person says so.
    later = now + timedelta(seconds=1)
    outbox.resend(Delivery.objects.get(error="often"), by=owner, now=later)
    outbox.drain(at(later))
    assert len(sent) == 8


def test_an_answer_under_way_counts(mailbox: Connection, sent: list[bytes], now: datetime) -> None:
    for number in range(3):
        ask(mailbox, now, number)
    get(mailbox, raw("배송비 얼마예요?", Message_ID="<m9@example.net>"), now)
    row = Delivery.objects.get(state="ready")
    Delivery.objects.filter(state="sent").update(state="sending")
    assert ledger.is_too_often(row, channels.get("email"), now)
    Delivery.objects.filter(state="sending").update(state="discarded")
    assert not ledger.is_too_often(row, channels.get("email"), now)


@pytest.mark.django_db(transaction=True)
def test_two_workers_cannot_both_find_the_last_place_free(
    mailbox: Connection, sent: list[bytes], now: datetime
) -> None:
    for number in range(6):
        get(mailbox, raw("배송비 얼마예요?", Subject=None, Message_ID=f"<m{number}@example.net>"), now)
    start = Barrier(4)

    def work() -> None:
        start.wait()
        outbox.drain(at(now))
        database.close()

    threads = [Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    outbox.drain(at(now))
    assert len(sent) == 3


@pytest.mark.parametrize("honest", [True, False])
def test_two_shops_that_answer_each_other_stop(
    mailbox: Connection, sent: list[bytes], now: datetime, honest: bool
) -> None:
    """The other side answers every mail of ours at once, for an hour; `honest`: it says that it is a machine."""
    ask(mailbox, now, 0)
    answered = 0
    for number in range(1, 31):
        if len(sent) == answered:
            break
        answered = len(sent)
        echo = raw(
            "배송비는 저희가 냅니다",
            Subject="Re: 배송비",
            Message_ID=f"<m{number}@example.net>",
            In_Reply_To=f"<{Letter(sent[-1]).message_id}>",
            Auto_Submitted="auto-replied" if honest else None,
        )
        get(mailbox, echo, now + timedelta(minutes=number))
        outbox.drain(at(now + timedelta(minutes=number)))
    assert len(sent) == (1 if honest else 3)
    assert (Conversation.objects.get().waiting_since is None) is honest


def test_other_messengers_know_no_such_limit(webchat: Connection, published: Version, now: datetime) -> None:
    line = find.by_token(webchat.kind, webchat.token)
    assert line is not None
    for number in range(4):
        receive(line, Incoming(f"e{number}", "c1", "배송비"), now=now)
        outbox.drain(at(now))
    assert {state for state, _ in states()} == {"sent"}
