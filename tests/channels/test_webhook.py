from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from autoresponder.channels import signing
from autoresponder.channels.base import Outgoing, Payload, Request
from autoresponder.channels.errors import BadRequest, ChannelDown, NotAccepted, Refused, SendError, TryAgain
from autoresponder.channels.webhook import Webhook
from autoresponder.engine.types import Button, Reply
from autoresponder.net.client import Client
from tests.channels import contract, plain_rules
from tests.net.raw import answering, serving, whole
from tests.platforms.server import LOOPBACK, Platforms
from tests.platforms.webhook import ShopSystem

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


# --- out: a person's words, to the shop's own system ---

URL = "https://shop-system.example.com/dapjigi?shop=1"
KEY = "11111111-2222-4333-8444-555555555555"


class TestWebhookSends(contract.SendContract):
    kind = "webhook"
    secrets = {"secret": SECRET, "url": URL}


def push(platforms: Platforms, now: datetime | None = None, **secrets: str) -> str:
    """Send a person's words; secrets as they are stored, `url=""` for none."""
    (call,) = Webhook().calls(Webhook().render([Reply("네, 오늘 출발해요.")]), answered=False)
    outgoing = Outgoing(call, "cust-1", now or datetime.now(UTC), key=KEY)
    return Webhook().send(outgoing, {"secret": SECRET, "url": URL, **secrets}, platforms.client)


def shop_system(platforms: Platforms) -> ShopSystem:
    played = platforms["webhook"]
    assert isinstance(played, ShopSystem)
    return played


def test_automatic_answers_travel_in_the_response_alone() -> None:
    payload = Webhook().render([Reply("네")])
    assert Webhook().calls(payload, answered=True) == []
    assert len(Webhook().calls(payload, answered=False)) == 1
    assert Webhook().calls(Webhook().render([]), answered=False) == []


def test_it_goes_out_as_the_sample_says(platforms: Platforms) -> None:
    sample = json.loads((contract.folder("webhook") / "persons_words_signed.json").read_text())
    with pytest.raises(ChannelDown):  # to a receiver whose clock has moved on
        push(platforms, datetime.fromtimestamp(sample["clock_unix"], UTC))
    (call,) = shop_system(platforms).calls
    assert (call.method, call.path, call.query) == ("POST", "/dapjigi", {"shop": "1"})
    assert call.body.decode() == sample["body_raw"]
    assert {name: call.headers[name] for name in sample["headers"]} == sample["headers"]


def test_several_bubbles_and_their_buttons_travel_together(platforms: Platforms) -> None:
    replies = [Reply("어느 쪽이세요?", (Button("배송 조회"), Button("교환", "교환할래요"))), Reply("골라 주세요")]
    (call,) = Webhook().calls(Webhook().render(replies), answered=False)
    Webhook().send(Outgoing(call, "c", datetime.now(UTC), key=KEY), {"secret": SECRET, "url": URL}, platforms.client)
    data = shop_system(platforms).calls[0].json["data"]
    assert data["text"] == "어느 쪽이세요?\n골라 주세요"
    assert data["replies"][0]["buttons"][1] == {"label": "교환", "text": "교환할래요"}


def test_every_attempt_has_the_same_id_and_its_own_time(platforms: Platforms) -> None:
    now = datetime.now(UTC)
    for seconds in (-20, 0):
        assert push(platforms, now + timedelta(seconds=seconds)) == KEY
    first, second = shop_system(platforms).calls
    assert first.headers["webhook-id"] == second.headers["webhook-id"] == KEY
    assert int(second.headers["webhook-timestamp"]) - int(first.headers["webhook-timestamp"]) == 20
    assert shop_system(platforms).texts() == ["네, 오늘 출발해요."]


@pytest.mark.parametrize("pasted", [SECRET, NEW_SECRET])
def test_while_the_secret_is_renewed_the_other_side_may_know_either(platforms: Platforms, pasted: str) -> None:
    shop_system(platforms).secret = pasted
    push(platforms, secret=NEW_SECRET, old_secret=SECRET)
    signatures = shop_system(platforms).calls[0].headers["webhook-signature"]
    assert re.fullmatch(r"v1,\S+ v1,\S+", signatures)
    assert shop_system(platforms).texts() == ["네, 오늘 출발해요."]


