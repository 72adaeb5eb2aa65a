"""The HTTP door of the messengers, as the platforms knock on it."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import DatabaseError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from autoresponder import channels
from autoresponder.channels.base import Event, Notice, Request, Secrets
from autoresponder.channels.signing import sign
from autoresponder.channels.webhook import Webhook
from autoresponder.connections import find
from autoresponder.connections.connect import connect, path_of
from autoresponder.connections.models import Connection
from autoresponder.connections.secrets import unseal
from autoresponder.engine.types import Incoming
from autoresponder.inbox import outbox
from autoresponder.inbox.models import Message
from autoresponder.inbox.receive import receive
from autoresponder.rules.models import Version
from autoresponder.shops.models import Shop
from tests.channels.contract import folder
from tests.platforms.server import Platforms
from tests.platforms.telegram import TOKEN

pytestmark = [pytest.mark.django_db, pytest.mark.both]

HOSTILE = {
    "empty": b"",
    "not JSON": b"{oops",
    "not an object": b"[1, 2]",
    "NUL": b'{"userRequest": {"utterance": "a\\u0000b"}}',
    "lone surrogate": b'{"userRequest": {"utterance": "\\ud800"}}',
    "deep": b'{"a":' * 50_000 + b"1" + b"}" * 50_000,
    "UTF-16": '{"a": 1}'.encode("utf-16"),
    "NaN": b'{"a": NaN}',
    "huge number": b'{"a": ' + b"9" * 5_000 + b"}",
}


def kakao_body(text: str, user: str = "u" * 60) -> bytes:
    request = {"utterance": text, "user": {"id": user, "type": "botUserKey", "properties": {}}, "lang": "ko"}
    return json.dumps({"bot": {"id": "b1", "name": "봇"}, "userRequest": request, "action": {}}).encode()


def kakao_headers(connection: Connection) -> dict[str, str]:
    return {"X-Dapjigi-Key": unseal(connection.sealed)["secret"]}


def post(client: Client, connection: Connection, body: bytes, headers: dict[str, str]) -> Any:
    return client.post(path_of(connection), body, content_type="application/json", headers=headers)


def signed(connection: Connection, data: dict[str, Any], event: str = "msg_1") -> tuple[bytes, dict[str, str]]:
    body = json.dumps(data).encode()
    timestamp = str(int(datetime.now(UTC).timestamp()))
    signature = sign(unseal(connection.sealed)["secret"], event, timestamp, body)
    return body, {"webhook-id": event, "webhook-timestamp": timestamp, "webhook-signature": signature}


def test_kakao_gets_the_rules_answer_in_its_own_form(client: Client, kakao: Connection, published: Version) -> None:
    response = post(client, kakao, kakao_body("배송비 얼마예요?"), kakao_headers(kakao))

    assert response.status_code == 200
    answer = response.json()
    assert answer["version"] == "2.0"
    assert "3,000원" in json.dumps(answer["template"], ensure_ascii=False)
    assert Message.objects.get().rule == "r-fee"


def test_the_generic_address_answers_a_signed_message(client: Client, webhook: Connection, published: Version) -> None:
    body, headers = signed(webhook, {"type": "message.received", "data": {"sender_id": "c1", "text": "배송비?"}})

    response = post(client, webhook, body, headers)

    assert response.status_code == 200
    assert "3,000원" in response.json()["replies"][-1]["text"]


def test_a_repeated_signed_event_gets_the_same_answer(client: Client, webhook: Connection, published: Version) -> None:
    body, headers = signed(webhook, {"type": "message.received", "data": {"sender_id": "c1", "text": "배송비?"}})

    assert post(client, webhook, body, headers).content == post(client, webhook, body, headers).content
    assert Message.objects.get().repeats == 1


def test_an_unknown_event_type_is_taken_and_nothing_is_said(
    client: Client, webhook: Connection, published: Version
) -> None:
    response = post(client, webhook, *signed(webhook, {"type": "order.created", "data": {}}))

    assert (response.status_code, response.json()["replies"]) == (200, [])
    assert not Message.objects.exists()


def test_kakao_always_gets_a_legal_body(client: Client, kakao: Connection, published: Version) -> None:
    response = post(client, kakao, b'{"something": "new"}', kakao_headers(kakao))

    assert response.status_code == 200
    assert response.json()["version"] == "2.0"
    assert response.json()["template"]["outputs"]


@pytest.mark.parametrize("headers", [{}, {"X-Dapjigi-Key": "wrong"}, {"X-Dapjigi-Key": ""}])
def test_a_wrong_signature_is_401_and_stores_nothing(
    client: Client, kakao: Connection, published: Version, headers: dict[str, str]
) -> None:
    assert post(client, kakao, kakao_body("배송비"), headers).status_code == 401
    assert not Message.objects.exists()


@pytest.mark.parametrize("path", ["/hooks/kakao/nobody/", "/hooks/pager/nobody/", "/hooks/webchat/demo/"])
def test_an_unknown_address_is_404(client: Client, webchat: Connection, path: str) -> None:
    assert client.post(path, b"{}", content_type="application/json").status_code == 404


def test_the_web_chat_has_no_hook_even_with_its_token(client: Client, webchat: Connection) -> None:
    assert client.post(f"/hooks/webchat/{webchat.token}/", b"{}", content_type="application/json").status_code == 404


@pytest.mark.parametrize("body", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_body_is_a_clean_refusal(client: Client, kakao: Connection, published: Version, body: bytes) -> None:
    response = post(client, kakao, body, kakao_headers(kakao))

    assert 400 <= response.status_code < 500
    assert not Message.objects.exists()


def test_a_huge_body_is_413(client: Client, kakao: Connection, published: Version) -> None:
    assert post(client, kakao, kakao_body("가" * 200_000), kakao_headers(kakao)).status_code == 413


class Batches(Webhook):
    """A messenger that sends several events at once and asks by GET whether an address is ours."""

    shared_hook = True
    parsed: tuple[Event, ...] = ()

    def parse(self, request: Request) -> tuple[Event, ...]:
        return self.parsed

    def handshake(self, query: Mapping[str, str], secrets: Secrets) -> str | None:
        return query.get("challenge") if query.get("token") == "ours" else None


@pytest.fixture
def batches(monkeypatch: pytest.MonkeyPatch) -> Batches:
    adapter, real = Batches(), channels.get
    monkeypatch.setattr(channels, "get", lambda kind: adapter if kind == "webhook" else real(kind))
    find.forget()
    return adapter


@pytest.mark.usefixtures("always_open")
class TestSeveralEventsAtOnce:
    def ask(self, client: Client, webhook: Connection) -> Any:
        return post(client, webhook, *signed(webhook, {"type": "message.received"}))

    def test_each_customer_gets_their_answer(
        self, client: Client, webhook: Connection, published: Version, batches: Batches
    ) -> None:
        batches.parsed = (Incoming("e1", "c1", "배송비"), Notice("gone", "c9"), Incoming("e2", "c2", "배송비"))

        assert len(self.ask(client, webhook).json()["replies"]) == 2
        assert Message.objects.count() == 2

    @pytest.mark.parametrize(("fault", "status"), [(ValueError, 200), (DatabaseError, 503)])
    def test_one_that_breaks_us_costs_the_others_nothing(
        self,
        client: Client,
        webhook: Connection,
        published: Version,
        batches: Batches,
        monkeypatch: pytest.MonkeyPatch,
        fault: type[Exception],
        status: int,
    ) -> None:
        batches.parsed = tuple(Incoming(f"e{number}", f"c{number}", "배송비") for number in range(3))

        def breaks_on_the_second(line: Any, event: Incoming, **more: Any) -> Any:
            if event.event_id == "e1":
                raise fault("poison")
            return receive(line, event, **more)

        monkeypatch.setattr("autoresponder.inbox.take.receive", breaks_on_the_second)

        assert self.ask(client, webhook).status_code == status
        assert {message.event_id for message in Message.objects.all()} == {"e0", "e2"}

    def test_an_event_of_an_account_nobody_has_connected_is_left_out(
        self, client: Client, webhook: Connection, published: Version, batches: Batches
    ) -> None:
        batches.parsed = (Incoming("e1", "c1", "배송비", account="stranger"), Incoming("e2", "c2", "배송비"))

        assert self.ask(client, webhook).status_code == 200
        assert Message.objects.get().event_id == "e2"

    def test_the_platform_asks_whether_the_address_is_ours(
        self, client: Client, webhook: Connection, batches: Batches
    ) -> None:
        answer = client.get(path_of(webhook), {"token": "ours", "challenge": "<b>1158</b>"})

        assert (answer.status_code, answer.content) == (200, b"<b>1158</b>")
        assert answer.headers["Content-Type"].startswith("text/plain")
        assert client.get(path_of(webhook), {"token": "theirs", "challenge": "1158"}).status_code == 403


def test_get_is_not_a_message(client: Client, kakao: Connection) -> None:
    assert client.get(path_of(kakao)).status_code == 405


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("kind", ["kakao", "webhook"])
def test_a_warm_request_costs_at_most_six_statements_and_its_repeat_four(
    client: Client, shop: Shop, published: Version, kind: str
) -> None:
    """The whole request, middleware included, with the real BEGIN and COMMIT."""
    messenger = connect(shop, kind)
    _ask(client, messenger, "e1")
    _ask(client, messenger, "e2")

    with CaptureQueriesContext(connection) as warm:
        _ask(client, messenger, "e3")
    with CaptureQueriesContext(connection) as repeated:
        _ask(client, messenger, "e3")

    said = [query["sql"].split()[0] for query in warm]
    assert (said[0], said[-1]) == ("BEGIN", "COMMIT")
    assert len(warm) <= 6, said
    assert len(repeated) <= 4, [query["sql"] for query in repeated]
    assert Message.objects.count() == 3


def _ask(client: Client, messenger: Connection, event: str) -> None:
    if messenger.kind == "kakao":
        response = post(client, messenger, kakao_body("배송비"), {**kakao_headers(messenger), "X-Request-Id": event})
    else:
        data = {"type": "message.received", "data": {"sender_id": "c1", "text": "배송비"}}
        response = post(client, messenger, *signed(messenger, data, event))
    assert response.status_code == 200


def test_a_broken_database_is_503_and_for_kakao_a_polite_200(
    client: Client, kakao: Connection, webhook: Connection, published: Version, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any, **__: Any) -> None:
        raise DatabaseError("disk full")

    monkeypatch.setattr("autoresponder.inbox.take.receive", broken)

    assert post(client, kakao, kakao_body("배송비"), kakao_headers(kakao)).json()["version"] == "2.0"
    body, headers = signed(webhook, {"type": "message.received", "data": {"sender_id": "c1", "text": "배송비?"}})
    response = post(client, webhook, body, headers)
    assert (response.status_code, bool(response.headers["Retry-After"])) == (503, True)


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("always_open")
class TestATelegramBotThatIsCalled:
    """From the update to the answer, and a message that the customer takes back."""

    @pytest.fixture
    def telegram(self, shop: Shop) -> Connection:
        return connect(shop, "telegram", {"bot_token": TOKEN})

    def tell(self, client: Client, telegram: Connection, file: str) -> int:
        body = re.sub(rb'"date": [0-9]+', b'"date": %d' % time.time(), (folder("telegram") / file).read_bytes())
        headers = {"X-Telegram-Bot-Api-Secret-Token": unseal(telegram.sealed)["secret"]}
        return int(post(client, telegram, body, headers).status_code)

    def test_each_update_is_answered_once_where_it_was_written(
        self, client: Client, telegram: Connection, published: Version, platforms: Platforms
    ) -> None:
        for _ in range(2):
            for file in ("message_text.json", "business_message.json"):
                assert self.tell(client, telegram, file) == 200
        outbox.drain(timezone.now, net=platforms.client)
        assert sorted(said.to for said in platforms["telegram"].accepted) == [
            "500000001",
            "b:bc_AAAAAAAAAAE:500000001",
        ]

    def test_a_message_taken_back_is_kept_by_nobody(
        self, client: Client, telegram: Connection, published: Version
    ) -> None:
        self.tell(client, telegram, "business_message.json")
        self.tell(client, telegram, "deleted_business_messages.json")
        assert (Message.objects.get().kind, Message.objects.get().text) == ("unsent", "")

    def test_the_sellers_own_answer_keeps_the_bot_out(
        self, client: Client, telegram: Connection, published: Version
    ) -> None:
        self.tell(client, telegram, "business_message_from_seller.json")
        self.tell(client, telegram, "business_message.json")
        assert Message.objects.get().outcome == "silent"
