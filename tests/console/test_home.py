"""오늘: what an owner reads first."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from autoresponder.connections.models import Connection
from autoresponder.console.moments import hours_now, moment
from autoresponder.engine.hours import state
from autoresponder.inbox.models import Conversation, Message
from autoresponder.insights.today import summary, top_unmatched
from autoresponder.rules.models import Rule, Version
from autoresponder.shops.calendar import calendar_of, close_today, open_now
from autoresponder.shops.models import Shop

HTMX = {"HX-Request": "true"}


def talk(connection: Connection, customer: str = "c1", **fields: Any) -> Conversation:
    fields = {"last_at": timezone.now(), **fields}
    return Conversation.objects.create(shop=connection.shop, connection=connection, customer=customer, **fields)


def say(conversation: Conversation, text: str, outcome: str, at: datetime, **fields: Any) -> Message:
    number = Message.objects.count()
    return Message.objects.create(
        shop=conversation.shop,
        connection=conversation.connection,
        conversation=conversation,
        event_id=f"e{number}",
        text=text,
        outcome=outcome,
        at=at,
        **fields,
    )


def home(client: Client) -> str:
    return client.get(reverse("console:home")).content.decode()


def test_a_new_shop_is_shown_its_first_step(shop: Shop, owner_client: Client) -> None:
    Rule.objects.all().delete()
    assert "첫 규칙 만들기" in home(owner_client)


def test_a_draft_nobody_gets_yet_is_what_to_publish(shop: Shop, owner_client: Client) -> None:
    assert "아직 손님에게 나가는 답변이 없어요" in home(owner_client)


def test_a_published_shop_without_a_messenger_is_told_to_connect_one(published: Version, owner_client: Client) -> None:
    assert "메신저 연결하기" in home(owner_client)


def test_the_day_is_counted_in_words(webchat: Connection, published: Version, owner_client: Client) -> None:
    conversation, now = talk(webchat), timezone.now()
    for outcome in ("answered", "answered", "fallback", "handed_off"):
        say(conversation, "배송비요?", outcome, now)
    say(conversation, "시험", "answered", now, test=True)

    page = home(owner_client)

    assert "50%" in page
    assert "4건 중 <b>2건</b>을 대신 답했어요" in page


def test_counts_add_up_to_all_messages(webchat: Connection, now: datetime) -> None:
    conversation = talk(webchat)
    for outcome in ("answered", "asked_back", "greeted", "handed_off", "fallback", "silent"):
        say(conversation, "네", outcome, now)
    say(conversation, "어제", "answered", now - timedelta(days=1))

    counts = summary(webchat.shop, since=now - timedelta(hours=1), until=now + timedelta(seconds=1))

    assert counts.messages == 6
    assert counts.answered + counts.asked_back + counts.handed_off + counts.missed + counts.silent == 6
    assert counts.share == 17


def test_an_empty_day_has_no_share(shop: Shop, now: datetime) -> None:
    assert summary(shop, since=now, until=now).share == 0


def test_the_same_question_written_differently_is_one_question(webchat: Connection, now: datetime) -> None:
    conversation = talk(webchat)
    for text in ("재입고 언제?", "재입고언제??", "재입고 언제?", "ㅋ", "1234", "1234", "주차 되나요"):
        say(conversation, text, "fallback", now)

    found = top_unmatched(webchat.shop, since=now - timedelta(days=1))

    assert found is not None
    assert (found.text, found.count) == ("재입고 언제?", 3)


def test_one_odd_message_is_no_advice(webchat: Connection, now: datetime) -> None:
    say(talk(webchat), "주차 되나요", "fallback", now)
    assert top_unmatched(webchat.shop, since=now - timedelta(days=1)) is None


def test_a_question_asked_in_vain_becomes_a_rule_in_one_tap(
    webchat: Connection, published: Version, owner_client: Client
) -> None:
    conversation, now = talk(webchat), timezone.now()
    for _ in range(3):
        say(conversation, "재입고", "fallback", now)

    page = home(owner_client)

    assert "‘재입고’ 3건을 못 알아들었어요" in page
    assert f"{reverse('console:rule_new')}?keyword=%EC%9E%AC%EC%9E%85%EA%B3%A0" in page


def test_who_waits_longest_stands_first(webchat: Connection, owner_client: Client) -> None:
    now = timezone.now()
    talk(webchat, "a", last_text="나중", waiting_since=now - timedelta(minutes=4), waiting_reason="silent")
    talk(webchat, "b", last_text="먼저", waiting_since=now - timedelta(minutes=18), waiting_reason="handed_off")

    page = home(owner_client)

    assert "나를 기다리는 손님 2명" in page
    assert "가장 오래 18분" in page
    assert page.index("먼저") < page.index("나중")


def test_the_waiting_list_is_silent_until_it_changes(webchat: Connection, owner_client: Client) -> None:
    address = reverse("console:home_waiting")
    seen = owner_client.get(address, headers=HTMX).context["seen"]

    assert owner_client.get(address, {"seen": seen}, headers=HTMX).status_code == 204
    talk(webchat, waiting_since=timezone.now(), waiting_reason="handed_off", last_text="여보세요")
    changed = owner_client.get(address, {"seen": seen}, headers=HTMX)

    assert "여보세요" in changed.content.decode()
    assert "<html" not in changed.content.decode()


def test_another_shop_sees_nothing_of_this_one(webchat: Connection, stranger_client: Client) -> None:
    talk(webchat, waiting_since=timezone.now(), last_text="비밀 이야기")
    assert "비밀 이야기" not in home(stranger_client)


def test_the_master_switch_turns_off_and_on(shop: Shop, owner_client: Client) -> None:
    answer = owner_client.post(reverse("console:answering"), {"on": "0"})
    shop.refresh_from_db()
    assert not shop.answering
    assert "자동 답변이 꺼져 있어요" in owner_client.get(answer.url).content.decode()

    owner_client.post(reverse("console:answering"), {"on": "1"})
    shop.refresh_from_db()
    assert shop.answering


@pytest.mark.parametrize("back", ["https://evil.example/", "//evil.example", "javascript:alert(1)"])
def test_the_switch_never_leads_to_another_site(shop: Shop, owner_client: Client, back: str) -> None:
    answer = owner_client.post(reverse("console:answering"), {"on": "1", "next": back})
    assert answer.url == reverse("console:home")


def test_home_costs_the_same_with_many_waiting(
    webchat: Connection, published: Version, owner_client: Client, django_assert_max_num_queries: Any
) -> None:
    for number in range(30):
        talk(webchat, f"c{number}", waiting_since=timezone.now(), last_text="네")
    with django_assert_max_num_queries(20):
        home(owner_client)


@pytest.mark.parametrize(
    ("hour", "title", "detail", "closable"),
    [
        (2, "지금은 영업 중이에요", "12:30까지 열어요", True),
        (4, "지금은 쉬는 시간이에요", "13:30에 다시 열어요", True),
        (11, "오늘 영업이 끝났어요", "내일 10:00에 열어요", False),
        (0, "아직 문 열기 전이에요", "10:00에 열어요", True),
    ],
)
def test_hours_are_said_as_a_seller_would(
    shop: Shop, now: datetime, hour: int, title: str, detail: str, closable: bool
) -> None:
    at, calendar = now.replace(hour=hour), calendar_of(shop)
    words = hours_now(calendar, state(calendar, at), now=at)
    assert (words.title, words.detail, words.closable) == (title, detail, closable)


def test_hours_changed_by_hand_say_so(shop: Shop, now: datetime, night: datetime) -> None:
    close_today(shop, now=now)
    calendar = calendar_of(shop)
    closed = hours_now(calendar, state(calendar, now), now=now)
    open_now(shop, now=night)
    calendar = calendar_of(shop)
    opened = hours_now(calendar, state(calendar, night), now=night)

    assert (closed.open, closed.by_hand, closed.title) == (False, True, "지금은 닫아 두었어요")
    assert opened.open and opened.closable and not closed.closable
    assert opened.detail.startswith("직접 열었어요")


def test_a_moment_further_away_names_its_day(now: datetime) -> None:
    assert moment(now + timedelta(days=5), zone=ZoneInfo("Asia/Seoul"), now=now) == "11월 30일 월요일 11:00"
