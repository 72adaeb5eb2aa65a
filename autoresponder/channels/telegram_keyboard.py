"""Buttons under a message, and what a press of one says.

A press brings back `callback_data`, 1 to 64 bytes (https://core.telegram.org/bots/api#inlinekeyboardbutton), and a
button may say far more. So the data holds the words where they fit, and where they do not, the button shows them in
full and is found again in the keyboard that comes with every press: nothing has to be remembered and no word is lost.
A reply keyboard, whose presses are ordinary messages of any length, would show the words in place of the label always,
and does not exist in the seller's own account ("not supported for messages sent on behalf of a Telegram Business
account", #replykeyboardmarkup).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from autoresponder.channels import fit
from autoresponder.channels.base import Payload
from autoresponder.channels.bodies import mapping, text
from autoresponder.engine.types import Button

# In front of what a button says, and of the number of a button that shows what it says.
_SAYS, _SHOWS = "=", "#"
_DATA_BYTES = 64
# A rule's button has at most 200 characters; ten of these keep the keyboard under the 10 KB Telegram takes.
_SHOWN = 300


def keyboard(buttons: Sequence[Button]) -> Payload:
    """One button a row: two beside each other cut their labels on a phone."""
    return {"inline_keyboard": [[_data(at, button)] for at, button in enumerate(buttons)]}


def drawn(button: Button) -> Button:
    """The button as customers see it: with its label, or with its words where only they can tell what it says."""
    return button if _carries(button) else Button(fit.cut(button.text, _SHOWN), button.text)


def pressed(data: str, markup: Mapping[str, Any]) -> str:
    """What a pressed button says. "" when only the button itself knew and Telegram no longer shows the message."""
    if data.startswith(_SAYS):
        return data.removeprefix(_SAYS)
    rows = markup.get("inline_keyboard")
    for row in rows if isinstance(rows, list) else ():
        for button in row if isinstance(row, list) else ():
            if mapping(button).get("callback_data") == data:
                return text(mapping(button).get("text"))
    return ""


def _data(at: int, button: Button) -> Payload:
    return {"text": drawn(button).label, "callback_data": _SAYS + button.text if _carries(button) else f"{_SHOWS}{at}"}


def _carries(button: Button) -> bool:
    return len((_SAYS + button.text).encode()) <= _DATA_BYTES
