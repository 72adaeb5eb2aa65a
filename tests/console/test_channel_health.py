"""How a messenger's answers fare, and what a person decides about those that did not arrive."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from autoresponder.connections.models import Connection
from autoresponder.console import delivery_words
from autoresponder.console.ailing import ailing
from autoresponder.console.channel_health import health_of
from autoresponder.inbox import outbox, strain
from autoresponder.inbox.models import Conversation, Delivery
from autoresponder.rules.models import Version
from autoresponder.shops.models import Membership, Shop, User
from tests.console.talking import say

HTMX = {"HX-Request": "true"}
State = Delivery.State


@pytest.fixture
def present() -> datetime:
    return timezone.now()


def answer(
    connection: Connection, state: str, now: datetime, *, ago: timedelta = timedelta(minutes=5), **more: Any
) -> Delivery:
    """A delivery of an own customer, waiting for a person where that is how it ended."""
    talk = Conversation.objects.create(
        shop=connection.shop,
        connection=connection,
        customer=f"c{Conversation.objects.count()}",
        name="민서",
        last_at=now,
        waiting_since=now if state in outbox.GIVEN_UP else None,
        waiting_reason=state if state in outbox.GIVEN_UP else "",
    )
    fields = {"replies": [{"text": "배송비는 3,000원이에요."}], "calls": [{}], "due_at": now, "deadline": now, **more}
    return Delivery.objects.create(
        shop=connection.shop,
        connection=connection,
        conversation=talk,
        state=state,
        created_at=now - ago,
        by_person=False,
        **fields,
    )


def counts(connection: Connection, now: datetime) -> dict[str, int]:
    return {figure.name: figure.count for figure in health_of(connection, now=now).figures}


def url(act: str, row: Delivery | None = None) -> str:
    if row:
        return reverse(f"console:delivery_{act}", args=["webchat", row.pk])
    return reverse("console:channel_health", args=["webchat"])


def test_the_last_day_is_counted_with_its_meaning(webchat: Connection, present: datetime) -> None:
    for state in (State.SENT, State.SENT, State.EXPIRED, State.UNKNOWN, State.REFUSED, State.SUPERSEDED):
        answer(webchat, state, present)
    answer(webchat, State.READY, present, attempts=2, error="busy")
    answer(webchat, State.SENT, present, ago=timedelta(hours=25))

    assert counts(webchat, present) == {"sent": 2, "retrying": 1, "late": 1, "unknown": 1, "refused": 1}


def test_answers_inside_the_response_count_as_sent(kakao: Connection, published: Version, now: datetime) -> None:
    say(kakao, "배송비 얼마예요", now=now)
    assert counts(kakao, now) == {"sent": 1}


def test_another_shops_or_messengers_answers_are_not_counted(
    webchat: Connection, kakao: Connection, present: datetime
) -> None:
    answer(kakao, State.REFUSED, present)
    assert health_of(webchat, now=present).quiet


def test_what_waits_is_told_with_the_oldest(webchat: Connection, present: datetime) -> None:
    answer(webchat, State.READY, present, ago=timedelta(minutes=7))
    answer(webchat, State.SENDING, present, ago=timedelta(hours=30))
    health = health_of(webchat, now=present)
    assert (health.waits, health.oldest) == (2, "1일")


def test_a_rest_after_failures_says_when_it_goes_on_and_why(
    owner_client: Client, webchat: Connection, present: datetime
) -> None:
    answer(webchat, State.READY, present, attempts=1, error="unreachable")
    webchat.open_until = present + timedelta(seconds=110)
    webchat.save()
    health = health_of(webchat, now=present)
    assert "2분 뒤에 다시 보내요" in health.rests and health.last == "메신저에 닿지 못했어요."
    assert "2분 뒤" in owner_client.get(reverse("console:channel", args=["webchat"])).content.decode()


@pytest.mark.parametrize("state", [State.UNKNOWN, State.EXPIRED, State.REFUSED])
def test_what_did_not_arrive_is_listed_for_a_person(
    owner_client: Client, webchat: Connection, present: datetime, state: str
) -> None:
    row = answer(webchat, state, present, error="busy")
    answer(webchat, state, present, ago=timedelta(days=8))
    body = owner_client.get(reverse("console:channel", args=["webchat"])).content.decode()
    assert "사람이 정할 답 1건" in body and "민서" in body and "배송비는 3,000원이에요." in body
    assert "메신저가 바빠서" in body
    assert reverse("console:conversation", args=[row.conversation_id]) in body
    assert url("resend", row) in body and url("discard", row) in body


def test_who_a_person_has_answered_since_needs_no_hand(webchat: Connection, present: datetime) -> None:
    row = answer(webchat, State.EXPIRED, present)
    later = answer(webchat, State.SENT, present)
    Delivery.objects.filter(pk=later.pk).update(conversation=row.conversation, by_person=True)
    assert health_of(webchat, now=present).stuck == []


@pytest.mark.parametrize("error", ["gone", "window"])
def test_a_customer_who_cannot_be_written_to_gets_no_second_try(
    owner_client: Client, webchat: Connection, present: datetime, error: str
) -> None:
    row = answer(webchat, State.REFUSED, present, error=error)
    body = owner_client.get(reverse("console:channel", args=["webchat"])).content.decode()
    assert url("resend", row) not in body and url("discard", row) in body


def test_nothing_is_sent_again_while_the_messenger_is_in_trouble(
    owner_client: Client, webchat: Connection, present: datetime
) -> None:
    row = answer(webchat, State.EXPIRED, present)
    Connection.objects.filter(pk=webchat.pk).update(trouble="token")
    assert url("resend", row) not in owner_client.get(reverse("console:channel", args=["webchat"])).content.decode()


def test_sending_again_makes_it_new_and_takes_the_customer_off_the_list(
    owner_client: Client, owner: User, webchat: Connection, present: datetime
) -> None:
    row = answer(webchat, State.UNKNOWN, present, attempts=3, error="unsure")
    body = owner_client.post(url("resend", row), headers=HTMX).content.decode()
    row.refresh_from_db()
    row.conversation.refresh_from_db()
    assert (row.state, row.attempts, row.author) == (State.READY, 0, owner) and row.deadline > present
    assert row.conversation.waiting_since is None
    assert 'id="health"' in body and "<html" not in body and url("resend", row) not in body


@pytest.mark.parametrize("state", [State.SENT, State.SENDING, State.READY, State.SUPERSEDED, State.DISCARDED])
@pytest.mark.parametrize("act", ["resend", "discard"])
def test_what_was_sent_meanwhile_is_not_sent_again(
    owner_client: Client, webchat: Connection, present: datetime, state: str, act: str
) -> None:
    row = answer(webchat, state, present)
    body = owner_client.post(url(act, row), follow=True).content.decode()
    row.refresh_from_db()
    assert row.state == state and row.author is None and "그사이 이미 처리된" in body


def test_two_who_press_at_once_send_it_once(webchat: Connection, owner: User, present: datetime) -> None:
    mine = answer(webchat, State.UNKNOWN, present)
    theirs = Delivery.objects.get(pk=mine.pk)
    later = present + timedelta(minutes=1)
    assert outbox.resend(mine, by=owner, now=later)
    Delivery.objects.filter(pk=mine.pk).update(state=State.UNKNOWN)  # sent again, and again nobody knows
    assert not outbox.resend(theirs, by=owner, now=later)


def test_what_shall_not_be_sent_is_gone_from_the_list(
    owner_client: Client, webchat: Connection, present: datetime
) -> None:
    row = answer(webchat, State.EXPIRED, present)
    owner_client.post(url("discard", row))
    row.refresh_from_db()
    assert row.state == State.DISCARDED and health_of(webchat, now=present).stuck == []


def test_a_customer_who_waits_for_another_reason_goes_on_waiting(
    owner_client: Client, webchat: Connection, present: datetime
) -> None:
    row = answer(webchat, State.EXPIRED, present)
    Conversation.objects.filter(pk=row.conversation_id).update(waiting_reason="handed_off")
    owner_client.post(url("discard", row))
    row.conversation.refresh_from_db()
    assert row.conversation.waiting_since is not None


@pytest.mark.parametrize("act", ["resend", "discard"])
def test_another_shops_answers_are_out_of_reach(
    stranger_client: Client, client: Client, shop: Shop, webchat: Connection, present: datetime, act: str
) -> None:
    row = answer(webchat, State.UNKNOWN, present)
    agent = User.objects.create_user("agent@example.com")
    Membership.objects.create(shop=shop, user=agent, role=Membership.Role.AGENT)
    client.force_login(agent, backend="django.contrib.auth.backends.ModelBackend")
    assert stranger_client.post(url(act, row)).status_code == 404
    assert client.post(url(act, row)).status_code == 403
    assert stranger_client.get(url(act, row)).status_code == 405
    row.refresh_from_db()
    assert row.state == State.UNKNOWN


def test_the_figures_are_asked_for_cheaply(owner_client: Client, webchat: Connection, present: datetime) -> None:
    answer(webchat, State.SENT, present)
    seen = health_of(webchat, now=present).seen
    assert owner_client.get(url(""), {"seen": seen}, headers=HTMX).status_code == 204
    answer(webchat, State.REFUSED, present)
    news = owner_client.get(url(""), {"seen": seen}, headers=HTMX)
    assert news.status_code == 200 and "<html" not in news.content.decode()
    assert owner_client.get(url("")).status_code == 302


def test_numbers_cost_the_same_for_one_and_for_many(
    webchat: Connection, present: datetime, django_assert_max_num_queries: Any
) -> None:
    for _ in range(25):
        answer(webchat, State.EXPIRED, present)
    with django_assert_max_num_queries(5):
        health = health_of(webchat, now=present)
    assert (len(health.stuck), health.stuck_count) == (20, 25)


@pytest.mark.parametrize(
    ("state", "error", "attempts", "words"),
    [
        (State.SENT, "", 1, "보냈어요"),
        (State.READY, "", 0, "보낼 차례"),
        (State.READY, "busy", 1, "메신저가 바빠서 받지 못했어요. 곧 다시 보내요."),
        (State.UNKNOWN, "unsure", 1, "보냈는지 확실하지 않아요 · 보내는 중에 연결이 끊겨서"),
        (State.REFUSED, "gone", 1, "보내지 못했어요 · 손님이 우리 가게를 차단했거나"),
        (State.SUPERSEDED, "person_first", 0, "사람이 먼저 답해서"),
        (State.SUPERSEDED, "", 0, "다른 말이 먼저 나가서"),
        (State.EXPIRED, "an odd code", 0, "늦어서 보내지 않았어요"),
        ("", "", 0, ""),
    ],
)
def test_every_state_is_said_in_words(state: str, error: str, attempts: int, words: str) -> None:
    assert delivery_words.state_words(state, error, attempts).startswith(words)


def test_a_bubble_in_the_talk_says_what_became_of_it(
    owner_client: Client, webchat: Connection, published: Version, now: datetime
) -> None:
    message = say(webchat, "배송비", now=now)
    Delivery.objects.filter(message=message).update(state=State.UNKNOWN, error="unsure")
    body = owner_client.get(reverse("console:conversation", args=[message.conversation_id])).content.decode()
    assert "손님이 받았는지 알 수 없어요" in body


def test_home_tells_of_trouble_at_once(owner_client: Client, webchat: Connection) -> None:
    assert "답을 보내지 못하고" not in owner_client.get("/").content.decode()
    Connection.objects.filter(pk=webchat.pk).update(trouble="token")
    body = owner_client.get("/").content.decode()
    assert "웹 채팅: 지금은 답을 보내지 못하고" in body and "고치러 가기" in body


@pytest.mark.parametrize("change", [{"paused": True}, {"ended_at": timezone.now()}])
def test_home_is_quiet_about_a_messenger_that_is_off(
    webchat: Connection, present: datetime, change: dict[str, Any]
) -> None:
    Connection.objects.filter(pk=webchat.pk).update(trouble="token", **change)
    assert ailing(webchat.shop, now=present) == []


def test_home_tells_of_a_platform_that_is_down_for_more_than_two_minutes(webchat: Connection, now: datetime) -> None:
    """Opened for 30, 60, 120 seconds: each time the probe fails at once."""
    at, told = now, []
    for _ in range(5):
        strain.failed(webchat, at)
    for _ in range(3):
        webchat.refresh_from_db()
        told.append(bool(ailing(webchat.shop, now=at + timedelta(seconds=1))))
        assert webchat.open_until
        at = webchat.open_until
        strain.failed(webchat, at)
    told.append(bool(ailing(webchat.shop, now=at + timedelta(seconds=1))))
    assert told == [False, False, False, True]
    assert ailing(webchat.shop, now=at + timedelta(hours=1)) == []
