"""Messengers that are asked rather than calling us: a look at a time, by one process at a time, through the one way in.

A look is claimed by compare-and-set on `Connection.polled_until`: while it goes on that is the end of its lease,
afterwards the moment before which nobody looks again. Where to go on (`cursor`) is kept only once every event is
stored, and only by who still holds the lease; what comes twice finds its row.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache
from threading import Lock
from typing import NamedTuple

from django.db.models import QuerySet

from autoresponder import channels
from autoresponder.channels.base import Channel, Event, Polled
from autoresponder.channels.errors import ChannelDown, SendError, TryAgain
from autoresponder.connections import find, trouble
from autoresponder.connections.find import Line, secrets_of
from autoresponder.connections.models import Connection
from autoresponder.connections.secrets import readable
from autoresponder.inbox.take import take
from autoresponder.net.client import Client, NotSent, Unanswered

log = logging.getLogger(__name__)

# A lease is renewed while its look goes on (a long call takes half a minute, a full mailbox longer), so one that ran
# out means a dead process, and nobody's customers wait longer than this for another one to take over.
LEASE = timedelta(seconds=20)
# Seconds before the next look, by how many in a row have failed.
WAITS = (2, 8, 30, 120)
# Another program uses the token. Every look of ours ends one of its, so they are few.
TAKEN_OVER_WAIT = 300

Clock = Callable[[], datetime]


@dataclass
class Look:
    """A connection that is ours to look at until `lease`, which one thread renews while another one looks."""

    connection: Connection
    lease: datetime
    lock: Lock = field(default_factory=Lock)


class Looked(NamedTuple):
    """What came of it: how many looks in a row have failed, and in how many seconds to look again."""

    failures: int
    wait: float


def polled() -> list[Connection]:
    """The connections to look at. A paused one too: it stores what comes, as one that is called does."""
    return [connection for connection in _live() if every(connection) > 0]


def every(connection: Connection) -> float:
    """Seconds between two looks; 0 where the platform calls us."""
    return _every(connection.kind, connection.sealed)


def poll_once(connection_id: int, net: Client, clock: Clock, *, wake: Callable[[], None], failures: int = 0) -> Looked:
    """Claim and look, where it is due and nobody else does; a connection that is not ours changes nothing."""
    mine = claim(connection_id, now=clock())
    return look(mine, net, clock, wake=wake, failures=failures) if mine else Looked(failures, WAITS[0])


def claim(connection_id: int, *, now: datetime) -> Look | None:
    """A look at this connection, None while it is not due or another process is at it."""
    fresh = _live().filter(pk=connection_id).first()
    if fresh is None or every(fresh) <= 0 or (fresh.polled_until and fresh.polled_until > now):
        return None
    lease = now + LEASE
    unclaimed = Connection.objects.filter(pk=fresh.pk, polled_until=fresh.polled_until, ended_at=None)
    return Look(fresh, lease) if unclaimed.update(polled_until=lease) else None


def look(mine: Look, net: Client, clock: Clock, *, wake: Callable[[], None], failures: int = 0) -> Looked:
    """Ask the platform, store what it brought, then keep where to go on."""
    connection = mine.connection
    try:
        found = _ask(connection, net, clock())
    except SendError as error:
        return _failed(mine, error, failures, clock())
    except Exception:  # a fault in one adapter must not end the looks at the others
        log.exception("a look at connection %s failed in its adapter", connection.pk)
        return _failed(mine, TryAgain("fault"), failures, clock())
    taken = take(found.events, _owner(connection), kind=connection.kind, now=clock())
    if taken.queued:
        wake()
    if not taken.stored:
        return _failed(mine, TryAgain("fault"), failures, clock())
    pause = every(connection)
    _give_back(mine, cursor=dict(found.cursor), polled_until=clock() + timedelta(seconds=pause))
    # A look that waited undisturbed until its end: whoever ended ours before is gone.
    if connection.trouble == "taken_over" and not found.events and _unchanged(connection):
        trouble.clear(connection)
    return Looked(0, pause)


def renew(mine: Look, *, now: datetime) -> None:
    """Called every few seconds while the look goes on; writes only when half of the lease is gone."""
    with mine.lock:
        if mine.lease - now < LEASE / 2 and _held(mine).update(polled_until=now + LEASE):
            mine.lease = now + LEASE


def give_back(mine: Look) -> None:
    """Somebody else may look at once: we end, or the connection has been changed under us."""
    _give_back(mine, polled_until=None)


def _ask(connection: Connection, net: Client, now: datetime) -> Polled:
    try:
        return channels.get(connection.kind).poll(secrets_of(connection), connection.cursor, net, now)
    except NotSent as error:
        raise ChannelDown("inside") if error.code == "inside" else TryAgain("unreachable", error.code) from error
    except Unanswered as error:
        raise TryAgain("busy", error.code) from error


def _failed(mine: Look, error: SendError, failures: int, now: datetime) -> Looked:
    _give_back(mine, polled_until=now)
    if isinstance(error, ChannelDown) and _really(mine.connection, error, failures):
        trouble.stop(mine.connection, error.code, now=now)
        return Looked(failures + 1, TAKEN_OVER_WAIT)
    wait = max(WAITS[min(failures, len(WAITS) - 1)], error.retry_after or 0)
    log.warning("a look at connection %s failed (%s); the next in %s s", mine.connection.pk, error.code, wait)
    return Looked(failures + 1, wait)


def _really(connection: Connection, error: ChannelDown, failures: int) -> bool:
    """Whether to stop and tell the owners: not for a token that has been replaced while we asked with it, nor for the
    first conflict, which our own change from being called to asking may be."""
    return _unchanged(connection) and (error.code != "taken_over" or failures > 0)


def _unchanged(connection: Connection) -> bool:
    return Connection.objects.filter(pk=connection.pk, sealed=connection.sealed, ended_at=None).exists()


def _owner(connection: Connection) -> Callable[[Event], Line | None]:
    line = find.by_token(connection.kind, connection.token)
    return lambda event: line if line and event.account in ("", line.account) else None


def _give_back(mine: Look, **fields: object) -> None:
    with mine.lock:
        _held(mine).update(**fields)


def _held(mine: Look) -> QuerySet[Connection]:
    """Nothing is written by who has lost the lease: another look may have gone on from where this one began."""
    return Connection.objects.filter(pk=mine.connection.pk, polled_until=mine.lease)


def _live() -> QuerySet[Connection]:
    """Those of messengers that can be asked. What the seller must mend first is left alone, except that the other
    program may have ended by itself."""
    kinds = [kind for kind in channels.KINDS if type(channels.get(kind)).poll is not Channel.poll]
    live = Connection.objects.select_related("shop").filter(ended_at=None, kind__in=kinds)
    return live.filter(trouble__in=["", "taken_over"]).order_by("pk")


@lru_cache(maxsize=10_000)
def _every(kind: str, sealed: str) -> float:
    """Asked every few seconds of every connection, and opening the secrets is slow."""
    return channels.get(kind).poll_every(readable(sealed))
