"""Replies as plain JSON, for the signed webhook and for our own web chat, whose pages we draw ourselves."""

from __future__ import annotations

from collections.abc import Sequence

from autoresponder.channels import fit
from autoresponder.channels.base import Limits, Payload
from autoresponder.engine.types import Button, Reply


def render(replies: Sequence[Reply], limits: Limits) -> Payload:
    """{"replies": [{"role", "text", "buttons": [{"label", "text"}]}]}; silence is an empty list.

    `role` is one of answer, greeting, hand_off, fallback. A pressed button sends its `text`.
    """
    return {"replies": [_bubble(reply) for reply in fit.arrange(replies, limits)]}


def _bubble(reply: Reply) -> Payload:
    return {"role": reply.role, "text": reply.text, "buttons": [_button(button) for button in reply.buttons]}


def _button(button: Button) -> Payload:
    return {"label": button.label, "text": button.text}
