"""What Naver TalkTalk tells us. https://github.com/navertalk/chatbot-api (README, handover_v1); #n is an issue there.

One event a request. An event has no time and, as far as documented, no id.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from autoresponder.channels.base import Event, Notice
from autoresponder.channels.bodies import mapping, text
from autoresponder.engine.types import Incoming, IncomingKind

_USER_LENGTH = 100
_PARTNER = 1  # options.sourceId of what a person of the shop did

# Of inputType. The words of "sticker", "product" and "vphone" are Naver's or a number, so no rule may read them.
_KINDS: Mapping[str, IncomingKind] = {
    "button": "button",
    "sticker": "sticker",
    "product": "other",
    "vphone": "other",
}


def read(body: Mapping[str, Any]) -> Sequence[Event]:
    """At most one event. Nothing for "open" and "friend", to which Naver advises silence, for "profile", since no
    profile is ever asked for or kept, and for whatever is new."""
    user = text(body.get("user")).strip()
    reader = _READERS.get(text(body.get("event")))
    if reader is None or not user or len(user) > _USER_LENGTH:
        return []
    event = reader(body, user)
    return [] if event is None else [event]


def _send(body: Mapping[str, Any], user: str) -> Event | None:
    content = mapping(body.get("textContent"))
    if content:
        kind = _KINDS.get(text(content.get("inputType")), "text")
        said = _words(content, kind, body)
        if not said and kind in ("text", "button"):
            return None
    elif any(name.endswith("Content") for name in body):
        kind, said = "image" if mapping(body.get("imageContent")) else "other", ""
    else:
        return None
    # Left out while the bot has the talk, and also when the customer presses a button of ours (handover_v1.md).
    return Incoming(_message_id(body, user), user, said, kind, with_person=body.get("standby") is True)


def _words(content: Mapping[str, Any], kind: IncomingKind, body: Mapping[str, Any]) -> str:
    shown = text(content.get("text")).strip()
    if kind == "button":
        # `code` says in full what the label had to cut (`navertalk.py`); it is not shown in the chat.
        return text(content.get("code")).strip() or shown
    if kind == "sticker":
        return ""
    # Which product "이 상품을 문의합니다." is about.
    product = mapping(mapping(body.get("options")).get("product")) if kind == "other" else {}
    return "\n".join(filter(None, [shown, text(product.get("name")).strip()]))


def _echo(body: Mapping[str, Any], user: str) -> Event | None:
    """A copy of what the shop's side did: a person's words there, or our own, which are nothing new.

    `sourceId` is there where the hand-over is on; else only what a person typed carries `managerNickname` (#102).
    One without either comes from the bot, a mass mailing (#209) or a name card, and is left alone.
    """
    options = mapping(body.get("options"))
    by_person = _is_partner(options.get("sourceId")) or bool(text(options.get("managerNickname")))
    # "leave": the person has left the chat window (#209).
    if not by_person or body.get("echoedEvent") not in ("send", "product"):
        return None
    said = text(mapping(body.get("textContent")).get("text")).strip()
    return Notice("person_answered", user, said, message_id=_message_id(body, user))


def _handover(body: Mapping[str, Any], user: str) -> Event | None:
    """A person has pressed ‘상담 완료하기’: the talk is the bot's again."""
    done = mapping(body.get("options")).get("control") == "passThread"
    return Notice("person_leaves", user) if done else None


def _message_id(body: Mapping[str, Any], user: str) -> str:
    """Undocumented and counted for each customer, so it counts only together with them (#136); "" without one."""
    number = body.get("messageId")
    return f"{user}:{number}" if isinstance(number, int) and not isinstance(number, bool) else ""


def _is_partner(value: object) -> bool:
    return value == _PARTNER and not isinstance(value, bool)


_READERS: Mapping[str, Callable[[Mapping[str, Any], str], Event | None]] = {
    "send": _send,
    "echo": _echo,
    "handover": _handover,
}
