"""How many automatic answers a customer has had, where a messenger's manners set a limit (RFC 3834 2, RFC 5230 4.2).

The outbox's own rows are the ledger. It asks after it has claimed a row, and within a conversation it sends one row
after the other, so two workers cannot both find the last place free.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from autoresponder.channels.base import Channel
from autoresponder.engine.types import Outcome
from autoresponder.inbox.models import Delivery

State = Delivery.State

# What may have reached the customer counts.
_COUNTED = (State.SENDING, State.SENT, State.UNKNOWN)
_STANDARD = (Outcome.GREETED.value, Outcome.FALLBACK.value)


def is_too_often(row: Delivery, adapter: Channel, now: datetime) -> bool:
    """Whether one more automatic answer to this customer would break the messenger's manners."""
    had = Delivery.objects.filter(conversation_id=row.conversation_id, by_person=False, state__in=_COUNTED)
    had = had.exclude(pk=row.pk)
    for most, seconds in adapter.at_most:
        if had.filter(created_at__gt=now - timedelta(seconds=seconds)).count() >= most:
            return True
    if adapter.greets_every and row.message and row.message.outcome in _STANDARD:
        since = now - timedelta(seconds=adapter.greets_every)
        return had.filter(created_at__gt=since, message__outcome__in=_STANDARD).exists()
    return False
