"""Kakao's limits for an answer of version 2.0, written down apart from the adapter.

https://kakaobusiness.gitbook.io/main/tool/chatbot/skill_guide/answer_json_format. Of the bubbles only those that we
send are known here; any other is illegal. Lengths in UTF-16 units, the stricter reading.
"""

from __future__ import annotations

import json
from typing import Any

# What a button of each action must carry besides its label.
CARD_ACTIONS = {
    "webLink": "webLinkUrl",
    "message": "messageText",
    "phone": "phoneNumber",
    "block": "blockId",
    "share": "",
    "operator": "",
}
QUICK_ACTIONS = {"message": "messageText", "block": "blockId"}


class Illegal(AssertionError):
    """Kakao would not show this answer."""


def check(payload: dict[str, Any]) -> None:
    need(set(payload) <= {"version", "template", "context", "data"} and payload.get("version") == "2.0", "version")
    template = payload["template"]
    need(set(template) <= {"outputs", "quickReplies"}, "keys of the template")
    need(1 <= len(template["outputs"]) <= 3, "one to three bubbles")
    for output in template["outputs"]:
        ((name, bubble),) = output.items()
        need(name in BUBBLES, f"bubble {name}")
        BUBBLES[name](bubble)
    quick = template.get("quickReplies", [])
    need(len(quick) <= 10, "ten quick replies")
    for button in quick:
        press(button, QUICK_ACTIONS)
    for ascii_only in (True, False):
        need(len(json.dumps(payload, ensure_ascii=ascii_only).encode()) <= 30_720, "30 KB")


def texts(payload: dict[str, Any]) -> list[str]:
    bubbles = [bubble for output in payload["template"]["outputs"] for bubble in output.values()]
    return [bubble.get("text") or bubble["description"] for bubble in bubbles]


def simple_text(bubble: dict[str, Any]) -> None:
    need(set(bubble) == {"text"} and bool(bubble["text"].strip()), "a text that says something")
    need(size(bubble["text"]) <= 1000, "1000 in a text")


def text_card(card: dict[str, Any]) -> None:
    need(set(card) <= {"title", "description", "buttons", "buttonLayout"}, "keys of a card")
    title, description = card.get("title", ""), card.get("description", "")
    need(bool((title + description).strip()), "a card that says something")
    need(size(title) <= 50, "50 in a title")
    need(size(title) + size(description) <= 400, "400 in a card")
    need(len(card.get("buttons", [])) <= 3, "three buttons")
    for button in card.get("buttons", []):
        press(button, CARD_ACTIONS)


def press(button: dict[str, Any], actions: dict[str, str]) -> None:
    need(button.get("action") in actions, "an action of this place")
    need(bool(button["label"].strip()) and size(button["label"]) <= 14, "1 to 14 in a label")
    companion = actions[button["action"]]
    need(not companion or bool(button.get(companion)), f"{button['action']} needs {companion}")


def size(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def need(condition: bool, what: str) -> None:
    if not condition:
        raise Illegal(what)


BUBBLES = {"simpleText": simple_text, "textCard": text_card}
