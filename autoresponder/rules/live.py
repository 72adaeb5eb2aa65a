"""What customers get right now: the published versions, compiled, without asking the database for every message."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from threading import Condition, Lock
from typing import NamedTuple

from cachetools import LRUCache, TTLCache, cached

from autoresponder.engine.compile import Compiled, compile_book
from autoresponder.engine.document import load
from autoresponder.engine.rollout import is_among
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


class Lineup(NamedTuple):
    """The versions a shop's customers get: all the `stable` one, testers and the first `share` of 10,000 the other."""

    stable: Live
    candidate: Live | None = None
    share: int = 0
    salt: str = ""

    def took_back(self, version_id: int) -> bool:
        """Whether nobody shall get this version any more: one that came after the stable one and is not tried."""
        tried = self.candidate is not None and self.candidate.version_id == version_id
        return version_id > self.stable.version_id and not tried

    def of(self, customer: str, *, tester: bool = False, kept: int | None = None) -> Live:
        """The one version that judges this customer's message. `kept`: the id of the one that judged the message before
        in a talk that is not over; a talk ends with the version it began with, as long as customers still get that."""
        if self.candidate is None:
            return self.stable
        if kept == self.candidate.version_id or (kept == self.stable.version_id and not tester):
            return self.candidate if kept == self.candidate.version_id else self.stable
        among = tester or is_among(self.salt, customer, self.share)
        return self.candidate if among else self.stable


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


_live: TTLCache[int, Lineup | None] = TTLCache(maxsize=10_000, ttl=FRESH_SECONDS)
_lock = Lock()
_compiled = Shelf(_read, KEPT_BYTES)
# How often anything was forgotten: what was read before that may be old by the time it could be kept.
_forgotten = 0


def lineup(shop_id: int, *, again: bool = False) -> Lineup | None:
    """What this shop's customers get, or None when nothing was ever published.

    `again`: look, whatever this process believes; for whoever meets a sign that another one heard of a move before us.
    """
    with _lock:
        seen = _forgotten
        if not again:
            with suppress(KeyError):
                return _live[shop_id]
    found = _in_force(shop_id)
    with _lock:
        if seen == _forgotten:
            _live[shop_id] = found
    return found


def _in_force(shop_id: int) -> Lineup | None:
    release = Release.objects.filter(shop_id=shop_id)
    found = release.values_list(
        "stable_id", "stable__number", "candidate_id", "candidate__number", "share", "salt"
    ).first()
    if not found:
        return None
    stable_id, stable_number, candidate_id, candidate_number, share, salt = found
    candidate = _of_version(candidate_id, candidate_number) if candidate_id else None
    return Lineup(_of_version(stable_id, stable_number), candidate, share, salt)


def version_for(
    shop_id: int, customer: str, *, tester: bool = False, before: int | None = None, talking: bool = False
) -> Live | None:
    """The version that judges this customer's message; None when nothing was ever published.

    `before`: the id of the one that judged the message before, in a talk that is not over where `talking`. If we would
    take another, a process that heard of a move earlier may have judged that, so we look again: nobody gets what was
    taken back from them a moment ago.
    """
    kept = before if talking else None
    for again in (False, True):
        known = lineup(shop_id, again=again)
        found = known.of(customer, tester=tester, kept=kept) if known else None
        if before is None or (found and found.version_id == before):
            break
    return found


def is_taken_back(shop_id: int, version_id: int) -> bool:
    """Whether nobody shall get this version any more. Not before we looked: it may be newer than all we know of."""
    return all((known := lineup(shop_id, again=again)) and known.took_back(version_id) for again in (False, True))


def live(shop_id: int) -> Live | None:
    """The version that all customers get who are not part of a try."""
    found = lineup(shop_id)
    return found.stable if found else None


def _of_version(version_id: int, number: int) -> Live:
    compiled = _compiled.take(version_id)
    _compiled.weigh(version_id)
    return Live(version_id, number, compiled)


def forget(shop_id: int) -> None:
    global _forgotten
    with _lock:
        _forgotten += 1
        _live.pop(shop_id, None)
