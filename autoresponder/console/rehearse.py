"""Talking to the shop's rule book as a customer would. Nothing is written anywhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from autoresponder import channels
from autoresponder.console import words
from autoresponder.console.losses import connected
from autoresponder.engine import hours
from autoresponder.engine.calendar import Calendar
from autoresponder.engine.compile import Compiled, compile_book
from autoresponder.engine.decide import decide
from autoresponder.engine.document import Book, Invalid, load
from autoresponder.engine.types import Button, Decision, Incoming, Talk
from autoresponder.rules.draft import book_of
from autoresponder.shops.models import Shop
from autoresponder.shops.values import values_of

# Room for several spans a day and a week of holidays before a whole closed night is found.
CLOSINGS = 40
LOOKS = {"kakao": "kakao"}


@dataclass(frozen=True, slots=True)
class Stage:
    """Where a talk is rehearsed: which book, which hours, on which messenger."""

    shop: Shop
    compiled: Compiled
    calendar: Calendar
    channel: str

    @property
    def names(self) -> dict[str, str]:
        return {rule.key: rule.name for rule in self.compiled.book.rules}

    @property
    def values(self) -> dict[str, str]:
        return values_of(self.shop)

    @property
    def look(self) -> str:
        return LOOKS.get(self.channel, "web")


@dataclass(frozen=True, slots=True)
class Bubble:
    """One bubble as it is drawn. `who`: "customer" or "shop"; `marks`: the words that hit, as (start, end)."""

    who: str
    text: str
    marks: Sequence[tuple[int, int]] = ()
    buttons: Sequence[Button] = ()
    why: Sequence[str] = field(default=())


def messenger(shop: Shop, wanted: str) -> str:
    """The kind to rehearse on: the one wanted, else the first that is connected, else any."""
    kinds = [wanted, *connected(shop)] if wanted not in channels.KINDS else [wanted]
    return next((kind for kind in kinds if kind in channels.KINDS), next(iter(channels.KINDS)))


def stage(shop: Shop, book: Book, calendar: Calendar, channel: str) -> Stage:
    return Stage(shop, compile_book(book), calendar, channel)


def turn(on: Stage, talk: Talk, text: str, *, now: datetime) -> Decision:
    incoming = Incoming("", "rehearsal", text)
    return decide(on.compiled, on.calendar, talk, incoming, now=now, channel=on.channel, values=on.values)


def bubbles_of(on: Stage, text: str, decision: Decision) -> list[Bubble]:
    """The customer's bubble and what the messenger makes of the answer, the reasons under the last one."""
    said = Bubble("customer", text, words.spans_of(decision.matched))
    why = words.reasons(decision, on.names, zone=on.calendar.timezone)
    seen = channels.get(on.channel).shows(decision.replies)
    shown = [Bubble("shop", reply.text, buttons=reply.buttons) for reply in seen]
    if not decision.replies or not shown:
        return [said, Bubble("shop", "", why=why)]
    last = shown[-1]
    return [said, *shown[:-1], Bubble("shop", last.text, buttons=last.buttons, why=why)]


def closed_moment(calendar: Calendar, now: datetime) -> datetime | None:
    """`now` if the shop is closed for longer than a break, else shortly after it next closes; None if it never does."""
    moment = now
    for _closing in range(CLOSINGS):
        state = hours.state(calendar, moment)
        if not state.open and state.reason != "break":
            return moment
        if state.next_change is None:
            return None
        moment = max(state.next_change, moment) + timedelta(minutes=1)
    return None


def with_rule(document: Mapping[str, Any], rule: Mapping[str, Any]) -> dict[str, Any]:
    """The document with this rule in place of the one with its key, or on top when it is new."""
    others = document["rules"]
    if any(other["key"] == rule["key"] for other in others):
        return {**document, "rules": [rule if other["key"] == rule["key"] else other for other in others]}
    return {**document, "rules": [rule, *others]}


def book_in(shop: Shop, document: Mapping[str, Any]) -> Book:
    """The book in an unsaved document; the saved draft where it cannot be read."""
    try:
        return load(document)
    except Invalid:
        return book_of(shop)
