"""What customers get right now: the published version, compiled, without asking the database for every message."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from threading import Condition, Lock

from cachetools import LRUCache, TTLCache, cached

from autoresponder.engine.compile import Compiled, compile_book
from autoresponder.engine.document import load
from autoresponder.rules.models import Release, Version

# A publish or roll-back made in another process is in force here after at most this long.
FRESH_SECONDS = 2
# What all compiled books of a process may take up together.
KEPT_BYTES = 320 * 1024 * 1024
# Bytes, as `make bench` finds them: of a rule and of a keyword with all that is kept for it, and, once a message was
# mistyped, of a topic noun and of each way its keys may begin.
RULE, KEYWORD, NOUN, BEGINNING = 450, 175, 550, 115


@dataclass(frozen=True, slots=True)
class Live:
    version_id: int
    number: int
    compiled: Compiled


class Shelf:
    """Compiled books by version id, as many as fit into `most` bytes; those nobody wrote to for longest go first.

    A version never changes, so neither does what is kept. Threads that ask for a book which another one is just
    compiling wait for it; they do not wait for any other book.
    """

    def __init__(self, read: Callable[[int], Compiled], most: int) -> None:
        self._kept: LRUCache[int, Compiled] = LRUCache(most, getsizeof=lambda compiled: min(weight(compiled), most))
        self._lock = Condition()
        self._take = cached(self._kept, key=lambda version_id: version_id, condition=self._lock)(read)

    def take(self, version_id: int) -> Compiled:
        return self._take(version_id)

    def weigh(self, version_id: int) -> None:
        """Weighs a book again: it grows when a mistyped message first makes it look for what was meant."""
        with self._lock:
            if compiled := self._kept.get(version_id):
                self._kept[version_id] = compiled

    def clear(self) -> None:
        with self._lock:
            self._kept.clear()

    @property
    def bytes(self) -> int:
        return int(self._kept.currsize)

    def __len__(self) -> int:
        return len(self._kept)


def weight(compiled: Compiled) -> int:
    """About how many bytes a compiled book takes up, with the book itself."""
    size = RULE * len(compiled.book.rules) + KEYWORD * len(compiled.spelled)
    near = vars(compiled).get("near")
    return size + (NOUN * len(near.nouns) + BEGINNING * len(near.begun) if near else 0)


def _read(version_id: int) -> Compiled:
    return compile_book(load(Version.objects.values_list("document", flat=True).get(pk=version_id)))


_live: TTLCache[int, Live | None] = TTLCache(maxsize=10_000, ttl=FRESH_SECONDS)
_lock = Lock()
_compiled = Shelf(_read, KEPT_BYTES)


@cached(_live, key=lambda shop_id: shop_id, lock=_lock)
def live(shop_id: int) -> Live | None:
    """The version this shop's customers get, or None when nothing was ever published."""
    found = Release.objects.filter(shop_id=shop_id).values_list("stable_id", "stable__number").first()
    if not found:
        return None
    version_id, number = found
    compiled = _compiled.take(version_id)
    _compiled.weigh(version_id)
    return Live(version_id, number, compiled)


def forget(shop_id: int) -> None:
    with _lock:
        _live.pop(shop_id, None)
