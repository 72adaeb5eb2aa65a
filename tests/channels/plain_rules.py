"""The promised shape of the plain answer (`autoresponder/channels/plain.py`), checked apart from the code."""

from __future__ import annotations

import json
from typing import Any

from autoresponder.channels.base import Limits


def check(payload: dict[str, Any], limits: Limits) -> None:
    json.dumps(payload)
    assert set(payload) == {"replies"}
    assert len(payload["replies"]) <= limits.bubbles
    for reply in payload["replies"]:
        assert set(reply) == {"role", "text", "buttons"}
        assert reply["role"] in {"answer", "greeting", "hand_off", "fallback"}
        assert reply["text"].strip() or reply["buttons"]
        assert size(reply["text"]) <= limits.text
        assert len(reply["buttons"]) <= limits.buttons
        for button in reply["buttons"]:
            assert set(button) == {"label", "text"}
            assert 0 < size(button["label"]) <= limits.button_label
            assert button["text"].strip()


def texts(payload: dict[str, Any]) -> list[str]:
    return [reply["text"] for reply in payload["replies"]]


def size(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2
