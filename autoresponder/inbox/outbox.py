"""The one way out: claim what is due, send it, write down what happened. The database is the queue.

A row is claimed by compare-and-set with a lease, so that any number of workers may drain at once and a killed one
loses nothing. No network call happens inside a transaction.
"""

from __future__ import annotations

import logging
import random
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q

from autoresponder import channels
from autoresponder.channels.base import SendError
from autoresponder.connections.secrets import readable
from autoresponder.inbox.models import Conversation, Delivery

log = logging.getLogger(__name__)

State = Delivery.State

LEASE = timedelta(seconds=30)
# Seconds before the next try, by how many tries there were; the deadline cuts it short.
BACKOFF = (2, 8, 30, 90, 180)
BATCH = 50

Clock = Callable[[], datetime]
Random = Callable[[], float]


def drain(clock: Clock, *, limit: int = 500, rand: Random = random.random) -> int:
    """Deliver what is due, oldest first, until nothing is left or `limit` rows were tried. Returns that number."""
    tried = 0
    while tried < limit:
        before = tried
        for row in _due(clock()):
            # Claimed one at a time: a slow platform must not let the leases of the rows behind it run out.
            if claim(row, now=clock()):
                deliver(row, clock=clock, rand=rand)
                tried += 1
        if tried == before:
            break
    return tried


def claim(row: Delivery, *, now: datetime) -> bool:
    """Take a row for ourselves; False when another worker was faster. Compare-and-set on what we have read."""
    changed = Delivery.objects.filter(pk=row.pk, state=row.state, lease_until=row.lease_until).update(
        state=State.CLAIMED, lease_until=now + LEASE, attempts=F("attempts") + 1
    )
    row.attempts += changed
    return bool(changed)


def deliver(row: Delivery, *, clock: Clock, rand: Random) -> None:
    """Send one claimed row, unless its moment has passed."""
    now = clock()
    if now > row.deadline:
        return _give_up(row, State.EXPIRED, "the answer came too late", now)
    if row.author_id is None and _person_spoke(row):
        return _finish(row, State.EXPIRED, error="a person answered first")
    connection = row.connection
    try:
        platform_id = channels.get(connection.kind).send(
            row.payload, to=row.conversation.customer, secrets=readable(connection.sealed)
        )
    except SendError as error:
        return _failed(row, error, clock(), rand)
    except Exception:  # a fault in one adapter must not hold up the customers of the others
        log.exception("delivery %s failed in its adapter", row.pk)
        return _failed(row, SendError("internal error"), clock(), rand)
    _finish(row, State.SENT, sent_at=clock(), platform_id=platform_id)


def _due(now: datetime) -> list[Delivery]:
    """Rows to try now; within a conversation only the oldest, so that answers never overtake each other."""
    open_rows = Q(state=State.READY) | Q(state=State.CLAIMED)
    older = Delivery.objects.filter(open_rows, conversation=OuterRef("conversation"), pk__lt=OuterRef("pk"))
    ready = Q(state=State.READY, due_at__lte=now) | Q(state=State.CLAIMED, lease_until__lt=now)
    rows = Delivery.objects.filter(ready).exclude(Exists(older)).select_related("connection", "conversation")
    return list(rows.order_by("due_at", "pk")[:BATCH])


def _person_spoke(row: Delivery) -> bool:
    return Delivery.objects.filter(conversation=row.conversation, author__isnull=False, pk__gt=row.pk).exists()


def _failed(row: Delivery, error: SendError, now: datetime, rand: Random) -> None:
    if error.permanent:
        return _give_up(row, State.REFUSED, str(error), now)
    wait = BACKOFF[min(row.attempts, len(BACKOFF)) - 1] * (0.5 + rand())
    due_at = now + timedelta(seconds=max(wait, error.retry_after or 0))
    if due_at > row.deadline:
        return _give_up(row, State.EXPIRED, str(error), now)
    _finish(row, State.READY, due_at=due_at, error=str(error)[:200])


def _give_up(row: Delivery, state: State, error: str, now: datetime) -> None:
    """Not sent, and not silent either: the customer goes to the list of those who wait for a person."""
    with transaction.atomic():
        _finish(row, state, error=error[:200])
        Conversation.objects.filter(pk=row.conversation_id, waiting_since=None).update(
            waiting_since=now, waiting_reason=state.value
        )


def _finish(row: Delivery, state: State, **fields: object) -> None:
    Delivery.objects.filter(pk=row.pk).update(state=state, lease_until=None, **fields)
