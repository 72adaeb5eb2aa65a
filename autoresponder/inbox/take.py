"""What a platform told us, however it came: every message to `receive`, every notice to `notice`, each by itself."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from django.db import Error

from autoresponder.channels.base import Event, Notice
from autoresponder.connections.find import Line
from autoresponder.inbox import notice
from autoresponder.inbox.receive import Received, receive

log = logging.getLogger(__name__)


class Taken(NamedTuple):
    """`received`: one for each message, in order. `stored`: the database took all of them; if not, the platform shall
    bring them again, and what was stored finds its row."""

    received: Sequence[Received]
    stored: bool = True

    @property
    def queued(self) -> bool:
        """Whether the outbox has something to send."""
        return any(one.queued for one in self.received)


def take(events: Iterable[Event], line_of: Callable[[Event], Line | None], *, kind: str, now: datetime) -> Taken:
    """One event that cannot be stored or that breaks us never costs the others their answer. `line_of`: whose it is,
    None for nobody's."""
    received: list[Received] = []
    stored = True
    for event in events:
        try:
            received += _one(line_of(event), event, now)
        except Error:
            log.exception("an event of %s could not be stored", kind)
            stored = False
        except Exception:
            # The platform would bring the same event again and again; it would break us each time.
            log.exception("an event of %s could not be taken", kind)
    return Taken(received, stored)


def _one(line: Line | None, event: Event, now: datetime) -> list[Received]:
    if line is None:
        return []
    if isinstance(event, Notice):
        notice.take(line, event, now=now)
        return []
    return [receive(line, event, now=now)]
