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
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from autoresponder.channels import plain, signing
from autoresponder.channels.base import Channel, Field, Limits, Payload, Request, Response
from autoresponder.channels.bodies import mapping, read_json, required_text, text
from autoresponder.channels.errors import BadRequest
from autoresponder.engine.types import Incoming, Reply

_ID_LENGTH = 200
_NAME_LENGTH = 60


class Webhook(Channel):
    kind = "webhook"
    label = "내 쇼핑몰·자동화 도구"
    pushes = False
    limits = Limits(text=2000, bubbles=5, buttons=10, button_label=40, seconds=30)
    fields = (
        Field(
            "secret",
            "연결 비밀번호",
            help="보내는 쪽 프로그램에 붙여 넣어 주세요. 이 값을 아는 곳에서 온 메시지에만 답해요.",
            secret=True,
            generated="whsec",
        ),
    )

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
