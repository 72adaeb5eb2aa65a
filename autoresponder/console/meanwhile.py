"""Two people at one rule: what was typed and what was saved meanwhile, part by part; nobody's words are lost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.datastructures import MultiValueDict

from autoresponder.console.change_words import Line, rule_lines
from autoresponder.console.fields import typed
from autoresponder.console.rule_form import GROUP_FIELDS, RuleForm, initial_of, rule_typed
from autoresponder.console.window_form import FIELDS
from autoresponder.rules.draft import RULE_FIELDS
from autoresponder.rules.models import Rule

ALL = "all"
# Field of the document -> the form's fields it is written in.
PARTS: dict[str, tuple[str, ...]] = {
    "groups": tuple(GROUP_FIELDS),
    "manner": ("manner",),
    "without": ("layers",),
    "action": ("action",),
    "replies": ("texts", "buttons"),
    "when": ("when",),
    "window": tuple(FIELDS),
    "channels": ("channels",),
    "cooldown_minutes": ("cooldown_minutes",),
    "band": ("first",),
    "name": ("name",),
}


@dataclass(frozen=True, slots=True)
class Part:
    """A part that reads differently. In a line, `before` is what was typed and `after` what was saved."""

    key: str
    lines: Sequence[Line]


def parts(mine: Mapping[str, Any], saved: Rule) -> list[Part]:
    """`mine`: the rule as typed, in the document's fields."""
    theirs = {name: getattr(saved, name) for name in RULE_FIELDS}
    both = [(key, rule_lines({**theirs, key: mine.get(key)}, theirs)) for key in PARTS]
    return [Part(key, lines) for key, lines in both if lines]


def with_theirs(data: MultiValueDict[str, str], saved: Rule, key: str) -> dict[str, Any]:
    """The form's values as typed, with this part (or ALL) as it was saved."""
    initial = initial_of(saved)
    wanted = {key: PARTS[key]} if key in PARTS else PARTS if key == ALL else {}
    taken = {name: initial[name] for names in wanted.values() for name in names}
    return {**typed(RuleForm, data), **taken, "edit_number": saved.edit_number}


def still_apart(data: MultiValueDict[str, str], saved: Rule, taken: str = "") -> list[Part]:
    """What differs of a form sent again: all but the part that was just taken (`with_theirs`)."""
    return [part for part in parts(rule_typed(data, saved), saved) if taken not in (part.key, ALL)]
