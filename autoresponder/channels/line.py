"""LINE official accounts. https://developers.line.biz/en/docs/messaging-api/

A reply is free and takes up to five messages at once; its token works once and for about a minute. A push works at any
time and counts against the shop's monthly plan, so an automatic answer is pushed only where the seller allowed it.
What the shop's people write in LINE's own manager is not told to us.
"""

from __future__ import annotations

import base64
import hmac
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any

from autoresponder.channels import fit, line_api, line_events, signing
from autoresponder.channels.base import (
    Channel,
    Event,
    Field,
    Limits,
    Outgoing,
    Payload,
    Request,
    Response,
    Secrets,
    Where,
)
from autoresponder.channels.bodies import read_json
from autoresponder.channels.errors import BadSignature, TooLate
from autoresponder.engine.types import Button, Reply
from autoresponder.net.client import Client

HEADER = "x-line-signature"

# Of a button: `data` and `displayText` take 300 characters each (reference, "Postback action").
_SAY = 300
# Quick replies hang on a message, and a message must say something.
_CHOOSE = "아래에서 골라 주세요."


class Line(Channel):
    kind = "line"
    label = "LINE 공식계정"
    # Five minutes, as everywhere else: what comes after the token's minute is for `send` to judge.
    limits = Limits(text=5000, bubbles=5, buttons=13, button_label=20, seconds=300, say=_SAY)
    fields = (
        Field(
            "channel_secret",
            "‘Channel secret’ 값",
            help="LINE Developers의 ‘Basic settings’ 화면 아래쪽에 있어요.",
            secret=True,
            proves=True,
            pattern="[0-9a-f]{32}",
            example="0f1e2d3c4b5a69788796a5b4c3d2e1f0",
            wrong="숫자와 영문 소문자 a~f로 된 32자예요. 빠진 글자가 없는지 봐 주세요.",
        ),
        Field(
            "access_token",
            "‘Channel access token’ 값",
            help="LINE Developers의 ‘Messaging API’ 화면 맨 아래에서 ‘Issue’를 누르면 나와요.",
            secret=True,
            pattern=r"[\x21-\x7e]{30,1000}",
            wrong="빈칸 없이 이어지는 긴 값이에요. ‘Issue’를 눌러 나온 값을 통째로 붙여 넣어 주세요.",
        ),
        Field(
            "push",
            "늦어진 자동 답변",
            help="LINE은 메시지가 온 뒤 1분쯤 지나면 무료로 답할 수 없어요. "
            "직접 쓰는 답장은 언제나 요금제의 메시지 수에 들어가요.",
            required=False,
            choices=(("", "무료 답장만"), ("yes", "늦어지면 유료 메시지로도 보내기")),
        ),
    )

    def verify(self, request: Request, secrets: Secrets) -> None:
        """Base64 of HMAC-SHA256 over the raw body (docs, "Verify webhook signature")."""
        given = request.headers.get(HEADER, "").encode("utf-8", "surrogatepass")
        keys = [secret.encode() for secret in signing.live_secrets(secrets, "channel_secret")]
        wanted = [base64.b64encode(hmac.digest(key, request.body, sha256)) for key in keys]
        matches = [hmac.compare_digest(given, each) for each in wanted]
        if not any(matches):
            raise BadSignature(f"{HEADER} is missing or wrong")

    def parse(self, request: Request) -> Sequence[Event]:
        """[] for the console's test, which has no events."""
        return line_events.read(read_json(request, self.max_body).get("events"), request.now)

    def render(self, replies: Sequence[Reply]) -> Payload:
        """{"messages": [...]}, at most five; an empty list is silence."""
        bubbles = self.shows(replies)
        messages: list[Payload] = [{"type": "text", "text": bubble.text} for bubble in bubbles]
        if bubbles and bubbles[-1].buttons:
            messages[-1]["quickReply"] = {"items": _items(bubbles[-1].buttons)}
        return {"messages": messages}

    def shows(self, replies: Sequence[Reply]) -> Sequence[Reply]:
        """LINE shows the quick replies of the newest message only."""
        return fit.gather(replies, self.limits, alone=_CHOOSE)

    def respond(self, payloads: Sequence[Payload]) -> Response:
        """LINE wants any 2xx within two seconds and reads no body; the answers go out by `send`."""
        return Response()

    def calls(self, payload: Payload, *, answered: bool) -> Sequence[Payload]:
        """One call. "push": a person's words, which no message has asked for a moment ago."""
        messages = payload["messages"]
        if not messages:
            return []
        return [{"messages": messages}] if answered else [{"messages": messages, "push": True}]

    def keyed(self, call: Payload) -> bool:
        """Replies take no key."""
        return bool(call.get("push"))

    def send(self, outgoing: Outgoing, secrets: Secrets, net: Client) -> str:
        """A reply while it is free; what comes too late for that is pushed if the seller allowed it, else TooLate."""
        messages = outgoing.call["messages"]
        # Whoever presses "send" in our inbox, or has an answer sent again, wants it sent; the setting is about the bot.
        if self.keyed(outgoing.call):
            return line_api.push(net, secrets, outgoing.to, messages, outgoing.key)
        may_push = secrets.get("push") == "yes" or outgoing.by_person
        # Where a push is not allowed the reply is tried for as long as it makes sense: after its minute LINE promises
        # nothing, and asking costs nothing.
        if token := _token(outgoing.reply_to, outgoing.now, even_late=not may_push):
            sent = line_api.reply(net, secrets, token, messages)
            if sent is not None:
                return sent
        if may_push:
            return line_api.push(net, secrets, outgoing.to, messages, outgoing.key)
        raise TooLate("late", "the reply token has run out")

    def check(self, values: Secrets, net: Client) -> Mapping[str, str]:
        return line_api.account(net, values)

    def installed(self, values: Secrets, address: str, net: Client) -> Where:
        return line_api.endpoint(net, values, address)

    # LINE has no call that takes an address off (messaging-api.yml has PUT, GET and test), so there is no `remove`:
    # after disconnecting, ours answers 404 until the seller changes it in the console.
    def install(self, values: Secrets, address: str, net: Client) -> None:
        line_api.set_endpoint(net, values, address)


def _items(buttons: Iterable[Button]) -> list[Payload]:
    """As postbacks: the customer's bubble shows what the button says, and it comes back to us as a pressed button."""
    said = [(button.label, button.text) for button in buttons]
    return [
        {"type": "action", "action": {"type": "postback", "label": label, "data": says, "displayText": says}}
        for label, says in said
    ]


def _token(reply_to: Mapping[str, Any], now: datetime, *, even_late: bool) -> str:
    """The reply token, "" when there is none to use."""
    token: str = reply_to.get("token", "")
    return token if token and (even_late or now <= datetime.fromisoformat(reply_to["until"])) else ""
