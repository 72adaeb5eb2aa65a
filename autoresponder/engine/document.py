"""The rule book as a plain document (JSON): load and dump. What the words mean is judged by `validate` (check.py).

`load` refuses only what it cannot read or hold, so that a half-written draft can still be tried out.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, get_args

from autoresponder.engine.book import (
    LAYERS,
    SCHEMA,
    Action,
    Alias,
    Away,
    Band,
    Book,
    Fallback,
    Group,
    HandOff,
    Manner,
    Mode,
    Rule,
    When,
    Window,
)
from autoresponder.engine.calendar import DAY
from autoresponder.engine.check import (
    MONTH,
    REPLY_LENGTH,
    RULES,
    Invalid,
    Problem,
    validate,
)
from autoresponder.engine.read import Reader
from autoresponder.engine.types import Button, Reply
from autoresponder.engine.window import dump_window

__all__ = [
    "SCHEMA",
    "Action",
    "Away",
    "Band",
    "Book",
    "Fallback",
    "Group",
    "HandOff",
    "Invalid",
    "Mode",
    "Problem",
    "Rule",
    "When",
    "dump",
    "dump_reply",
    "load",
    "validate",
]

GROUPS, WORDS, WORD_LENGTH = 20, 300, 50
ALIASES, IGNORED = 300, 500
REPLIES, BUTTONS, BUTTON_LENGTH = 10, 10, 200
KEY_LENGTH, NAME_LENGTH, INTENT_LENGTH = 64, 100, 64
CHANNELS, CHANNEL_LENGTH = 50, 32


def load(document: Mapping[str, Any]) -> Book:
    """The book in a document; raises Invalid with every problem found (the first hundred)."""
    read = Reader()
    root = read.mapping(document, "document")
    schema = read.number(root, "schema", default=SCHEMA, at_most=10**6)
    if schema != SCHEMA:
        read.problem("schema", "unknown_schema", found=schema, known=SCHEMA)
    rules = [_rule(read, item) for item in read.items(root, "rules", at_most=RULES)]
    _refuse_repeated_keys(read, rules)
    read.rule = ""
    book = Book(
        tuple(rules),
        _away(read, root),
        _fallback(read, root),
        _hand_off(read, root),
        _reply(read, root.get("ask_back", {"text": ""}), "ask_back"),
        tuple(_alias(read, item) for item in read.items(root, "aliases", at_most=ALIASES)),
        read.texts(root, "ignored", at_most=IGNORED, length=WORD_LENGTH),
        read.choices(root, "layers", LAYERS, default=LAYERS),
    )
    if read.problems:
        raise Invalid(read.problems)
    return book


def dump(book: Book) -> dict[str, Any]:
    """The plain document of a book; keys always in the same order."""
    return {
        "schema": book.schema,
        "rules": [_dump_rule(rule) for rule in book.rules],
        "away": {
            "reply": dump_reply(book.away.reply),
            "enabled": book.away.enabled,
            "every_minutes": book.away.every_minutes,
        },
        "fallback": {"reply": dump_reply(book.fallback.reply), "hand_off_after": book.fallback.hand_off_after},
        "hand_off": {
            "open": dump_reply(book.hand_off.open),
            "closed": dump_reply(book.hand_off.closed),
            "quiet_minutes": book.hand_off.quiet_minutes,
        },
        "ask_back": dump_reply(book.ask_back),
        "aliases": [{"written": alias.written, "meant": alias.meant} for alias in book.aliases],
        "ignored": list(book.ignored),
        "layers": list(book.layers),
    }


def dump_reply(reply: Reply) -> dict[str, Any]:
    """A reply as the owner wrote it; its role is not the owner's but the decision's."""
    return {
        "text": reply.text,
        "buttons": [{"label": button.label, "say": button.say} for button in reply.buttons],
    }


def _dump_rule(rule: Rule) -> dict[str, Any]:
    """A rule without a window has no such field: it still equals what was published before there were any."""
    return {
        "key": rule.key,
        "name": rule.name,
        "band": rule.band,
        "enabled": rule.enabled,
        "groups": [{"mode": group.mode, "words": list(group.words)} for group in rule.groups],
        "replies": [dump_reply(reply) for reply in rule.replies],
        "when": rule.when,
        "channels": list(rule.channels),
        "action": rule.action,
        "cooldown_minutes": rule.cooldown_minutes,
        "intent": rule.intent,
        "manner": rule.manner,
        "without": list(rule.without),
        **({"window": dump_window(rule.window)} if rule.window else {}),
    }


def _rule(read: Reader, item: object) -> Rule:
    read.rule = ""
    rule = read.mapping(item, "rules")
    read.rule = key = read.text(rule, "key", at_most=KEY_LENGTH)
    if not key.strip():
        read.problem("key", "missing")
    return Rule(
        key=key,
        name=read.text(rule, "name", at_most=NAME_LENGTH, default=""),
        groups=tuple(_group(read, group) for group in read.items(rule, "groups", at_most=GROUPS)),
        replies=tuple(_reply(read, reply, "replies") for reply in read.items(rule, "replies", at_most=REPLIES)),
        band=read.choice(rule, "band", get_args(Band), default="owner"),
        enabled=read.switch(rule, "enabled", default=True),
        when=read.choice(rule, "when", get_args(When), default="always"),
        channels=read.texts(rule, "channels", at_most=CHANNELS, length=CHANNEL_LENGTH),
        action=read.choice(rule, "action", get_args(Action), default="answer"),
        cooldown_minutes=read.number(rule, "cooldown_minutes", default=0, at_most=MONTH),
        intent=read.text(rule, "intent", at_most=INTENT_LENGTH, default=""),
        manner=read.choice(rule, "manner", get_args(Manner), default="mention"),
        without=read.choices(rule, "without", LAYERS, default=()),
        window=_window(read, rule.get("window")),
    )


def _window(read: Reader, item: object) -> Window | None:
    if item is None:
        return None
    window = read.mapping(item, "window")
    weekdays = read.items(window, "weekdays", at_most=7)
    known = tuple(day for day in range(7) if day in weekdays)
    if len(known) < len(weekdays):
        read.problem("window", "unknown_value", choices=list(range(7)))
    start, end = (read.minute(window, name, at_most=DAY, field="window") for name in ("start", "end"))
    first, last = (read.day(window, name, field="window") for name in ("first", "last"))
    return Window(known, start, end, first, last)


def _group(read: Reader, item: object) -> Group:
    group = read.mapping(item, "groups")
    mode = read.choice(group, "mode", get_args(Mode), default="any", field="groups")
    return Group(mode, read.texts(group, "words", at_most=WORDS, length=WORD_LENGTH))


def _reply(read: Reader, item: object, field: str) -> Reply:
    reply = read.mapping(item, field)
    buttons = [_button(read, button) for button in read.items(reply, "buttons", at_most=BUTTONS)]
    return Reply(read.text(reply, "text", at_most=REPLY_LENGTH, default="", field=field), tuple(buttons))


def _button(read: Reader, item: object) -> Button:
    button = read.mapping(item, "buttons")
    label = read.text(button, "label", at_most=BUTTON_LENGTH, field="buttons")
    return Button(label, read.text(button, "say", at_most=BUTTON_LENGTH, default="", field="buttons"))


def _alias(read: Reader, item: object) -> Alias:
    alias = read.mapping(item, "aliases")
    written, meant = (read.text(alias, name, at_most=WORD_LENGTH, field="aliases") for name in ("written", "meant"))
    return Alias(written, meant)


def _away(read: Reader, root: Mapping[str, Any]) -> Away:
    away = read.mapping(root.get("away"), "away")
    return Away(
        _reply(read, away.get("reply"), "away"),
        read.switch(away, "enabled", default=True, field="away"),
        read.number(away, "every_minutes", default=720, at_most=MONTH, field="away"),
    )


def _fallback(read: Reader, root: Mapping[str, Any]) -> Fallback:
    fallback = read.mapping(root.get("fallback"), "fallback")
    reply = _reply(read, fallback.get("reply"), "fallback")
    return Fallback(reply, read.number(fallback, "hand_off_after", default=2, at_most=100, field="fallback"))


def _hand_off(read: Reader, root: Mapping[str, Any]) -> HandOff:
    hand_off = read.mapping(root.get("hand_off"), "hand_off")
    return HandOff(
        _reply(read, hand_off.get("open"), "hand_off"),
        _reply(read, hand_off.get("closed"), "hand_off"),
        read.number(hand_off, "quiet_minutes", default=60, at_most=MONTH, field="hand_off"),
    )


def _refuse_repeated_keys(read: Reader, rules: list[Rule]) -> None:
    keys: set[str] = set()
    for rule in rules:
        if rule.key in keys:
            read.rule = rule.key
            read.problem("key", "repeated_key", key=rule.key)
        keys.add(rule.key)
