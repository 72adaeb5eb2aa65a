"""The one way out: nothing lost, nothing twice, nothing late, and nobody held up by a neighbour."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Event, Thread
from typing import Any

import pytest
from django.core import mail
from django.db import connection
from django.utils import timezone

from autoresponder import channels, tasks
from autoresponder.channels.base import Outgoing, Payload, Secrets
from autoresponder.channels.errors import ChannelDown, MaybeSent, Refused, TooLate, TryAgain, Unreachable
from autoresponder.channels.webchat import WebChat
from autoresponder.connections import find, trouble
from autoresponder.connections.connect import set_paused
from autoresponder.connections.models import Connection
from autoresponder.engine.types import Incoming
from autoresponder.inbox import handoff, outbox
from autoresponder.inbox.models import Conversation, Delivery
from autoresponder.inbox.receive import receive
from autoresponder.inbox.slots import AN_ACCOUNT
from autoresponder.net.client import Client, NotSent, Unanswered
from autoresponder.rules import live
from autoresponder.rules.models import Rule, Version
from autoresponder.rules.release import publish, roll_back
from autoresponder.shops.models import Heartbeat, Shop, User

pytestmark = [pytest.mark.django_db, pytest.mark.both]


class Platform(WebChat):
    """A messenger that can be told to fail; `sent` is the only truth about what arrived."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, str]] = []
        self.keys: list[str] = []
        self.errors: list[Exception] = []
        self.knows_keys = False
        self.bubbles_are_calls = False
        self.hang: Event | None = None

    def calls(self, payload: Payload, *, answered: bool) -> list[Payload]:
        bubbles = payload["replies"]
        return [{"replies": [bubble]} for bubble in bubbles] if self.bubbles_are_calls else [payload] if bubbles else []

    def keyed(self, call: Payload) -> bool:
        return self.knows_keys

    def send(self, outgoing: Outgoing, secrets: Secrets, net: Client) -> str:
        self.keys.append(outgoing.key)
        if self.hang:
            self.hang.wait(5)
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


def drain(moment: datetime) -> int:
    """One look of the worker at this moment; the dice always fall in the middle."""
    return outbox.drain(at(moment), net=Client(), rand=lambda: 0.5)


def seconds(number: float) -> timedelta:
    return timedelta(seconds=number)


def test_an_answer_is_sent_once_and_marked(
    platform: Platform, webchat: Connection, published: Version, now: datetime
) -> None:
    ask(webchat, now)

    assert drain(now) == 1
    assert drain(now) == 0
    assert len(platform.sent) == 1
    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.platform_ids, delivery.attempts) == ("sent", "p1", 1)


class TestTryingAgain:
    @pytest.mark.parametrize("fault", [TryAgain("busy"), NotSent("unreachable")])
    def test_what_surely_did_not_arrive_is_tried_again_later_and_not_before(
        self, platform: Platform, webchat: Connection, published: Version, now: datetime, fault: Exception
    ) -> None:
        ask(webchat, now)
        platform.errors = [fault]

        drain(now)
        waiting = Delivery.objects.get()
        assert (waiting.state, waiting.due_at) == ("ready", now + seconds(2))
        assert waiting.error in ("busy", "unreachable")
        drain(now + seconds(1))
        assert not platform.sent
        drain(now + seconds(3))
        assert len(platform.sent) == 1
        assert Delivery.objects.get().error == ""

    def test_the_waits_grow(self, platform: Platform, webchat: Connection, published: Version, now: datetime) -> None:
        ask(webchat, now)
        platform.errors = [TryAgain("busy")] * 3
        waits = []
        for _ in range(3):
            due = Delivery.objects.get().due_at
            drain(due)
            waits.append((Delivery.objects.get().due_at - due).total_seconds())

        assert waits == [2, 8, 30]

    def test_the_platforms_own_waiting_time_is_kept(
        self, platform: Platform, webchat: Connection, published: Version, now: datetime
    ) -> None:
        ask(webchat, now)
        platform.errors = [TryAgain("busy", retry_after=20)]
        drain(now)

        assert Delivery.objects.get().due_at == now + seconds(20)

    def test_a_waiting_time_beyond_the_deadline_is_given_up_at_once(
        self, platform: Platform, webchat: Connection, published: Version, now: datetime
    ) -> None:
        ask(webchat, now)
        platform.errors = [TryAgain("busy", retry_after=600)]
        drain(now)

        assert Delivery.objects.get().state == "expired"
        assert Conversation.objects.get().waiting_reason == "expired"

    def test_the_key_is_the_same_on_every_attempt_and_another_for_every_answer(
        self, platform: Platform, webchat: Connection, published: Version, now: datetime
    ) -> None:
        ask(webchat, now)
        platform.errors = [TryAgain("busy")]
        drain(now)
        drain(now + seconds(3))
        ask(webchat, now + seconds(4), "e2")
        drain(now + seconds(4))

        first, again, second = platform.keys
        assert first == again != second


