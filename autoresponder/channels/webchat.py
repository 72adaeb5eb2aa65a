"""The web chat: our own page at /chat/<shop>/ and the frame that /widget.js opens on the seller's page.

A visitor's words come in through that page, which knows the visitor by its own session, so there is no address for
a platform to call: `verify` refuses everything.
"""

from __future__ import annotations

from collections.abc import Sequence

from autoresponder.channels import plain
from autoresponder.channels.base import Channel, Limits, Outgoing, Payload, Request, Response, Secrets
from autoresponder.channels.errors import BadRequest, BadSignature
from autoresponder.engine.types import Incoming, Reply
from autoresponder.net.client import Client


class WebChat(Channel):
    kind = "webchat"
    label = "웹 채팅"
    has_hook = False
    limits = Limits(text=2000, bubbles=5, buttons=10, button_label=40, seconds=60)

    def verify(self, request: Request, secrets: Secrets) -> None:
        raise BadSignature("the web chat has no public address")

    def parse(self, request: Request) -> Sequence[Incoming]:
        raise BadRequest("the web chat has no public address")

    def render(self, replies: Sequence[Reply]) -> Payload:
        return plain.render(replies, self.limits)

    def respond(self, payloads: Sequence[Payload]) -> Response:
        return Response(200, {"replies": [reply for payload in payloads for reply in payload["replies"]]})

    def calls(self, payload: Payload, *, answered: bool) -> Sequence[Payload]:
        return [payload] if payload["replies"] else []

    def keyed(self, call: Payload) -> bool:
        return True

    def send(self, outgoing: Outgoing, secrets: Secrets, net: Client) -> str:
        # The visitor's page reads the outbox itself: an answer is delivered by being stored, there is nobody to call.
        return ""
