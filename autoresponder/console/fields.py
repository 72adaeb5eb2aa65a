"""Form fields for what a reply is made of: words, bubbles and buttons. Each reads and gives back plain lists."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy as _

# The same separators as static/js/chips.js.
SEPARATORS = re.compile(r"[,\n\t;，、]+")
# A whole group at the document's own bounds still fits: 300 words of 50 characters with their commas.
WORDS_LENGTH = 15_600
TEXT_LENGTH = 2000
# Past anything the document allows, so that hostile forms stay cheap and honest ones are told by its validation.
MOST_ROWS = 20


def words_in(typed: str) -> list[str]:
    """The words of a field with commas, each once, in order."""
    return list(dict.fromkeys(word for piece in SEPARATORS.split(typed) if (word := " ".join(piece.split()))))


class WordsField(forms.CharField):
    """Words with commas between, drawn as chips (parts/chips.html). Cleans to a list."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"required": False, "max_length": WORDS_LENGTH, **options})

    def clean(self, value: Any) -> list[str]:
        return words_in(super().clean(value))

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(value) if isinstance(value, list) else value

    def joined(self, mine: str | None, theirs: list[str]) -> list[str]:
        """Both people's words, each once."""
        return list(dict.fromkeys([*words_in(mine or ""), *theirs]))


class _Texts(forms.Widget):
    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> list[str]:
        return _listed(data, name)


class _Buttons(forms.Widget):
    """Two fields a row: `<name>_label` and `<name>_say`."""

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> list[dict[str, str]]:
        labels, says = _listed(data, f"{name}_label"), _listed(data, f"{name}_say")
        says += [""] * (len(labels) - len(says))
        return [{"label": label, "say": say} for label, say in zip(labels, says, strict=False)]

    def value_omitted_from_data(self, data: Mapping[str, Any], files: Any, name: str) -> bool:
        return False


class TextsField(forms.Field):
    """Bubbles, one text field each, all with the same name. Cleans to the filled ones."""

    widget = _Texts

    def prepare_value(self, value: Any) -> Any:
        return value or [""]

    def clean(self, value: list[str]) -> list[str]:
        texts = [text for typed in value if (text := typed.replace("\r\n", "\n").strip())]
        if self.required and not texts:
            raise forms.ValidationError(_("손님에게 할 말을 적어 주세요."))
        if any(len(text) > TEXT_LENGTH for text in texts):
            raise forms.ValidationError(_("말풍선 하나는 2,000자까지예요. 나누어 적어 주세요."))
        return texts


class ButtonsField(forms.Field):
    """Quick replies as {"label", "say"}; a row without a label takes what it says. Cleans to the filled rows."""

    widget = _Buttons

    def __init__(self, **options: Any) -> None:
        super().__init__(required=False, **options)

    def clean(self, value: list[dict[str, str]]) -> list[dict[str, str]]:
        rows = [{name: " ".join(text.split()) for name, text in row.items()} for row in value]
        return [{"label": row["label"] or row["say"], "say": row["say"]} for row in rows if row["label"] or row["say"]]


def typed(form: type[forms.Form], data: MultiValueDict[str, str]) -> dict[str, Any]:
    """What stands in the fields, unchecked: for showing the same form again with a row more or less."""
    return {name: field.widget.value_from_datadict(data, {}, name) for name, field in form.base_fields.items()}


def with_row_changed(data: MultiValueDict[str, str], *, at_most: int = MOST_ROWS) -> MultiValueDict[str, str]:
    """The form with the row added or taken out that the pressed button names.

    `more="<field> ..."` adds an empty row to the named lists, `less="<row> <field> ..."` takes one out of each.
    """
    changed = MultiValueDict({name: data.getlist(name)[:at_most] for name in data})
    for field in data.get("more", "").split():
        changed.appendlist(field, "")
    row, *fields = data.get("less", "").split() or [""]
    if row.isdecimal():
        for field in fields:
            changed.setlist(field, [text for at, text in enumerate(changed.getlist(field)) if at != int(row)])
    return changed


def _listed(data: Mapping[str, Any], name: str) -> list[str]:
    found = data.getlist(name) if isinstance(data, MultiValueDict) else data.get(name, [])
    return list(found)[:MOST_ROWS]
