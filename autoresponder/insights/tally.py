"""How a rule book's answers differ from those that were given, counted and grouped while they come."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta
from itertools import chain, pairwise
from typing import Any

from autoresponder.engine.compile import Compiled
from autoresponder.engine.trace import match_to_json, step_to_json
from autoresponder.engine.types import Decision, Outcome
from autoresponder.insights.again import Again, Texts, Turn, said, texts_of
from autoresponder.insights.likeness import Alike
from autoresponder.insights.past import Past
from autoresponder.insights.today import OUTCOMES
from autoresponder.rules.models import Version

# Why a changed answer may be wrong, the worst first: a good answer is gone ("lost") or another rule's now ("other");
# it is new, and the customer then asked for a person ("person") or wrote again at once ("again").
SUSPECTS = ("lost", "other", "person", "again")
SOON, AT_ONCE, NEVER = timedelta(minutes=30), timedelta(minutes=5), timedelta.max
# Kept to be shown of one group; the counts are of all.
SHOWN_SUSPECTS, SHOWN_OTHERS, SHOWN_ALIKE = 30, 10, 10
GROUPS = 100
# Messages from one word about the progress to the next.
TELL_EVERY = 2_000
GOOD = (Outcome.ANSWERED, Outcome.HANDED_OFF)

Side = tuple[str, tuple[str, ...]]


class Group:
    """Answers that changed in the same way."""

    def __init__(self) -> None:
        self.alike = Alike()
        self.suspects = Counter[str]()
        self._shown: dict[str, list[dict[str, Any]]] = {}

    def add(self, text: str, example: dict[str, Any]) -> None:
        suspect = example["suspect"]
        self.alike.add(text, example["id"])
        self.suspects[suspect] += bool(suspect)
        shown = self._shown.setdefault(suspect, [])
        if len(shown) < (SHOWN_SUSPECTS if suspect else SHOWN_OTHERS):
            shown.append(example)

    @property
    def examples(self) -> list[dict[str, Any]]:
        return [example for suspect in (*SUSPECTS, "") for example in self._shown.get(suspect, ())][:SHOWN_SUSPECTS]


class Tally:
    def __init__(
        self, again: Again, compiled: Compiled, published: Version | None, told: Callable[[int], None]
    ) -> None:
        self.seen, self._told = 0, told
        self._again, self._published = again, published
        self._texts = texts_of(compiled.book)
        self._rewritten: dict[int, Texts] = {}
        self._before, self._after = Counter[str](), Counter[str]()
        self._changed = self._already = self._new_suspects = 0
        self._groups: dict[tuple[Side, Side], Group] = {}
        self._names = {rule.key: rule.name for rule in compiled.book.rules}

    def add(self, turns: Iterable[Turn]) -> None:
        """One customer's messages."""
        for turn, following in _with_next(turns):
            self.seen += 1
            if not self.seen % TELL_EVERY:
                self._told(self.seen)
            past, decision = turn.past, turn.decision
            if past.row.test:
                continue
            self._before[past.row.outcome] += 1
            self._after[decision.outcome if decision else past.row.outcome] += 1
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
        self._changed += 1
        before, after = (past.row.outcome, past.logged.rules), (decision.outcome.value, decision.rules)
        self._know_names(past)
        already = self._is_published(turn, decision)
        self._already += already
        suspect = suspicion(past, decision, following)
        self._new_suspects += bool(suspect) and not already
        group = self._groups.setdefault((before, after), Group())
        group.add(
            past.row.text,
            {
                "id": past.row.id,
                "conversation": past.row.conversation_id,
                "at": past.at.isoformat(),
                "kind": past.row.kind,
                "suspect": suspect,
                "already": already,
                "after": {
                    "replies": [reply.text for reply in decision.replies],
                    "trace": [step_to_json(step) for step in decision.trace],
                    "matched": [match_to_json(match) for match in decision.matched],
                },
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
        unknown = [key for key in past.logged.rules if key not in self._names]
        if unknown and past.row.version_id is not None:
            book = self._again.version(past.row.version_id).book
            self._names |= {rule.key: rule.name for rule in book.rules if rule.key in unknown}

    def result(self) -> dict[str, Any]:
        groups = sorted(
            self._groups.items(), key=lambda item: (item[1].suspects.total(), item[1].alike.count), reverse=True
        )
        shown = [_group(before, after, group) for (before, after), group in groups[:GROUPS]]
        return {
            "messages": self._before.total(),
            "changed": self._changed,
            "already": self._already,
            "answered_before": self._before[Outcome.ANSWERED],
            "answered_after": self._after[Outcome.ANSWERED],
            "before": _by_name(self._before),
            "after": _by_name(self._after),
            "suspects": sum(group.suspects.total() for group in self._groups.values()),
            "new_suspects": self._new_suspects,
            "groups": shown,
            "group_count": len(groups),
            "names": self._names,
        }


def suspicion(past: Past, decision: Decision, following: Past | None) -> str:
    """A code of SUSPECTS, or "" where nothing speaks against the new answer. `following`: the customer's next."""
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


def _by_name(counts: Counter[str]) -> dict[str, int]:
    return {name: sum(counts[outcome] for outcome in outcomes) for name, outcomes in OUTCOMES.items()}


def _group(before: Side, after: Side, group: Group) -> dict[str, Any]:
    return {
        "before": {"outcome": before[0], "rules": list(before[1])},
        "after": {"outcome": after[0], "rules": list(after[1])},
        "words": before == after,
        "count": group.alike.count,
        "suspects": group.suspects.total(),
        "alike": [{"id": kind.id, "count": kind.count} for kind in group.alike.most(SHOWN_ALIKE)],
        "examples": group.examples,
    }
