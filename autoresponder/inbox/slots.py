"""The bulkhead: a platform that hangs may hold some of our threads, never all of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

# Of a worker's eight threads.
AN_ACCOUNT, A_PLATFORM = 4, 4


class Slots:
    """What this process has in flight, by connection and by kind of messenger."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._accounts: Counter[int] = Counter()
        self._kinds: Counter[str] = Counter()

    @contextmanager
    def take(self, account: int, kind: str, *, probe: bool = False) -> Iterator[bool]:
        """True while a place is held for this account; False, at once, when there is none. A probe goes alone."""
        at_most = 1 if probe else AN_ACCOUNT
        with self._lock:
            free = self._accounts[account] < at_most and self._kinds[kind] < A_PLATFORM
            if free:
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
