"""How well a rule book understands messages whose right answer is known: shares, and each message with its outcome."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from autoresponder.engine.calendar import DAY, Calendar, Span
from autoresponder.engine.compile import Compiled
from autoresponder.engine.decide import decide
from autoresponder.engine.types import Decision, Incoming, Outcome, Talk

# The intent of a message that no rule should answer.
OTHER = "other"
# Rules are judged here, not the hours they keep: a shop that never closes, at any moment.
ALWAYS = Calendar("Asia/Seoul", ((Span(0, DAY),),) * 7)
MOMENT = datetime(2026, 1, 7, 3, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Example:
    """A message and what it is about. `acceptable`: every intent that is right, the main one first; `rules`: the keys
    of rules that are. With neither, or with `OTHER` as the main intent, no rule should answer.
    """

    text: str
    acceptable: tuple[str, ...]
    kind: str = ""
    rules: tuple[str, ...] = ()

    @property
    def wants_answer(self) -> bool:
        return self.acceptable[0] != OTHER if self.acceptable else bool(self.rules)


@dataclass(frozen=True, slots=True)
class Verdict:
    """`result`: "right", "wrong", "missed" (a rule should have answered) or "quiet" (rightly none did).

    `intents` are those of the rules that answered or were offered, one each; "" for a rule without.
    """

    example: Example
    decision: Decision
    intents: tuple[str, ...]
    result: str

    @property
    def asked_back(self) -> bool:
        return self.decision.outcome is Outcome.ASKED_BACK


def judge(compiled: Compiled, examples: Iterable[Example], *, values: Mapping[str, Any]) -> list[Verdict]:
    """Each message on its own, as a customer's first one."""
    intents = {rule.key: rule.intent for rule in compiled.book.rules}
    return [_judged(compiled, example, intents, values) for example in examples]


def report(verdicts: Sequence[Verdict]) -> dict[str, Any]:
    """The shares of messages with a known intent. A message for which a rule calls a person counts as answered.

    `coverage`: answered of all; `precision`: right of answered; `recall`: right of those a rule should answer.
    """
    asked = [verdict for verdict in verdicts if verdict.asked_back]
    answered = [verdict for verdict in verdicts if verdict.intents and not verdict.asked_back]
    right = [verdict for verdict in answered if verdict.result == "right"]
    wanted = [verdict for verdict in verdicts if verdict.example.wants_answer]
    return {
        "messages": len(verdicts),
        "answered": len(answered),
        "coverage": share(len(answered), len(verdicts)),
        "correct": len(right),
        "precision": share(len(right), len(answered)),
        "recall": share(_recalled(wanted), len(wanted)),
        "recall_by_intent": _recall_by_intent(wanted),
        "asked_back": len(asked),
        "asked_back_correct": sum(verdict.result == "right" for verdict in asked),
        "handed_off": sum(verdict.decision.outcome is Outcome.HANDED_OFF for verdict in verdicts),
    }


def false_answers(verdicts: Sequence[Verdict]) -> dict[str, Any]:
    """Of messages that no rule should answer, the share that one did; by kind where the examples have one."""
    wrong, messages = Counter[str](), Counter[str]()
    for verdict in verdicts:
        messages[verdict.example.kind] += 1
        wrong[verdict.example.kind] += bool(verdict.intents)
    kinds = {kind: share(wrong[kind], count) for kind, count in sorted(messages.items()) if kind}
    found: dict[str, Any] = {"false_answer_rate": share(wrong.total(), messages.total())}
    return found | ({"false_answer_rate_by_kind": kinds} if kinds else {})


def share(part: int, whole: int) -> float:
    return round(part / whole, 4) if whole else 0.0


def _judged(compiled: Compiled, example: Example, intents: Mapping[str, str], values: Mapping[str, Any]) -> Verdict:
    decision = decide(compiled, ALWAYS, Talk(), Incoming("", "", example.text), now=MOMENT, values=values)
    found = tuple(intents[key] for key in decision.rules)
    return Verdict(example, decision, found, _result(example, decision, found))


def _result(example: Example, decision: Decision, found: Sequence[str]) -> str:
    if not found:
        return "missed" if example.wants_answer else "quiet"
    # What is about nothing we know may be passed to a person, but not answered.
    right = {intent for intent in example.acceptable if intent != OTHER or decision.outcome is Outcome.HANDED_OFF}
    return "right" if right & set(found) or set(example.rules) & set(decision.rules) else "wrong"


def _recalled(verdicts: Sequence[Verdict]) -> int:
    return sum(verdict.result == "right" and not verdict.asked_back for verdict in verdicts)


def _recall_by_intent(verdicts: Sequence[Verdict]) -> dict[str, float]:
    by: dict[str, list[Verdict]] = {}
    for verdict in verdicts:
        by.setdefault(verdict.example.acceptable[0], []).append(verdict)
    return {intent: share(_recalled(some), len(some)) for intent, some in sorted(by.items())}
