"""Rule books by trade, as data files a shop owner could read, turned into rule documents.

`data/<name>.toml` is a trade, `shared/<language>.toml` what all trades of a language have in common: calling a person,
angry customers, thanks and greetings, other spellings, words of one meaning.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from autoresponder.engine.book import LAYERS, SCHEMA

ROOT = files("autoresponder.packs")


def names() -> list[str]:
    return sorted(entry.name.removesuffix(".toml") for entry in (ROOT / "data").iterdir() if _is_toml(entry.name))


def title(name: str) -> str:
    """What the pack calls its trade, in its own language."""
    return str(_read(f"data/{name}")["title"])


def document(name: str) -> dict[str, Any]:
    """The pack as a document `engine.document.load` reads. Raises KeyError for a pack that does not exist."""
    if name not in names():
        raise KeyError(name)
    pack = _read(f"data/{name}")
    shared = _read(f"shared/{pack['language']}")
    away, fallback, hand_off = pack["away"], pack["fallback"], pack["hand_off"]
    return {
        "schema": SCHEMA,
        "rules": [_rule(rule) for rule in (*shared["first"], *pack["rules"], *shared["last"])],
        "away": {"reply": _reply(away), "enabled": True, "every_minutes": away["every_minutes"]},
        "fallback": {"reply": _reply(fallback), "hand_off_after": fallback["hand_off_after"]},
        "hand_off": {
            "open": _reply({"text": hand_off["open"]}),
            "closed": _reply({"text": hand_off["closed"]}),
            "quiet_minutes": hand_off["quiet_minutes"],
        },
        **understanding(pack["language"], ignored=pack.get("ignored", ())),
    }


def understanding(language: str, *, ignored: Iterable[str] = ()) -> dict[str, Any]:
    """The parts of a document about understanding: spellings, words to ignore, layers, what is said when unsure."""
    shared = _read(f"shared/{'en' if language == 'en' else 'ko'}")
    aliases = [{"written": written, "meant": meant} for meant, many in shared["spellings"].items() for written in many]
    return {
        "ask_back": _reply({"text": shared["ask_back"]}),
        "aliases": aliases,
        "ignored": [*shared["ignored"], *ignored],
        "layers": list(LAYERS),
    }


def synonyms(language: str) -> list[list[str]]:
    """Groups of words that customers use for the same thing."""
    return [list(group) for group in _read(f"shared/{'en' if language == 'en' else 'ko'}")["synonyms"]]


def _is_toml(name: str) -> bool:
    return name.endswith(".toml")


@cache
def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((ROOT / f"{name}.toml").read_text(encoding="utf-8"))


def _rule(rule: Mapping[str, Any]) -> dict[str, Any]:
    groups = [("any", "any"), ("any", "also"), ("all", "all"), ("none", "none")]
    answers = rule.get("action", "answer") == "answer"
    return {
        "key": rule["key"],
        "name": rule["name"],
        "groups": [{"mode": mode, "words": list(rule[name])} for mode, name in groups if rule.get(name)],
        "replies": [_reply({"text": rule["answer"], "buttons": rule.get("buttons", [])})] if "answer" in rule else [],
        "band": rule.get("band", "owner"),
        "enabled": rule.get("enabled", True),
        "when": rule.get("when", "always"),
        "channels": rule.get("channels", []),
        "action": rule.get("action", "answer"),
        "cooldown_minutes": rule.get("cooldown_minutes", 0),
        "intent": rule.get("intent", ""),
        # A pack answers many shops it has never met: it speaks only where it was asked.
        "manner": rule.get("manner", "asked" if answers else "mention"),
        "without": rule.get("without", []),
    }


def _reply(reply: Mapping[str, Any]) -> dict[str, Any]:
    return {"text": reply["text"], "buttons": [_button(button) for button in reply.get("buttons", [])]}


def _button(button: str | Mapping[str, str]) -> dict[str, str]:
    return {"label": button, "say": ""} if isinstance(button, str) else {"label": button["label"], "say": button["say"]}
