"""One rule as a form: from its row to fields, and from what was typed back to a rule document."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from autoresponder import channels
from autoresponder.console.fields import ButtonsField, TextsField, WordsField
from autoresponder.console.problems import problem_words
from autoresponder.console.understood_words import LAYER_NAMES
from autoresponder.console.when_words import WHEN
from autoresponder.console.window_form import FIELDS, WindowFields, window_initial, window_of
from autoresponder.console.words import channel_name
from autoresponder.engine.book import LAYERS
from autoresponder.engine.document import SCHEMA, Invalid, Problem, load, validate
from autoresponder.rules.draft import NAME_LENGTH
from autoresponder.rules.models import Rule
from autoresponder.rules.starting import starting_texts

# Form field -> how its words must stand in the message. The first field of a mode takes what the others do not.
GROUP_FIELDS = {"any_words": "any", "also_words": "any", "all_words": "all", "none_words": "none"}
ACTIONS = (("answer", gettext_lazy("적어 둔 답을 보내요")), ("hand_off", gettext_lazy("사람에게 넘겨요")))
# Each with a line that says when it is right.
MANNERS = (
    (
        "mention",
        gettext_lazy("말이 나오기만 하면 답해요"),
        gettext_lazy("‘배송비’처럼 나오면 늘 궁금한 말에 좋아요."),
    ),
    (
        "asked",
        gettext_lazy("묻거나 부탁할 때만 답해요"),
        gettext_lazy("‘배송 빨라서 좋아요’ 같은 후기에는 답하지 않아요."),
    ),
    (
        "alone",
        gettext_lazy("그 말만 보냈을 때 답해요"),
        gettext_lazy("‘안녕하세요’, ‘감사합니다’ 같은 인사에 좋아요."),
    ),
)
COOLDOWNS = (
    (0, gettext_lazy("물어볼 때마다 답해요")),
    (10, gettext_lazy("10분에 한 번만 답해요")),
    (60, gettext_lazy("1시간에 한 번만 답해요")),
    (720, gettext_lazy("12시간에 한 번만 답해요")),
    (1440, gettext_lazy("하루에 한 번만 답해요")),
)
# Where the document's problems show; the rest stands above the form.
FIELD_OF = {
    "name": "name",
    "groups": "any_words",
    "words": "any_words",
    "replies": "texts",
    "text": "texts",
    "buttons": "buttons",
    "channels": "channels",
    "cooldown_minutes": "cooldown_minutes",
    "window": "window_last",
}


class RuleForm(WindowFields):
    any_words = WordsField(label=gettext_lazy("이 말 중 하나라도 있으면"))
    also_words = WordsField(label=gettext_lazy("그리고 이 말 중 하나도 있으면"))
    all_words = WordsField(label=gettext_lazy("이 말이 모두 있으면"))
    none_words = WordsField(label=gettext_lazy("이 말이 있으면 빼요"))
    action = forms.ChoiceField(label=gettext_lazy("어떻게 할까요"), choices=ACTIONS, widget=forms.RadioSelect)
    texts = TextsField(label=gettext_lazy("손님에게 할 말"), required=False)
    buttons = ButtonsField(label=gettext_lazy("함께 보여 줄 버튼"))
    when = forms.ChoiceField(label=gettext_lazy("언제 답할까요"), choices=WHEN, widget=forms.RadioSelect)
    channels = forms.MultipleChoiceField(
        label=gettext_lazy("어디서 답할까요"),
        help_text=gettext_lazy("고르지 않으면 모든 메신저에서 답해요."),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    cooldown_minutes = forms.TypedChoiceField(
        label=gettext_lazy("같은 손님이 또 물으면"), choices=COOLDOWNS, coerce=int
    )
    first = forms.BooleanField(
        label=gettext_lazy("다른 규칙보다 항상 먼저 확인해요"),
        help_text=gettext_lazy("불만이나 환불처럼 놓치면 안 되는 말에 켜 두세요."),
        required=False,
    )
    manner = forms.ChoiceField(
        label=gettext_lazy("어떻게 말하면 답할까요"), choices=[(manner, name) for manner, name, _hint in MANNERS]
    )
    layers = forms.MultipleChoiceField(
        label=gettext_lazy("오타도 알아듣기"),
        help_text=gettext_lazy("맞는 규칙이 없을 때만 살펴봐요. 답이 잘못 나가면 곤란한 규칙은 꺼 두세요."),
        choices=list(LAYER_NAMES.items()),
        required=False,
    )
    name = forms.CharField(
        label=gettext_lazy("규칙 이름"),
        help_text=gettext_lazy("비워 두면 첫 번째 말로 지어 드려요. 손님에게는 보이지 않아요."),
        required=False,
        max_length=NAME_LENGTH,
    )
    edit_number = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, rule: Rule | None = None, connected: Sequence[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rule = rule
        self.fields["channels"].choices = channel_choices(connected)
        self.fields["cooldown_minutes"].choices = cooldown_choices(rule)
        self.fields["any_words"].widget.attrs["placeholder"] = _("예: 배송비, 택배비")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not cleaned.get("name"):
            words = next((cleaned[field] for field in GROUP_FIELDS if cleaned.get(field)), [])
            cleaned["name"] = suggested_name(words) if words else ""
        self._check()
        return cleaned

    def _check(self) -> None:
        if not self.errors:
            for problem in problems_of(self.document()):
                self.add_error(self._field_of(problem), problem_words(problem))

    def document(self) -> dict[str, Any]:
        """The rule fields of the document, as typed. Only after a clean without errors."""
        return {**fields_of(self.cleaned_data), **kept_of(self.rule)}

    def _field_of(self, problem: Problem) -> str | None:
        word, mode = problem.params.get("word"), problem.params.get("mode")
        for field, field_mode in GROUP_FIELDS.items():
            if field_mode == mode and word in self.cleaned_data.get(field, ()):
                return field
        return FIELD_OF.get(problem.field)


class UnfinishedRuleForm(RuleForm):
    """While the owner is still typing: fields that fit are used, and nobody asks for the rest yet."""

    def _check(self) -> None:
        pass


def fields_of(values: Mapping[str, Any]) -> dict[str, Any]:
    """Form values as the fields of a rule document."""
    groups = [{"mode": mode, "words": values[field]} for field, mode in GROUP_FIELDS.items() if values.get(field)]
    texts, buttons = list(values["texts"]), list(values["buttons"])
    if buttons and not texts:
        texts = [""]
    # Buttons stand under the last bubble, where the customer stops reading.
    replies: list[dict[str, Any]] = [{"text": text, "buttons": []} for text in texts]
    if replies:
        replies[-1]["buttons"] = buttons
    return {
        "name": values["name"],
        "groups": groups,
        "replies": replies,
        "action": values["action"],
        "when": values["when"],
        "channels": sorted(values["channels"]) if len(values["channels"]) < len(channels.KINDS) else [],
        "cooldown_minutes": values["cooldown_minutes"],
        "band": "safety" if values["first"] else "owner",
        "manner": values["manner"],
        "without": [layer for layer in LAYERS if layer not in values["layers"]],
        "window": window_of(values),
    }


def kept_of(rule: Rule | None) -> dict[str, Any]:
    """What the form does not edit: it stays as it is."""
    return {"enabled": rule.enabled, "intent": rule.intent} if rule else {"enabled": True, "intent": ""}


def initial_of(rule: Rule) -> dict[str, Any]:
    """A stored rule as the form's first values."""
    texts = [reply["text"] for reply in rule.replies]
    return {
        **words_of(rule.groups),
        "name": rule.name,
        "action": rule.action,
        "texts": texts or [""],
        "buttons": [button for reply in rule.replies for button in reply["buttons"]],
        "when": rule.when,
        "channels": rule.channels,
        "cooldown_minutes": rule.cooldown_minutes,
        "first": rule.band == "safety",
        "manner": rule.manner,
        "layers": [layer for layer in LAYERS if layer not in rule.without],
        **window_initial(rule.window),
        "edit_number": rule.edit_number,
    }


