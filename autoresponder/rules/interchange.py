"""The rule book as a file people read and write: out of the draft or a version, and back, whole or not at all."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from secrets import token_hex
from typing import Any

from autoresponder.engine.check import RULES, Invalid, validate
from autoresponder.engine.document import dump, load
from autoresponder.engine.json_lines import Broken, Parsed, Path, parse
from autoresponder.rules.draft import NAME_LENGTH, TEXT_FIELDS
from autoresponder.rules.fault_lines import line_of
from autoresponder.rules.file_words import DOCS

LARGEST = 2 * 1024 * 1024
TOLD = 20
INTENT_LENGTH = 40
# As in an address, and never a word that an address, or an example, uses for something else.
KEY = re.compile(r"[A-Za-z0-9_-]{1,20}")
TAKEN = {"new", "order", "conflicts", "asked", "none"}
# The names an object may have, by where it stands; numbers in a path are "*".
REPLY = {"text", "buttons"}
NAMES: dict[Path, set[str]] = {
    (): {"docs", "schema", "rules", *TEXT_FIELDS},
    ("rules", "*"): {
        *("key", "name", "band", "enabled", "groups", "replies", "when", "channels", "action", "cooldown_minutes"),
        *("intent", "manner", "without", "window"),
    },
    ("rules", "*", "groups", "*"): {"mode", "words"},
    ("rules", "*", "replies", "*"): REPLY,
    ("rules", "*", "replies", "*", "buttons", "*"): {"label", "say"},
    ("rules", "*", "window"): {"weekdays", "start", "end", "first", "last"},
    ("away",): {"reply", "enabled", "every_minutes"},
    ("fallback",): {"reply", "hand_off_after"},
    ("hand_off",): {"open", "closed", "quiet_minutes"},
    ("ask_back",): REPLY,
    ("aliases", "*"): {"written", "meant"},
}
for _place in (("away", "reply"), ("fallback", "reply"), ("hand_off", "open"), ("hand_off", "closed")):
    NAMES[_place] = REPLY
for _place in (("away", "reply"), ("fallback", "reply"), ("hand_off", "open"), ("hand_off", "closed"), ("ask_back",)):
    NAMES[*_place, "buttons", "*"] = {"label", "say"}


@dataclass(frozen=True, slots=True)
class Fault:
    """`line` of the file (0: of it as a whole), `rule` by name, `name` as it is called in the file. `code`: one of
    `json_lines.Broken`, of `engine.check.Problem`, or "too_big", "not_text", "not_rules", "unknown_name", "bad_key".
    """

    line: int
    code: str
    name: str = ""
    rule: str = ""
    params: Mapping[str, Any] = field(default_factory=dict)


class Refused(Exception):
    """The file was not taken; `faults` say why (the first `TOLD`, in the order of the file)."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__(f"{len(faults)} faults, the first on line {faults[0].line}: {faults[0].code}")
        self.faults = sorted(faults, key=lambda fault: fault.line)[:TOLD]


def write(document: Mapping[str, Any], *, language: str) -> str:
    """The file: UTF-8 text, two spaces deep, names always in the same order, what they mean written first."""
    whole = {"docs": DOCS["en" if language == "en" else "ko"], **dump(load(document))}
    return json.dumps(whole, ensure_ascii=False, indent=2) + "\n"


def read(data: bytes, base: Mapping[str, Any]) -> dict[str, Any]:
    """The document in a file, complete and fit to be published; texts it leaves out are those of `base`.

    A rule without a key gets a new one. Raises Refused; whatever the bytes are, nothing else.
    """
    parsed = _parsed(data)
    if faults := _shape(parsed):
        raise Refused(faults)
    given = parsed.value
    rules = [{"key": f"r{token_hex(4)}", **rule} for rule in given["rules"]]
    document = {**{name: base[name] for name in TEXT_FIELDS}, **given, "rules": rules}
    document.pop("docs", None)
    try:
        book = load(document)
        problems = validate(book)
    except Invalid as invalid:
        problems = list(invalid.problems)
    if problems:
        names = {rule["key"]: str(rule.get("name") or "") for rule in rules}
        found = [(line_of(each, document, parsed.lines), each) for each in problems[:TOLD]]
        raise Refused(
            [Fault(line, each.code, each.field, names.get(each.rule, ""), each.params) for line, each in found]
        )
    return _as_stored(dump(book), base)


