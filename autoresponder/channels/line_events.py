"""What LINE tells us, as messages and notices. https://developers.line.biz/en/reference/messaging-api/#webhooks

Events are read as plain objects: LINE adds properties and kinds of events without notice, and its own SDK gives up a
whole request for one unknown value.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from autoresponder.channels.base import Event, Notice
from autoresponder.channels.bodies import mapping, text
from autoresponder.engine.types import Incoming, IncomingKind

# Replying is promised for one minute after receipt (reference, "Send reply message"); the rest is for the way.
REPLY_FOR = timedelta(seconds=50)

_ID_LENGTH = 200
_KINDS: Mapping[str, IncomingKind] = {"text": "text", "image": "image", "sticker": "sticker"}


def read(events: object, now: datetime) -> Sequence[Event]:
    """The events of one-to-one talks that mean something to us, in order; whatever makes no sense is left out."""
    return [known for event in events for known in _read(mapping(event), now)] if isinstance(events, list) else []


def _read(event: Mapping[str, Any], now: datetime) -> Iterator[Event]:
    source = mapping(event.get("source"))
    customer = _id(source.get("userId"))
    kind = text(event.get("type"))
    # In groups and rooms people talk to each other.
    if source.get("type") == "user" and customer and kind in _READERS:
        yield from _READERS[kind](event, customer, now)


def _message(event: Mapping[str, Any], customer: str, now: datetime) -> Iterator[Event]:
    message = mapping(event.get("message"))
    if not text(message.get("type")):
        return
    kind = _KINDS.get(message["type"], "other")
    said = text(message.get("text")).strip() if kind == "text" else ""
    if said or kind != "text":
        # The documented key is webhookEventId. A message's id is as good, for it is the same on a redelivery and no
        # two messages share it, and it is the only name by which LINE says later that the message was taken back.
        yield _incoming(event, customer, now, _id(message.get("id")) or _id(event.get("webhookEventId")), said, kind)


def _postback(event: Mapping[str, Any], customer: str, now: datetime) -> Iterator[Event]:
    """A pressed button; `data` is what it says (`line.py`)."""
    if said := text(mapping(event.get("postback")).get("data")).strip():
        yield _incoming(event, customer, now, _id(event.get("webhookEventId")), said, "button")


def _incoming(
    event: Mapping[str, Any], customer: str, now: datetime, event_id: str, said: str, kind: IncomingKind
) -> Incoming:
    at, token = _moment(event), text(event.get("replyToken"))
    # The minute counts from receipt. Whether a redelivered event gets a new one is not documented, so it gets none.
    until = min(at or now, now) + REPLY_FOR
    return Incoming(
        event_id,
        customer,
        said,
        kind,
        at=at,
        reply_to={"token": token, "until": until.isoformat()} if token else {},
        # "standby": another program or a person of a module channel holds the talk (webhook.yml, EventMode).
        with_person=event.get("mode") == "standby",
    )


def _follow(event: Mapping[str, Any], customer: str, now: datetime) -> Iterator[Event]:
    yield Notice("back", customer, at=_moment(event))


def _unfollow(event: Mapping[str, Any], customer: str, now: datetime) -> Iterator[Event]:
    yield Notice("gone", customer, at=_moment(event))


def _unsend(event: Mapping[str, Any], customer: str, now: datetime) -> Iterator[Event]:
    if message_id := _id(mapping(event.get("unsend")).get("messageId")):
        yield Notice("unsent", customer, message_id=message_id, at=_moment(event))


def _id(value: object) -> str:
    given = text(value).strip()
    return given if len(given) <= _ID_LENGTH else ""


def _moment(event: Mapping[str, Any]) -> datetime | None:
    """`timestamp`: milliseconds since 1970. A redelivered event keeps the time of the original."""
    stamp = event.get("timestamp")
    if not isinstance(stamp, int) or isinstance(stamp, bool):
        return None
    try:
        return datetime.fromtimestamp(stamp / 1000, UTC)
    except (ValueError, OverflowError, OSError):
        return None


_READERS: Mapping[str, Callable[[Mapping[str, Any], str, datetime], Iterator[Event]]] = {
    "message": _message,
    "postback": _postback,
    "follow": _follow,
    "unfollow": _unfollow,
    "unsend": _unsend,
}
