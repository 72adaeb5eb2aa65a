"""LINE's side of the Messaging API: reply tokens that work once, retry keys, the monthly quota, the webhook address.

https://developers.line.biz/en/reference/messaging-api/. Its answers are the recorded ones in tests/channels/line.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from uuid import UUID

from tests.channels import line_rules
from tests.platforms.dialect import Call, Dialect, Told

ACCESS_TOKEN = "line-test-access-token/0123456789+abcdefghijklmnop="
BOT_ID = "U8e742f61d673b39c7fff3cecb7536ef0"
FOLDER = Path(__file__).parent.parent / "channels" / "line"


def recorded(name: str) -> dict[str, Any]:
    answer: dict[str, Any] = json.loads((FOLDER / f"{name}.json").read_text())
    return answer


class LinePlatform(Dialect):
    """`give` a reply token before it is used. `access_token`: the only one taken. `quota`: pushes left this month.
    `gone`: customers who cannot be reached. `endpoint`, `active`: the webhook; `tested`: what its test tells."""

    kind = "line"
    origins = ("https://api.line.me",)

    def __init__(self) -> None:
        super().__init__()
        self.access_token = ACCESS_TOKEN
        self.tokens: dict[str, str] = {}
        self.quota: int | None = None
        self.may_push = True
        self.gone: set[str] = set()
        self.endpoint = ""
        self.active = True
        self.tested: dict[str, Any] = {"success": True, "statusCode": 200, "reason": "OK", "detail": "200"}

    def give(self, token: str, customer: str) -> None:
        """A message of this customer has come with this reply token."""
        self.tokens[token] = customer

    def delivers(self, call: Call) -> bool:
        return call.path in ("/v2/bot/message/reply", "/v2/bot/message/push")

    def answer(self, call: Call) -> Told:
        if call.headers.get("authorization") != f"Bearer {self.access_token}":
            return Told(401, recorded("api_error_401"))
        match call.method, call.path:
            case "POST", "/v2/bot/message/reply":
                return self._reply(call)
            case "POST", "/v2/bot/message/push":
                return self._push(call)
            case "GET", "/v2/bot/info":
                return Told(200, recorded("bot_info_chat_mode"))
            case "PUT", "/v2/bot/channel/webhook/endpoint":
                return self._set(call.json["endpoint"])
            case "GET", "/v2/bot/channel/webhook/endpoint":
                known = {"endpoint": self.endpoint, "active": self.active}
                return Told(200, known) if self.endpoint else Told(404, {"message": "Not found"})
            case "POST", "/v2/bot/channel/webhook/test":
                return Told(200, {"timestamp": "2026-11-22T08:26:40.123Z", **self.tested})
        return Told(404, {"message": "Not found"})

    def limited(self) -> Told:
        return Told(429, recorded("api_error_429_rate"))

    def failed(self) -> Told:
        return Told(500, {"message": "Internal server error"})

    def refusal(self) -> Told:
        return Told(400, recorded("api_error_400_body"))

    def _reply(self, call: Call) -> Told:
        if "x-line-retry-key" in call.headers:
            return Told(400, {"message": "The retry key is not supported for this API"})
        if wrong := _wrong(call.json):
            return wrong
        customer = self.tokens.pop(call.json["replyToken"], None)
        if customer is None:
            return Told(400, recorded("api_error_400_invalid_reply_token"))
        return _took(self.accept(customer, _text(call.json)))

    def _push(self, call: Call) -> Told:
        key = call.headers.get("x-line-retry-key", "")
        if key and str(UUID(key)) != key.lower():
            return Told(400, {"message": "Invalid retry key"})
        if earlier := [said for said in self.accepted if key and said.key == key]:
            sent = {"sentMessages": [{"id": earlier[0].message_id}]}
            return Told(409, {**recorded("api_error_409_retry_key"), **sent}, {"x-line-accepted-request-id": "r-1"})
        if wrong := _wrong(call.json):
            return wrong
        if not self.may_push:
            return Told(403, {"message": "Access to this API is not available for your account"})
        if call.json["to"] in self.gone:
            return Told(400, {"message": "Failed to send messages"})
        if self.quota == 0:
            return Told(429, recorded("api_error_429_monthly_limit"))
        self.quota = self.quota and self.quota - 1
        return _took(self.accept(call.json["to"], _text(call.json), key))

    def _set(self, endpoint: str) -> Told:
        if not endpoint.startswith("https://") or len(endpoint) > 500:
            return Told(400, {"message": "Invalid webhook endpoint URL"})
        self.endpoint = endpoint
        return Told(200, {})


def _wrong(body: dict[str, Any]) -> Told | None:
    try:
        line_rules.check({"messages": body["messages"]})
        line_rules.need(bool(body["messages"]), "Size must be between 1 and 5")
    except line_rules.Illegal as error:
        wrong = {"message": str(error), "property": "messages"}
        return Told(400, {"message": "The request body has 1 error(s)", "details": [wrong]})
    return None


def _text(body: dict[str, Any]) -> str:
    return "\n".join(line_rules.texts(body))


def _took(message_id: str) -> Told:
    return Told(200, {"sentMessages": [{"id": message_id, "quoteToken": "q"}]})
