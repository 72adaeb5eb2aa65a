"""What an Update of the Bot API means: a customer's words, a notice, or nothing to us.

https://core.telegram.org/bots/api#update. Only private talks count: a bot in a group would answer people who talk to
each other. In the seller's own account ("business") the bot sees both sides of the customers' chats there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from autoresponder.channels.base import Event, Notice, Payload
from autoresponder.channels.bodies import mapping, text
from autoresponder.channels.telegram_keyboard import pressed
from autoresponder.engine.types import NOTHING, Incoming, IncomingKind

# What Telegram is asked to send. Said every time: if left out, the list of the last call stays.
WANTED = ("message", "callback_query", "my_chat_member", "business_message", "deleted_business_messages")

_ID_LENGTH, _NAME_LENGTH = 100, 60
_IDS = range(1, 2**63)
# Everything else without words is Telegram's own note (a pinned message, a changed photo) and no customer speaking.
_CONTENT: Mapping[str, IncomingKind] = {
    "photo": "image",
    "sticker": "sticker",
    **dict.fromkeys(("animation", "audio", "document", "video", "video_note", "voice", "paid_media"), "other"),
    **dict.fromkeys(("contact", "location", "venue", "poll", "dice", "story", "game", "checklist"), "other"),
}


def events(update: Mapping[str, Any]) -> Sequence[Event]:
    """In order; [] for what needs no answer. Edited words are not answered again, groups and other bots never."""
    update_id = number(update.get("update_id"))
    for name, read in _READERS.items():
        if name in update and update_id:
            return read(mapping(update[name]), f"u{update_id}")
    return []


def number(value: object) -> int:
    """A positive id of 64 bits; 0 for anything else."""
    return value if isinstance(value, int) and not isinstance(value, bool) and value in _IDS else 0


def place(customer: str) -> Payload:
    """Where a message to a customer goes, as sendMessage wants it."""
    if not customer.startswith("b:"):
        return {"chat_id": int(customer)}
    business, _, chat = customer.removeprefix("b:").rpartition(":")
    return {"business_connection_id": business, "chat_id": int(chat)}


def _message(message: Mapping[str, Any], event_id: str) -> Sequence[Event]:
    customer, sender = _customer(message), mapping(message.get("from"))
    if not customer or sender.get("is_bot") is not False:
        return []
    said = text(message.get("text"))
    if said == "/start" or said.startswith("/start "):
        return [_incoming(event_id, customer, _hello(sender), "button", message)]
    return _words(event_id, customer, message)


def _business(message: Mapping[str, Any], event_id: str) -> Sequence[Event]:
    """Both sides of a chat in the seller's own account: the chat's id is the customer's."""
    customer, sender = _customer(message), mapping(message.get("from"))
    message_id = number(message.get("message_id"))
    if not (customer and message_id) or sender.get("is_bot") is not False:
        return []
    if number(sender.get("id")) == number(mapping(message.get("chat")).get("id")):
        # Chat and message make the id: a message taken back is named by them (`_unsent`).
        return _words(f"{customer}:{message_id}", customer, message)
    # What we sent comes back too; an away message or a scheduled one is no person at the keyboard.
    if "sender_business_bot" in message or message.get("is_from_offline") is True:
        return []
    said = text(message.get("text")) or text(message.get("caption"))
    return [Notice("person_answered", customer, said, str(message_id), at=_moment(message))]


def _pressed(query: Mapping[str, Any], event_id: str) -> Sequence[Event]:
    sender, message = mapping(query.get("from")), mapping(query.get("message"))
    # A button under a message of another bot, or passed on to a group, is not pressed in a talk with us.
    customer = _customer(message)
    if not customer or number(sender.get("id")) != number(mapping(message.get("chat")).get("id")):
        return []
    said = pressed(text(query.get("data")), mapping(message.get("reply_markup")))
    reply_to = {"callback": query_id} if (query_id := text(query.get("id"))[:_ID_LENGTH]) else NOTHING
    return [Incoming(event_id, customer, said, "button", _name(sender), reply_to=reply_to)]


def _membership(change: Mapping[str, Any], event_id: str) -> Sequence[Event]:
    """In a private chat: the customer has blocked the bot, or lets it write again."""
    customer = _customer(change)
    status = text(mapping(change.get("new_chat_member")).get("status"))
    if customer and status == "kicked":
        return [Notice("gone", customer, at=_moment(change))]
    return [Notice("back", customer, at=_moment(change))] if customer and status == "member" else []


def _unsent(deleted: Mapping[str, Any], event_id: str) -> Sequence[Event]:
    customer, ids = _customer(deleted), deleted.get("message_ids")
    if not customer or not isinstance(ids, list):
        return []
    return [Notice("unsent", customer, message_id=f"{customer}:{each}") for each in ids if number(each)]


def _words(event_id: str, customer: str, message: Mapping[str, Any]) -> Sequence[Incoming]:
    """A caption is what the customer says; without one a photo is a photo."""
    if said := text(message.get("text")) or text(message.get("caption")):
        return [_incoming(event_id, customer, said, "text", message)]
    kind = next((kind for name, kind in _CONTENT.items() if message.get(name)), None)
    return [_incoming(event_id, customer, "", kind, message)] if kind else []


def _incoming(event_id: str, customer: str, said: str, kind: IncomingKind, message: Mapping[str, Any]) -> Incoming:
    return Incoming(event_id, customer, said, kind, _name(mapping(message.get("from"))), _moment(message))


def _hello(sender: Mapping[str, Any]) -> str:
    """The button every bot begins with sends "/start", which would count as not understood. It is what a hello is, in
    the customer's own language; what a link has put behind it (`/start order_1234`) is no word of theirs."""
    language = text(sender.get("language_code"))
    return "안녕하세요" if not language or language.startswith("ko") else "Hello"


def _customer(holder: Mapping[str, Any]) -> str:
    """Whose private chat this is, "" for any other. The same person is somebody else in the seller's own account."""
    chat, business = mapping(holder.get("chat")), text(holder.get("business_connection_id"))
    chat_id = number(chat.get("id")) if chat.get("type") == "private" else 0
    if not chat_id or len(business) > _ID_LENGTH:
        return ""
    return f"b:{business}:{chat_id}" if business else str(chat_id)


def _name(sender: Mapping[str, Any]) -> str:
    return f"{text(sender.get('first_name'))} {text(sender.get('last_name'))}".strip()[:_NAME_LENGTH].strip()


def _moment(holder: Mapping[str, Any]) -> datetime | None:
    """Unix seconds."""
    try:
        return datetime.fromtimestamp(number(holder.get("date")), UTC) if number(holder.get("date")) else None
    except (ValueError, OverflowError, OSError):
        return None


_READERS = {
    "message": _message,
    "callback_query": _pressed,
    "my_chat_member": _membership,
    "business_message": _business,
    "deleted_business_messages": _unsent,
}
