"""The Bot API as its server speaks it: one bot, its update queue, its webhook, and the rule that only one may ask.

https://core.telegram.org/bots/api; texts of refusals as in tdlib/telegram-bot-api (Client.cpp, Query.cpp).
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from tests.channels import telegram_rules
from tests.platforms.dialect import Call, Dialect, Told
from tests.platforms.server import Platforms

TOKEN = "7000000001:AAEXAMPLE-example_EXAMPLE-example_1"
LOOK_EVERY = 0.01


class Telegram(Dialect):
    """`put` fills the queue. `wait_at_most`: seconds a long call waits really, whatever it asks for.

    `refuses`: what setWebhook finds wrong with an address; `unreached`: what Telegram met when it called it.
    """

    kind = "telegram"
    origins = ("https://api.telegram.org",)

    def __init__(self) -> None:
        super().__init__()
        self.token = TOKEN
        self.updates: list[dict[str, Any]] = []
        self.webhook: dict[str, Any] = {}
        self.unreached = ""
        self.refuses = ""
        self.released: list[str] = []
        self.wait_at_most = 0.2
        self.next_id = 910000100
        self._asking = 0

    def put(self, **update: Any) -> int:
        """One update waits, `put(message={...})`; its id."""
        with self._lock:
            self.next_id += 1
            self.updates.append({"update_id": self.next_id, **update})
            return self.next_id

    def says(self, text: str, *, chat: int = 500000001, message_id: int = 1, at: float | None = None) -> int:
        """A customer writes to the bot."""
        sender = {"id": chat, "is_bot": False, "first_name": "Customer", "language_code": "ko"}
        place = {"id": chat, "first_name": "Customer", "type": "private"}
        date = int(time.time() if at is None else at)
        return self.put(message={"message_id": message_id, "from": sender, "chat": place, "date": date, "text": text})

    def delivers(self, call: Call) -> bool:
        return call.path.endswith("/sendMessage")

    def limited(self) -> Told:
        return refused(429, "Too Many Requests: retry after 5", {"retry_after": 5}, {"Retry-After": "5"})

    def failed(self) -> Told:
        return refused(500, "Internal Server Error")

    def refusal(self) -> Told:
        return refused(400, "Bad Request: message text is empty")

    def answer(self, call: Call) -> Told:
        bot, _, method = call.path.removeprefix("/bot").partition("/")
        if bot != self.token:
            return refused(401, "Unauthorized") if ":" in bot else refused(404, "Not Found")
        methods: dict[str, Callable[[dict[str, Any]], Told]] = {
            "getMe": self._get_me,
            "setWebhook": self._set_webhook,
            "deleteWebhook": self._delete_webhook,
            "getWebhookInfo": self._webhook_info,
            "getUpdates": self._get_updates,
            "sendMessage": self._send_message,
            "answerCallbackQuery": self._answer_callback_query,
        }
        return methods[method](call.json) if method in methods else refused(404, "Not Found: method not found")

    def _get_me(self, _: dict[str, Any]) -> Told:
        me = {"id": int(self.token.partition(":")[0]), "is_bot": True, "first_name": "Sample Shop Bot"}
        return done({**me, "username": "sample_shop_bot"})

    def _set_webhook(self, asked: dict[str, Any]) -> Told:
        if not asked["url"].startswith("https://"):
            return refused(400, "Bad Request: bad webhook: An HTTPS URL must be provided for webhook")
        if self.refuses:
            return refused(400, f"Bad Request: bad webhook: {self.refuses}")
        self._asking += 1  # ends the poll that goes on
        self.webhook = asked
        return done(True)

    def _delete_webhook(self, asked: dict[str, Any]) -> Told:
        self.webhook = {}
        if asked.get("drop_pending_updates"):
            self.updates.clear()
        return done(True)

    def _webhook_info(self, _: dict[str, Any]) -> Told:
        info = {"url": self.webhook.get("url", ""), "pending_update_count": len(self.updates)}
        failed = {"last_error_date": 1795336000, "last_error_message": self.unreached} if self.unreached else {}
        return done({**info, **failed})

    def _get_updates(self, asked: dict[str, Any]) -> Told:
        if self.webhook:
            return refused(
                409, "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete it"
            )
        with self._lock:
            self._asking += 1
            mine = self._asking
            self.updates = [each for each in self.updates if each["update_id"] >= asked.get("offset", 0)]
        until = time.monotonic() + min(asked.get("timeout", 0), self.wait_at_most)
        while True:
            with self._lock:
                if self._asking != mine:
                    ended = "setWebhook" if self.webhook else "other getUpdates"
                    return refused(409, f"Conflict: terminated by {ended} request; make sure that only one bot runs")
                found = self._wanted(asked)
            if found or time.monotonic() > until:
                return done(found)
            time.sleep(LOOK_EVERY)

    def _wanted(self, asked: dict[str, Any]) -> list[dict[str, Any]]:
        kinds = set(asked["allowed_updates"])
        return [each for each in self.updates if kinds & set(each)][: asked.get("limit", 100)]

    def _send_message(self, asked: dict[str, Any]) -> Told:
        where = {name: asked[name] for name in ("chat_id", "business_connection_id") if name in asked}
        if not isinstance(where.get("chat_id"), int):
            return refused(400, "Bad Request: chat_id is empty")
        try:
            telegram_rules.check_message({name: asked[name] for name in asked if name not in where})
        except telegram_rules.Illegal as broken:
            return refused(400, f"Bad Request: {broken}")
        business = where.get("business_connection_id")
        to = f"b:{business}:{where['chat_id']}" if business else str(where["chat_id"])
        number = int(self.accept(to, asked["text"]).rpartition("-")[2])
        chat = {"id": where["chat_id"], "first_name": "Customer", "type": "private"}
        return done({"message_id": number, "chat": chat, "date": 1795336002, "text": asked["text"]})

    def _answer_callback_query(self, asked: dict[str, Any]) -> Told:
        if asked["callback_query_id"].startswith("old"):
            return refused(400, "Bad Request: query is too old and response timeout expired or query ID is invalid")
        self.released.append(asked["callback_query_id"])
        return done(True)


def double(platforms: Platforms) -> Telegram:
    """The one these platforms hold, with all that it can be told."""
    found = platforms["telegram"]
    assert isinstance(found, Telegram)
    return found


def done(result: object) -> Told:
    return Told(200, {"ok": True, "result": result})


def refused(
    status: int, description: str, parameters: dict[str, Any] | None = None, headers: dict[str, str] | None = None
) -> Told:
    more = {"parameters": parameters} if parameters else {}
    return Told(status, {"ok": False, "error_code": status, "description": description, **more}, headers or {})
