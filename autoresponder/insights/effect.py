"""What one edit would have done to the shop's newest messages, quickly enough to be looked at while typing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from autoresponder.engine.book import Book
from autoresponder.engine.compile import Compiled, compile_book
from autoresponder.engine.differ import Difference
from autoresponder.engine.types import Decision
from autoresponder.inbox.models import Message
from autoresponder.insights.again import Again, said, texts_of
from autoresponder.insights.past import Past, newest
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
    differently; `moved` are the newest of those."""

    messages: int
    looked_at: int
    changed: int
    moved: Sequence[Moved]


def effect(shop: Shop, old: Book, new: Book, *, since: datetime) -> Effect:
    """What the step from one book to the other does to single messages, each with the talk as it was."""
    pasts = newest(shop, MOST, since=since)
    again, difference = Again(shop), Difference(old, new)
    # The log knows how the published book read a message, not whether this old one read it so too: all are unsure.
    touched = [past for past in pasts if difference.texts or difference.may_touch(past.row.text, unsure=True)]
    before, after = compile_book(old), compile_book(new)
    moved = [one for past in touched if (one := _moved(again, before, after, past))]
    messages = len(pasts)
    if messages == MOST:
        messages = Message.objects.filter(shop=shop, test=False, at__gte=since).count()
    return Effect(messages, len(pasts), len(moved), moved[:SHOWN])


def _moved(again: Again, before: Compiled, after: Compiled, past: Past) -> Moved | None:
    if not past.logged.judged:
        return None
    was, becomes = (again.decide(compiled, past, past.before) for compiled in (before, after))
    if _answer(before.book, was) == _answer(after.book, becomes):
        return None
    return Moved(past.row.text, past.row.kind, past.row.conversation_id, was, becomes)


def _answer(book: Book, decision: Decision) -> object:
    """Who answers, and the words as their owner wrote them: what is filled in changes nothing here."""
    greeted = any(reply.role == "greeting" for reply in decision.replies)
    words = said(texts_of(book), decision.outcome, decision.rules, greeted=greeted, is_open=decision.state.open)
    return decision.outcome, decision.rules, words
