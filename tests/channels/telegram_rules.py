"""Telegram's limits for what a bot sends, written down apart from the adapter.

https://core.telegram.org/bots/api#sendmessage and #inlinekeyboardbutton. Lengths in UTF-16 units, the stricter reading.
"""

from __future__ import annotations

import json
from typing import Any


class Illegal(AssertionError):
    """Telegram would refuse this message."""


def check(payload: dict[str, Any]) -> None:
    need(set(payload) == {"messages"}, "keys of the payload")
    for message in payload["messages"]:
        check_message(message)


def check_message(message: dict[str, Any]) -> None:
    # No parse_mode: a "<" or "_" of a seller's text would be taken for markup and the message refused.
    need(set(message) <= {"text", "reply_markup"}, "keys of a message")
    need(bool(message["text"].strip()), "a text that says something")
    need(size(message["text"]) <= 4096, "4096 in a text")
    if "reply_markup" in message:
        need(set(message["reply_markup"]) == {"inline_keyboard"}, "an inline keyboard")
        rows = message["reply_markup"]["inline_keyboard"]
        need(bool(rows) and all(rows), "rows with buttons")
        need(sum(len(row) for row in rows) <= 100 and all(len(row) <= 8 for row in rows), "100 buttons, 8 in a row")
        need(len(json.dumps(rows, ensure_ascii=False).encode()) <= 10_000, "10 KB of buttons")
        for button in (button for row in rows for button in row):
            need(set(button) == {"text", "callback_data"}, "keys of a button")
            need(bool(button["text"].strip()), "a button that says something")
            need(1 <= len(button["callback_data"].encode()) <= 64, "1 to 64 bytes of data")


def texts(payload: dict[str, Any]) -> list[str]:
    return [message["text"] for message in payload["messages"]]


def size(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def need(condition: bool, what: str) -> None:
    if not condition:
        raise Illegal(what)