def _as_stored(document: dict[str, Any], base: Mapping[str, Any]) -> dict[str, Any]:
    """What says the same as before stays written as before, so that it does not count as a change."""
    try:
        plain = dump(load(base))
    except Invalid:
        return document
    rules = {rule["key"]: (rule, stored) for rule, stored in zip(plain["rules"], base["rules"], strict=True)}
    texts = {name: base[name] if plain[name] == document[name] else document[name] for name in TEXT_FIELDS}
    kept = [rules[rule["key"]][1] if rules.get(rule["key"], ({},))[0] == rule else rule for rule in document["rules"]]
    return {**document, "rules": kept, **texts}


def _parsed(data: bytes) -> Parsed:
    if len(data) > LARGEST:
        raise Refused([Fault(0, "too_big")])
    try:
        return parse(_text(data))
    except Broken as broken:
        raise Refused([Fault(broken.line, broken.code, params=broken.params)]) from None


def _text(data: bytes) -> str:
    """UTF-8 or UTF-16 (RFC 8259 tells them apart by their zeros), or what Notepad saves on a Korean Windows."""
    for encoding in (json.detect_encoding(data), "cp949"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text.removeprefix("\ufeff")
    raise Refused([Fault(0, "not_text")])


def _shape(parsed: Parsed) -> list[Fault]:
    """What `load` would forgive, forget or not expect: it never sees a file in which something here is wrong."""
    rules = parsed.value.get("rules") if isinstance(parsed.value, dict) else None
    if not isinstance(rules, list) or not all(isinstance(rule, dict) for rule in rules):
        return [Fault(parsed.lines.get(("rules",), 1), "not_rules")]
    if len(rules) > RULES:
        return [Fault(parsed.lines["rules", RULES], "too_many", "rules", params={"at_most": RULES})]
    faults = [*_unknown_names(parsed)]
    seen: set[str] = set()
    for at, rule in enumerate(rules):
        faults += _of_rule(at, rule, parsed.lines, seen)
    return faults


def _unknown_names(parsed: Parsed) -> list[Fault]:
    """A misspelt name would be left out without a word."""
    faults = []
    for path, line in parsed.lines.items():
        if len(path) > 0 and isinstance(path[-1], str) and path[0] != "docs":
            known = NAMES.get(tuple("*" if isinstance(step, int) else step for step in path[:-1]))
            if known is not None and path[-1] not in known:
                faults.append(Fault(line, "unknown_name", path[-1][:40]))
    return faults


def _of_rule(at: int, rule: Mapping[str, Any], lines: Mapping[Path, int], seen: set[str]) -> list[Fault]:
    """The key, and lengths that the draft has less room for than a document."""
    called = rule.get("name")
    name = called[:NAME_LENGTH] if isinstance(called, str) else ""
    faults = []
    if "key" in rule:
        key, line = rule["key"], lines["rules", at, "key"]
        if not isinstance(key, str) or not KEY.fullmatch(key) or key in TAKEN:
            faults.append(Fault(line, "bad_key", "key", name))
        elif key in seen:
            faults.append(Fault(line, "repeated_key", "key", name, {"key": key}))
        else:
            seen.add(key)
    for part, most in (("name", NAME_LENGTH), ("intent", INTENT_LENGTH)):
        value = rule.get(part)
        if isinstance(value, str) and len(value) > most:
            params = {"at_most": most, "text": value[:40]}
            faults.append(Fault(lines["rules", at, part], "too_long", part, name, params))
    return faults
