"""A replay in parts, some customers each: one after the other in this process, or several at once in others."""

from __future__ import annotations

import pickle
from collections import deque
from collections.abc import Generator, Iterable, Iterator, Sequence
from concurrent.futures import Future, wait
from datetime import datetime
from functools import lru_cache
from itertools import groupby
from typing import Any, NamedTuple

from autoresponder.engine.abreast import abreast
from autoresponder.engine.book import Book
from autoresponder.engine.trace import match_to_json, step_to_json
from autoresponder.engine.types import Talk
from autoresponder.insights.again import Again, Turn
from autoresponder.insights.counts import Changed, Counts
from autoresponder.insights.differences import Differences
from autoresponder.insights.past import Past, numbered, written
from autoresponder.insights.tally import Published, Tally
from autoresponder.rules.models import Version
from autoresponder.shops.models import Shop
from config.processes import pool

# Parts that are under way or wait for their turn: enough that no process is ever idle, few enough to be ended soon.
AHEAD = 8
# Whoever waits hears of us at least this often.
WAIT_SECONDS = 1

Conversations = Sequence[int]


class Job(NamedTuple):
    """`messages`: so many came in that time."""

    shop: Shop
    book: Book
    since: datetime
    until: datetime
    published: Version | None
    messages: int


class Judge:
    """Knows what it takes to judge any part."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self._again = Again(job.shop, texts=job.messages)
        # Only this one: books of old are rarely read, and what reads many texts quickly takes room.
        self._compiled = self._again.compiled(job.book, texts=job.messages)
        self._differences = Differences(self._again, job.book)
        self._published = Published(self._again, job.published.pk) if job.published else None

    def counts(self, conversations: Conversations) -> Counts:
        tally = Tally(self._again, self._job.book, self._published)
        tally.add(self._turns(conversations))
        return tally.counts

    def _turns(self, conversations: Conversations) -> Iterator[Turn]:
        """All of a page in one go: what is done for many messages at once is done in half the time."""
        since, until = self._job.since, self._job.until
        last: Turn | None = None
        for pasts in written(conversations, since=since, until=until):
            known = zip(pasts, self._differences.known(pasts), strict=True)
            customers = [list(own) for _, own in groupby(known, lambda one: one[0].row.conversation_id)]
            for turns in abreast(self._again.turns(self._compiled, own, last=last) for own in customers):
                yield from turns
                last = turns[-1]

    def tell(self, changes: Sequence[Changed]) -> dict[int, dict[str, Any]]:
        """What there is to be shown of these, by their messages: decided only now, for most are only counted."""
        talks = {changed.id: changed.talk for changed in changes}
        there = (past for past in numbered(sorted(talks)) if past.judged)
        return {past.row.id: self._told(past, talks[past.row.id]) for past in there}

    def _told(self, past: Past, carried: Talk | None) -> dict[str, Any]:
        talk = past.before if carried is None else carried
        row, decision = past.row, self._again.decide(self._compiled, past, talk)
        after = {
            "replies": [reply.text for reply in decision.replies],
            "trace": [step_to_json(step) for step in decision.trace],
            "matched": [match_to_json(match) for match in decision.matched],
        }
        return {"conversation": row.conversation_id, "at": past.at.isoformat(), "kind": row.kind, "after": after}


def here(job: Job, pages: Iterable[Conversations]) -> Generator[Counts, None, None]:
    judge = Judge(job)
    for page in pages:
        yield judge.counts(page)


def apart(job: Job, pages: Iterable[Conversations]) -> Generator[Counts, None, None]:
    """The same by several processes, with nothing in it now and then while the next part is not done. To be closed.

    Raises BrokenProcessPool when one of them was killed.
    """
    packed = pickle.dumps(job)
    with pool() as processes:
        under_way: deque[Future[Counts]] = deque()
        try:
            for page in pages:
                under_way.append(processes.submit(_counts, packed, page))
                if len(under_way) >= AHEAD:
                    yield from _first(under_way)
            while under_way:
                yield from _first(under_way)
        finally:
            processes.shutdown(cancel_futures=True)


def _first(under_way: deque[Future[Counts]]) -> Iterator[Counts]:
    while not wait([under_way[0]], WAIT_SECONDS).done:
        yield Counts()
    yield under_way.popleft().result()


def _counts(packed: bytes, conversations: Conversations) -> Counts:
    return _judge(packed).counts(conversations)


@lru_cache(maxsize=1)
def _judge(packed: bytes) -> Judge:
    """Each process unpacks and compiles only once."""
    return Judge(pickle.loads(packed))
