"""LINE's limits for what we send, written down apart from the adapter.

https://developers.line.biz/en/reference/messaging-api/ (text message, quick reply, postback action). Of the messages
and actions only those that we send are known here. Lengths of texts in UTF-16 units (docs, "Text character count"), of
labels and words on a button too, which is the stricter reading there.
"""

from __future__ import annotations

import json
from typing import Any


class Illegal(AssertionError):
    """LINE would refuse this."""


def check(payload: dict[str, Any]) -> None:
    """What is kept of an answer: {"messages": [...]}; an empty list is never sent."""
    json.dumps(payload)
    need(set(payload) == {"messages"}, "keys of the payload")
    need(len(payload["messages"]) <= 5, "five messages at once")
    for message in payload["messages"]:
        text_message(message)


def text_message(message: dict[str, Any]) -> None:
    need(message.get("type") == "text" and set(message) <= {"type", "text", "quickReply"}, "a text message")
    need(bool(message["text"].strip()), "May not be empty")
    need(size(message["text"]) <= 5000, "5000 in a text")
    if "quickReply" in message:
        items = message["quickReply"]["items"]
        need(1 <= len(items) <= 13, "one to thirteen quick replies")
        for item in items:
            need(set(item) == {"type", "action"} and item["type"] == "action", "an item")
            postback(item["action"])


def postback(action: dict[str, Any]) -> None:
    need(set(action) == {"type", "label", "data", "displayText"} and action["type"] == "postback", "a postback")
    need(bool(action["label"].strip()) and size(action["label"]) <= 20, "1 to 20 in a label")
    need(1 <= size(action["data"]) <= 300, "1 to 300 in data")
    need(size(action["displayText"]) <= 300, "300 in displayText")


def texts(payload: dict[str, Any]) -> list[str]:
    return [message["text"] for message in payload["messages"]]


def buttons(payload: dict[str, Any]) -> list[dict[str, Any]]:
    """The actions of the quick replies, which stand on the last message or nowhere."""
    with_buttons = [message for message in payload["messages"] if "quickReply" in message]
    assert with_buttons in ([], payload["messages"][-1:])
    return [item["action"] for message in with_buttons for item in message["quickReply"]["items"]]


def size(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def need(condition: bool, what: str) -> None:
    if not condition:
        raise Illegal(what)
