"""The one way out: claim what is due, send it, write down what happened. The database is the queue.

A row is claimed by compare-and-set with a lease, so that any number of workers may drain at once and a killed one
loses nothing. No network call happens inside a transaction. A claimed row whose worker died may have been delivered:
where the platform knows keys it is sent again with the same key, elsewhere it is `unknown` and a person looks.
"""

from __future__ import annotations

import logging
import random
from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import uuid5

from django.db import transaction
from django.db.models import BooleanField, Count, Exists, ExpressionWrapper, F, OuterRef, Q, QuerySet

from autoresponder import channels
from autoresponder.channels.base import Channel, Outgoing
from autoresponder.channels.errors import ChannelDown, MaybeSent, SendError, TooLate, TryAgain, Unreachable
from autoresponder.connections import trouble
from autoresponder.connections.find import secrets_of
from autoresponder.connections.models import Connection
from autoresponder.connections.outside import client
from autoresponder.inbox import ledger, strain
from autoresponder.inbox.models import Conversation, Delivery
from autoresponder.inbox.slots import Slots
from autoresponder.net.client import Client, NotSent, Unanswered
from autoresponder.rules.live import is_taken_back
from autoresponder.shops.models import User

log = logging.getLogger(__name__)

State = Delivery.State
OPEN = (State.READY, State.SENDING)
# What a person may still send, or lay aside.
GIVEN_UP = (State.UNKNOWN, State.EXPIRED, State.REFUSED)

# Longer than a whole send may take (net.client), so a lease that ran out means a dead worker.
LEASE = timedelta(seconds=30)
# Seconds before the next try, by how many tries there were: of what must come within minutes, and of what may take
# hours (mail, a person's own words). The deadline cuts both short.
SOON, LATER = (2, 8, 30, 90, 180), (2, 8, 30, 120, 600, 1800, 3600)
LONG_LIVED = timedelta(hours=1)
BATCH = 50
# What the outbox does not read and what may be long.
_HEAVY = [f"message__{name}" for name in ("text", "decision", "answer", "replies", "before")]
_HEAVY += [f"connection__shop__{name}" for name in ("hours", "feed_days", "facts")]
# A platform is taken to be down as a whole when this many of its accounts are.
DOWN_TOGETHER = 3

Clock = Callable[[], datetime]
Random = Callable[[], float]

slots = Slots()


def drain(clock: Clock, *, net: Client | None = None, limit: int = 500, rand: Random = random.random) -> int:
    """Deliver what is due, the newest first, until nothing is left or `limit` rows were tried. Returns that number."""
    tried = 0
    while tried < limit:
        before = tried
        for row in _due(clock()):
            attempt, probe = (row.pk, row.attempts, row.due_at), strain.probing(row.connection)
            with slots.take(attempt, row.connection_id, row.connection.kind, probe=probe) as free:
                # Claimed one at a time: a slow platform must not let the leases of the rows behind it run out.
                if not (free and claim(row, now=clock())):
                    continue
                tried += 1
                # After a failure the messenger may be resting, and then so are its other rows.
                if not deliver(row, net or client(), clock=clock, rand=rand):
                    break
        if tried == before:
            break
    return tried


def settle(now: datetime) -> None:
    """What nobody is going to send: rows whose worker died, and rows whose time ran out while they waited."""
    for row in _rows(Q(state=State.SENDING, lease_until__lt=now)):
        if _keyed(row):
            _finish(row, State.READY, due_at=now)
        else:
            _give_up(row, State.UNKNOWN, "unsure", "", now)
    for row in _rows(Q(state=State.READY, deadline__lt=now)):
        _give_up(row, State.EXPIRED, row.error or "late", row.detail, now)


