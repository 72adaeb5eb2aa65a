"""The rule book as values: what is edited, published and decided upon."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal, get_args

from autoresponder.engine.types import Reply

SCHEMA = 1

Band = Literal["safety", "owner"]
Mode = Literal["any", "all", "none"]
When = Literal["always", "open", "closed", "night", "holiday"]
Action = Literal["answer", "hand_off"]
Manner = Literal["mention", "asked", "alone"]
# How a message that no rule understands as it is written may still be understood, in the order it is tried.
Layer = Literal["jamo", "keyboard", "sound", "slip"]
LAYERS: tuple[Layer, ...] = get_args(Layer)


@dataclass(frozen=True, slots=True)
class Group:
    """Words under one condition: `any` of them, `all` of them, or `none` of them. A rule needs every group to hold."""

    mode: Mode
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Window:
    """Some weekdays (0 is Monday, none for all), a time of day in minutes, the dates from `first` to `last` included.

    All on the shop's clock; None leaves that side open. `end` at or before `start` runs past midnight, and what comes
    after midnight still belongs to the day before.
    """

    weekdays: tuple[int, ...] = ()
    start: int | None = None
    end: int | None = None
    first: date | None = None
    last: date | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. `key` names it for ever, in the log too. `channels` empty means every channel.

    It answers while both `when` and `window` hold.

    `manner`: how the words must be said (mood.py). "mention": anyhow; "asked": something is asked, wanted or wrong;
    "alone": the message says nothing else.
    `without`: the layers of understanding this rule goes without; a typo then never leads to it.

    `action="hand_off"` says the replies (or the book's hand-off text when there are none) and calls a person.
    `cooldown_minutes`: the same customer does not get this rule again that soon.
    """

    key: str
    name: str
    groups: tuple[Group, ...]
    replies: tuple[Reply, ...] = ()
    band: Band = "owner"
    enabled: bool = True
    when: When = "always"
    channels: tuple[str, ...] = ()
    action: Action = "answer"
    cooldown_minutes: int = 0
    intent: str = ""
    manner: Manner = "mention"
    without: tuple[Layer, ...] = ()
    window: Window | None = None


NO_REPLY = Reply("")


@dataclass(frozen=True, slots=True)
class Alias:
    """Another way people write something: with 결재 for 결제, the keyword 카드 결제 is found in 카드 결재 too."""

    written: str
    meant: str


@dataclass(frozen=True, slots=True)
class Away:
    """The greeting outside opening hours: first in the answer, at most once per customer per `every_minutes`."""

    reply: Reply
    enabled: bool = True
    every_minutes: int = 720


@dataclass(frozen=True, slots=True)
class Fallback:
    """Said when no rule understood. After `hand_off_after` misses in a row a person is called (0: never)."""

    reply: Reply
    hand_off_after: int = 2


@dataclass(frozen=True, slots=True)
class HandOff:
    """Said when a person is called and the rule has no words of its own; the bot is then silent for `quiet_minutes`."""

    open: Reply
    closed: Reply
    quiet_minutes: int = 60


@dataclass(frozen=True, slots=True)
class Book:
    """A whole rule book. `rules` stand in the owner's order; compile puts the safety band first.

    `ask_back` is said, with a button for each, when only guesses compete. `layers` are those switched on in this shop.
    `ignored` are words in which no keyword counts: 입고 is not meant in 입고 나갔어.
    """

    rules: tuple[Rule, ...]
    away: Away
    fallback: Fallback
    hand_off: HandOff
    ask_back: Reply = NO_REPLY
    aliases: tuple[Alias, ...] = ()
    ignored: tuple[str, ...] = ()
    layers: tuple[Layer, ...] = LAYERS
    schema: int = SCHEMA
