"""The web chat's page and calls, without a browser. Time stands still at Wednesday noon (`now`)."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import uuid4

import pytest
from django.db import OperationalError
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone
from django.utils.translation import get_language

from autoresponder import widget
from autoresponder.connections.connect import set_paused
from autoresponder.connections.models import Connection
from autoresponder.inbox import outbox
from autoresponder.inbox.handoff import reply_as_person
from autoresponder.inbox.models import Conversation, Delivery, Message
from autoresponder.rules.models import Version
from autoresponder.shops.models import Shop, User
from tests.fixtures import hours

ME, SOMEONE = "a" * 64, "b" * 64
URL = "/chat/demo/messages"
FEE = "배송비는 3,000원이고 5만원부터 무료예요."

Clock = Callable[[datetime], None]


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch, now: datetime) -> Clock:
    def at(moment: datetime) -> None:
        monkeypatch.setattr(timezone, "now", lambda: moment)

    at(now)
    return at


@pytest.fixture(autouse=True)
def quiet_minute(clock: Clock) -> None:
    widget._posts.clear()


def say(client: Client, text: str, *, visitor: str = ME, key: str = "", **more: Any) -> HttpResponse:
    body = {"text": text, "client_message_id": key or str(uuid4()), **more}
    return client.post(URL, body, content_type="application/json", headers={"X-Visitor": visitor})


def read(client: Client, *, visitor: str = ME, after: str = "") -> HttpResponse:
    return client.get(URL, {"after": after} if after else {}, headers={"X-Visitor": visitor})


def said(response: HttpResponse) -> list[tuple[str, str]]:
    """(who, text) of every bubble."""
    return [
        (entry["who"], text)
        for entry in response.json()["entries"]
        for text in ([entry["text"]] if "text" in entry else [bubble["text"] for bubble in entry["bubbles"]])
    ]


@pytest.mark.usefixtures("published", "webchat")
class TestTalking:
    def test_an_answer_shows_once_it_was_delivered(self, client: Client) -> None:
        assert say(client, "배송비 얼마예요?").status_code == 201
        assert said(read(client)) == [("customer", "배송비 얼마예요?")]
        outbox.drain(timezone.now)
        assert said(read(client)) == [("customer", "배송비 얼마예요?"), ("bot", FEE)]

    def test_nothing_new_is_an_empty_answer_and_news_come_in_order(
        self, client: Client, clock: Clock, now: datetime
    ) -> None:
        say(client, "배송비")
        first = read(client).json()["cursor"]
        assert read(client, after=first).status_code == 204
        clock(now + timedelta(seconds=2))
        outbox.drain(timezone.now)
        news = read(client, after=first)
        assert said(news)[-1] == ("bot", FEE)
        assert read(client, after=news.json()["cursor"]).status_code == 204

    def test_what_was_long_seen_is_not_sent_again(self, client: Client, clock: Clock, now: datetime) -> None:
        for minutes, text in enumerate(["배송비", "상품이 궁금해요", "반품"]):
            seen = read(client).json()["cursor"]
            clock(now + timedelta(minutes=5 * minutes))
            say(client, text)
            outbox.drain(timezone.now)
        texts = [text for _, text in said(read(client, after=seen))]
        assert "배송비" not in texts and "상품이 궁금해요" in texts and "반품" in texts

    def test_a_late_answer_to_an_old_question_still_arrives(self, client: Client, clock: Clock, now: datetime) -> None:
        say(client, "배송비")
        clock(now + timedelta(seconds=40))
        say(client, "반품")
        seen = read(client).json()["cursor"]
        clock(now + timedelta(seconds=41))
        outbox.drain(timezone.now)
        assert [who for who, _ in said(read(client, after=seen))] == ["customer", "customer", "bot", "bot"]

    def test_a_persons_words_reach_the_visitor(self, client: Client, owner: User, now: datetime) -> None:
        say(client, "상담원 연결해 주세요")
        outbox.drain(timezone.now)
        seen = read(client).json()["cursor"]
        reply_as_person(Conversation.objects.get(), "안녕하세요, 하늘이에요.", by=owner, now=now + timedelta(seconds=3))
        outbox.drain(lambda: now + timedelta(seconds=4))
        assert ("person", "안녕하세요, 하늘이에요.") in said(read(client, after=seen))

    def test_an_answer_that_came_too_late_is_never_shown(self, client: Client, now: datetime) -> None:
        say(client, "배송비")
        outbox.drain(lambda: now + timedelta(hours=1))
        assert Delivery.objects.get().state == Delivery.State.EXPIRED
        assert said(read(client)) == [("customer", "배송비")]

    def test_buttons_say_what_the_rule_wants_said(self, client: Client) -> None:
        say(client, "아무 뜻 없는 말")
        outbox.drain(timezone.now)
        [bubble] = read(client).json()["entries"][-1]["bubbles"]
        assert bubble["buttons"] == [{"label": "상담원 연결", "text": "상담원"}]

    def test_a_repeat_is_the_same_message(self, client: Client) -> None:
        key = str(uuid4())
        first = say(client, "배송비", key=key)
        again = say(client, "배송비", key=key.upper())
        assert (first.status_code, again.status_code) == (201, 200)
        assert first.json() == again.json() == {"id": f"m{Message.objects.get().pk}", "client_message_id": key}

    def test_asking_for_news_costs_little(self, client: Client, django_assert_max_num_queries: Any) -> None:
        say(client, "배송비")
        outbox.drain(timezone.now)
        cursor = read(client).json()["cursor"]
        with django_assert_max_num_queries(1):
            assert read(client, after=cursor).status_code == 204

    @pytest.mark.parametrize("after", ["x", "1.2", "1.2.3.4", "-1.0.0", "９.9.9", "9" * 400, "0.0.0'--"])
    def test_a_strange_cursor_brings_everything(self, client: Client, after: str) -> None:
        say(client, "배송비")
        assert said(read(client, after=after)) == [("customer", "배송비")]


@pytest.mark.usefixtures("published", "webchat")
class TestVisitors:
    def test_another_visitor_sees_nothing(self, client: Client) -> None:
        say(client, "배송비")
        outbox.drain(timezone.now)
        assert said(read(client, visitor=SOMEONE)) == []

    def test_a_cookie_gives_nobody_anything(self, client: Client, owner_client: Client) -> None:
        answer = say(client, "배송비")
        page = client.get("/chat/demo/")
        assert not answer.cookies and not page.cookies
        assert owner_client.get(URL).status_code == 401

    def test_a_known_message_id_does_not_swallow_anothers_message(self, client: Client) -> None:
        key = str(uuid4())
        assert say(client, "배송비", key=key).status_code == 201
        assert say(client, "반품", key=key, visitor=SOMEONE).status_code == 201
        assert said(read(client, visitor=SOMEONE)) == [("customer", "반품")]

    def test_the_same_key_is_another_visitor_in_another_shop(self, client: Client) -> None:
        other = Shop.objects.create(slug="other", name="남의 가게")
        Connection.objects.create(shop=other, kind="webchat", token="other")
        say(client, "배송비")
        answer = client.get("/chat/other/messages", headers={"X-Visitor": ME})
        assert said(answer) == []

    def test_the_database_never_holds_the_key(self, client: Client) -> None:
        say(client, "배송비")
        assert Conversation.objects.get().customer == sha256(ME.encode()).hexdigest()
        assert ME not in Message.objects.get().event_id

    @pytest.mark.parametrize("key", ["", "abc", "A" * 64, "a" * 65, "a" * 63 + "g"])
    def test_a_key_that_could_be_guessed_is_refused(self, client: Client, key: str) -> None:
        assert say(client, "배송비", visitor=key).status_code == 401
        assert read(client, visitor=key).status_code == 401
        assert not Conversation.objects.exists()


@pytest.mark.usefixtures("published", "webchat")
class TestLimits:
    @pytest.mark.parametrize("text", ["", "  \n ", "가" * 2001])
    def test_a_text_nobody_can_answer_is_refused_in_words(self, client: Client, text: str) -> None:
        answer = say(client, text)
        assert answer.status_code == 422 and answer.json()["error"].endswith("요.")

    def test_the_longest_text_is_taken(self, client: Client) -> None:
        assert say(client, "가" * 2000).status_code == 201

    def test_an_english_shop_refuses_in_its_own_catalog(self, client: Client, shop: Shop, monkeypatch: Any) -> None:
        Shop.objects.filter(pk=shop.pk).update(language="en")
        seen: list[str] = []
        monkeypatch.setattr(widget, "_", lambda text: seen.append(get_language()) or text)
        say(client, " ")
        assert seen == ["en"]

    @pytest.mark.parametrize(
        "body",
        [
            b"",
            b"junk",
            b"[]",
            b"null",
            b'{"text": 5, "client_message_id": "8a9d6c4e-6d2f-4c3a-9f2e-000000000001"}',
            b'{"client_message_id": "8a9d6c4e-6d2f-4c3a-9f2e-000000000001"}',
            b'{"text": "a"}',
            b'{"text": "a", "client_message_id": "1"}',
            b'{"text": "a", "client_message_id": ["8a9d6c4e-6d2f-4c3a-9f2e-000000000001"]}',
            b'{"text": "a\\u0000b", "client_message_id": "8a9d6c4e-6d2f-4c3a-9f2e-000000000001"}',
            b'{"text": "a\\ud800b", "client_message_id": "8a9d6c4e-6d2f-4c3a-9f2e-000000000001"}',
            b"\xff\xfe",
            b"[" * 15_000,
            b'{"a":' * 3_000,
        ],
    )
    def test_junk_is_a_clean_400(self, client: Client, body: bytes) -> None:
        answer = client.post(URL, body, content_type="application/json", headers={"X-Visitor": ME})
        assert answer.status_code == 400
        assert not Message.objects.exists()

    def test_a_huge_body_is_413(self, client: Client) -> None:
        assert say(client, "a", padding="x" * 17_000).status_code == 413

    def test_twenty_messages_a_minute_and_then_a_pause(self, client: Client, clock: Clock, now: datetime) -> None:
        for _ in range(widget.A_MINUTE_EACH):
            assert say(client, "배송비").status_code == 201
        refused = say(client, "배송비")
        assert refused.status_code == 429 and int(refused.headers["Retry-After"]) > 0
        assert say(client, "배송비", visitor=SOMEONE).status_code == 201
        clock(now + timedelta(seconds=61))
        assert say(client, "배송비").status_code == 201

    def test_made_up_visitors_from_one_address_are_stopped(self, client: Client, monkeypatch: Any) -> None:
        monkeypatch.setattr(widget, "A_MINUTE_ALL", 3)
        answers = [say(client, "배송비", visitor=f"{number:064x}").status_code for number in range(4)]
        assert answers == [201, 201, 201, 429]

    def test_a_forwarded_address_counts_only_behind_our_proxy(self, client: Client, settings: Any, rf: Any) -> None:
        request = rf.get("/", headers={"X-Forwarded-For": "203.0.113.9, 198.51.100.7"})
        assert widget._address(request) == "127.0.0.1"
        settings.BEHIND_PROXY = True
        assert widget._address(request) == "198.51.100.7"

    def test_a_database_that_is_down_asks_to_come_back(self, client: Client, monkeypatch: Any) -> None:
        def broken(*_: object, **__: object) -> None:
            raise OperationalError

        monkeypatch.setattr(widget, "receive", broken)
        answer = say(client, "배송비")
        assert answer.status_code == 503 and answer.headers["Retry-After"]

    def test_other_methods_are_refused(self, client: Client) -> None:
        assert client.put(URL).status_code == 405
        assert client.post("/chat/demo/").status_code == 405
        assert client.post("/widget.js").status_code == 405


@pytest.mark.usefixtures("published")
class TestPage:
    def test_it_says_in_words_that_there_is_no_chat(self, client: Client) -> None:
        for slug in ("nobody", "demo"):
            page = client.get(f"/chat/{slug}/")
            assert page.status_code == 404
            assert "지금은 이 채팅을 쓸 수 없어요" in page.content.decode()
        assert read(client).status_code == say(client, "배송비").status_code == 404

    def test_a_paused_chat_takes_nothing(self, client: Client, webchat: Connection) -> None:
        set_paused(webchat, True)
        assert client.get("/chat/demo/").status_code == say(client, "배송비").status_code == 404
        assert not Message.objects.exists()

    def test_a_shop_that_answers_by_hand_still_takes_messages(self, client: Client, webchat: Connection) -> None:
        Shop.objects.update(answering=False)
        assert client.get("/chat/demo/").status_code == 200
        assert say(client, "배송비").status_code == 201
        assert Conversation.objects.get().waiting_since is not None

    def test_it_tells_whether_somebody_is_there(
        self, client: Client, webchat: Connection, clock: Clock, night: datetime
    ) -> None:
        assert "지금 영업 중" in client.get("/chat/demo/").content.decode()
        clock(night)
        assert "쉬는 시간 · 오늘 오전 10:00에 열어요" in client.get("/chat/demo/").content.decode()

    def test_a_shop_with_no_hours_at_all_names_no_time(self, client: Client, webchat: Connection) -> None:
        Shop.objects.update(hours=hours([[]] * 7))
        assert "지금은 쉬는 시간이에요" in client.get("/chat/demo/").content.decode()

    def test_it_speaks_the_shops_language(self, client: Client, webchat: Connection) -> None:
        Shop.objects.update(language="en")
        page = client.get("/chat/demo/", headers={"Accept-Language": "ko"})
        assert '<html lang="en">' in page.content.decode()
        assert page.headers["Content-Language"] == "en"

    def test_a_shop_name_is_only_ever_text(self, client: Client, webchat: Connection) -> None:
        Shop.objects.update(name="<img src=x onerror=alert(1)>\"'")
        page = client.get("/chat/demo/").content.decode()
        assert "<img" not in page and "&lt;img" in page

    def test_only_the_frame_may_be_framed(self, client: Client, webchat: Connection) -> None:
        page, frame = client.get("/chat/demo/"), client.get("/chat/demo/?frame=1")
        assert "frame-ancestors 'none'" in page.headers["Content-Security-Policy"]
        assert page.headers["X-Frame-Options"] == "DENY"
        assert "frame-ancestors http: https:" in frame.headers["Content-Security-Policy"]
        assert "default-src 'none'" in frame.headers["Content-Security-Policy"]
        assert "X-Frame-Options" not in frame.headers

    def test_the_page_holds_no_script_and_no_style_of_its_own(self, client: Client, webchat: Connection) -> None:
        page = client.get("/chat/demo/").content.decode()
        assert " style=" not in page and "<style" not in page and page.count("<script") == page.count("<script type=")


class TestScript:
    def test_it_is_a_small_script_that_may_be_kept(self, client: Client) -> None:
        answer = client.get("/widget.js")
        assert answer.headers["Content-Type"] == "text/javascript; charset=utf-8"
        assert "max-age=3600" in answer.headers["Cache-Control"] and not answer.cookies
        assert len(answer.content) < 15_000
        again = client.get("/widget.js", headers={"If-None-Match": answer.headers["ETag"]})
        assert again.status_code == 304


@pytest.mark.both
def test_the_talk_reads_the_same_on_every_database(client: Client, published: Version, webchat: Connection) -> None:
    say(client, "배송비 얼마예요? 🙏")
    outbox.drain(timezone.now)
    answer = read(client)
    assert said(answer) == [("customer", "배송비 얼마예요? 🙏"), ("bot", FEE)]
    assert json.loads(answer.content)["cursor"].count(".") == 2
    assert read(client, after=answer.json()["cursor"]).status_code == 204
