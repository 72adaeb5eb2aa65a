"""A conversation as it reads on a screen: the customer's messages, the bot's answers, a person's words, in order."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from django.db.models import QuerySet

from autoresponder.inbox.models import Conversation, Delivery, Message

PAGE = 50


@dataclass(frozen=True, slots=True)
class Entry:
    """Bubbles said together. `bubbles`: dicts with role, text, buttons. `state`, `error` and `attempts` are the
    delivery's, "" and 0 if none."""

    key: str
    who: Literal["customer", "bot", "person"]
    at: datetime
    text: str = ""
    bubbles: tuple[dict[str, Any], ...] = ()
    state: str = ""
    error: str = ""
    attempts: int = 0
    message: Message | None = None
    author: str = ""


def thread(conversation: Conversation, *, last: int = PAGE) -> list[Entry]:
    """The newest `last` customer messages with everything said since the oldest of them, as the shop sees it."""
    # Prefetched, not joined: a version's document can be large and is the same for most messages.
    return _entries(conversation, Message.objects.prefetch_related("version"), last)


def customer_thread(conversation: Conversation, *, last: int = PAGE) -> list[Entry]:
    """The same as the customer sees it: only what was delivered to them."""
    entries = _entries(conversation, Message.objects.all(), last)
    return [entry for entry in entries if entry.who == "customer" or entry.state == "sent"]


def _entries(conversation: Conversation, messages: QuerySet[Message], last: int) -> list[Entry]:
    newest = messages.filter(conversation=conversation).select_related("delivery").order_by("-id")[:last]
    said = list(newest)[::-1]
    words = Delivery.objects.filter(conversation=conversation, by_person=True).select_related("author")
    if len(said) == last:
        words = words.filter(created_at__gte=said[0].at)
    entries = [entry for message in said for entry in _of_message(message)]
    entries += [_of_person(delivery) for delivery in words.order_by("id")]
    return sorted(entries, key=lambda entry: entry.at)


def _of_message(message: Message) -> list[Entry]:
    entries = [Entry(f"m{message.pk}", "customer", message.at, text=message.text, message=message)]
    if message.replies:
        delivery = getattr(message, "delivery", None)
        # An answer inside the HTTP response has no delivery row: it went out with the response.
        state = delivery.state if delivery else Delivery.State.SENT
        error, attempts = (delivery.error, delivery.attempts) if delivery else ("", 0)
        at = delivery.sent_at or delivery.created_at if delivery else message.at
        said = tuple(message.replies)
        entries.append(Entry(f"b{message.pk}", "bot", at, "", said, state, error, attempts, message))
    return entries


def _of_person(delivery: Delivery) -> Entry:
    return Entry(
        f"p{delivery.pk}",
        "person",
        delivery.sent_at or delivery.created_at,
        bubbles=tuple(delivery.replies),
        state=delivery.state,
        error=delivery.error,
        attempts=delivery.attempts,
        author=str(delivery.author or ""),
    )
