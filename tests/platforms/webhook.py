"""A shop's own system that takes answers by Standard Webhooks, as its specification says a receiver must.

https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
"""

from __future__ import annotations

import json

from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from tests.platforms.dialect import Call, Dialect, Told

SECRET = "whsec_c2FtcGxlLXNlY3JldC1rZXktMzItYnl0ZXMtbG9uZyE="


class ShopSystem(Dialect):
    """Judges the signature with the reference library, not with our code. `secret`: the one pasted here."""

    kind = "webhook"
    origins = ("https://shop-system.example.com",)

    def __init__(self) -> None:
        super().__init__()
        self.secret = SECRET
        self.closed = False

    def answer(self, call: Call) -> Told:
        if call.method != "POST":
            return Told(405, {"error": "POST only"})
        if self.closed:
            return Told(410, {"error": "this address is no longer used"})
        try:
            Webhook(self.secret).verify(call.body, dict(call.headers), json_parse=False)
        except WebhookVerificationError:
            return Told(401, {"error": "bad signature"})
        event = json.loads(call.body)
        text = "\n".join(reply["text"] for reply in event["data"]["replies"])
        self.accept(event["data"]["sender_id"], text, call.headers["webhook-id"])
        return Told(200, {"ok": True})

    def delivers(self, call: Call) -> bool:
        return call.method == "POST"

    def limited(self) -> Told:
        return Told(429, {"error": "too many"}, {"Retry-After": "20"})

    def refusal(self) -> Told:
        return Told(422, {"error": "we know no such customer"})
