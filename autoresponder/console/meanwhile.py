"""Two people at one form: what was typed and what was saved meanwhile, part by part; nobody's words are lost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.datastructures import MultiValueDict

from autoresponder.console.change_words import Line, rule_lines, text_lines
from autoresponder.console.fields import WordsField, typed
from autoresponder.console.rule_form import GROUP_FIELDS
from autoresponder.console.window_form import FIELDS
from autoresponder.console.word_rows import RowsField
from autoresponder.rules.draft import RULE_FIELDS
from autoresponder.rules.models import Rule

# Part -> the form's fields it is written in. Of a rule the parts are fields of the document.
Parts = Mapping[str, Sequence[str]]
RULE: Parts = {
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
# A text of the document and, where it has several, the field of it.
TEXTS: Parts = {
    "away reply": ("away_text", "away_buttons"),
    "away every_minutes": ("every_minutes",),
    "away enabled": ("away_enabled",),
    "fallback reply": ("fallback_text", "fallback_buttons"),
    "fallback hand_off_after": ("hand_off_after",),
    "hand_off open": ("open_text",),
    "hand_off closed": ("closed_text",),
    "hand_off quiet_minutes": ("quiet_minutes",),
}
UNDERSTANDING: Parts = {name: (name,) for name in ("layers", "ask_back", "aliases", "ignored")}
SYNONYMS: Parts = {"synonyms": ("groups",)}


@dataclass(frozen=True, slots=True)
class Part:
    """A part that reads differently. In a line, `before` is what was typed and `after` what was saved."""

    key: str
    lines: Sequence[Line]

    @property
    def lists(self) -> bool:
        """Whether both people's words can be taken."""
        return all(line.words for line in self.lines)


def rule_parts(mine: Mapping[str, Any], saved: Rule, *, taken: str = "") -> list[Part]:
    """`mine`: the rule as typed, in the document's fields; `taken`: the part that was just taken (`chosen`)."""
    theirs = {name: getattr(saved, name) for name in RULE_FIELDS}
    both = [(key, rule_lines({**theirs, key: mine.get(key)}, theirs)) for key in RULE if key != taken]
    return [Part(key, lines) for key, lines in both if lines]


def text_parts(parts: Parts, mine: Mapping[str, Any], saved: Mapping[str, Any], *, taken: str = "") -> list[Part]:
    """The same of texts of a document, or of the synonyms."""
    both = []
    for key in parts:
        text, *fields = key.split()
        theirs = saved[text]
        typed_text = {**theirs, **{field: mine[text][field] for field in fields}} if fields else mine[text]
        both.append((key, text_lines(text, typed_text, theirs)))
    return [Part(key, lines) for key, lines in both if lines and key != taken]


def taken_in(data: MultiValueDict[str, str]) -> str:
    """The part whose button was pressed, "" for none."""
    return data.get("theirs") or data.get("both") or ""


def chosen(
    form: type[forms.Form], data: MultiValueDict[str, str], saved: Mapping[str, Any], parts: Parts
) -> dict[str, Any]:
    """The form's values as typed; those of the part that was taken as they were saved, or with both people's words.

    `saved` counts as seen.
    """
    values = {**typed(form, data), "edit_number": saved["edit_number"]}
    for name in parts.get(data.get("theirs", ""), ()):
        values[name] = saved[name]
    for name in parts.get(data.get("both", ""), ()):
        field = form.base_fields[name]
        if isinstance(field, WordsField | RowsField):
            values[name] = field.joined(values[name], saved[name])
    return values