class TestDoubt:
    """The request went out and no answer came back."""

    @pytest.mark.parametrize("fault", [Unanswered("cut_off"), MaybeSent("unsure"), KeyError("a bug of ours")])
    def test_without_keys_it_is_never_sent_again_and_a_person_looks(
        self, platform: Platform, webchat: Connection, published: Version, now: datetime, fault: Exception
    ) -> None:
        ask(webchat, now)
        platform.errors = [fault]
        drain(now)
        drain(now + seconds(30))

        assert not platform.sent
        assert Delivery.objects.get().state == "unknown"
        assert Conversation.objects.get().waiting_reason == "unknown"

    def test_with_keys_it_is_sent_again_with_the_same(
        self, platform: Platform, webchat: Connection, published: Version, now: datetime
    ) -> None:
        ask(webchat, now)
        platform.knows_keys, platform.errors = True, [Unanswered("too_slow")]
        drain(now)
        drain(now + seconds(3))

        assert len(platform.sent) == 1
        assert len(set(platform.keys)) == 1

    @pytest.mark.parametrize(("knows_keys", "state"), [(True, "sent"), (False, "unknown")])
    def test_a_killed_workers_row_is_in_doubt_once_its_lease_is_over(
        self,
        platform: Platform,
        webchat: Connection,
        published: Version,
        now: datetime,
        knows_keys: bool,
        state: str,
    ) -> None:
        platform.knows_keys = knows_keys
        ask(webchat, now)
        assert outbox.claim(Delivery.objects.get(), now=now)

        outbox.settle(now + seconds(5))
        drain(now + seconds(5))
        assert Delivery.objects.get().state == "sending"
        later = now + outbox.LEASE + seconds(1)
        outbox.settle(later)
        drain(later)
        assert Delivery.objects.get().state == state

    def test_what_the_customer_has_already_is_not_sent_again(
        self, platform: Platform, webchat: Connection, published: Version, owner: User, now: datetime
    ) -> None:
        platform.bubbles_are_calls = True
        ask(webchat, now)
        delivery = Delivery.objects.get()
        bubbles = [{"replies": [{"text": text}]} for text in ("하나", "둘", "셋")]
        Delivery.objects.filter(pk=delivery.pk).update(calls=bubbles)
        platform.errors = []
        real, tries = platform.send, iter([None, TryAgain("busy")])

        def second_fails(outgoing: Outgoing, secrets: Secrets, net: Client) -> str:
            if error := next(tries, None):
                raise error
            return real(outgoing, secrets, net)

        platform.send = second_fails  # type: ignore[method-assign]
        drain(now)
        assert (Delivery.objects.get().done, [text for _, text in platform.sent]) == (1, ["하나"])
        drain(now + seconds(3))
        assert [text for _, text in platform.sent] == ["하나", "둘", "셋"]
        assert Delivery.objects.get().platform_ids == "p1\np2\np3"


