"""기록: every message with its reason, found again by filters."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from autoresponder.connections.models import Connection
from autoresponder.inbox.models import Delivery, Message
from autoresponder.rules.draft import delete_rule, edit_rule
from autoresponder.rules.models import Rule
from autoresponder.shops.models import Shop
from tests.console.talking import say

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("published")]


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> datetime:
    """Wednesday 2026-11-25, 11:00 in Seoul, for the page too."""
    now = datetime(2026, 11, 25, 2, 0, tzinfo=UTC)
    monkeypatch.setattr("autoresponder.console.log.timezone.now", lambda: now)
    return now


def log(client: Client, **asked: str) -> str:
    response = client.get("/log/", asked)
    assert response.status_code == 200
    return response.content.decode()


def bulk(like: Message, count: int) -> list[Message]:
    """`count` more messages like this one, each a second older than the one before."""
    copies = [
        Message(
            shop_id=like.shop_id,
            connection_id=like.connection_id,
            conversation_id=like.conversation_id,
            event_id=f"copy-{number}",
            text=f"배송비 {number}번째",
            at=like.at - timedelta(seconds=number + 1),
            outcome=like.outcome,
            rule=like.rule,
            version_id=like.version_id,
            replies=like.replies,
            decision=like.decision,
        )
        for number in range(count)
    ]
    return Message.objects.bulk_create(copies, batch_size=500)


def test_a_message_stands_with_its_hit_its_answer_and_the_reason(
    owner_client: Client, kakao: Connection, now: datetime
) -> None:
    say(kakao, "제주도 배송비 얼마예요?", now=now)
    page = log(owner_client)

    assert "제주도 <mark>배송비</mark> 얼마예요?" in page
    assert "‘배송비’ 때문에 → 배송비 안내" in page
    assert "배송비는 3,000원이고" in page
    assert "카카오톡" in page
    assert "11:00" in page
    assert "1건 중 <b>1건(100%)</b>을 대신 답했어요" in page


def test_the_rule_is_called_what_it_was_called_when_it_answered(
    shop: Shop, owner_client: Client, kakao: Connection, now: datetime
) -> None:
    say(kakao, "배송비", now=now)
    rule = Rule.objects.get(shop=shop, key="r-fee")
    edit_rule(shop, "r-fee", {"name": "새 이름"}, edit_number=rule.edit_number)
    delete_rule(shop, "r-fee", now=now)

    assert "→ 배송비 안내" in log(owner_client)
    assert "새 이름 (지운 규칙)" in log(owner_client)


def test_what_was_not_understood_offers_to_become_a_rule(
    owner_client: Client, kakao: Connection, now: datetime
) -> None:
    say(kakao, "재입고 & 언제?", now=now)
    page = log(owner_client)

    assert f"keyword={quote('재입고')}+%26+{quote('언제?')}" in page
    assert "1건 중 <b>0건(0%)</b>을 대신 답했어요" in page


def test_a_message_with_markup_stays_text(owner_client: Client, kakao: Connection, now: datetime) -> None:
    say(kakao, "<script>alert(1)</script> 배송비", now=now)

    assert "<script>alert" not in log(owner_client)
    assert "&lt;script&gt;" in log(owner_client)


@pytest.mark.parametrize(
    ("asked", "shown"),
    [
        ({}, {"배송비 얼마", "반품 돼요", "재입고 문의", "상담원 불러줘"}),
        ({"rule": "r-fee"}, {"배송비 얼마"}),
        ({"outcome": "answered"}, {"배송비 얼마", "반품 돼요"}),
        ({"outcome": "missed"}, {"재입고 문의"}),
        ({"outcome": "handed_off"}, {"상담원 불러줘"}),
        ({"outcome": "nonsense"}, {"배송비 얼마", "반품 돼요", "재입고 문의", "상담원 불러줘"}),
        ({"kind": "webchat"}, {"반품 돼요"}),
        ({"q": "재입고"}, {"재입고 문의"}),
        ({"q": "%"}, set()),
        ({"q": "_"}, set()),
        ({"q": "배송비", "kind": "webchat"}, set()),
        ({"period": "today"}, {"배송비 얼마", "반품 돼요"}),
        ({"period": "7"}, {"배송비 얼마", "반품 돼요", "재입고 문의"}),
        ({"period": "all"}, {"배송비 얼마", "반품 돼요", "재입고 문의", "상담원 불러줘"}),
    ],
)
def test_filters_find_what_they_say(
    owner_client: Client,
    kakao: Connection,
    webchat: Connection,
    now: datetime,
    asked: dict[str, str],
    shown: set[str],
) -> None:
    say(kakao, "상담원 불러줘", now=now - timedelta(days=20), customer="c2")
    say(kakao, "재입고 문의", now=now - timedelta(days=3))
    say(kakao, "배송비 얼마", now=now)
    say(webchat, "반품 돼요", now=now)
    page = log(owner_client, **asked).replace("<mark>", "").replace("</mark>", "")

    assert {
        text for text in ("배송비 얼마", "반품 돼요", "재입고 문의", "상담원 불러줘") if f">{text}</a>" in page
    } == shown


def test_today_begins_at_midnight_of_the_shop(owner_client: Client, kakao: Connection, now: datetime) -> None:
    midnight = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)
    say(kakao, "자정에 배송비", now=midnight)
    say(kakao, "어제의 배송비", now=midnight - timedelta(seconds=1))
    page = log(owner_client, period="today")

    assert "자정에" in page
    assert "어제의" not in page


def test_paging_shows_every_message_once_and_keeps_the_filters(
    owner_client: Client, kakao: Connection, now: datetime
) -> None:
    bulk(say(kakao, "배송비 처음", now=now), 120)
    say(kakao, "재입고", now=now)
    seen: list[str] = []
    url = "/log/?outcome=answered"
    for _page in range(4):
        page = owner_client.get(url).content.decode()
        seen += [part.split('"')[0] for part in page.split('<li id="message-')[1:]]
        if 'class="more"' not in page:
            break
        url = page.split('class="more"')[1].split('href="')[1].split('"')[0].replace("&amp;", "&")

    assert len(seen) == len(set(seen)) == 121
    assert "outcome=answered" in url


def test_more_rows_come_without_the_page_around_them(owner_client: Client, kakao: Connection, now: datetime) -> None:
    newest = say(kakao, "배송비 처음", now=now)
    bulk(newest, 60)
    response = owner_client.get("/log/", {"before": newest.pk}, headers={"HX-Request": "true"})

    assert response.content.decode().lstrip().startswith('<li id="message-')
    assert response.content.decode().count('<li id="message-') == 50


def test_a_changed_filter_comes_as_one_fragment(owner_client: Client, kakao: Connection, now: datetime) -> None:
    say(kakao, "배송비", now=now)
    page = owner_client.get("/log/", {"q": "배송"}, headers={"HX-Request": "true"}).content.decode()

    assert 'id="found"' in page
    assert "<html" not in page


@pytest.mark.parametrize(
    "asked",
    [{"before": "abc"}, {"before": "9" * 40}, {"before": "-1"}, {"q": "\0"}, {"q": "x" * 10_000}, {"rule": "no"}],
)
def test_odd_addresses_are_no_error(
    owner_client: Client, kakao: Connection, now: datetime, asked: dict[str, str]
) -> None:
    say(kakao, "배송비", now=now)

    assert owner_client.get("/log/", asked).status_code == 200


def test_a_shop_never_sees_anothers_messages(stranger_client: Client, kakao: Connection, now: datetime) -> None:
    message = say(kakao, "우리만의 배송비", now=now)

    assert "우리만의" not in log(stranger_client, period="all")
    assert "우리만의" not in log(stranger_client, period="all", before=str(message.pk + 1))


def test_a_platforms_own_tests_are_shown_and_not_counted(
    owner_client: Client, kakao: Connection, now: datetime
) -> None:
    say(kakao, "배송비", now=now)
    say(kakao, "배송비 시험", now=now, customer="tester", test=True)
    page = log(owner_client)

    assert "1건 중 <b>1건(100%)</b>" in page
    assert '<span class="badge">시험</span>' in page


def test_an_answer_that_came_too_late_says_so(owner_client: Client, webchat: Connection, now: datetime) -> None:
    message = say(webchat, "배송비", now=now)
    Delivery.objects.filter(message=message).update(state=Delivery.State.EXPIRED)

    assert "늦어서 보내지 않았어요" in log(owner_client)


def test_an_empty_log_says_why_and_what_to_do(owner_client: Client, kakao: Connection, now: datetime) -> None:
    assert "메신저 연결하기" in log(owner_client, period="all")
    say(kakao, "배송비", now=now - timedelta(days=40))
    assert "처음부터 보기" in log(owner_client)
    assert "조건 모두 지우기" in log(owner_client, q="없는 말")


def test_ten_thousand_messages_cost_no_more_questions_than_ten(
    owner_client: Client, kakao: Connection, now: datetime
) -> None:
    first = say(kakao, "배송비 처음", now=now)
    bulk(first, 10)
    with CaptureQueriesContext(connection) as few:
        log(owner_client)
    Message.objects.filter(event_id__startswith="copy-").delete()
    bulk(first, 10_000)
    with CaptureQueriesContext(connection) as many:
        began = time.monotonic()
        page = log(owner_client, q="번째")

    assert len(many) <= len(few) <= 15
    assert page.count('<li id="message-') == 50
    assert time.monotonic() - began < 3
