"""What customers get right now: the published version, compiled, without asking the database for every message."""

from __future__ import annotations

from dataclasses import dataclass
from threading import Lock

from cachetools import LRUCache, TTLCache, cached

from autoresponder.engine.compile import Compiled, compile_book
from autoresponder.engine.document import load
from autoresponder.rules.models import Release, Version

# A publish or roll-back made in another process is in force here after at most this long.
FRESH_SECONDS = 2

_live: TTLCache[int, Live | None] = TTLCache(maxsize=10_000, ttl=FRESH_SECONDS)
# Safe for ever: a version never changes.
_compiled: LRUCache[int, Compiled] = LRUCache(maxsize=2_000)
_lock, _compiled_lock = Lock(), Lock()


@dataclass(frozen=True, slots=True)
class Live:
    version_id: int
    number: int
    compiled: Compiled


@cached(_live, key=lambda shop_id: shop_id, lock=_lock)
def live(shop_id: int) -> Live | None:
    """The version this shop's customers get, or None when nothing was ever published."""
    found = Release.objects.filter(shop_id=shop_id).values_list("stable_id", "stable__number").first()
    return Live(found[0], found[1], compiled(found[0])) if found else None


@cached(_compiled, key=lambda version_id: version_id, lock=_compiled_lock)
def compiled(version_id: int) -> Compiled:
    return compile_book(load(Version.objects.values_list("document", flat=True).get(pk=version_id)))


def forget(shop_id: int) -> None:
    with _lock:
        _live.pop(shop_id, None)
