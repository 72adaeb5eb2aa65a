"""The one way in: a message becomes a decision, a record and a delivery, exactly once."""

from __future__ import annotations

from datetime import datetime, timedelta
from threading import Thread

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from autoresponder.connections import connect, find
from autoresponder.connections.models import Connection
from autoresponder.engine.types import Incoming
from autoresponder.inbox.models import Conversation, Delivery, Message
from autoresponder.inbox.receive import receive
from autoresponder.rules.models import Version
from autoresponder.shops.models import Shop

pytestmark = [pytest.mark.django_db, pytest.mark.both]


def line(messenger: Connection) -> find.Line:
    found = find.by_token(messenger.kind, messenger.token)
    assert found is not None
    return found


def say(text: str, event: str = "e1", customer: str = "c1") -> Incoming:
    return Incoming(event, customer, text)


def test_a_matching_message_is_answered_logged_and_counts_for_its_rule(
    kakao: Connection, published: Version, now: datetime
) -> None:
    received = receive(line(kakao), say("제주도 배송비 얼마예요?"), now=now)

    message = Message.objects.get(pk=received.message_id)
    assert (message.outcome, message.rule, message.version) == ("answered", "r-fee", published)
    assert "3,000원" in str(received.payload)
    assert message.answer == received.payload
    assert message.replies[0]["text"].startswith("배송비는")
    assert message.decision["matched"][0]["keyword"] == "배송비"


def test_a_repeated_event_gets_the_stored_answer_even_after_the_rule_changed(
    kakao: Connection, published: Version, now: datetime
) -> None:
    first = receive(line(kakao), say("배송비 얼마예요?"), now=now)
    again = receive(line(kakao), say("배송비 얼마예요?"), now=now + timedelta(minutes=3))

    assert again.repeated
    assert (again.message_id, again.payload) == (first.message_id, first.payload)
    assert Message.objects.get().repeats == 1


def test_events_without_an_id_are_each_their_own(kakao: Connection, published: Version, now: datetime) -> None:
    receive(line(kakao), say("네", event=""), now=now)
    receive(line(kakao), say("네", event=""), now=now)

    assert Message.objects.count() == 2


def test_the_same_event_id_of_two_messengers_does_not_collide(
    kakao: Connection, webhook: Connection, published: Version, now: datetime
) -> None:
    receive(line(kakao), say("배송비"), now=now)
    other = receive(line(webhook), say("배송비"), now=now)

    assert not other.repeated


def test_a_pushed_answer_waits_in_the_outbox_until_its_deadline(
    webchat: Connection, published: Version, now: datetime
) -> None:
    asked_at = now - timedelta(seconds=10)
    receive(line(webchat), say("배송비")._replace(at=asked_at), now=now)

    delivery = Delivery.objects.get()
    seconds = line(webchat).channel.limits.seconds
    assert delivery.state == "ready"
    assert delivery.deadline == asked_at + timedelta(seconds=seconds)


def test_an_answer_inside_the_response_needs_no_delivery(kakao: Connection, published: Version, now: datetime) -> None:
    receive(line(kakao), say("배송비"), now=now)

    assert not Delivery.objects.exists()


def test_who_asks_for_a_person_waits_since_the_first_time(kakao: Connection, published: Version, now: datetime) -> None:
    receive(line(kakao), say("상담원 불러 주세요"), now=now)
    receive(line(kakao), say("여보세요?", event="e2"), now=now + timedelta(minutes=5))

    talk = Conversation.objects.get()
    assert (talk.waiting_since, talk.last_text) == (now, "여보세요?")
    assert Message.objects.get(event_id="e2").outcome == "silent"


def test_a_switched_off_shop_says_nothing_and_asks_for_a_person(
    shop: Shop, kakao: Connection, published: Version, now: datetime
) -> None:
    Shop.objects.update(answering=False)
    find.forget()

    receive(line(kakao), say("배송비"), now=now)

    message = Message.objects.get()
    assert (message.outcome, message.decision["trace"][0]["code"]) == ("silent", "paused")
    assert Conversation.objects.get().waiting_since == now


def test_before_the_first_publish_nothing_is_said(kakao: Connection, now: datetime) -> None:
    receive(line(kakao), say("배송비"), now=now)

    assert Message.objects.get().decision["trace"][0]["code"] == "nothing_published"


def test_the_first_real_message_confirms_the_connection_and_a_test_does_not(
    kakao: Connection, published: Version, now: datetime
) -> None:
    receive(line(kakao), say("테스트")._replace(test=True), now=now)
    kakao.refresh_from_db()
    assert kakao.confirmed_at is None

    receive(line(kakao), say("배송비", event="e2"), now=now)
    kakao.refresh_from_db()
    assert kakao.confirmed_at == now


def test_the_away_greeting_comes_once_a_night(kakao: Connection, published: Version, night: datetime) -> None:
    first = receive(line(kakao), say("배송비"), now=night)
    second = receive(line(kakao), say("배송비", event="e2"), now=night + timedelta(minutes=1))

    assert [reply["role"] for reply in Message.objects.get(pk=first.message_id).replies] == ["greeting", "answer"]
    assert [reply["role"] for reply in Message.objects.get(pk=second.message_id).replies] == ["answer"]


@pytest.mark.parametrize(("kind", "most"), [("kakao", 5), ("webchat", 6)])
def test_the_warm_path_costs_few_statements(
    shop: Shop, published: Version, now: datetime, kind: str, most: int
) -> None:
    """BEGIN and COMMIT counted: upsert, insert, (delivery), update. RELIABILITY: at most 6, a duplicate at most 4."""
    ours = line(connect.connect(shop, kind))
    receive(ours, say("배송비"), now=now)
    ours = line(connect.connect(shop, kind))

    with CaptureQueriesContext(connection) as captured:
        receive(ours, say("배송비", event="e2"), now=now)
    # Inside a test transaction, atomic() is SAVEPOINT and RELEASE: they stand for BEGIN and COMMIT.
    assert len(captured) <= most

    with CaptureQueriesContext(connection) as captured:
        assert receive(ours, say("배송비", event="e2"), now=now).repeated
    assert len(captured) <= 4


@pytest.mark.django_db(transaction=True)
def test_twenty_messages_of_a_new_customer_at_once_make_one_conversation_and_one_greeting(
    kakao: Connection, published: Version, night: datetime
) -> None:
    ours = line(kakao)

    def write(number: int) -> None:
        receive(ours, say("배송비", event=f"e{number}"), now=night)
        connection.close()

    threads = [Thread(target=write, args=(number,)) for number in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert Conversation.objects.count() == 1
    assert Message.objects.count() == 20
    greetings = [r for m in Message.objects.all() for r in m.replies if r["role"] == "greeting"]
    assert len(greetings) == 1


@pytest.mark.django_db(transaction=True)
def test_eight_deliveries_of_one_event_at_once_are_one_message_with_one_answer(
    kakao: Connection, published: Version, now: datetime
) -> None:
    ours, answers = line(kakao), []

    def write() -> None:
        answers.append(receive(ours, say("배송비"), now=now).payload)
        connection.close()

    threads = [Thread(target=write) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert Message.objects.get().repeats == 7
    assert all(answer == answers[0] for answer in answers)
    assert len(answers) == 8
