"""TalkTalk's limits for what we send, written down apart from the adapter.

https://github.com/navertalk/chatbot-api (README.md). Of the events and buttons only those that we send are known here.
Lengths in UTF-16 units, the stricter reading of its "자".
"""

from __future__ import annotations

import json
from typing import Any


class Illegal(AssertionError):
    """TalkTalk would refuse this."""


def check(payload: dict[str, Any]) -> None:
    """What is kept of an answer: {"reply": an event or {}, "hand_off": whether a person is called}."""
    json.dumps(payload)
    need(set(payload) == {"reply", "hand_off"} and isinstance(payload["hand_off"], bool), "keys of the payload")
    if payload["reply"]:
        send_event(payload["reply"])


def send_event(event: dict[str, Any]) -> None:
    """A message to a customer, in the response or to the sending API."""
    need(event.get("event") == "send" and set(event) <= {"event", "user", "textContent", "options"}, "a send event")
    content = event["textContent"]
    need(set(content) <= {"text", "quickReply"}, "keys of the text")
    need(bool(content["text"].strip()) and size(content["text"]) <= 10_000, "1 to 10000 in a text")
    if "quickReply" in content:
        need(set(content["quickReply"]) == {"buttonList"}, "keys of the quick reply")
        need(1 <= len(content["quickReply"]["buttonList"]) <= 10, "one to ten buttons")
        for button in content["quickReply"]["buttonList"]:
            text_button(button)


def text_button(button: dict[str, Any]) -> None:
    need(set(button) == {"type", "data"} and button["type"] == "TEXT", "a text button")
    need(set(button["data"]) <= {"title", "code"}, "keys of a button")
    need(bool(button["data"]["title"].strip()) and size(button["data"]["title"]) <= 10, "1 to 10 in a title")
    need(size(button["data"].get("code", "")) <= 1000, "1000 in a code")


def texts(payload: dict[str, Any]) -> list[str]:
    return [payload["reply"]["textContent"]["text"]] if payload["reply"] else []


def buttons(payload: dict[str, Any]) -> list[dict[str, Any]]:
    quick = payload["reply"]["textContent"].get("quickReply", {"buttonList": []})
    return [button["data"] for button in quick["buttonList"]]


def size(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def need(condition: bool, what: str) -> None:
    if not condition:
        raise Illegal(what)
