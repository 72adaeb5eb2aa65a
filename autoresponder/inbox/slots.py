"""Who of this process's threads does what: a platform that hangs may hold some of them, and no two want one row."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterator
from contextlib import contextmanager
from threading import Lock

from cachetools import LRUCache

# Of a worker's eight threads.
AN_ACCOUNT, A_PLATFORM = 4, 4
# So many attempts are remembered as begun.
REMEMBERED = 5_000


class Slots:
    """What this process has in flight, by connection and by kind of messenger, and which attempts it has begun."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._accounts: Counter[int] = Counter()
        self._kinds: Counter[str] = Counter()
        self._begun: LRUCache[Hashable, bool] = LRUCache(REMEMBERED)

    @contextmanager
    def take(self, attempt: Hashable, account: int, kind: str, *, probe: bool = False) -> Iterator[bool]:
        """True while a place is held for this attempt; False, at once, when there is none or another thread has begun
        it, which the database would say too, but only in a write that holds up all others. A probe goes alone."""
        at_most = 1 if probe else AN_ACCOUNT
        with self._lock:
            free = self._accounts[account] < at_most and self._kinds[kind] < A_PLATFORM and attempt not in self._begun
            if free:
                self._begun[attempt] = True
                self._accounts[account] += 1
                self._kinds[kind] += 1
        try:
            yield free
        finally:
            if free:
                with self._lock:
                    self._accounts[account] -= 1
                    self._kinds[kind] -= 1

    def full(self) -> tuple[list[int], list[str]]:
        """Accounts and kinds without a place."""
        with self._lock:
            accounts = [account for account, busy in self._accounts.items() if busy >= AN_ACCOUNT]
            return accounts, [kind for kind, busy in self._kinds.items() if busy >= A_PLATFORM]
