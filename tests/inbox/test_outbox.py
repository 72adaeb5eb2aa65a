"""The one way out: nothing lost, nothing twice, nothing late."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Thread
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from autoresponder import channels, tasks
from autoresponder.channels.base import Outgoing, Secrets
from autoresponder.channels.errors import SendError
from autoresponder.channels.webchat import WebChat
from autoresponder.connections import find
from autoresponder.connections.models import Connection
from autoresponder.engine.types import Incoming
from autoresponder.inbox import handoff, outbox
from autoresponder.inbox.models import Conversation, Delivery
from autoresponder.inbox.receive import receive
from autoresponder.net.client import Client
from autoresponder.rules.models import Version
from autoresponder.shops.models import Heartbeat, User

pytestmark = [pytest.mark.django_db, pytest.mark.both]


class Platform(WebChat):
    """A messenger that can be told to fail; `sent` is the only truth about what arrived."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, str]] = []
        self.errors: list[Exception] = []

    def send(self, outgoing: Outgoing, secrets: Secrets, net: Client) -> str:
        if self.errors:
            raise self.errors.pop(0)
        self.sent.append((outgoing.to, outgoing.call["replies"][-1]["text"]))
        return f"p{len(self.sent)}"


@pytest.fixture
def platform(monkeypatch: pytest.MonkeyPatch) -> Platform:
    platform = Platform()
    real = channels.get
    monkeypatch.setattr(channels, "get", lambda kind: platform if kind == "webchat" else real(kind))
    find.forget()
    return platform


def ask(messenger: Connection, now: datetime, event: str = "e1", customer: str = "c1", text: str = "배송비") -> None:
    line = find.by_token(messenger.kind, messenger.token)
    assert line is not None
    receive(line, Incoming(event, customer, text), now=now)


def at(moment: datetime) -> Callable[[], datetime]:
    return lambda: moment


def test_an_answer_is_sent_once_and_marked(
    platform: Platform, webchat: Connection, published: Version, now: datetime
) -> None:
    ask(webchat, now)

    assert outbox.drain(at(now)) == 1
    assert outbox.drain(at(now)) == 0
    assert len(platform.sent) == 1
    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.platform_id, delivery.attempts) == ("sent", "p1", 1)


def test_a_passing_fault_is_tried_again_later_and_not_before(
    platform: Platform, webchat: Connection, published: Version, now: datetime
) -> None:
    ask(webchat, now)
    platform.errors = [SendError("busy")]

    outbox.drain(at(now), rand=lambda: 0.5)
    assert Delivery.objects.get().state == "ready"
    outbox.drain(at(now + timedelta(seconds=1)))
    assert not platform.sent
    outbox.drain(at(now + timedelta(seconds=3)))
    assert len(platform.sent) == 1


def test_a_fault_in_one_adapter_holds_up_nobody_else(
    platform: Platform, webchat: Connection, published: Version, now: datetime
) -> None:
    ask(webchat, now, "e1", "c1")
    ask(webchat, now, "e2", "c2")
    platform.errors = [KeyError("a bug")]

    outbox.drain(at(now), rand=lambda: 0.5)

    assert [to for to, _ in platform.sent] == ["c2"]
    first = Delivery.objects.get(conversation__customer="c1")
    assert (first.state, first.error) == ("ready", "internal error")


def test_the_platforms_own_waiting_time_is_kept(
    platform: Platform, webchat: Connection, published: Version, now: datetime
) -> None:
    ask(webchat, now)
    platform.errors = [SendError("slow down", retry_after=20)]
    outbox.drain(at(now), rand=lambda: 0.5)

    assert Delivery.objects.get().due_at == now + timedelta(seconds=20)


def test_a_late_answer_is_never_sent_and_a_person_is_asked(
    platform: Platform, webchat: Connection, published: Version, now: datetime
) -> None:
    ask(webchat, now)
    late = now + timedelta(minutes=10)

    outbox.drain(at(late))

    assert not platform.sent
    assert Delivery.objects.get().state == "expired"
    talk = Conversation.objects.get()
    assert (talk.waiting_since, talk.waiting_reason) == (late, "expired")


def test_a_refusal_is_final_and_a_person_is_asked(
    platform: Platform, webchat: Connection, published: Version, now: datetime
) -> None:
    ask(webchat, now)
    platform.errors = [SendError("blocked by the customer", permanent=True)]
    outbox.drain(at(now))

    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.error) == ("refused", "blocked by the customer")
    assert Conversation.objects.get().waiting_reason == "refused"


def test_answers_of_one_customer_never_overtake_each_other(
    platform: Platform, webchat: Connection, published: Version, now: datetime
) -> None:
    ask(webchat, now, "e1", text="배송비")
    ask(webchat, now, "e2", text="반품")
    platform.errors = [SendError("busy")]

    outbox.drain(at(now), rand=lambda: 0.5)
    assert not platform.sent
    outbox.drain(at(now + timedelta(seconds=3)))
    assert [text[:3] for _, text in platform.sent] == ["배송비", "받으신"]


def test_a_killed_workers_row_is_taken_up_after_its_lease(
    platform: Platform, webchat: Connection, published: Version, now: datetime
) -> None:
    ask(webchat, now)
    assert outbox.claim(Delivery.objects.get(), now=now)

    outbox.drain(at(now + timedelta(seconds=5)))
    assert not platform.sent
    outbox.drain(at(now + outbox.LEASE + timedelta(seconds=1)))
    assert len(platform.sent) == 1


def test_only_one_of_two_workers_gets_a_row(
    platform: Platform, webchat: Connection, published: Version, now: datetime
) -> None:
    ask(webchat, now)
    mine, yours = Delivery.objects.get(), Delivery.objects.get()

    assert outbox.claim(mine, now=now)
    assert not outbox.claim(yours, now=now)


def test_the_bot_keeps_quiet_when_a_person_answered_first(
    platform: Platform, webchat: Connection, published: Version, owner: User, now: datetime
) -> None:
    ask(webchat, now)
    handoff.reply_as_person(Conversation.objects.get(), "제가 볼게요", by=owner, now=now)

    outbox.drain(at(now))

    assert [text for _, text in platform.sent] == ["제가 볼게요"]


@pytest.mark.django_db(transaction=True)
def test_eight_workers_send_two_hundred_answers_once_each(
    platform: Platform, webchat: Connection, published: Version, now: datetime
) -> None:
    for number in range(200):
        ask(webchat, now, f"e{number}", f"c{number}")

    def work() -> None:
        outbox.drain(at(now))
        connection.close()

    threads = [Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(to for to, _ in platform.sent) == sorted(f"c{number}" for number in range(200))
    assert set(Delivery.objects.values_list("state", flat=True)) == {"sent"}


@pytest.mark.django_db(transaction=True)
def test_the_sweep_delivers_what_a_lost_bell_left_behind_and_says_it_is_alive(
    platform: Platform, webchat: Connection, published: Version
) -> None:
    ask(webchat, timezone.now())
    tasks.sweep()

    assert len(platform.sent) == 1
    assert Heartbeat.objects.filter(name="worker").exists()


def test_a_dead_broker_costs_the_customer_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def down(**_: Any) -> None:
        raise OSError("no broker")

    monkeypatch.setattr(tasks.deliver, "apply_async", down)
    tasks.wake()