def claim(row: Delivery, *, now: datetime) -> bool:
    """Take a row for ourselves; False when another worker was faster. Compare-and-set on what we have read."""
    changed = Delivery.objects.filter(pk=row.pk, state=row.state, lease_until=row.lease_until).update(
        state=State.SENDING, lease_until=now + LEASE, attempts=F("attempts") + 1
    )
    if changed:
        row.state, row.lease_until, row.attempts = State.SENDING, now + LEASE, row.attempts + 1
    return bool(changed)


def deliver(row: Delivery, net: Client, *, clock: Clock, rand: Random) -> bool:
    """Send one claimed row, unless its moment has passed; False when sending failed."""
    if over := _over(row, clock()):
        _give_up(row, *over, "", clock())
        return True
    try:
        for number in range(row.done, len(row.calls)):
            _send(row, number, net, clock())
    except SendError as error:
        _failed(row, error, clock(), rand)
        return False
    except Exception:  # a fault in one adapter must not hold up the customers of the others
        log.exception("delivery %s failed in its adapter", row.pk)
        _failed(row, MaybeSent("fault"), clock(), rand)
        return False
    _finish(row, State.SENT, **_progress(row), sent_at=clock(), error="", detail="")
    strain.eased(row.connection, clock())
    return True


def resend(row: Delivery, *, by: User, now: datetime) -> bool:
    """A person wants it sent (again): it counts as new, and nothing but its deadline holds it back.

    False when it is no longer as `row` says: somebody else has decided meanwhile.
    """
    deadline = now + timedelta(seconds=max(_adapter(row).limits.seconds, 60))
    return _decided(row, state=State.READY, author=by, attempts=0, due_at=now, deadline=deadline)


def discard(row: Delivery) -> bool:
    """A person decides that it shall not be sent; False when it is no longer as `row` says."""
    return _decided(row, state=State.DISCARDED)


def _decided(row: Delivery, **fields: object) -> bool:
    """Compare-and-set; the deadline tells a row from itself sent again and failed again. Whoever waits for a person
    only because of such a row waits no longer."""
    with transaction.atomic():
        given_up = Delivery.objects.filter(pk=row.pk, state__in=GIVEN_UP, deadline=row.deadline)
        if not given_up.update(**fields):
            return False
        waits = Conversation.objects.filter(pk=row.conversation_id, waiting_reason__in=GIVEN_UP)
        waits.update(waiting_since=None, waiting_reason="")
    return True


def _due(now: datetime) -> list[Delivery]:
    """Rows to try now: what is new before what is tried again, the newest first, since it is worth most.

    Within a conversation only the oldest, so that answers never overtake each other.
    """
    older = Delivery.objects.filter(state__in=OPEN, conversation=OuterRef("conversation"), pk__lt=OuterRef("pk"))
    accounts, kinds = slots.full()
    closed = Q(connection__open_until__gt=now) | ~Q(connection__trouble="")
    rows = _rows(Q(state=State.READY, due_at__lte=now)).exclude(closed).exclude(Exists(older))
    rows = rows.exclude(connection__in=accounts).exclude(connection__kind__in=[*kinds, *_down(now)])
    again = ExpressionWrapper(Q(attempts__gt=0), BooleanField())
    return list(rows.order_by(again.asc(), "-pk")[:BATCH])


def _rows(which: Q) -> QuerySet[Delivery]:
    rows = Delivery.objects.filter(which).select_related("connection__shop", "conversation", "message")
    return rows.defer(*_HEAVY)


def _down(now: datetime) -> list[str]:
    failing = Connection.objects.filter(open_until__gt=now).values("kind").annotate(count=Count("pk"))
    return [each["kind"] for each in failing if each["count"] >= DOWN_TOGETHER]