class TestTheEnd:
    """Every answer that is not sent has a state, a reason and, unless somebody spoke, a person who looks."""

    def test_a_late_answer_is_never_sent(
        self, platform: Platform, webchat: Connection, published: Version, now: datetime
    ) -> None:
        ask(webchat, now)
        late = now + timedelta(minutes=10)

        drain(late)

        assert not platform.sent
        assert Delivery.objects.get().state == "expired"
        talk = Conversation.objects.get()
        assert (talk.waiting_since, talk.waiting_reason) == (late, "expired")

    @pytest.mark.parametrize(
        ("error", "state"), [(Refused("refused", "empty"), "refused"), (TooLate("late"), "expired")]
    )
    def test_a_refusal_is_final(
        self,
        platform: Platform,
        webchat: Connection,
        published: Version,
        now: datetime,
        error: Exception,
        state: str,
    ) -> None:
        ask(webchat, now)
        platform.errors = [error]
        drain(now)

        assert Delivery.objects.get().state == state
        assert Conversation.objects.get().waiting_reason == state

    def test_who_has_left_gets_nothing_until_they_write_again(
        self, platform: Platform, webchat: Connection, published: Version, now: datetime
    ) -> None:
        ask(webchat, now)
        ask(webchat, now, "e2", text="반품")
        platform.errors = [Unreachable("gone", "blocked")]
        drain(now)

        assert not platform.sent
        assert {(row.state, row.error) for row in Delivery.objects.all()} == {("refused", "gone")}
        ask(webchat, now + seconds(9), "e3")
        drain(now + seconds(9))
        assert len(platform.sent) == 1

    def test_a_person_who_answered_first_has_spoken(
        self, platform: Platform, webchat: Connection, published: Version, owner: User, now: datetime
    ) -> None:
        ask(webchat, now)
        handoff.reply_as_person(Conversation.objects.get(), "제가 볼게요", by=owner, now=now)

        drain(now)

        assert [text for _, text in platform.sent] == ["제가 볼게요"]
        assert Delivery.objects.get(by_person=False).state == "superseded"
        assert Conversation.objects.get().waiting_since is None

    def test_a_messenger_switched_off_meanwhile_says_nothing(
        self, platform: Platform, webchat: Connection, published: Version, owner: User, now: datetime
    ) -> None:
        ask(webchat, now)
        set_paused(webchat, True)
        drain(now)
        assert (Delivery.objects.get().state, Delivery.objects.get().error) == ("superseded", "paused")

        handoff.reply_as_person(Conversation.objects.get(), "제가 볼게요", by=owner, now=now)
        drain(now)
        assert [text for _, text in platform.sent] == ["제가 볼게요"]

    def test_an_answer_of_a_version_that_was_taken_back_is_not_given(
        self, platform: Platform, webchat: Connection, shop: Shop, published: Version, owner: User, now: datetime
    ) -> None:
        Rule.objects.filter(shop=shop).first().delete()  # type: ignore[union-attr]
        publish(shop, by=owner, now=now)
        live.forget(shop.pk)
        ask(webchat, now, text="반품")
        roll_back(shop, by=owner, now=now)
        live.forget(shop.pk)
        drain(now)

        assert (Delivery.objects.get().state, Delivery.objects.get().error) == ("superseded", "rolled_back")

    def test_a_person_may_send_what_was_given_up_or_leave_it(
        self, platform: Platform, webchat: Connection, published: Version, owner: User, now: datetime
    ) -> None:
        ask(webchat, now, "e1", "c1")
        ask(webchat, now, "e2", "c2")
        late = now + timedelta(minutes=10)
        drain(late)
        first, second = Delivery.objects.order_by("pk")

        assert outbox.resend(first, by=owner, now=late)
        assert outbox.discard(second)
        drain(late)

        assert [to for to, _ in platform.sent] == ["c1"]
        assert [row.state for row in Delivery.objects.order_by("pk")] == ["sent", "discarded"]

    def test_what_meanwhile_arrived_is_not_sent_again_by_a_second_tap(
        self, platform: Platform, webchat: Connection, published: Version, owner: User, now: datetime
    ) -> None:
        ask(webchat, now)
        late = now + timedelta(minutes=10)
        drain(late)
        seen = Delivery.objects.get()
        outbox.resend(seen, by=owner, now=late)
        drain(late)

        assert not outbox.resend(seen, by=owner, now=late)
        assert not outbox.discard(seen)
        drain(late)
        assert len(platform.sent) == 1


class TestTrouble:
    """A messenger the seller has to mend."""

    def test_nothing_more_is_tried_and_the_owners_are_told_once(
        self, platform: Platform, webchat: Connection, published: Version, owner: User, now: datetime
    ) -> None:
        ask(webchat, now, "e1", "c1")
        ask(webchat, now, "e2", "c2")
        platform.errors = [ChannelDown("token", "Unauthorized")] * 2
        drain(now)
        drain(now + seconds(5))

        assert len(platform.keys) == 1
        webchat.refresh_from_db()
        assert (webchat.trouble, webchat.trouble_at) == ("token", now)
        (letter,) = mail.outbox
        assert letter.to == [owner.email]
        assert f"/channels/{webchat.kind}/" in letter.body

    def test_once_mended_what_is_still_worth_saying_is_said(
        self, platform: Platform, webchat: Connection, published: Version, owner: User, now: datetime
    ) -> None:
        ask(webchat, now)
        platform.errors = [ChannelDown("token")]
        drain(now)
        trouble.clear(webchat)
        drain(now + seconds(20))

        assert len(platform.sent) == 1

    def test_what_waited_too_long_meanwhile_reaches_a_person(
        self, platform: Platform, webchat: Connection, published: Version, now: datetime
    ) -> None:
        ask(webchat, now)
        platform.errors = [ChannelDown("token")]
        drain(now)
        outbox.settle(now + timedelta(minutes=10))

        delivery = Delivery.objects.get()
        assert (delivery.state, delivery.error) == ("expired", "token")
        assert Conversation.objects.get().waiting_reason == "expired"


