"""The words the engine speaks: what comes in, what is remembered, what is decided.

Everything is frozen and free of Django, so that a live customer, the simulator, the command line and a replay
of past messages all go through the same values. Those that every message makes anew are named tuples: a
frozen dataclass takes three times as long to make.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum, StrEnum
from types import MappingProxyType
from typing import Any, Literal, NamedTuple

NOTHING: Mapping[str, Any] = MappingProxyType({})


def nothing() -> Mapping[str, Any]:
    """NOTHING, as a default: dataclasses of Python 3.11 take the value itself for a mutable one."""
    return NOTHING


IncomingKind = Literal["text", "image", "sticker", "button", "other"]
ReplyRole = Literal["answer", "greeting", "hand_off", "fallback"]


class Outcome(StrEnum):
    ANSWERED = "answered"
    ASKED_BACK = "asked_back"
    GREETED = "greeted"
    HANDED_OFF = "handed_off"
    FALLBACK = "fallback"
    SILENT = "silent"


class Mood(IntEnum):
    """Of one sentence. NOTES: a few words without a verb, as typed into a search box; they ask for what they name."""

    TELLS = 0
    PRAISES = 1
    NOTES = 2
    ASKS = 3


class Incoming(NamedTuple):
    """One thing a customer sent, as an adapter understood it.

    `event_id` is the platform's id of this delivery, or "" where the platform has none (each delivery is then its own
    event). `at` is the platform's time, aware, or None. `test` marks the platform's own test console: answered, but
    never counted as a customer. `reply_to` is what the adapter needs to answer just this message (a reply token, the
    subject of a mail); `account` is the shop's account it was sent to, where one address serves several shops.
    `with_person`: at the platform a person has this talk, or nobody waits for an answer: it is kept and not answered.
    `unanswerable`: why no machine may answer it ("list", ...): it is kept and shown; "" for what may be answered.
    `only_asked`: only a rule may answer; in place of the greeting and the standard answer a person is asked.
    """

    event_id: str
    customer: str
    text: str
    kind: IncomingKind = "text"
    name: str = ""
    at: datetime | None = None
    test: bool = False
    reply_to: Mapping[str, Any] = NOTHING
    account: str = ""
    with_person: bool = False
    unanswerable: str = ""
    only_asked: bool = False


@dataclass(frozen=True, slots=True)
class Button:
    """A quick reply. Pressing it makes the customer say `say` (the label itself when empty)."""

    label: str
    say: str = ""

    @property
    def text(self) -> str:
        return self.say or self.label


@dataclass(frozen=True, slots=True)
class Reply:
    """One bubble. `role` lets a channel draw it its own way (Kakao: an operator button on a hand-off)."""

    text: str
    buttons: tuple[Button, ...] = ()
    role: ReplyRole = "answer"


class Talk(NamedTuple):
    """What is remembered of one conversation between two messages. All moments are aware UTC.

    `with_human_until`: a person has taken over; the bot is silent until then.
    `greeted_at`: when the away greeting was last given. `answered_at`: rule key -> when that rule last answered (kept
    only for rules with a cool-down). `misses`: messages in a row that no rule understood.
    `replied_at`: moments of the automatic replies of the last hour, for the loop guard.
    `offered`: what the numbered lines of the last answer stood for, on messengers without buttons.
    """

    with_human_until: datetime | None = None
    greeted_at: datetime | None = None
    answered_at: Mapping[str, datetime] = NOTHING
    misses: int = 0
    replied_at: tuple[datetime, ...] = ()
    offered: tuple[str, ...] = ()


class Match(NamedTuple):
    """A keyword found in the message. `start`/`end` are positions in the text as the customer typed it."""

    rule: str
    keyword: str
    start: int
    end: int
    how: str = "exact"


class Step(NamedTuple):
    """One line of the trace: a code with parameters. The console turns it into words (console/words.py)."""

    code: str
    rule: str = ""
    params: Mapping[str, Any] = NOTHING


class State(NamedTuple):
    """Open or closed at a moment, why, and when that changes. `reason` is one of the codes of `hours.py`.

    `night`: the clock lies in the shop's night. `holiday`: closed, on a day that is off as a whole for another reason
    than the plain week (public holiday, vacation, own day off, n-th weekday rest).
    """

    open: bool
    reason: str
    name: str = ""
    next_change: datetime | None = None
    next_open: datetime | None = None
    night: bool = False
    holiday: bool = False


class Decision(NamedTuple):
    """What happens to one message. `rules`: keys of the rules that answered, the winner first, or that were offered
    where the customer is asked back.
    """

    outcome: Outcome
    state: State
    talk: Talk
    replies: tuple[Reply, ...] = ()
    rules: tuple[str, ...] = ()
    matched: tuple[Match, ...] = ()
    trace: tuple[Step, ...] = ()

    @property
    def answered_by(self) -> tuple[str, ...]:
        """The rules that answered or called a person, at most two."""
        return () if self.outcome is Outcome.ASKED_BACK else self.rules
