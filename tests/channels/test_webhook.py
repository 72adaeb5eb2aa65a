from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest

from autoresponder.channels import signing
from autoresponder.channels.base import Payload, Request
from autoresponder.channels.errors import BadRequest
from autoresponder.channels.webhook import Webhook
from autoresponder.engine.types import Reply
from tests.channels import contract, plain_rules

SECRET = "whsec_c2FtcGxlLXNlY3JldC1rZXktMzItYnl0ZXMtbG9uZyE="
NEW_SECRET = "whsec_bmV3LXNhbXBsZS1zZWNyZXQta2V5LTMyLWJ5dGVzISE="
GOOD: dict[str, Any] = {
    "type": "message.received",
    "timestamp": "2026-11-23T10:00:00+09:00",
    "data": {"sender_id": "cust-1", "text": "주차 되나요?", "sender_name": "김손님", "message_id": "m-1"},
}


def signed(body: bytes, *, secret: str = SECRET, now: datetime = contract.NOW, message_id: str = "msg_1") -> Request:
    stamp = str(int(now.timestamp()))
    signature = signing.sign(secret, message_id, stamp, body)
    headers = {"webhook-id": message_id, "webhook-timestamp": stamp, "webhook-signature": signature}
    return Request("POST", headers, body, now)


def message(**data: object) -> Request:
    return signed(json.dumps({**GOOD, "data": {**GOOD["data"], **data}}).encode())


class TestWebhookContract(contract.HookContract):
    kind = "webhook"
    proof = "webhook-signature"
    good = GOOD
    unknown = ({"type": "contact.created"}, {"type": "reply.sent", "data": []}, {"type": "a.b.c", "data": {"text": 1}})
    secret = SECRET
    new_secret = NEW_SECRET

    def signed(self, body: bytes, *, secret: str | None = None, now: datetime = contract.NOW) -> Request:
        return signed(body, secret=secret or SECRET, now=now)

    def request_of(self, content: dict[str, Any]) -> tuple[Request, Mapping[str, str]]:
        if "body_raw" not in content:
            return signed(json.dumps(content).encode()), {"secret": SECRET}
        now = datetime.fromtimestamp(content["clock_unix"], UTC)
        return Request("POST", content["headers"], content["body_raw"].encode(), now), {"secret": content["secret"]}

    def assert_legal(self, payload: Payload) -> None:
        plain_rules.check(payload, self.channel.limits)

    def said(self, payload: Payload) -> list[str]:
        return plain_rules.texts(payload)


def test_everything_useful_is_read() -> None:
    (read,) = Webhook().parse(message())
    assert (read.event_id, read.customer, read.text, read.name) == ("msg_1", "cust-1", "주차 되나요?", "김손님")
    assert read.at == datetime(2026, 11, 23, 1, 0, tzinfo=UTC)


def test_sender_and_text_are_enough() -> None:
    (read,) = Webhook().parse(signed(b'{"type":"message.received","data":{"sender_id":1042,"text":" hi "}}'))
    assert (read.customer, read.text, read.name, read.at) == ("1042", "hi", "", None)


@pytest.mark.parametrize(
    "data",
    [{"sender_id": ""}, {"sender_id": None}, {"sender_id": True}, {"sender_id": "x" * 201}, {"text": " "}, {"text": 5}],
)
def test_a_message_without_sender_or_text_is_a_bad_request(data: dict[str, object]) -> None:
    with pytest.raises(BadRequest):
        Webhook().parse(message(**data))


def test_a_body_without_a_type_is_a_bad_request() -> None:
    with pytest.raises(BadRequest):
        Webhook().parse(signed(b'{"data":{"sender_id":"a","text":"b"}}'))


def test_an_id_too_long_to_keep_is_a_bad_request() -> None:
    with pytest.raises(BadRequest):
        Webhook().parse(signed(json.dumps(GOOD).encode(), message_id="m" * 201))


@pytest.mark.parametrize("odd", ["", "yesterday", "2026-11-23T10:00:00", "0001-01-01T00:00:00+09:00", 5, None])
def test_an_odd_time_is_no_time(odd: object) -> None:
    (read,) = Webhook().parse(signed(json.dumps({**GOOD, "timestamp": odd}).encode()))
    assert read.at is None


def test_the_answer_travels_in_the_response() -> None:
    response = Webhook().respond([Webhook().render([Reply("건물 뒤 3대 가능해요")])])
    assert (response.status, response.body) == (
        200,
        {"ok": True, "replies": [{"role": "answer", "text": "건물 뒤 3대 가능해요", "buttons": []}]},
    )


def test_silence_is_an_empty_list_and_failure_asks_for_a_retry() -> None:
    assert Webhook().respond([]).body == {"ok": True, "replies": []}
    assert Webhook().failed().status == 503
    assert "Retry-After" in Webhook().failed().headers
