"""On which line of a file a problem of its rule book stands."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from typing import Any

from autoresponder.engine.check import Problem
from autoresponder.engine.json_lines import Path
from autoresponder.engine.text import flat_of

TEXTS = {"text", "label", "say", "written", "meant", "key", "name", "intent"}
NUMBERS = {"schema", "every_minutes", "hand_off_after", "quiet_minutes", "cooldown_minutes", "start", "end"}
LISTS = {"groups", "words", "replies", "buttons", "channels", "without", "weekdays", "aliases", "ignored", "layers"}
CHOICES = {"band", "mode", "when", "action", "manner"}
OBJECTS = {"away", "fallback", "hand_off", "ask_back", "reply", "open", "closed", "window"}
# What an object of a list cannot do without.
NEEDED = {"buttons": ("label",), "aliases": ("written", "meant")}


def line_of(problem: Problem, document: Mapping[str, Any], lines: Mapping[Path, int]) -> int:
    """The line of the value at fault, else of the field, else of its rule. Keys of rules are unlike one another."""
    at = next((place for place, rule in enumerate(document["rules"]) if rule["key"] == problem.rule), None)
    base: Path = () if at is None else ("rules", at)
    under = [path for path in lines if path[: len(base)] == base and (base or path[:1] != ("rules",))]
    within = [path for path in under if problem.field in path[len(base) :]]
    guilty = next((path for path in within if _is_guilty(path, _value(document, path), problem)), None)
    found = guilty or next(iter(within), None) or base
    return lines.get(found, 1)


def _value(document: Any, path: Path) -> Any:
    for step in path:
        document = document[step]
    return document


def _is_guilty(path: Path, value: Any, problem: Problem) -> bool:
    params, last = problem.params, path[-1]
    match problem.code:
        case "blank_word":
            return "words" in path and isinstance(value, str) and not flat_of(value)
        case "too_long":
            return isinstance(value, str) and len(value) == params["length"]
        case "too_many":
            return isinstance(value, list) and len(value) == params["count"]
        case "control_character":
            return isinstance(value, str) and _is_hidden(value)
        case "unknown_variable":
            return isinstance(value, str) and f"{{{params['name']}}}" in value
        case "empty_reply":
            return last == "text" and isinstance(value, str) and not value.strip()
        case "empty_button":
            return last == "label" and isinstance(value, str) and not value.strip()
        case "empty_group":
            return isinstance(value, dict) and value.get("mode", "any") == "any" and not value.get("words")
        case "unknown_value":
            one_of = last in CHOICES or isinstance(last, int)
            return one_of and not isinstance(value, dict | list) and value not in params["choices"]
        case "out_of_range":
            return last in NUMBERS and isinstance(value, int) and not 0 <= value <= params["at_most"]
        case "bad_date":
            return last in ("first", "last") and str(value)[:40] == params["found"]
        case "wrong_type" | "missing":
            return _is_of_wrong_type(path, value, params.get("wanted", ""))
    return False


def _is_of_wrong_type(path: Path, value: Any, wanted: str) -> bool:
    """Or, of an object in a list, one that lacks what it needs."""
    last, above = path[-1], path[-2] if len(path) > 1 else ""
    if isinstance(value, dict):
        needed = NEEDED.get(str(above), ()) if isinstance(last, int) else ()
        return last in TEXTS | NUMBERS | LISTS or any(value.get(name) is None for name in needed)
    listed = isinstance(last, int)
    match wanted:
        case "object":
            return last in OBJECTS or (listed and above in ("groups", "replies", "buttons", "aliases"))
        case "list":
            return last in LISTS and not isinstance(value, list)
        case "number":
            return last in NUMBERS and (not isinstance(value, int) or isinstance(value, bool))
        case "true or false":
            return last == "enabled" and not isinstance(value, bool)
    words = listed and above in ("words", "ignored", "channels")
    return (last in TEXTS or words) and not isinstance(value, str)


def _is_hidden(text: str) -> bool:
    return any(unicodedata.category(letter) in ("Cc", "Cs") and letter not in "\n\r\t" for letter in text)
