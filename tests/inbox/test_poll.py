"""Messengers that are asked: one at a time, nothing lost, nothing answered twice, nobody held up by a neighbour."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from threading import Barrier, Event, Thread, Timer
from typing import Any

import pytest
from django.core import mail
from django.core.management import call_command
from django.db import DatabaseError, connections
from django.utils import timezone

from autoresponder import channels
from autoresponder.channels.base import Notice, Polled, Secrets
from autoresponder.channels.errors import ChannelDown, MaybeSent, TryAgain
from autoresponder.channels.telegram import Telegram
from autoresponder.connections import find, trouble
from autoresponder.connections.connect import connect, disconnect, set_paused
from autoresponder.connections.models import Connection
from autoresponder.engine.types import Incoming
from autoresponder.inbox import outbox, poll
from autoresponder.inbox.models import Conversation, Delivery, Message
from autoresponder.inbox.poll import LEASE, TAKEN_OVER_WAIT, WAITS, Looked
from autoresponder.inbox.poller import Poller
from autoresponder.inbox.receive import receive
from autoresponder.net.client import Client, NotSent, Unanswered
from autoresponder.rules.models import Version
from autoresponder.shops.models import Heartbeat, Shop, User
from tests.platforms.server import Platforms
from tests.platforms.telegram import TOKEN, double

pytestmark = [pytest.mark.django_db, pytest.mark.both]

OTHER_TOKEN = "7000000002:AAEXAMPLE-example_EXAMPLE-example_2"


class Asked(Telegram):
    """A messenger that is asked, and what it brings: events from `cursor` on, as a platform with a queue gives them."""

    def __init__(self) -> None:
        self.queue: list[Any] = []
        self.errors: list[Exception] = []
        self.asked: list[tuple[str, Mapping[str, Any]]] = []
        self.begun, self.hang = Event(), Event()
        self.hang.set()

    def poll(self, secrets: Secrets, cursor: Mapping[str, Any], net: Client, now: datetime) -> Polled:
        self.asked.append((secrets["bot_token"], dict(cursor)))
        self.begun.set()
        self.hang.wait(5)
        if self.errors:
            raise self.errors.pop(0)
        return Polled(self.queue[cursor.get("offset", 0) :], {"offset": len(self.queue)})


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Iterator[Asked]:
    asked = Asked()
    real = channels.get
    monkeypatch.setattr(channels, "get", lambda kind: asked if kind == "telegram" else real(kind))
    yield asked
    asked.hang.set()


@pytest.fixture
def telegram(shop: Shop) -> Connection:
    return connect(shop, "telegram", {"bot_token": TOKEN, "receive": "poll"})


@pytest.fixture
def woken() -> list[bool]:
    return []


@pytest.fixture
def look(telegram: Connection, now: datetime, woken: list[bool]) -> Callable[..., Looked]:
    """`look(3)`: one look at the connection three seconds after `now`."""

    def look(seconds: float = 0, failures: int = 0) -> Looked:
        at = now + timedelta(seconds=seconds)
        return poll.poll_once(telegram.pk, Client(), lambda: at, wake=lambda: woken.append(True), failures=failures)

    return look


def says(event: str, text: str = "배송비", customer: str = "c1", at: datetime | None = None) -> Incoming:
    return Incoming(event, customer, text, at=at)


def breaks_on(event_id: str, error: Exception) -> Callable[..., Any]:
    """`receive`, with one event that it cannot take in, the first time only."""
    left = [error]

    def broken(line: Any, incoming: Incoming, **more: Any) -> Any:
        if incoming.event_id == event_id and left:
            raise left.pop()
        return receive(line, incoming, **more)

    return broken


def kept() -> set[str]:
    return set(Message.objects.values_list("event_id", flat=True))


class TestOneLook:
    def test_what_comes_is_stored_answered_and_not_asked_for_again(
        self, asked: Asked, published: Version, telegram: Connection, look: Any, woken: list[bool], now: datetime
    ) -> None:
        asked.queue = [says("e1"), says("e2", customer="c2")]

        assert look() == Looked(0, 0.5)
        assert (kept(), Delivery.objects.count(), woken) == ({"e1", "e2"}, 2, [True])
        telegram.refresh_from_db()
        assert (telegram.cursor, telegram.polled_until) == ({"offset": 2}, now + timedelta(seconds=0.5))
        look(1)
        assert asked.asked == [(TOKEN, {}), (TOKEN, {"offset": 2})]

    def test_a_quiet_look_wakes_nobody(self, asked: Asked, published: Version, look: Any, woken: list[bool]) -> None:
        look()
        assert woken == []

    def test_notices_are_taken_too(self, asked: Asked, published: Version, look: Any, now: datetime) -> None:
        asked.queue = [says("e1"), Notice("gone", "c1")]
        look()
        assert Conversation.objects.get().gone_at == now

    def test_a_paused_messenger_stores_and_says_nothing(
        self, asked: Asked, published: Version, telegram: Connection, look: Any
    ) -> None:
        set_paused(telegram, True)
        asked.queue = [says("e1")]
        look()
        assert (kept(), Delivery.objects.count()) == ({"e1"}, 0)

    def test_what_waited_from_before_is_never_answered_and_a_person_is_asked(
        self, asked: Asked, published: Version, look: Any, now: datetime
    ) -> None:
        asked.queue = [says("e1", at=now - timedelta(hours=3))]
        look()
        outbox.settle(now)
        assert Delivery.objects.get().state == "expired"
        assert Conversation.objects.get().waiting_reason == "expired"

    def test_an_event_of_another_account_is_nobodys(self, asked: Asked, published: Version, look: Any) -> None:
        asked.queue = [says("e1")._replace(account="7000000009"), says("e2")._replace(account="7000000001")]
        look()
        assert kept() == {"e2"}


class TestNothingIsLostOrDoubled:
    def test_what_cannot_be_stored_comes_again_and_the_others_are_answered_once(
        self, asked: Asked, published: Version, telegram: Connection, look: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("autoresponder.inbox.take.receive", breaks_on("e1", DatabaseError("disk full")))
        asked.queue = [says("e0", customer="c0"), says("e1"), says("e2", customer="c2")]

        assert look() == Looked(1, WAITS[0])
        telegram.refresh_from_db()
        assert (kept(), telegram.cursor) == ({"e0", "e2"}, {})

        assert look(WAITS[0]) == Looked(0, 0.5)
        telegram.refresh_from_db()
        assert (kept(), telegram.cursor, Delivery.objects.count()) == ({"e0", "e1", "e2"}, {"offset": 3}, 3)

    def test_one_that_breaks_us_is_passed_over(
        self, asked: Asked, published: Version, telegram: Connection, look: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("autoresponder.inbox.take.receive", breaks_on("e1", ValueError("poison")))
        asked.queue = [says("e0", customer="c0"), says("e1"), says("e2", customer="c2")]

        assert look().failures == 0
        telegram.refresh_from_db()
        assert (kept(), telegram.cursor) == ({"e0", "e2"}, {"offset": 3})

    def test_a_crash_between_storing_and_the_cursor_answers_nobody_twice(
        self, asked: Asked, published: Version, look: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def crash(*_: Any, **__: Any) -> None:
            raise KeyboardInterrupt

        asked.queue = [says("e1")]
        with monkeypatch.context() as dying:
            dying.setattr(poll, "_give_back", crash)
            with pytest.raises(KeyboardInterrupt):
                look()
        look(1)
        assert len(asked.asked) == 1, "its lease holds yet"

        look(LEASE.total_seconds())
        assert [cursor for _, cursor in asked.asked] == [{}, {}]
        assert (Message.objects.get().repeats, Delivery.objects.count()) == (1, 1)

    def test_of_two_that_want_to_ask_one_does(self, asked: Asked, telegram: Connection, now: datetime) -> None:
        assert poll.claim(telegram.pk, now=now) is not None
        assert poll.claim(telegram.pk, now=now + LEASE / 2) is None

    @pytest.mark.django_db(transaction=True)
    def test_of_eight_at_the_same_moment_one_does(self, asked: Asked, telegram: Connection, now: datetime) -> None:
        together, mine = Barrier(8), []

        def claim() -> None:
            together.wait(5)
            mine.append(poll.claim(telegram.pk, now=now))
            connections.close_all()

        threads = [Thread(target=claim) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sum(each is not None for each in mine) == 1

    def test_who_lost_the_lease_does_not_take_the_place_back(
        self, asked: Asked, published: Version, telegram: Connection, now: datetime
    ) -> None:
        slow = poll.claim(telegram.pk, now=now)
        assert slow is not None
        later = now + LEASE
        asked.queue = [says("e1")]
        assert poll.poll_once(telegram.pk, Client(), lambda: later, wake=bool).failures == 0
        asked.queue = []
        poll.look(slow, Client(), lambda: later, wake=bool)
        telegram.refresh_from_db()
        assert telegram.cursor == {"offset": 1}


class TestFailures:
    def test_waits_grow_and_a_look_that_works_ends_them(self, asked: Asked, look: Any) -> None:
        failures, waits, at = 0, [], 0.0
        for _ in range(5):
            asked.errors = [TryAgain("busy")]
            looked = look(at, failures)
            failures, at = looked.failures, at + looked.wait
            waits.append(looked.wait)
        assert waits == [2, 8, 30, 120, 120]
        assert look(at, failures) == Looked(0, 0.5)

    @pytest.mark.parametrize(
        "error", [NotSent("unreachable"), Unanswered("too_slow"), MaybeSent("unsure"), KeyError("a bug")]
    )
    def test_every_other_fault_only_waits(
        self, asked: Asked, telegram: Connection, look: Any, error: Exception
    ) -> None:
        asked.errors = [error]
        assert look() == Looked(1, 2)
        telegram.refresh_from_db()
        assert telegram.trouble == ""

    def test_the_platforms_own_waiting_time_is_kept(self, asked: Asked, look: Any) -> None:
        asked.errors = [TryAgain("busy", retry_after=20)]
        assert look() == Looked(1, 20)

    @pytest.mark.parametrize(("error", "code"), [(ChannelDown("token"), "token"), (NotSent("inside"), "inside")])
    def test_what_the_seller_must_mend_is_told_once_and_not_asked_again(
        self, asked: Asked, telegram: Connection, owner: User, look: Any, error: Exception, code: str
    ) -> None:
        asked.errors = [error]
        look()
        look(1000)
        telegram.refresh_from_db()
        assert (telegram.trouble, len(asked.asked), len(mail.outbox)) == (code, 1, 1)

    def test_a_token_that_was_replaced_meanwhile_is_no_trouble(
        self, asked: Asked, telegram: Connection, owner: User, now: datetime
    ) -> None:
        mine = poll.claim(telegram.pk, now=now)
        assert mine is not None
        connect(telegram.shop, "telegram", {"bot_token": OTHER_TOKEN})
        asked.errors = [ChannelDown("token")]
        poll.look(mine, Client(), lambda: now, wake=bool)
        telegram.refresh_from_db()
        assert (telegram.trouble, mail.outbox) == ("", [])


class TestAnotherProgram:
    def taken_over(self, asked: Asked, look: Any) -> Looked:
        asked.errors = [ChannelDown("taken_over")] * 2
        return look(WAITS[0], look().failures)

    def test_one_conflict_may_be_our_own_doing_two_are_another_program(
        self, asked: Asked, telegram: Connection, owner: User, look: Any
    ) -> None:
        asked.errors = [ChannelDown("taken_over")]
        first = look()
        telegram.refresh_from_db()
        assert (first, telegram.trouble) == (Looked(1, WAITS[0]), "")

        asked.errors = [ChannelDown("taken_over")]
        assert look(WAITS[0], first.failures) == Looked(2, TAKEN_OVER_WAIT)
        telegram.refresh_from_db()
        assert (telegram.trouble, len(mail.outbox)) == ("taken_over", 1)

    def test_an_undisturbed_look_later_takes_the_trouble_off(
        self, asked: Asked, telegram: Connection, look: Any
    ) -> None:
        after = self.taken_over(asked, look)
        look(WAITS[0] + after.wait, after.failures)
        telegram.refresh_from_db()
        assert telegram.trouble == ""

    def test_one_that_only_picked_up_what_lay_there_proves_nothing(
        self, asked: Asked, published: Version, telegram: Connection, look: Any
    ) -> None:
        after = self.taken_over(asked, look)
        asked.queue = [says("e1")]
        look(WAITS[0] + after.wait, after.failures)
        telegram.refresh_from_db()
        assert (telegram.trouble, kept()) == ("taken_over", {"e1"})


class TestWhoIsAsked:
    def test_those_whose_seller_chose_it(self, telegram: Connection, webchat: Connection, kakao: Connection) -> None:
        assert [each.pk for each in poll.polled()] == [telegram.pk]
        connect(telegram.shop, "telegram", {"receive": "webhook"})
        assert poll.polled() == []

    @pytest.mark.parametrize(("code", "is_asked"), [("token", False), ("permission", False), ("taken_over", True)])
    def test_what_must_be_mended_first_is_left_alone(
        self, telegram: Connection, now: datetime, code: str, is_asked: bool
    ) -> None:
        trouble.stop(telegram, code, now=now)
        assert bool(poll.polled()) is is_asked
        assert bool(poll.claim(telegram.pk, now=now)) is is_asked

    def test_a_paused_one_is_asked_and_an_ended_one_is_not(self, telegram: Connection, now: datetime) -> None:
        set_paused(telegram, True)
        assert len(poll.polled()) == 1
        disconnect(telegram, now=now)
        assert poll.polled() == []
        assert poll.claim(telegram.pk, now=now) is None


@pytest.mark.django_db(transaction=True)
class TestAllOfThem:
    @pytest.fixture
    def clock(self, now: datetime) -> list[datetime]:
        return [now]

    @pytest.fixture
    def poller(self, clock: list[datetime], woken: list[bool], asked: Asked) -> Iterator[Poller]:
        poller = Poller(Client(), lambda: clock[0], wake=lambda: woken.append(True), at_most=2)
        yield poller
        asked.hang.set()
        settled(poller)
        poller.close()

    def test_a_new_connection_is_noticed_and_asked_again_and_again(
        self, poller: Poller, clock: list[datetime], asked: Asked, shop: Shop, published: Version, woken: list[bool]
    ) -> None:
        poller.tick()
        assert asked.asked == []
        connect(shop, "telegram", {"bot_token": TOKEN, "receive": "poll"})
        asked.queue = [says("e1")]
        for seconds in (5, 1, 1):
            clock[0] += timedelta(seconds=seconds)
            poller.tick()
            settled(poller)
        assert [cursor for _, cursor in asked.asked] == [{}, {"offset": 1}, {"offset": 1}]
        assert (kept(), woken) == ({"e1"}, [True])

    def test_a_look_that_goes_on_is_not_doubled(
        self, poller: Poller, clock: list[datetime], asked: Asked, telegram: Connection
    ) -> None:
        asked.hang.clear()
        for _ in range(3):
            poller.tick()
            clock[0] += timedelta(seconds=4)
        assert len(asked.asked) == 1

    def test_its_lease_is_renewed_and_what_it_brings_is_kept(
        self, poller: Poller, clock: list[datetime], asked: Asked, telegram: Connection, now: datetime
    ) -> None:
        asked.hang.clear()
        for _ in range(6):
            poller.tick()
            clock[0] += timedelta(seconds=5)
        assert poll.claim(telegram.pk, now=clock[0]) is None
        asked.queue = [says("e1")]
        asked.hang.set()
        settled(poller)
        telegram.refresh_from_db()
        assert telegram.cursor == {"offset": 1}
        assert clock[0] - now > LEASE

    def test_what_the_seller_has_mended_is_asked_at_once(
        self, poller: Poller, clock: list[datetime], asked: Asked, telegram: Connection
    ) -> None:
        asked.errors = [ChannelDown("taken_over"), ChannelDown("taken_over")]
        for _ in range(4):
            poller.tick()
            settled(poller)
            clock[0] += timedelta(seconds=5)
        assert len(asked.asked) == 2
        telegram.refresh_from_db()
        trouble.clear(telegram)
        poller.tick()
        settled(poller)
        assert len(asked.asked) == 3

    def test_a_new_token_is_asked_with_at_once_though_the_old_look_goes_on(
        self, poller: Poller, clock: list[datetime], asked: Asked, telegram: Connection
    ) -> None:
        asked.hang.clear()
        poller.tick()
        assert asked.begun.wait(5)
        connect(telegram.shop, "telegram", {"bot_token": OTHER_TOKEN})
        asked.begun.clear()
        clock[0] += timedelta(seconds=5)
        poller.tick()
        assert asked.begun.wait(5)
        assert [token for token, _ in asked.asked] == [TOKEN, OTHER_TOKEN]

    def test_more_connections_than_threads_take_turns(
        self, poller: Poller, clock: list[datetime], asked: Asked, shop: Shop
    ) -> None:
        for number in range(5):
            other = Shop.objects.create(slug=f"shop-{number}", name="가게")
            connect(other, "telegram", {"bot_token": f"700000001{number}:{'x' * 35}", "receive": "poll"})
        for _ in range(3):
            poller.tick()
            settled(poller)
        assert len({token for token, _ in asked.asked}) == 5

    def test_at_the_end_the_lease_is_given_back_and_the_long_call_is_not_waited_for(
        self, poller: Poller, asked: Asked, telegram: Connection
    ) -> None:
        asked.hang.clear()
        stop = Event()
        running = Thread(target=poller.run, args=(stop,))
        running.start()
        assert asked.begun.wait(5)
        stop.set()
        running.join(2)
        assert not running.is_alive()
        telegram.refresh_from_db()
        assert telegram.polled_until is None
        assert Heartbeat.objects.filter(name="poller").exists()

    def test_a_database_that_is_away_for_a_while_ends_nothing(
        self, poller: Poller, asked: Asked, telegram: Connection, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        left = [DatabaseError("gone away"), DatabaseError("gone away")]
        real = poll.polled

        def polled() -> list[Connection]:
            if left:
                raise left.pop()
            return real()

        monkeypatch.setattr(poll, "polled", polled)
        monkeypatch.setattr("autoresponder.inbox.poller.REFRESH", timedelta(0))
        stop = Event()
        running = Thread(target=poller.run, args=(stop,))
        running.start()
        assert asked.begun.wait(5)
        stop.set()
        running.join(2)

    def test_the_command_ends_on_a_signal(self, asked: Asked, telegram: Connection) -> None:
        asked.hang.clear()
        numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
        before = [signal.getsignal(number) for number in numbers]
        end = Timer(0.4, os.kill, (os.getpid(), signal.SIGTERM))
        end.start()
        started = time.monotonic()
        try:
            call_command("poll")
        finally:
            for number, handler in zip(numbers, before, strict=True):
                signal.signal(number, handler)
            end.join()
        assert time.monotonic() - started < 3
        assert len(asked.asked) == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("always_open")
def test_a_customer_of_a_polled_bot_is_answered_once(
    platforms: Platforms, telegram: Connection, published: Version
) -> None:
    find.forget()
    double(platforms).says("배송비 얼마예요?", at=timezone.now().timestamp())
    for _ in range(2):
        poll.poll_once(telegram.pk, platforms.client, timezone.now, wake=bool)
        outbox.drain(timezone.now, net=platforms.client)
        Connection.objects.update(polled_until=None)
    assert [said.to for said in double(platforms).accepted] == ["500000001"]
    assert "3,000원" in double(platforms).texts()[0]
    assert double(platforms).updates == []


def settled(poller: Poller) -> None:
    """Wait until no look goes on."""
    until = time.monotonic() + 5
    while any(seat.look for seat in poller._seats.values()):
        assert time.monotonic() < until
        time.sleep(0.005)
