"""The form that connects a messenger."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _

from autoresponder.channels.base import Channel

LONGEST_VALUE = 500


class ConnectForm(forms.Form):
    """What the seller has to enter for a messenger, drawn from the adapter's fields. A known secret may stay blank."""

    def __init__(self, adapter: Channel, known: dict[str, str], *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for field in adapter.fields:
            if field.generated:
                continue
            self.fields[field.name] = forms.CharField(
                label=_(field.label),
                help_text=_(field.help) if field.help else "",
                required=field.required and not known.get(field.name),
                max_length=LONGEST_VALUE,
                initial="" if field.secret else known.get(field.name, ""),
                widget=forms.PasswordInput(attrs={"autocomplete": "off"}) if field.secret else forms.TextInput(),
            )

    def given(self) -> dict[str, str]:
        return {name: value for name, value in self.cleaned_data.items() if value}
