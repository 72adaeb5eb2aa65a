"""Rule books by trade, as data files a shop owner could read, turned into rule documents."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from importlib.resources import files
from typing import Any

from autoresponder.engine.book import SCHEMA

FILES = files("autoresponder.packs") / "data"


def names() -> list[str]:
    return sorted(entry.name.removesuffix(".toml") for entry in FILES.iterdir() if entry.name.endswith(".toml"))


def document(name: str) -> dict[str, Any]:
    """The pack as a document `engine.document.load` reads. Raises KeyError for a pack that does not exist."""
    if name not in names():
        raise KeyError(name)
    pack = tomllib.loads((FILES / f"{name}.toml").read_text(encoding="utf-8"))
    away, fallback, hand_off = pack["away"], pack["fallback"], pack["hand_off"]
    return {
        "schema": SCHEMA,
        "rules": [_rule(rule) for rule in pack["rules"]],
        "away": {"reply": _reply(away), "enabled": True, "every_minutes": away["every_minutes"]},
        "fallback": {"reply": _reply(fallback), "hand_off_after": fallback["hand_off_after"]},
        "hand_off": {
            "open": _reply({"text": hand_off["open"]}),
            "closed": _reply({"text": hand_off["closed"]}),
            "quiet_minutes": hand_off["quiet_minutes"],
        },
    }


def _rule(rule: Mapping[str, Any]) -> dict[str, Any]:
    groups = [("any", "any"), ("any", "also"), ("all", "all"), ("none", "none")]
    return {
        "key": rule["key"],
        "name": rule["name"],
        "groups": [{"mode": mode, "words": rule[name]} for mode, name in groups if rule.get(name)],
        "replies": [_reply({"text": rule["answer"], "buttons": rule.get("buttons", [])})] if "answer" in rule else [],
        "band": rule.get("band", "owner"),
        "enabled": rule.get("enabled", True),
        "when": rule.get("when", "always"),
        "channels": rule.get("channels", []),
        "action": rule.get("action", "answer"),
        "cooldown_minutes": rule.get("cooldown_minutes", 0),
        "intent": rule.get("intent", ""),
    }


def _reply(reply: Mapping[str, Any]) -> dict[str, Any]:
    return {"text": reply["text"], "buttons": [_button(button) for button in reply.get("buttons", [])]}


def _button(button: str | Mapping[str, str]) -> dict[str, str]:
    return {"label": button, "say": ""} if isinstance(button, str) else {"label": button["label"], "say": button["say"]}