def test_a_changed_address_is_told_no_secret(platforms: Platforms) -> None:
    """Who changes the address (and may do no more) learns only what the reply itself says."""
    shop_system(platforms).secret = NEW_SECRET
    with pytest.raises(ChannelDown):
        push(platforms)
    (call,) = shop_system(platforms).calls
    key = SECRET.removeprefix("whsec_")
    for part in (key, key[:16], "sample-secret-key", "whsec_"):
        assert part not in f"{call.headers} {call.path} {call.query}" and part.encode() not in call.body


@pytest.mark.parametrize(
    ("secrets", "error", "code"),
    [
        ({"url": ""}, Refused, "refused"),
        ({"secret": ""}, ChannelDown, "token"),
        ({"secret": "whsec_c2hvcnQ="}, ChannelDown, "token"),
        ({"secret": NEW_SECRET}, ChannelDown, "token"),
    ],
)
def test_what_cannot_be_sent_says_why(
    platforms: Platforms, secrets: dict[str, str], error: type[SendError], code: str
) -> None:
    with pytest.raises(error) as raised:
        push(platforms, **secrets)
    assert raised.value.code == code
    assert shop_system(platforms).accepted == []


def test_an_address_that_is_gone_is_not_used_any_more(platforms: Platforms) -> None:
    shop_system(platforms).closed = True
    with pytest.raises(ChannelDown) as raised:
        push(platforms)
    assert raised.value.code == "refused" and "no longer used" in raised.value.detail


def test_a_shop_system_may_ask_for_time(platforms: Platforms) -> None:
    shop_system(platforms).set("busy")
    with pytest.raises(TryAgain) as raised:
        push(platforms)
    assert raised.value.retry_after == 20.0


def test_a_shop_system_that_broke_is_asked_again_for_it_knows_the_id(platforms: Platforms) -> None:
    shop_system(platforms).set("broken")
    with pytest.raises(TryAgain):
        push(platforms)


def test_only_with_an_address_a_person_can_write() -> None:
    assert Webhook().can_reply({"secret": SECRET, "url": URL}, {}, contract.NOW)
    for without in ({"secret": SECRET, "url": ""}, {"secret": SECRET}):
        assert not Webhook().can_reply(without, {}, contract.NOW)


def test_the_address_begins_with_https() -> None:
    (field,) = [field for field in Webhook.fields if field.name == "url"]
    assert re.fullmatch(field.pattern, URL) and re.fullmatch(field.pattern, field.example)
    for wrong in (
        "http://shop.example.com/",
        "shop.example.com",
        "https://",
        "https://a b",
        "https://me@x/",
        "ftp://x/",
    ):
        assert not re.fullmatch(field.pattern, wrong)


# --- when it is entered ---


def knocked(status: str) -> Mapping[str, str]:
    with serving(answering(whole(status, ""))) as server:
        told = Webhook().check({"url": f"http://127.0.0.1:{server.port}/x"}, Client(allowed=[LOOPBACK]))
        assert server.requests[0].startswith(b"HEAD /x ") and b"ebhook" not in server.requests[0]
    return told


@pytest.mark.parametrize(
    "status", ["200 OK", "204 No Content", "401 No", "404 Not found", "405 POST only", "500 Broken"]
)
def test_an_address_where_somebody_answers_is_taken(status: str) -> None:
    assert knocked(status) == {}


@pytest.mark.parametrize("status", ["301 Moved", "302 Found", "410 Gone"])
def test_an_address_that_leads_elsewhere_is_not(status: str) -> None:
    with pytest.raises(NotAccepted) as refused:
        knocked(status)
    assert (refused.value.code, refused.value.field) == ("not_found", "url")


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("https://127.0.0.1/", "inside"),
        ("https://169.254.169.254/latest/meta-data", "inside"),
        ("https://shop.example.com:6379/", "format"),
        ("https://[::1", "format"),
    ],
)
def test_an_address_inside_is_refused_when_it_is_entered(url: str, code: str) -> None:
    with pytest.raises(NotAccepted) as refused:
        Webhook().check({"url": url}, Client())
    assert (refused.value.code, refused.value.field) == (code, "url")


def test_an_address_where_nobody_answers_is_not_taken() -> None:
    with serving(lambda line: None) as server, pytest.raises(NotAccepted, match="unreachable url"):
        Webhook().check({"url": f"http://127.0.0.1:{server.port}/"}, Client(allowed=[LOOPBACK]))
    with pytest.raises(NotAccepted, match="unreachable url"):
        Webhook().check({"url": f"http://127.0.0.1:{server.port}/"}, Client(allowed=[LOOPBACK]))


def test_without_an_address_there_is_nothing_to_ask() -> None:
    assert Webhook().check({"secret": SECRET}, Client()) == {}
