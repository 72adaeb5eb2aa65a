"""Greeting, standard answer and hand-off words as one form."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.datastructures import MultiValueDict
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from autoresponder.console.fields import TEXT_LENGTH, ButtonsField
from autoresponder.console.problems import problem_words
from autoresponder.engine.document import SCHEMA, Invalid, Problem, load, validate

Choices = Sequence[tuple[int, str | Promise]]

EVERY: Choices = (
    (0, gettext_lazy("말을 걸 때마다")),
    (60, gettext_lazy("1시간에 한 번")),
    (720, gettext_lazy("12시간에 한 번")),
    (1440, gettext_lazy("하루에 한 번")),
    (10080, gettext_lazy("일주일에 한 번")),
)
HAND_OFF_AFTER: Choices = (
    (1, gettext_lazy("바로 사람에게 넘겨요")),
    (2, gettext_lazy("두 번 이어서 못 알아들으면 넘겨요")),
    (3, gettext_lazy("세 번 이어서 못 알아들으면 넘겨요")),
    (0, gettext_lazy("넘기지 않고 기본 답변만 해요")),
)
QUIET: Choices = (
    (10, gettext_lazy("10분")),
    (30, gettext_lazy("30분")),
    (60, gettext_lazy("1시간")),
    (180, gettext_lazy("3시간")),
    (720, gettext_lazy("12시간")),
    (1440, gettext_lazy("하루")),
)
# The problems of one document field show at the first of its texts that has them.
TEXTS_OF = {"away": ("away_text",), "fallback": ("fallback_text",), "hand_off": ("open_text", "closed_text")}


def _text(label: str | Promise, *, required: bool = True) -> forms.CharField:
    wide = forms.Textarea(attrs={"rows": 3})
    return forms.CharField(label=label, required=required, max_length=TEXT_LENGTH, widget=wide)


def _minutes(label: str | Promise, choices: Choices) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(label=label, choices=choices, coerce=int)


class TextsForm(forms.Form):
    away_enabled = forms.BooleanField(label=gettext_lazy("쉬는 시간에 인사하기"), required=False)
    away_text = _text(gettext_lazy("인사말"), required=False)
    away_buttons = ButtonsField(
        label=gettext_lazy("함께 보여 줄 버튼"),
        help_text=gettext_lazy("비워 두면 자주 쓰는 규칙 이름이 버튼으로 붙어요."),
    )
    every_minutes = _minutes(gettext_lazy("같은 손님에게"), EVERY)
    fallback_text = _text(gettext_lazy("못 알아들었을 때 하는 말"))
    fallback_buttons = ButtonsField(label=gettext_lazy("함께 보여 줄 버튼"))
    hand_off_after = _minutes(gettext_lazy("계속 못 알아들으면"), HAND_OFF_AFTER)
    open_text = _text(gettext_lazy("영업 중일 때"))
    closed_text = _text(gettext_lazy("쉬는 시간일 때"))
    quiet_minutes = _minutes(gettext_lazy("넘긴 뒤 자동 답변을 쉬는 시간"), QUIET)
    edit_number = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, stored: Mapping[str, Any], **kwargs: Any) -> None:
        """`stored`: the texts of the draft as in the document; what the form does not edit stays as it is there."""
        super().__init__(*args, **kwargs)
        self.stored = stored
        for field, minutes in _numbers_of(stored).items():
            self.fields[field].choices = _with_stored(self.fields[field].choices, minutes)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        self._check(cleaned)
        return cleaned

    def _check(self, cleaned: dict[str, Any]) -> None:
        if self.errors:
            return
        if cleaned["away_enabled"] and not cleaned["away_text"].strip():
            self.add_error("away_text", _("인사말을 적거나, 인사하기를 꺼 주세요."))
            return
        for problem in _problems(texts_of(cleaned, self.stored)):
            self.add_error(self._field_of(problem), problem_words(problem))

    def _field_of(self, problem: Problem) -> str | None:
        """The text in which the name nobody knows stands, else the first text the problem can be about."""
        fields = TEXTS_OF.get(problem.field, ())
        wanted = "{" + str(problem.params.get("name", "")) + "}"
        return next((field for field in fields if wanted in self.cleaned_data.get(field, "")), next(iter(fields), None))


class UnfinishedTextsForm(TextsForm):
    """While the owner is still typing: fields that fit are used."""

    def _check(self, cleaned: dict[str, Any]) -> None:
        pass


def texts_of(values: Mapping[str, Any], stored: Mapping[str, Any]) -> dict[str, Any]:
    """Form values as the texts of a document."""
    hand_off = stored["hand_off"]
    return {
        "away": {
            "reply": {"text": _unix(values["away_text"]), "buttons": values["away_buttons"]},
            "enabled": values["away_enabled"],
            "every_minutes": values["every_minutes"],
        },
        "fallback": {
            "reply": {"text": _unix(values["fallback_text"]), "buttons": values["fallback_buttons"]},
            "hand_off_after": values["hand_off_after"],
        },
        "hand_off": {
            "open": {**hand_off["open"], "text": _unix(values["open_text"])},
            "closed": {**hand_off["closed"], "text": _unix(values["closed_text"])},
            "quiet_minutes": values["quiet_minutes"],
        },
    }


def initial_of(stored: Mapping[str, Any]) -> dict[str, Any]:
    away, fallback, hand_off = stored["away"], stored["fallback"], stored["hand_off"]
    return {
        "away_enabled": away["enabled"],
        "away_text": away["reply"]["text"],
        "away_buttons": away["reply"]["buttons"],
        "fallback_text": fallback["reply"]["text"],
        "fallback_buttons": fallback["reply"]["buttons"],
        "open_text": hand_off["open"]["text"],
        "closed_text": hand_off["closed"]["text"],
        **_numbers_of(stored),
    }


def texts_typed(data: MultiValueDict[str, str], stored: Mapping[str, Any]) -> dict[str, Any]:
    """The texts of an unfinished form, for the preview: what does not fit yet is as it was saved."""
    form = UnfinishedTextsForm(data, stored=stored)
    form.full_clean()
    return texts_of({**initial_of(stored), **form.cleaned_data}, stored)


def _numbers_of(stored: Mapping[str, Any]) -> dict[str, int]:
    return {
        "every_minutes": stored["away"]["every_minutes"],
        "hand_off_after": stored["fallback"]["hand_off_after"],
        "quiet_minutes": stored["hand_off"]["quiet_minutes"],
    }


def _with_stored(choices: Choices, number: int) -> Choices:
    """A number that came from elsewhere (an import, the demo) stays a choice."""
    if any(number == choice for choice, _words in choices):
        return choices
    return [*choices, (number, str(number))]


def _problems(texts: Mapping[str, Any]) -> Sequence[Problem]:
    try:
        return validate(load({"schema": SCHEMA, "rules": [], **texts}))
    except Invalid as invalid:
        return invalid.problems


def _unix(text: str) -> str:
    return text.replace("\r\n", "\n").strip()
