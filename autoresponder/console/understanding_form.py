"""How far typos are understood, other spellings and words to pass over, as one form."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy

from autoresponder.console.fields import TEXT_LENGTH, WordsField
from autoresponder.console.problems import problem_words
from autoresponder.console.understood_words import LAYER_NAMES
from autoresponder.console.word_rows import SpellingsField, problem_in, rows_of_aliases
from autoresponder.engine.check import Problem
from autoresponder.engine.document import ALIASES, IGNORED, WORD_LENGTH
from autoresponder.engine.variables import unknown_variables


class UnderstandingForm(forms.Form):
    layers = forms.MultipleChoiceField(
        label=gettext_lazy("오타도 알아듣기"), choices=list(LAYER_NAMES.items()), required=False
    )
    ask_back = forms.CharField(
        label=gettext_lazy("되물을 때 하는 말"),
        help_text=gettext_lazy(
            "이 말 아래에 짐작한 규칙 이름이 버튼으로 붙어요. 비워 두면 되묻지 않고 먼저 오는 규칙이 답해요."
        ),
        required=False,
        max_length=TEXT_LENGTH,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    aliases = SpellingsField(rows=ALIASES)
    ignored = WordsField(label=gettext_lazy("규칙의 말로 보지 않는 말"), max_length=IGNORED * (WORD_LENGTH + 2))
    edit_number = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def clean_ask_back(self) -> str:
        text: str = self.cleaned_data["ask_back"].replace("\r\n", "\n").strip()
        for name in unknown_variables(text):
            raise forms.ValidationError(problem_words(Problem("", "ask_back", "unknown_variable", {"name": name})))
        return text

    def clean_ignored(self) -> list[str]:
        words: list[str] = self.cleaned_data["ignored"]
        if problem := problem_in(words, at_most=IGNORED):
            raise forms.ValidationError(problem)
        return words


def understanding_of(values: Mapping[str, Any], stored: Mapping[str, Any]) -> dict[str, Any]:
    """Cleaned values as the parts of a document; what did not fit or was not typed is as it was saved."""
    buttons = stored["ask_back"].get("buttons", [])
    typed: dict[str, Any] = {name: values[name] for name in ("aliases", "ignored", "layers") if name in values}
    if "ask_back" in values:
        typed["ask_back"] = {"text": values["ask_back"], "buttons": buttons}
    return typed


def initial_of(stored: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "layers": stored["layers"],
        "ask_back": stored["ask_back"].get("text", ""),
        "aliases": rows_of_aliases(stored["aliases"]),
        "ignored": list(stored["ignored"]),
    }


def understanding_typed(data: MultiValueDict[str, str], stored: Mapping[str, Any]) -> dict[str, Any]:
    """The parts of a document in an unfinished form, for the preview: what does not fit yet is left as it was."""
    form = UnderstandingForm(data)
    form.full_clean()
    return understanding_of(form.cleaned_data, stored)
