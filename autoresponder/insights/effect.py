"""What one edit would have done to the shop's newest messages, quickly enough to be looked at while typing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from autoresponder.engine.book import Book
from autoresponder.engine.compile import Compiled, compile_book
from autoresponder.engine.differ import Difference
from autoresponder.engine.types import Decision
from autoresponder.inbox.models import Message
from autoresponder.insights.again import Again, Differences, Texts, said, texts_of
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
    differently; `moved` are the newest of those, each sentence once."""

    messages: int
    looked_at: int
    changed: int
    moved: Sequence[Moved]


def effect(shop: Shop, old: Book, new: Book, *, since: datetime) -> Effect:
    """What the step from one book to the other does to single messages, each with the talk as it was."""
    pasts, edit = newest(shop, MOST, since=since), _Edit(shop, old, new)
    changed = [past for past in pasts if edit.changes(past)]
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
        self._again, self._old, self._new = Again(shop), old, new
        self._texts = texts_of(old), texts_of(new)
        self._difference, self._unlike_log = Difference(old, new), Differences(self._again, old)

    def changes(self, past: Past) -> bool:
        """Whether somebody else answers, or with other words of their owner's: what is filled in changes nothing."""
        logged = self._is_as_logged(past)
        # Only of what this very book made of it the log knows whether a rule understood it as it is written.
        unsure = not logged or past.tells("unmatched") or past.tells("understood")
        if not (self._difference.texts or self._difference.may_touch(past.row.text, unsure=unsure)):
            return False
        if not past.logged.judged:
            return False
        was = _logged_answer(self._texts[0], past) if logged else _answer(self._texts[0], self._was(past))
        return was != _answer(self._texts[1], self._becomes(past))

    def moved(self, past: Past) -> Moved:
        row = past.row
        return Moved(row.text, row.kind, row.conversation_id, self._was(past), self._becomes(past))

    def _is_as_logged(self, past: Past) -> bool:
        return past.row.version_id is not None and not self._unlike_log.may_touch(past)

    def _was(self, past: Past) -> Decision:
        version = past.row.version_id
        as_logged = version is not None and self._is_as_logged(past)
        return self._again.decide(self._again.version(version) if as_logged else self._before, past, past.before)

    def _becomes(self, past: Past) -> Decision:
        return self._again.decide(self._after, past, past.before)

    @cached_property
    def _before(self) -> Compiled:
        return compile_book(self._old)

    @cached_property
    def _after(self) -> Compiled:
        return compile_book(self._new)


def _answer(texts: Texts, decision: Decision) -> object:
    greeted = any(reply.role == "greeting" for reply in decision.replies)
    words = said(texts, decision.outcome, decision.rules, greeted=greeted, is_open=decision.state.open)
    return decision.outcome, decision.rules, words


def _logged_answer(texts: Texts, past: Past) -> object:
    outcome, logged = past.row.outcome, past.logged
    is_open = logged.state is not None and logged.state.open
    return outcome, logged.rules, said(texts, outcome, logged.rules, greeted=logged.greeted, is_open=is_open)
