"""Connections that are kept open for the next request to the same place."""

from __future__ import annotations

import os
import time
from threading import Lock

from autoresponder.net.wire import Wire

# Servers close idle connections after a minute or more; one that closes while we write costs us the certainty of what
# happened, so ours are put away long before.
IDLE_SECONDS = 15.0
EACH, ALL = 8, 64


class Pool:
    """Safe for any number of threads: a connection is either in here or in the hands of one."""

    def __init__(self) -> None:
        self._idle: list[tuple[str, int, float, Wire]] = []
        self._lock = Lock()

    def __del__(self) -> None:
        self.close()

    def take(self, place: str) -> Wire | None:
        """The one used last, if it is alive."""
        while True:
            with self._lock:
                old = self._expired(time.monotonic())
                mine = [entry for entry in self._idle if entry[:2] == (place, os.getpid())]
                if mine:
                    self._idle.remove(mine[-1])
            _close(old)
            if not mine:
                return None
            if mine[-1][3].is_quiet():
                return mine[-1][3]
            mine[-1][3].close()

    def give(self, place: str, wire: Wire) -> None:
        now = time.monotonic()
        with self._lock:
            old = self._expired(now)
            mine = [entry for entry in self._idle if entry[0] == place]
            full = [mine[0]] if len(mine) >= EACH else self._idle[:1] if len(self._idle) >= ALL else []
            for entry in full:
                self._idle.remove(entry)
            # A forked process inherits what is idle here and must not talk on it.
            self._idle.append((place, os.getpid(), now, wire))
        _close(old + full)

    def close(self) -> None:
        with self._lock:
            idle, self._idle = self._idle, []
        _close(idle)

    def _expired(self, now: float) -> list[tuple[str, int, float, Wire]]:
        old = [entry for entry in self._idle if now - entry[2] > IDLE_SECONDS]
        self._idle = [entry for entry in self._idle if now - entry[2] <= IDLE_SECONDS]
        return old


def _close(entries: list[tuple[str, int, float, Wire]]) -> None:
    for *_, wire in entries:
        wire.close()