def blank(keyword: str = "", answer: str = "") -> dict[str, Any]:
    """The first values of a new rule, begun with a customer's word and what the shop said to it, if there are any."""
    words = [keyword] if keyword else []
    start = {"texts": [answer], "buttons": [], "channels": [], "first": False, "edit_number": 0, "name": ""}
    chosen = {"action": "answer", "when": "always", "cooldown_minutes": 0, "manner": "mention", "layers": list(LAYERS)}
    return {**start, **chosen, **window_initial(None), "any_words": words}


def words_of(groups: Sequence[Mapping[str, Any]]) -> dict[str, list[str]]:
    """The words of each group field. The first two `any` groups have one each; `all` and `none` groups are joined."""
    fields: dict[str, list[str]] = {field: [] for field in GROUP_FIELDS}
    for group in groups:
        field = f"{group['mode']}_words"
        if field == "any_words" and fields[field]:
            field = "also_words"
        fields[field] = [*fields[field], *group["words"]]
    return fields


def suggested_name(words: Sequence[str]) -> str:
    return _("{word} 안내").format(word=words[0])[:NAME_LENGTH]


def problems_of(rule: Mapping[str, Any]) -> Sequence[Problem]:
    """What is wrong with one rule, judged as switched on."""
    document = {"schema": SCHEMA, "rules": [{**rule, "key": "typed", "enabled": True}], **starting_texts("ko")}
    try:
        return validate(load(document))
    except Invalid as invalid:
        return invalid.problems


def channel_choices(connected: Sequence[str]) -> list[tuple[str, str]]:
    """Every messenger, the connected ones first."""
    kinds = sorted(channels.KINDS, key=lambda kind: kind not in connected)
    later = _("{name} (아직 연결 전)")
    return [
        (kind, channel_name(kind) if kind in connected else later.format(name=channel_name(kind))) for kind in kinds
    ]


def cooldown_choices(rule: Rule | None) -> list[tuple[int, str]]:
    choices = [(minutes, str(words)) for minutes, words in COOLDOWNS]
    if rule and rule.cooldown_minutes not in dict(choices):
        choices.append((rule.cooldown_minutes, _("{n}분에 한 번만 답해요").format(n=rule.cooldown_minutes)))
    return sorted(choices)


def rule_typed(data: MultiValueDict[str, str], rule: Rule | None) -> dict[str, Any]:
    """A rule from an unfinished form, for the preview: what does not fit yet is as it was saved, or left out."""
    form = UnfinishedRuleForm(data, rule=rule)
    form.full_clean()
    values = {**blank(), **(initial_of(rule) if rule else {}), **form.cleaned_data}
    # A window that does not fit yet leaves the rule without one: seeing its answer is what the preview is for.
    window = window_of(form.cleaned_data)
    return {**fields_of(values | dict.fromkeys(FIELDS)), "window": window, **kept_of(rule), "enabled": True}
