"""How a rule book's answers differ from those that were given, counted while they come."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta
from itertools import chain, pairwise
from typing import Any

from autoresponder.engine.compile import Compiled
from autoresponder.engine.trace import match_to_json, step_to_json
from autoresponder.engine.types import Decision, Outcome
from autoresponder.insights.again import Again, Texts, Turn, said, texts_of
from autoresponder.insights.counts import Counts
from autoresponder.insights.past import Past
from autoresponder.rules.models import Version

SOON, AT_ONCE, NEVER = timedelta(minutes=30), timedelta(minutes=5), timedelta.max
GOOD = (Outcome.ANSWERED, Outcome.HANDED_OFF)


class Tally:
    """Counts into `counts`."""

    def __init__(self, again: Again, compiled: Compiled, published: Version | None) -> None:
        self.counts = Counts()
        self._again, self._published = again, published
        self._texts = texts_of(compiled.book)
        self._rewritten: dict[int, Texts] = {}

    def add(self, turns: Iterable[Turn]) -> None:
        """One customer's messages."""
        counts = self.counts
        for turn, following in _with_next(turns):
            counts.seen += 1
            past, decision = turn.past, turn.decision
            if past.row.test:
                continue
            counts.before[past.row.outcome] += 1
            counts.after[decision.outcome if decision else past.row.outcome] += 1
            if decision and self._differs(past, decision):
                self._add(turn, decision, following)

    def _differs(self, past: Past, decision: Decision) -> bool:
        if past.row.outcome != decision.outcome or past.logged.rules != decision.rules:
            return True
        return past.row.version_id is not None and self._reads_differently(past.row.version_id, decision)

    def _reads_differently(self, version: int, decision: Decision) -> bool:
        """Whether what is said is written differently in that version."""
        if version not in self._rewritten:
            old = texts_of(self._again.version(version).book)
            self._rewritten[version] = {name: () for name in self._texts if old.get(name) != self._texts[name]}
        rewritten = self._rewritten[version]
        return bool(rewritten) and not rewritten.keys().isdisjoint(_said(self._texts, decision))

    def _add(self, turn: Turn, decision: Decision, following: Past | None) -> None:
        past = turn.past
        self._know_names(past)
        self.counts.add(
            (past.row.outcome, past.logged.rules),
            (decision.outcome.value, decision.rules),
            past.row.text,
            {
                "id": past.row.id,
                "conversation": past.row.conversation_id,
                "at": past.at.isoformat(),
                "kind": past.row.kind,
                "suspect": suspicion(past, decision, following),
                "already": self._is_published(turn, decision),
                "after": _plain(decision),
            },
        )

    def _is_published(self, turn: Turn, decision: Decision) -> bool:
        """Another version answered the customer, and the published one would answer like this too."""
        published = self._published
        if published is None or published.pk == turn.past.row.version_id:
            return False
        now = self._again.decide(self._again.version(published.pk), turn.past, turn.talk)
        same = (now.outcome, now.rules) == (decision.outcome, decision.rules)
        return same and not self._reads_differently(published.pk, decision)

    def _know_names(self, past: Past) -> None:
        known, version = self.counts.names, past.row.version_id
        unknown = [key for key in past.logged.rules if key not in self._texts and key not in known]
        if unknown and version is not None:
            known |= {rule.key: rule.name for rule in self._again.version(version).book.rules if rule.key in unknown}


def suspicion(past: Past, decision: Decision, following: Past | None) -> str:
    """A code of counts.SUSPECTS, or "" where nothing speaks against the new answer. `following`: the customer's next
    message."""
    wait = following.at - past.at if following else NEVER
    asked_person = wait <= SOON and _called_person(following)
    if past.row.outcome in GOOD and past.logged.rules:
        if past.row.liked is False or asked_person or past.logged.rules == decision.rules:
            return ""
        return "other" if decision.answered_by else "lost"
    if decision.outcome is not Outcome.ANSWERED:
        return ""
    return "person" if asked_person else "again" if wait <= AT_ONCE else ""


def _called_person(past: Past | None) -> bool:
    """Asked for one, by the words of a rule."""
    return past is not None and past.row.outcome == Outcome.HANDED_OFF and bool(past.logged.rules)


def _said(texts: Texts, decision: Decision) -> Texts:
    greeted = any(reply.role == "greeting" for reply in decision.replies)
    return said(texts, decision.outcome, decision.rules, greeted=greeted, is_open=decision.state.open)


def _with_next(turns: Iterable[Turn]) -> Iterator[tuple[Turn, Past | None]]:
    for turn, following in pairwise(chain(turns, (None,))):
        if turn is not None:
            yield turn, following.past if following else None


def _plain(decision: Decision) -> dict[str, Any]:
    return {
        "replies": [reply.text for reply in decision.replies],
        "trace": [step_to_json(step) for step in decision.trace],
        "matched": [match_to_json(match) for match in decision.matched],
    }
