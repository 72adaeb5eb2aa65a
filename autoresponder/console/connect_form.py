"""The form that connects a messenger, drawn from its adapter's fields, and what is said about each of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.conf import settings
from django.forms.boundfield import BoundField
from django.urls import reverse
from django.utils.translation import gettext as _

from autoresponder.channels.base import Channel, Field
from autoresponder.connections import connect as connecting
from autoresponder.connections.secrets import mask
from autoresponder.connections.setup import reachable
from autoresponder.console import mailbox_words, setup_words
from autoresponder.console.setup_words import Looked

LONGEST_VALUE = 500


def typed(adapter: Channel) -> list[Field]:
    """The fields a seller fills in: not what we make, nor what the operator's own app brings."""
    given = settings.PLATFORM_APPS.get(adapter.kind, {})
    return [field for field in adapter.fields if not field.generated and field.name not in given]


def asks_first(adapter: Channel) -> bool:
    """Whether there is something to find and type before there can be a connection."""
    return any(field.required and not field.choices for field in typed(adapter))


class ConnectForm(forms.Form):
    """A known secret may stay blank. Nothing typed is lost by an error, and no secret is ever sent back."""

    def __init__(self, adapter: Channel, known: Mapping[str, str], *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.adapter, self.known = adapter, known
        self.typed = {field.name: field for field in typed(adapter)}
        for field in self.typed.values():
            self.fields[field.name] = self._choice(field) if field.choices else self._text(field)

    def _text(self, field: Field) -> forms.Field:
        kept = self.known.get(field.name, "")
        widget = forms.PasswordInput if field.secret else forms.TextInput
        return forms.CharField(
            label=_(field.label),
            help_text=_(field.help) if field.help else "",
            required=field.required and not kept,
            max_length=LONGEST_VALUE,
            initial="" if field.secret else kept,
            error_messages={
                "required": _("이 값이 있어야 연결할 수 있어요. 순서를 보고 붙여 넣어 주세요."),
                "max_length": _("너무 길어요. 다른 글이 같이 복사되지 않았는지 봐 주세요."),
            },
            widget=widget(attrs=self._attributes(field, kept)),
        )

    def _choice(self, field: Field) -> forms.Field:
        return forms.ChoiceField(
            label=_(field.label),
            help_text=_(field.help) if field.help else "",
            required=False,
            choices=list(_labels(field.choices)),
            initial=self.known.get(field.name, self._fitting_choice(field)),
            error_messages={"invalid_choice": _("목록에 있는 것 가운데 하나를 골라 주세요.")},
            widget=forms.RadioSelect,
        )

    def _fitting_choice(self, field: Field) -> str:
        """The first, or where no platform can reach us the first with which we fetch the messages ourselves."""
        names = [name for name, _label in field.choices]
        if not reachable(settings.BASE_URL):
            return next((name for name in names if self.adapter.poll_every({field.name: name}) > 0), names[0])
        return names[0]

    def _attributes(self, field: Field, kept: str) -> dict[str, str]:
        placeholder = mask(kept) if field.secret and kept else field.example
        return {
            # A browser would offer the seller's own sign-in password.
            "autocomplete": "new-password" if field.secret else "off",
            "autocapitalize": "none",
            "spellcheck": "false",
            "placeholder": placeholder,
            "aria-describedby": f"id_{field.name}_helptext said-{field.name}" if field.help else f"said-{field.name}",
            "hx-post": reverse("console:channel_field", args=[self.adapter.kind, field.name]),
            "hx-trigger": "change, paste delay:100ms",
            "hx-params": field.name,
            "hx-target": f"#said-{field.name}",
            "hx-swap": "innerHTML",
        }

    def clean(self) -> dict[str, Any]:
        """Every value as the adapter keeps it; what cannot be one is said at its field."""
        for name, value in list(self.cleaned_data.items()):
            try:
                self.cleaned_data[name] = connecting.fitting(self.typed[name], value) if value else ""
            except connecting.Refused:
                self.add_error(name, setup_words.misfit(self.typed[name], self.adapter))
        return self.cleaned_data

    def given(self) -> dict[str, str]:
        """What to connect with. A blank secret is left out: the one before it stays."""
        given = {}
        for name, value in self.cleaned_data.items():
            field = self.typed[name]
            if field.choices and value not in dict(field.choices):
                value = field.choices[0][0]
            if value or not field.secret:
                given[name] = value
        return given

    def refuse(self, code: str, name: str = "") -> None:
        """What the platform did not accept, said at the field it is about, or over all of them."""
        self.add_error(name if name in self.fields else None, str(setup_words.said(self.adapter.kind, code, name)))

    def first(self) -> list[BoundField]:
        """What has to be filled in or chosen, and of an own app at the platform everything."""
        return [self[name] for name, field in self.typed.items() if _first(field)]

    def more(self) -> list[BoundField]:
        """What may stay blank."""
        return [self[name] for name, field in self.typed.items() if not _first(field)]

    @property
    def more_is_wrong(self) -> bool:
        return any(field.errors for field in self.more())


def _first(field: Field) -> bool:
    return field.required or field.operator or bool(field.choices)


def look(adapter: Channel, name: str, value: str) -> Looked:
    """What there is to say about a value while it is being pasted. Raises KeyError for a field nobody fills in."""
    field = {field.name: field for field in typed(adapter)}[name]
    value = value.strip()
    if not value:
        return Looked()
    try:
        connecting.fitting(field, value)
    except connecting.Refused:
        return Looked(wrong=setup_words.misfit(field, adapter))
    if (adapter.kind, name) == ("email", "address"):
        return mailbox_words.known(value)
    return Looked(right=_("모양이 맞아요.") if field.pattern else "")


def _labels(choices: Iterable[tuple[str, str]]) -> Iterable[tuple[str, str]]:
    return ((value, _(label)) for value, label in choices)
