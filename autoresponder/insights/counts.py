"""What a replay found: counts, and answers that changed in the same way together. Those of one part of the customers
can be carried to another process, and are put together in the customers' order."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from autoresponder.engine.types import Outcome, Talk
from autoresponder.insights.likeness import Alike
from autoresponder.insights.today import OUTCOMES

# Why a changed answer may be wrong, the worst first: a good answer is gone ("lost") or another rule's now ("other");
# it is new, and the customer then asked for a person ("person") or wrote again at once ("again").
SUSPECTS = ("lost", "other", "person", "again")
# Kept to be shown of one group; the counts are of all.
SHOWN_SUSPECTS, SHOWN_OTHERS, SHOWN_ALIKE = 30, 10, 10
GROUPS = 100

# An outcome and the rules that answered.
Side = tuple[str, tuple[str, ...]]


class Changed(NamedTuple):
    """The message whose answer changed, and what was remembered of the talk then (None: just what the log has).

    `suspect`: a code of SUSPECTS, or "". `already`: the published version answers like this too.
    """

    id: int
    talk: Talk | None
    suspect: str
    already: bool

    def to_carry(self) -> Changed:
        """With nothing in it that could not be carried to another process."""
        if self.talk is None:
            return self
        return self._replace(talk=self.talk._replace(answered_at=dict(self.talk.answered_at)))


# What there is to be shown of changed answers, by their messages: of those that are still there.
Tell = Callable[[Sequence[Changed]], Mapping[int, Mapping[str, Any]]]


class Group:
    """Answers that changed in the same way."""

    def __init__(self) -> None:
        self.alike, self.suspects = Alike(), 0
        self._shown: defaultdict[str, list[Changed]] = defaultdict(list)

    def add(self, text: str, changed: Changed) -> None:
        self.alike.add(text, changed.id)
        self.suspects += bool(changed.suspect)
        if len(self._shown[changed.suspect]) < _shown_of(changed.suspect):
            self._shown[changed.suspect].append(changed.to_carry())

    def merge(self, later: Group) -> None:
        self.alike.merge(later.alike)
        self.suspects += later.suspects
        for suspect, examples in later._shown.items():
            shown = self._shown[suspect]
            shown += examples[: _shown_of(suspect) - len(shown)]

    @property
    def examples(self) -> list[Changed]:
        return [example for suspect in (*SUSPECTS, "") for example in self._shown.get(suspect, ())][:SHOWN_SUSPECTS]


class Counts:
    """`seen`: messages, a platform's tests among them. `names`: of rules that the new book has not, by key."""

    def __init__(self) -> None:
        self.seen = self.changed = self.already = self.new_suspects = 0
        self.before, self.after = Counter[str](), Counter[str]()
        self.groups: defaultdict[tuple[Side, Side], Group] = defaultdict(Group)
        self.names: dict[str, str] = {}

    def add(self, before: Side, after: Side, text: str, changed: Changed) -> None:
        """An answer that changed."""
        self.changed += 1
        self.already += changed.already
        self.new_suspects += bool(changed.suspect) and not changed.already
        self.groups[before, after].add(text, changed)

    def merge(self, later: Counts) -> None:
        """What was found of the next customers."""
        self.seen += later.seen
        self.changed += later.changed
        self.already += later.already
        self.new_suspects += later.new_suspects
        self.before.update(later.before)
        self.after.update(later.after)
        for ways, group in later.groups.items():
            self.groups[ways].merge(group)
        self.names = later.names | self.names

    def result(self, tell: Tell) -> dict[str, Any]:
        """Plain JSON, as described in insights/replay.py."""
        groups = sorted(self.groups.items(), key=lambda item: (item[1].suspects, item[1].alike.count), reverse=True)
        told = tell([changed for _, group in groups[:GROUPS] for changed in group.examples])
        return {
            "messages": self.before.total(),
            "changed": self.changed,
            "already": self.already,
            "answered_before": self.before[Outcome.ANSWERED],
            "answered_after": self.after[Outcome.ANSWERED],
            "before": _by_name(self.before),
            "after": _by_name(self.after),
            "suspects": sum(group.suspects for group in self.groups.values()),
            "new_suspects": self.new_suspects,
            "groups": [_plain(before, after, group, told) for (before, after), group in groups[:GROUPS]],
            "group_count": len(groups),
            "names": self.names,
        }


def _shown_of(suspect: str) -> int:
    return SHOWN_SUSPECTS if suspect else SHOWN_OTHERS


def _by_name(counts: Counter[str]) -> dict[str, int]:
    return {name: sum(counts[outcome] for outcome in outcomes) for name, outcomes in OUTCOMES.items()}


def _plain(before: Side, after: Side, group: Group, told: Mapping[int, Mapping[str, Any]]) -> dict[str, Any]:
    return {
        "before": {"outcome": before[0], "rules": list(before[1])},
        "after": {"outcome": after[0], "rules": list(after[1])},
        "words": before == after,
        "count": group.alike.count,
        "suspects": group.suspects,
        "alike": [{"id": kind.id, "count": kind.count} for kind in group.alike.most(SHOWN_ALIKE)],
        "examples": [
            {"id": one.id, "suspect": one.suspect, "already": one.already, **told[one.id]}
            for one in group.examples
            if one.id in told
        ],
    }
