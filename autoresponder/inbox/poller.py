"""All polled connections of this installation, a thread for each look, until told to stop."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Event, Thread

from django.db import Error, connections

from autoresponder.connections.models import Connection
from autoresponder.inbox import poll
from autoresponder.inbox.poll import Clock, Look
from autoresponder.net.client import Client
from autoresponder.shops.models import Heartbeat

log = logging.getLogger(__name__)

# Looks at once. More connections than that take turns, who waits longest first.
AT_MOST = 32
TICK_SECONDS = 0.25
# How soon a new, changed or ended connection is noticed.
REFRESH = timedelta(seconds=5)


@dataclass
class Seat:
    """One polled connection and the look at it that goes on, if any."""

    sealed: str
    again_at: datetime
    trouble: str = ""
    failures: int = 0
    look: Look | None = None

    def is_old(self, fresh: Connection) -> bool:
        return self.sealed != fresh.sealed or bool(self.trouble and not fresh.trouble)


class Poller:
    """`wake`: what to call once answers wait in the outbox."""

    def __init__(self, net: Client, clock: Clock, *, wake: Callable[[], None], at_most: int = AT_MOST) -> None:
        self._net, self._clock, self._wake, self._at_most = net, clock, wake, at_most
        self._seats: dict[int, Seat] = {}
        self._refresh_at: datetime | None = None

    def run(self, stop: Event) -> None:
        """Until `stop`. A long call that goes on is abandoned then: what it would have brought comes again."""
        while not stop.wait(TICK_SECONDS):
            try:
                self.tick()
            except Error:
                log.warning("the database cannot be asked what to poll", exc_info=True)
                connections.close_all()
        self.close()

    def tick(self) -> None:
        """Begin what is due."""
        now = self._clock()
        if self._refresh_at is None or self._refresh_at <= now:
            self._refresh_at = now + REFRESH
            Heartbeat.objects.update_or_create(name="poller", defaults={"at": now})
            self._refresh(poll.polled(), now)
        free = self._at_most - sum(seat.look is not None for seat in self._seats.values())
        due = [pk for pk, seat in self._seats.items() if seat.look is None and seat.again_at <= now]
        for pk in sorted(due, key=lambda pk: self._seats[pk].again_at)[: max(free, 0)]:
            self._begin(pk, self._seats[pk], now)

    def close(self) -> None:
        """Whoever comes after us need not wait for our leases to run out."""
        try:
            for seat in self._seats.values():
                self._leave(seat)
        except Error:
            log.warning("the database is away: leases run out by themselves")
        connections.close_all()

    def _refresh(self, listed: list[Connection], now: datetime) -> None:
        """A connection whose token has changed is a new one: the look that goes on asks for the old bot's messages. So
        is one whose trouble has been taken off."""
        found = {connection.pk: connection for connection in listed}
        for pk, seat in list(self._seats.items()):
            if pk not in found or seat.is_old(found[pk]):
                self._leave(self._seats.pop(pk))
            elif mine := seat.look:
                poll.renew(mine, now=now)
        for pk, connection in found.items():
            seat = self._seats.setdefault(pk, Seat(connection.sealed, again_at=now))
            seat.trouble = connection.trouble

    def _begin(self, pk: int, seat: Seat, now: datetime) -> None:
        mine = poll.claim(pk, now=now)
        if mine is None:
            seat.again_at = now + timedelta(seconds=poll.WAITS[0])
            return
        seat.look = mine
        # Not waited for at the end of the process.
        Thread(target=self._work, args=(seat, mine), name=f"poll-{pk}", daemon=True).start()

    def _work(self, seat: Seat, mine: Look) -> None:
        looked = poll.Looked(seat.failures + 1, poll.WAITS[-1])
        try:
            looked = poll.look(mine, self._net, self._clock, wake=self._wake, failures=seat.failures)
        except Exception:  # the database is away: its lease runs out, and what was found comes again
            log.exception("a look at connection %s could not be kept", mine.connection.pk)
        finally:
            connections.close_all()
            seat.failures, seat.again_at = looked.failures, self._clock() + timedelta(seconds=looked.wait)
            seat.look = None

    def _leave(self, seat: Seat) -> None:
        if mine := seat.look:
            poll.give_back(mine)
