"""The result of a replay in a seller's words: from which answer to which, and what speaks against the new one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from autoresponder.console.log import said_without_words
from autoresponder.console.reworded import Spans, reworded
from autoresponder.console.words import outcome_name, quoted, spans_of_stored, stored_reasons
from autoresponder.engine.types import Outcome

# Under an example that may be wrong (insights/tally.py).
SUSPECT_WORDS = {
    "lost": gettext_lazy("지금은 답하는데, 바꾸면 답하지 못해요."),
    "other": gettext_lazy("지금과 다른 규칙이 답해요."),
    "person": gettext_lazy("새로 답하게 되는데, 손님이 이 말 뒤에 사람을 찾았어요."),
    "again": gettext_lazy("새로 답하게 되는데, 손님이 이 말 뒤에 곧바로 또 물었어요."),
}


@dataclass(frozen=True, slots=True)
class Example:
    """One message. `suspect`: what speaks against its new answer, "" for nothing. `gone`, `come`: where the words of
    one rule's answer differ.
    """

    id: int
    conversation: int
    at: datetime
    text: str
    marks: Sequence[tuple[int, int]]
    before: str
    after: str
    why: Sequence[str]
    suspect: str
    already: bool
    gone: Spans = ()
    come: Spans = ()


@dataclass(frozen=True, slots=True)
class Told:
    """Answers that change alike. `rules`: keys of all that lose or win them; `alike`: (question, count)."""

    before: str
    after: str
    words_only: bool
    count: int
    suspects: int
    alike: Sequence[tuple[str, int]]
    examples: Sequence[Example]
    rules: Sequence[str]


def groups_of(found: Mapping[str, Any], *, zone: str) -> list[Told]:
    """The groups of a result (insights/replay.py) with its words."""
    return [_told(group, found["names"], zone) for group in found["groups"]]


def side_words(side: Mapping[str, Any], names: Mapping[str, str]) -> str:
    """ "배송비 안내", "사람에게 넘겼어요: 사람 부르기" or what else became of the message."""
    rules = [names.get(key) or _("지운 규칙") for key in side["rules"]]
    if side["outcome"] == Outcome.ANSWERED:
        return quoted(rules)
    return ": ".join(filter(None, [outcome_name(side["outcome"]), quoted(rules)]))


def _told(group: Mapping[str, Any], names: Mapping[str, str], zone: str) -> Told:
    before, after = group["before"], group["after"]
    return Told(
        before=side_words(before, names),
        after=side_words(after, names),
        words_only=group["words"],
        count=group["count"],
        suspects=group["suspects"],
        alike=[(kind["text"], kind["count"]) for kind in group["alike"]],
        examples=_unlike([_example(one, group, names, zone) for one in group["examples"]]),
        rules=list(dict.fromkeys([*before["rules"], *after["rules"]])),
    )


def _unlike(examples: Sequence[Example]) -> list[Example]:
    """Each thing that was said and answered the same way once: seeing it ten times tells no more."""
    seen = {(one.text, one.before, one.after, one.suspect): one for one in reversed(examples)}
    return list(reversed(seen.values()))


def _example(one: Mapping[str, Any], group: Mapping[str, Any], names: Mapping[str, str], zone: str) -> Example:
    before = " ".join(one["before"]["replies"]) or outcome_name(group["before"]["outcome"])
    after = " ".join(one["after"]["replies"]) or outcome_name(group["after"]["outcome"])
    gone, come = reworded(before, after) if group["words"] else ((), ())
    return Example(
        id=one["id"],
        conversation=one["conversation"],
        at=datetime.fromisoformat(one["at"]),
        text=one["text"] or said_without_words(one["kind"]),
        marks=spans_of_stored(one["after"]),
        before=before,
        after=after,
        why=stored_reasons(one["after"], names, zone=zone),
        suspect=str(SUSPECT_WORDS.get(one["suspect"], "")),
        already=one["already"],
        gone=gone,
        come=come,
    )
