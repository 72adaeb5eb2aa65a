"""What `engine.check` finds wrong with a rule or a text, in words, and the form field it belongs to."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from autoresponder.engine.document import Problem
from autoresponder.engine.variables import nearest


def problem_words(problem: Problem) -> str:
    """One sentence: what is wrong and what to do about it."""
    words = WORDS.get(problem.code)
    return words(problem.params) if words else _("이 내용은 저장할 수 없어요. 다시 적어 주세요.")


def _missing(params: Mapping[str, Any]) -> str:
    return _("비어 있어요. 적어 주세요.")


def _no_words(params: Mapping[str, Any]) -> str:
    return _("손님이 할 만한 말을 하나 이상 적어 주세요.")


def _blank_word(params: Mapping[str, Any]) -> str:
    return _("‘{word}’에는 알아볼 글자가 없어요. 글자나 숫자로 적어 주세요.").format(word=params["word"])


def _no_reply(params: Mapping[str, Any]) -> str:
    return _("손님에게 할 말을 적어 주세요.")


def _unknown_variable(params: Mapping[str, Any]) -> str:
    name = params["name"]
    if meant := nearest(name):
        sentence = _("‘{name}’에 넣을 내용을 몰라요. 혹시 ‘{meant}’인가요?")
        return sentence.format(name=f"{{{name}}}", meant=f"{{{meant}}}")
    return _("‘{name}’에 넣을 내용을 몰라요. 아래 버튼에 있는 것만 넣을 수 있어요.").format(name=f"{{{name}}}")


def _empty_button(params: Mapping[str, Any]) -> str:
    return _("버튼에 적을 말이 비어 있어요.")


def _too_long(params: Mapping[str, Any]) -> str:
    sentence = _("‘{text}’ 부분이 너무 길어요. {most}자까지 적을 수 있어요.")
    return sentence.format(text=params.get("text", ""), most=params["at_most"])


def _too_many(params: Mapping[str, Any]) -> str:
    return _("너무 많아요. {most}개까지 넣을 수 있어요.").format(most=params["at_most"])


def _end_before_start(params: Mapping[str, Any]) -> str:
    return _("마지막 날이 첫날보다 앞이에요. 다시 골라 주세요.")


def _control_character(params: Mapping[str, Any]) -> str:
    return _("화면에 보이지 않는 글자가 섞여 있어요. 지우고 다시 적어 주세요.")


WORDS: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "missing": _missing,
    "no_words": _no_words,
    "empty_group": _no_words,
    "blank_word": _blank_word,
    "no_reply": _no_reply,
    "empty_reply": _no_reply,
    "unknown_variable": _unknown_variable,
    "empty_button": _empty_button,
    "too_long": _too_long,
    "too_many": _too_many,
    "control_character": _control_character,
    "end_before_start": _end_before_start,
}
