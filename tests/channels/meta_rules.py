"""Meta's limits for what we send, written down apart from the adapters.

Messenger, Instagram: https://developers.facebook.com/documentation/business-messaging/messenger-platform/send-messages
and .../quick-replies. WhatsApp: https://developers.facebook.com/documentation/business-messaging/whatsapp/messages.
Lengths in UTF-16 units, the stricter reading, but for Instagram's text, which counts in bytes of UTF-8.
"""

from __future__ import annotations

from typing import Any, Literal

Kind = Literal["messenger", "instagram", "whatsapp"]


class Illegal(AssertionError):
    """Meta would refuse this message."""


def check(kind: Kind, payload: dict[str, Any]) -> None:
    """A rendered payload: the calls, without what sending adds to them."""
    need(set(payload) == {"calls"}, "calls and nothing else")
    for at, call in enumerate(payload["calls"]):
        if kind == "whatsapp":
            whatsapp(call)
        elif call == {"pass": True}:
            need(at == len(payload["calls"]) - 1, "the talk is given away last")
        else:
            need(set(call) == {"message"}, "one message a call")
            page(kind, call["message"])
    spoken = [call for call in payload["calls"] if "quick_replies" in call.get("message", {})]
    need(spoken in ([], [call for call in payload["calls"] if "message" in call][-1:]), "quick replies at the end")


def page(kind: Kind, message: dict[str, Any]) -> None:
    need(set(message) <= {"text", "quick_replies", "metadata"}, "keys of a message")
    said = message["text"]
    need(bool(said.strip()), "a text that says something")
    long = len(said.encode()) > 1000 if kind == "instagram" else size(said) > 2000
    need(not long, "length of a text")
    need(size(message.get("metadata", "")) <= 1000, "1000 in metadata")
    quick = message.get("quick_replies", [{"content_type": "text", "title": "-", "payload": "-"}])
    need(1 <= len(quick) <= 13, "one to thirteen quick replies")
    for one in quick:
        need(set(one) == {"content_type", "title", "payload"} and one["content_type"] == "text", "a text quick reply")
        need(bool(one["title"].strip()) and size(one["title"]) <= 20, "1 to 20 in a title")
        need(bool(one["payload"].strip()) and size(one["payload"]) <= 1000, "1 to 1000 in what it carries")


def whatsapp(message: dict[str, Any]) -> None:
    kind = message["type"]
    need(set(message) == {"type", kind} and kind in ("text", "interactive"), "keys of a message")
    if kind == "text":
        words(message["text"], 4096)
        return
    interactive = message["interactive"]
    need(set(interactive) == {"type", "body", "action"}, "keys of an interactive message")
    words({"body": interactive["body"]["text"]}, 1024)
    {"button": _buttons, "list": _list}[interactive["type"]](interactive["action"])


def words(text: dict[str, Any], longest: int) -> None:
    need(bool(text["body"].strip()) and size(text["body"]) <= longest, f"1 to {longest} in a body")


def _buttons(action: dict[str, Any]) -> None:
    need(set(action) == {"buttons"} and 1 <= len(action["buttons"]) <= 3, "one to three buttons")
    replies = [button["reply"] for button in action["buttons"] if button["type"] == "reply"]
    need(len(replies) == len(action["buttons"]), "reply buttons only")
    for reply in replies:
        need(bool(reply["title"].strip()) and size(reply["title"]) <= 20, "1 to 20 in a title")
        need(bool(reply["id"].strip()) and size(reply["id"]) <= 256, "1 to 256 in an id")
    need(_different(replies, "id") and _different(replies, "title"), "ids and titles differ")


def _list(action: dict[str, Any]) -> None:
    need(set(action) == {"button", "sections"} and 0 < size(action["button"]) <= 20, "1 to 20 to open the list")
    rows = [row for section in action["sections"] for row in section["rows"]]
    need(len(action["sections"]) == 1 and 1 <= len(rows) <= 10, "one to ten rows in a section without a title")
    for row in rows:
        need(set(row) <= {"id", "title", "description"}, "keys of a row")
        need(bool(row["title"].strip()) and size(row["title"]) <= 24, "1 to 24 in a title")
        need(bool(row["id"].strip()) and size(row["id"]) <= 200, "1 to 200 in an id")
        need(size(row.get("description", "")) <= 72, "72 in a description")
    need(_different(rows, "id"), "ids differ")


def _different(things: list[dict[str, Any]], name: str) -> bool:
    return len({thing[name] for thing in things}) == len(things)


def texts(payload: dict[str, Any]) -> list[str]:
    return [text_of(call) for call in payload["calls"] if "pass" not in call]


def text_of(call: dict[str, Any]) -> str:
    """What the customer reads of a call, or of the body that was sent."""
    if "message" in call:
        said: str = call["message"]["text"]
    elif call["type"] == "interactive":
        said = call["interactive"]["body"]["text"]
    else:
        said = call["text"]["body"]
    return said


def size(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def need(condition: bool, what: str) -> None:
    if not condition:
        raise Illegal(what)