class TestBreaker:
    def test_after_five_failures_in_a_row_it_rests_and_one_probe_at_a_time_opens_it_again(
        self, platform: Platform, webchat: Connection, published: Version, now: datetime
    ) -> None:
        for number in range(8):
            ask(webchat, now, f"e{number}", f"c{number}")
        platform.errors = [TryAgain("busy")] * 5
        drain(now)
        webchat.refresh_from_db()
        assert webchat.open_until == now + seconds(30)
        assert len(platform.keys) == 5

        drain(now + seconds(10))
        assert len(platform.keys) == 5
        drain(now + seconds(31))
        assert len(platform.sent) == 8
        webchat.refresh_from_db()
        assert (webchat.strain, webchat.open_until) == ({}, None)

    def test_a_failed_probe_makes_it_rest_longer(
        self, platform: Platform, webchat: Connection, published: Version, now: datetime
    ) -> None:
        Connection.objects.update(strain={"opened": 1}, open_until=now)
        ask(webchat, now + seconds(1))
        platform.errors = [TryAgain("busy")]
        drain(now + seconds(1))
        webchat.refresh_from_db()

        assert webchat.open_until == now + seconds(61)

    def test_a_platform_is_down_when_three_of_its_accounts_are(
        self, platform: Platform, webchat: Connection, published: Version, now: datetime
    ) -> None:
        for number in range(3):
            shop = Shop.objects.create(slug=f"other-{number}", name="다른 가게")
            Connection.objects.create(
                shop=shop, kind="webchat", token=f"t{number}", open_until=now + seconds(30), strain={"opened": 1}
            )
        ask(webchat, now)
        drain(now + seconds(1))
        assert not platform.sent
        drain(now + seconds(31))
        assert len(platform.sent) == 1


def test_answers_of_one_customer_never_overtake_each_other(
    platform: Platform, webchat: Connection, published: Version, now: datetime
) -> None:
    ask(webchat, now, "e1", text="배송비")
    ask(webchat, now, "e2", text="반품")
    platform.errors = [TryAgain("busy")]

    drain(now)
    assert not platform.sent
    drain(now + seconds(3))
    assert [text[:3] for _, text in platform.sent] == ["배송비", "받으신"]


def test_after_a_stop_the_newest_questions_are_answered_first(
    platform: Platform, webchat: Connection, published: Version, now: datetime
) -> None:
    for number in range(3):
        ask(webchat, now + seconds(number), f"e{number}", f"c{number}")
    drain(now + seconds(10))

    assert [to for to, _ in platform.sent] == ["c2", "c1", "c0"]


def test_only_one_of_two_workers_gets_a_row(
    platform: Platform, webchat: Connection, published: Version, now: datetime
) -> None:
    ask(webchat, now)
    mine, yours = Delivery.objects.get(), Delivery.objects.get()

    assert outbox.claim(mine, now=now)
    assert not outbox.claim(yours, now=now)


@pytest.mark.django_db(transaction=True)
def test_a_platform_that_hangs_holds_only_half_of_the_hands(
    platform: Platform, webchat: Connection, published: Version, now: datetime
) -> None:
    platform.hang = Event()
    for number in range(12):
        ask(webchat, now, f"e{number}", f"c{number}")
    threads = [Thread(target=_work, args=(now,)) for _ in range(8)]
    for thread in threads:
        thread.start()
    while len(platform.keys) < AN_ACCOUNT:
        assert any(thread.is_alive() for thread in threads)
    free = [thread for thread in threads if not _still_busy(thread)]
    platform.hang.set()
    for thread in threads:
        thread.join()

    assert len(free) == 8 - AN_ACCOUNT
    assert len(platform.sent) == 12


def _still_busy(thread: Thread) -> bool:
    thread.join(0.3)
    return thread.is_alive()


def _work(now: datetime) -> None:
    drain(now)
    connection.close()


@pytest.mark.django_db(transaction=True)
def test_eight_workers_send_two_hundred_answers_once_each(
    platform: Platform, webchat: Connection, published: Version, now: datetime
) -> None:
    for number in range(200):
        ask(webchat, now, f"e{number}", f"c{number}")

    threads = [Thread(target=_work, args=(now,)) for _ in range(8)]
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
