"""상담함: who waits, the talk with one customer, and answering them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from autoresponder.connections.models import Connection
from autoresponder.engine.talk import talk_from_json
from autoresponder.inbox import outbox
from autoresponder.inbox.models import Conversation, Delivery
from tests.console.talking import say

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("published")]

HTMX = {"HX-Request": "true"}


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> datetime:
    """Wednesday 2026-11-25, 11:00 in Seoul, for the page too."""
    now = datetime(2026, 11, 25, 2, 0, tzinfo=UTC)
    monkeypatch.setattr("autoresponder.console.inbox.timezone.now", lambda: now)
    return now


@pytest.fixture(autouse=True)
def no_broker(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("autoresponder.console.inbox.tasks.wake", lambda: None)


@pytest.fixture
def waiting(webchat: Connection, now: datetime) -> Conversation:
    """A customer of the web chat who asked for a person 18 minutes ago."""
    return say(webchat, "사람이랑 얘기하고 싶어요", now=now - timedelta(minutes=18)).conversation


def address(conversation: Conversation, act: str = "") -> str:
    return f"/inbox/{conversation.pk}/{act}"


def test_those_who_wait_stand_first_the_longest_on_top(
    owner_client: Client, waiting: Conversation, webchat: Connection, kakao: Connection, now: datetime
) -> None:
    say(kakao, "상담원 바꿔 주세요", now=now - timedelta(minutes=4))
    say(webchat, "배송비 얼마예요", now=now - timedelta(minutes=50), customer="c9")
    page = owner_client.get("/inbox/").content.decode()

    assert "기다리는 손님 2명" in page
    assert "가장 오래 18분" in page
    assert (
        page.index("사람이랑 얘기하고")
        < page.index("상담원 바꿔")
        < page.index("최근 대화")
        < page.index("배송비 얼마예요")
    )
    assert "웹 채팅 · 사람에게 넘겼어요" in page


def test_the_list_answers_204_until_something_changes(
    owner_client: Client, waiting: Conversation, kakao: Connection, now: datetime
) -> None:
    page = owner_client.get("/inbox/").content.decode()
    poll = page.split('hx-get="')[1].split('"')[0]

    assert owner_client.get(poll, headers=HTMX).status_code == 204
    say(kakao, "상담원", now=now)
    changed = owner_client.get(poll, headers=HTMX)
    assert changed.status_code == 200
    assert 'id="inbox"' in changed.content.decode()
    assert "<html" not in changed.content.decode()


def test_an_empty_inbox_says_why(owner_client: Client, now: datetime) -> None:
    assert "아직 나눈 대화가 없어요" in owner_client.get("/inbox/").content.decode()


def test_nobody_waiting_is_said_kindly(owner_client: Client, webchat: Connection, now: datetime) -> None:
    say(webchat, "배송비", now=now)

    assert "기다리는 손님이 없어요" in owner_client.get("/inbox/").content.decode()


def test_a_talk_shows_both_sides_and_why(owner_client: Client, webchat: Connection, now: datetime) -> None:
    talk = say(webchat, "제주 배송비 얼마예요?", now=now).conversation
    page = owner_client.get(address(talk)).content.decode()

    assert "제주 <mark>배송비</mark> 얼마예요?" in page
    assert "배송비는 3,000원이고" in page
    assert "‘배송비’ 때문에 → 배송비 안내" in page
    assert "보냈어요" in page
    assert "자동 답변 · <time" in page


def test_a_reply_is_queued_shown_and_quiets_the_bot_for_an_hour(
    owner_client: Client, waiting: Conversation, webchat: Connection, now: datetime
) -> None:
    response = owner_client.post(
        address(waiting, "reply/"), {"text": "네, 하늘이에요.\r\n무엇을 도와드릴까요?"}, headers=HTMX
    )
    page = response.content.decode()

    delivery = Delivery.objects.get(author__isnull=False)
    assert delivery.replies[0]["text"] == "네, 하늘이에요.\n무엇을 도와드릴까요?"
    assert 'hx-swap-oob="true"' in page
    assert "네, 하늘이에요." in page.split('id="talk"')[1]
    assert "12:00까지 자동 답변을 쉬어요" in page
    assert "기다리는 손님이 없어요" in owner_client.get("/inbox/").content.decode()
    outbox.drain(lambda: now)
    delivery.refresh_from_db()
    assert delivery.state == Delivery.State.SENT
    assert say(webchat, "배송비", now=now + timedelta(minutes=5)).outcome == "silent"


def test_turning_the_bot_on_again_is_one_tap(
    owner_client: Client, waiting: Conversation, webchat: Connection, now: datetime
) -> None:
    owner_client.post(address(waiting, "reply/"), {"text": "네"})
    response = owner_client.post(address(waiting, "resolve/"), {"stay": "1"})

    assert response["Location"].startswith(address(waiting))
    assert say(webchat, "배송비", now=now + timedelta(minutes=5)).outcome == "answered"


def test_handled_takes_the_customer_off_the_list(owner_client: Client, waiting: Conversation) -> None:
    response = owner_client.post(address(waiting, "resolve/"))

    waiting.refresh_from_db()
    assert response["Location"] == "/inbox/"
    assert waiting.waiting_since is None
    assert talk_from_json(waiting.talk).with_human_until is None


def test_without_scripts_a_reply_is_a_form_and_a_redirect(owner_client: Client, waiting: Conversation) -> None:
    response = owner_client.post(address(waiting, "reply/"), {"text": "네"})

    assert (response.status_code, response["Location"]) == (302, address(waiting) + "#latest")


@pytest.mark.parametrize(
    ("text", "words"), [("", "보낼 말을 적어 주세요"), (" \n ", "보낼 말을"), ("가" * 2001, "나눠서"), ("a\0b", "")]
)
def test_a_reply_that_cannot_be_sent_is_kept(
    owner_client: Client, waiting: Conversation, text: str, words: str
) -> None:
    response = owner_client.post(address(waiting, "reply/"), {"text": text}, headers=HTMX)

    assert response.status_code == 422
    assert words in response.content.decode()
    assert text.strip().replace("\0", "") in response.content.decode().replace("\0", "")
    assert not Delivery.objects.filter(author__isnull=False).exists()


def test_kakao_says_where_to_answer_instead_of_offering_a_box(
    owner_client: Client, kakao: Connection, now: datetime
) -> None:
    talk = say(kakao, "상담원", now=now).conversation
    page = owner_client.get(address(talk)).content.decode()
    refused = owner_client.post(address(talk, "reply/"), {"text": "네"})

    assert "카카오톡 채널 관리자센터의 1:1 채팅에서" in page
    assert 'name="text"' not in page
    assert refused.status_code == 422
    assert not Delivery.objects.exists()


def test_an_open_talk_answers_204_cheaply_until_something_new(
    owner_client: Client, waiting: Conversation, webchat: Connection, now: datetime
) -> None:
    page = owner_client.get(address(waiting)).content.decode()
    poll = page.split('id="talk"')[1].split('hx-get="')[1].split('"')[0]
    with CaptureQueriesContext(connection) as asked:
        assert owner_client.get(poll, headers=HTMX).status_code == 204
    say(webchat, "여보세요", now=now)
    news = owner_client.get(poll, headers=HTMX)

    assert len(asked) <= 6
    assert "여보세요" in news.content.decode()


def test_a_delivery_that_failed_later_is_news(owner_client: Client, webchat: Connection, now: datetime) -> None:
    message = say(webchat, "배송비", now=now)
    page = owner_client.get(address(message.conversation)).content.decode()
    poll = page.split('id="talk"')[1].split('hx-get="')[1].split('"')[0]
    Delivery.objects.filter(message=message).update(state=Delivery.State.EXPIRED)

    assert "늦어서 보내지 않았어요" in owner_client.get(poll, headers=HTMX).content.decode()


@pytest.mark.parametrize(("method", "act"), [("get", ""), ("post", "reply/"), ("post", "resolve/")])
def test_anothers_customers_do_not_exist(stranger_client: Client, waiting: Conversation, method: str, act: str) -> None:
    response = getattr(stranger_client, method)(address(waiting, act), {"text": "x"})

    waiting.refresh_from_db()
    assert response.status_code == 404
    assert waiting.waiting_since is not None
    assert not Delivery.objects.filter(author__isnull=False).exists()


@pytest.mark.parametrize("number", ["0", "999999", "9" * 30])
def test_a_talk_that_does_not_exist_is_404(owner_client: Client, number: str) -> None:
    assert owner_client.get(f"/inbox/{number}/").status_code == 404


@pytest.mark.parametrize("act", ["reply/", "resolve/"])
def test_looking_changes_nothing(owner_client: Client, waiting: Conversation, act: str) -> None:
    assert owner_client.get(address(waiting, act)).status_code == 405
