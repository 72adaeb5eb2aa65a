"""The generic signed webhook: any shop system or no-code tool can ask and gets the answer in the response.

Standard Webhooks 1.0.0: https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md

    POST with webhook-id (the same on a retry), webhook-timestamp (Unix seconds of this attempt) and
    webhook-signature ("v1," + base64 HMAC-SHA256 of "id.timestamp.body"; several, separated by blanks, are fine)

    {"type": "message.received", "timestamp": "2026-11-22T08:26:40Z",
     "data": {"sender_id": "cust-1", "text": "배송 언제 오나요?", "sender_name": "..."}}

    200 {"ok": true, "replies": [{"role": "answer", "text": "...", "buttons": [{"label": "...", "text": "..."}]}]}

`data` needs no more than `sender_id` (text or a whole number) and `text`; `sender_name` and `timestamp` are used when
they are there, anything else is ignored. Any other `type` is accepted with no replies: refusing it would only make
the sender try again for days. 401: bad signature or old timestamp; 400: broken body; 413: too large.

Where the seller gives an address (`url`), what a person writes to the customer goes there, signed the same way with the
same secret (with the old one too while it is being renewed, so two signatures may stand there):

    {"type": "reply.sent", "timestamp": "2026-11-22T08:30:00Z",
     "data": {"sender_id": "cust-1", "text": "...", "replies": [{"role": "answer", "text": "...", "buttons": []}]}}

Any 2xx takes it. The same webhook-id may come again when our request got no answer, so the receiver lets a second one
pass without showing it again; 410 says that the address is not used any more and nothing is sent until the seller
connects it again.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from autoresponder.channels import plain, signing
from autoresponder.channels.answers import detail, raise_for
from autoresponder.channels.base import Channel, Field, Limits, Outgoing, Payload, Request, Response, Secrets
from autoresponder.channels.bodies import mapping, read_json, required_text, text
from autoresponder.channels.errors import BadRequest, ChannelDown, NotAccepted, Refused
from autoresponder.engine.types import Incoming, Reply
from autoresponder.net.client import Client, NotSent, Unanswered

_ID_LENGTH = 200
_NAME_LENGTH = 60
_ANSWER_BYTES = 64 * 1024


class Webhook(Channel):
    kind = "webhook"
    label = "내 쇼핑몰·자동화 도구"
    limits = Limits(text=2000, bubbles=5, buttons=10, button_label=40, seconds=30)
    fields = (
        Field(
            "secret",
            "연결 비밀번호",
            help="보내는 쪽 프로그램에 붙여 넣어 주세요. 이 값을 아는 곳에서 온 메시지에만 답해요.",
            secret=True,
            generated="whsec",
        ),
        Field(
            "url",
            "답을 받을 주소",
            help="상담함에서 직접 쓴 답을 이 주소로 보내 드려요. 비워 두면 자동 답변만 할 수 있어요.",
            required=False,
            pattern=r"https://[^\s@\\]+",
            example="https://shop.example.com/dapjigi",
            wrong="https://로 시작하는 주소를 통째로 붙여 넣어 주세요.",
        ),
    )

    def can_reply(self, secrets: Secrets, reply_to: Mapping[str, Any], now: datetime) -> bool:
        return bool(secrets.get("url"))

    def verify(self, request: Request, secrets: Mapping[str, str]) -> None:
        signing.verify(request, secrets)

    def parse(self, request: Request) -> Sequence[Incoming]:
        body = read_json(request, self.max_body)
        if required_text(body, "type") != "message.received":
            return []
        data = mapping(body.get("data"))
        event_id = request.headers.get("webhook-id", "")
        if len(event_id) > _ID_LENGTH:
            raise BadRequest(f"webhook-id is longer than {_ID_LENGTH} characters")
        name = text(data.get("sender_name")).strip()[:_NAME_LENGTH]
        return [Incoming(event_id, _sender(data), required_text(data, "text"), name=name, at=_moment(body))]

    def render(self, replies: Sequence[Reply]) -> Payload:
        return plain.render(replies, self.limits)

    def respond(self, payloads: Sequence[Payload]) -> Response:
        return Response(200, {"ok": True, "replies": [reply for payload in payloads for reply in payload["replies"]]})

    def calls(self, payload: Payload, *, answered: bool) -> Sequence[Payload]:
        return [] if answered or not payload["replies"] else [payload]

    def keyed(self, call: Payload) -> bool:
        return True

    def send(self, outgoing: Outgoing, secrets: Secrets, net: Client) -> str:
        if not secrets.get("url"):
            raise Refused("refused", "no address to send answers to")
        body = _event(outgoing)
        # Only signatures leave, never the secret: whoever changes the address learns nothing that signs.
        headers = {"Content-Type": "application/json", **_signed(outgoing, body, secrets)}
        answer = net.request("POST", secrets["url"], body=body, headers=headers, at_most=_ANSWER_BYTES)
        if answer.status == 410:
            # "Gone" speaks of the address here, not of one customer: Standard Webhooks, "Operational considerations".
            raise ChannelDown("refused", detail(answer))
        raise_for(answer, keyed=True, now=outgoing.now)
        return outgoing.key

    def check(self, values: Secrets, net: Client) -> Mapping[str, str]:
        """Whether somebody is at the address. Asked without an event: a no-code tool would pass on any to customers."""
        if values.get("url"):
            _knock(values["url"], net)
        return {}


def _event(outgoing: Outgoing) -> bytes:
    replies = outgoing.call["replies"]
    event = {
        "type": "reply.sent",
        "timestamp": outgoing.now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "data": {"sender_id": outgoing.to, "text": "\n".join(each["text"] for each in replies), "replies": replies},
    }
    return json.dumps(event, ensure_ascii=False, separators=(",", ":")).encode()


def _signed(outgoing: Outgoing, body: bytes, secrets: Secrets) -> dict[str, str]:
    """The id is that of the delivery and stays; the time is that of this attempt."""
    keys = [secret for secret in signing.live_secrets(secrets) if signing.is_key(secret)]
    if not keys:
        raise ChannelDown("token", "no secret to sign with")
    stamp = str(int(outgoing.now.timestamp()))
    signatures = [signing.sign(key, outgoing.key, stamp, body) for key in keys]
    return {"webhook-id": outgoing.key, "webhook-timestamp": stamp, "webhook-signature": " ".join(signatures)}


def _knock(url: str, net: Client) -> None:
    try:
        answer = net.request("HEAD", url, at_most=_ANSWER_BYTES)
    except NotSent as error:
        raise NotAccepted("format" if error.code == "bad_address" else _unmet(error.code), "url") from None
    except Unanswered as error:
        raise NotAccepted(_unmet(error.code), "url") from None
    # That it wants a POST (404, 405) or a signature (401) is as it should be.
    if 300 <= answer.status < 400 or answer.status == 410:
        raise NotAccepted("not_found", "url", detail(answer))


def _unmet(code: str) -> str:
    return code if code == "inside" else "unreachable"


def _sender(data: Mapping[str, Any]) -> str:
    """No-code tools often hold an id as a number."""
    value = data.get("sender_id")
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    sender = required_text(data, "sender_id")
    if len(sender) > _ID_LENGTH:
        raise BadRequest(f"sender_id is longer than {_ID_LENGTH} characters")
    return sender


def _moment(body: Mapping[str, Any]) -> datetime | None:
    """When the event happened, in UTC; None when that is missing, odd or without an offset."""
    try:
        at = datetime.fromisoformat(text(body.get("timestamp")))
        return at.astimezone(UTC) if at.tzinfo else None
    except (ValueError, OverflowError):
        return None