def _over(row: Delivery, now: datetime) -> tuple[State, str] | None:
    """Why a claimed row must not be sent any more."""
    if now > row.deadline:
        return State.EXPIRED, "late"
    if row.conversation.gone_at:
        return State.REFUSED, "gone"
    # What a person wrote, or had sent again, is theirs to decide.
    if row.by_person or row.author_id:
        return None
    if row.connection.paused or not row.connection.shop.answering:
        return State.SUPERSEDED, "paused"
    if Delivery.objects.filter(conversation=row.conversation, by_person=True, pk__gt=row.pk).exists():
        return State.SUPERSEDED, "person_first"
    if ledger.is_too_often(row, _adapter(row), now):
        return State.REFUSED, "often"
    version = (row.message.version_id if row.message else None) or 0
    return (State.SUPERSEDED, "rolled_back") if is_taken_back(row.shop_id, version) else None


def _send(row: Delivery, number: int, net: Client, now: datetime) -> None:
    """One call, and the note that it was delivered: it is never made again."""
    key = str(uuid5(row.key, str(number)))
    by_person = row.by_person or row.author_id is not None
    outgoing = Outgoing(row.calls[number], row.conversation.customer, now, row.reply_to, key, by_person)
    try:
        platform_id = _adapter(row).send(outgoing, secrets_of(row.connection), net)
    except NotSent as error:
        raise ChannelDown("inside") if error.code == "inside" else TryAgain("unreachable", error.code) from error
    except Unanswered as error:
        raise MaybeSent("unsure", error.code) from error
    row.done = number + 1
    row.platform_ids = "\n".join(filter(None, [row.platform_ids, platform_id[:200]]))
    if row.done < len(row.calls):
        _finish(row, State.SENDING, **_progress(row), lease_until=now + LEASE)


def _progress(row: Delivery) -> dict[str, object]:
    return {"done": row.done, "platform_ids": row.platform_ids}


def _failed(row: Delivery, error: SendError, now: datetime, rand: Random) -> None:
    """The three classes of failure (again later, not this customer, nobody here), and the doubtful one."""
    if isinstance(error, ChannelDown):
        trouble.stop(row.connection, error.code, now=now)
        return _finish(row, State.READY, due_at=now, error=error.code, detail=error.detail[:200])
    if isinstance(error, Unreachable):
        Conversation.objects.filter(pk=row.conversation_id).update(gone_at=now)
    if isinstance(error, (TryAgain, MaybeSent)) and error.code != "fault":
        strain.failed(row.connection, now)
    if isinstance(error, TryAgain) or (isinstance(error, MaybeSent) and _keyed(row)):
        return _later(row, error, now, rand)
    state = State.UNKNOWN if isinstance(error, MaybeSent) else State.REFUSED
    _give_up(row, State.EXPIRED if isinstance(error, TooLate) else state, error.code, error.detail, now)


def _later(row: Delivery, error: SendError, now: datetime, rand: Random) -> None:
    waits = LATER if row.deadline - row.created_at > LONG_LIVED else SOON
    wait = waits[min(row.attempts, len(waits)) - 1] * (0.5 + rand())
    due_at = now + timedelta(seconds=max(wait, error.retry_after or 0))
    if due_at > row.deadline:
        return _give_up(row, State.EXPIRED, error.code, error.detail, now)
    _finish(row, State.READY, due_at=due_at, error=error.code, detail=error.detail[:200])


def _give_up(row: Delivery, state: State, error: str, detail: str, now: datetime) -> None:
    """Not sent for certain, and not silent either: the customer goes to the list of those who wait for a person."""
    with transaction.atomic():
        _finish(row, state, error=error, detail=detail[:200])
        if state != State.SUPERSEDED:
            Conversation.objects.filter(pk=row.conversation_id, waiting_since=None).update(
                waiting_since=now, waiting_reason=state.value
            )


def _finish(row: Delivery, state: State, **fields: object) -> None:
    Delivery.objects.filter(pk=row.pk).update(**{"state": state, "lease_until": None, **fields})


def _adapter(row: Delivery) -> Channel:
    return channels.get(row.connection.kind)


def _keyed(row: Delivery) -> bool:
    """Whether sending the next call again cannot deliver it twice."""
    return row.done >= len(row.calls) or _adapter(row).keyed(row.calls[row.done])
