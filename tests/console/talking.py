"""Customers for the console's tests: they write, and what the bot answers is delivered."""

from __future__ import annotations

from datetime import datetime

from autoresponder.connections import find
from autoresponder.connections.models import Connection
from autoresponder.engine.types import Incoming
from autoresponder.inbox import outbox
from autoresponder.inbox.models import Message
from autoresponder.inbox.receive import receive


def say(messenger: Connection, text: str, *, now: datetime, customer: str = "c1", **more: object) -> Message:
    """One message of a customer, received and answered at `now`."""
    line = find.by_token(messenger.kind, messenger.token)
    assert line is not None
    incoming = Incoming("", customer, text, **more)  # type: ignore[arg-type]
    message = Message.objects.get(pk=receive(line, incoming, now=now).message_id)
    outbox.drain(lambda: now)
    return message
