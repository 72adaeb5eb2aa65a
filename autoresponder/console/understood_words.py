"""How a message was understood, and why a rule whose words it says kept quiet, in a shop owner's words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

Names = Mapping[str, str]
Params = Mapping[str, Any]

# The layers of engine.book.LAYERS in the order they are tried: what it is called, and what it makes of a typo.
LAYERS = (
    ("jamo", gettext_lazy("흩어진 글자"), "ㅂㅐ송 → 배송"),
    ("keyboard", gettext_lazy("한/영 잘못 누름"), "qothd → 배송"),
    ("sound", gettext_lazy("소리대로 쓴 말"), "베송 → 배송"),
    ("slip", gettext_lazy("손가락이 미끄러진 오타"), "배솔 → 배송"),
)
LAYER_NAMES = {layer: name for layer, name, _example in LAYERS}


def _understood(params: Params, names: Names, zone: ZoneInfo) -> str:
    sentences = {
        "jamo": _("흩어지거나 늘어난 글자를 바로잡아 ‘{typed}’도 ‘{meant}’ 뜻으로 알아들었어요."),
        "keyboard": _("한/영을 바꿔 읽어 ‘{typed}’도 ‘{meant}’ 뜻으로 알아들었어요."),
        "sound": _("소리가 같아서 ‘{typed}’도 ‘{meant}’ 뜻으로 알아들었어요."),
        "slip": _("오타로 보고 ‘{typed}’도 ‘{meant}’ 뜻으로 알아들었어요."),
    }
    sentence = sentences.get(params["how"], _("‘{typed}’도 ‘{meant}’ 뜻으로 알아들었어요."))
    return sentence.format(typed=params["typed"], meant=params["meant"])


def _asked_back(params: Params, names: Names, zone: ZoneInfo) -> str:
    rules = ", ".join(names.get(rule, _("지운 규칙")) for rule in params["rules"])
    return _("어느 쪽인지 확실하지 않아 되물었어요: {rules}").format(rules=rules)


def _not_asked(params: Params, names: Names, zone: ZoneInfo) -> str:
    return _("말은 나왔지만 묻거나 부탁하는 말이 아니어서 답하지 않았어요.")


def _not_alone(params: Params, names: Names, zone: ZoneInfo) -> str:
    return _("다른 말도 함께 있어서 답하지 않았어요. 그 말만 보냈을 때 답하는 규칙이에요.")


def _background(params: Params, names: Names, zone: ZoneInfo) -> str:
    return _("다른 것을 물어서 이 규칙은 양보했어요. 이 규칙의 말은 사정을 설명할 때만 나왔어요.")


def _ignored(params: Params, names: Names, zone: ZoneInfo) -> str:
    sentence = _("‘{word}’ 글자는 있지만 ‘{longer}’의 일부라서 이 규칙의 말로 보지 않았어요.")
    return sentence.format(word=params["word"], longer=params["longer"])


ABOUT_MESSAGE = {"understood": _understood, "asked_back": _asked_back}
ABOUT_RULE = {"not_asked": _not_asked, "not_alone": _not_alone, "background": _background, "ignored": _ignored}
