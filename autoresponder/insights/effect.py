"""What one edit would have done to the shop's newest messages, quickly enough to be looked at while typing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from autoresponder.engine.book import Book
from autoresponder.engine.types import Decision
from autoresponder.inbox.models import Message
from autoresponder.insights.again import Again, said, texts_of
from autoresponder.insights.differences import SAME, Between, Differences, text_of
from autoresponder.insights.past import Answer, Past, answer_of, newest
from autoresponder.shops.models import Shop

# So many messages are looked at, the newest, and so many of the changed ones shown.
MOST, SHOWN = 2_000, 5


@dataclass(frozen=True, slots=True)
class Moved:
    """A message whose answer changes."""

    text: str
    kind: str
    conversation: int
    before: Decision
    after: Decision


@dataclass(frozen=True, slots=True)
class Effect:
    """`messages` came since then, the newest `looked_at` of them were looked at, and `changed` would be answered
    differently; `moved` are the newest of those, each sentence once."""

    messages: int
    looked_at: int
    changed: int
    moved: Sequence[Moved]


def effect(shop: Shop, old: Book, new: Book, *, since: datetime) -> Effect:
    """What the step from one book to the other does to single messages, each with the talk as it was."""
    pasts, edit = newest(shop, MOST, since=since), _Edit(shop, old, new)
    changed = list(edit.changed(pasts))
    messages = len(pasts)
    if messages == MOST:
        messages = Message.objects.filter(shop=shop, test=False, at__gte=since).count()
    # What many customers ask in the same words is shown once.
    sentences: dict[tuple[str, str], Past] = {}
    for past in changed:
        sentences.setdefault((past.row.kind, past.row.text), past)
    shown = list(sentences.values())[:SHOWN]
    return Effect(messages, len(pasts), len(changed), [edit.moved(past) for past in shown])


class _Edit:
    """The step from one book to the other. What the log tells is not decided again: most of a draft is what customers
    have, so most messages were judged as `old` would."""

    def __init__(self, shop: Shop, old: Book, new: Book) -> None:
        self._again, self._old, self._new = Again(shop, texts=MOST), old, new
        self._texts = texts_of(old), texts_of(new)
        self._reworded = self._texts[0] != self._texts[1]
        self._between, self._unlike_log = Between(self._again, old, new), Differences(self._again, old)

    def changed(self, pasts: Sequence[Past]) -> Iterator[Past]:
        """Those that somebody else answers, or with other words of their owner's: what is filled in changes nothing."""
        known = self._unlike_log.known(pasts)
        logged = [past.row.version_id is not None and one.names == SAME for past, one in zip(pasts, known, strict=True)]
        texts = [text_of(past, as_logged=as_logged) for past, as_logged in zip(pasts, logged, strict=True)]
        names = self._between.renamed(texts)
        for past, as_logged, renamed in zip(pasts, logged, names, strict=True):
            touched = self._between.texts or renamed != SAME
            if (touched or self._reworded) and past.judged and self._changes(past, as_logged, touched=bool(touched)):
                yield past

    def _changes(self, past: Past, as_logged: bool, *, touched: bool) -> bool:
        was = past.answer if as_logged else answer_of(self._was(past))
        becomes = answer_of(self._becomes(past)) if touched else was
        return self._told(0, was) != self._told(1, becomes)

    def moved(self, past: Past) -> Moved:
        row = past.row
        return Moved(row.text, row.kind, row.conversation_id, self._was(past), self._becomes(past))

    def _told(self, side: int, answer: Answer) -> object:
        return answer.outcome, answer.rules, said(self._texts[side], answer)

    def _was(self, past: Past) -> Decision:
        return self._again.decide(self._again.compiled(self._old), past, past.before)

    def _becomes(self, past: Past) -> Decision:
        return self._again.decide(self._again.compiled(self._new), past, past.before)
