"""What a rule book would say to customers who wrote elsewhere: how many it answers, by which rule, what it does not
understand, and beside it what the shop itself said then.

Each customer's sentences are taken in their order, the first with nothing remembered. Where all of them have a time,
the hours are those the shop keeps now, at that time. Where not, the shop counts as open, and of the talk only the
misses are remembered, for how long ago the last sentence was said is unknown. The result is plain JSON:

    messages, customers   how many sentences, of how many
    timed                 sentences that were judged by their time
    answered_then         sentences with the shop's own answer
    after                 sentences by what a seller calls the outcomes (insights/today.py)
    groups                one for each way to answer, the most frequent first: `outcome` (as in `after`), `rules`,
                          `count`, `alike` ([{"text", "count", "then"}]: how it is most often asked, and what the
                          shop said to it) and `examples`
    unmatched             the same of what no rule understood, with how many of it are `handed_off`; a sigh or a number
                          is counted, but nobody would make a rule of it, so it is not in `alike`
    names                 of the rules, by key

An example has the customer's number, `at`, `text`, `then`, and `after` with its `replies` (texts), `trace` and
`matched`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

from autoresponder.engine.book import Book
from autoresponder.engine.compile import Compiled, compile_book
from autoresponder.engine.decide import decide
from autoresponder.engine.trace import match_to_json, step_to_json
from autoresponder.engine.types import Decision, Incoming, Outcome, State, Talk
from autoresponder.insights.imported.keep import Said, customers_in
from autoresponder.insights.likeness import LOOSE, Alike
from autoresponder.insights.models import History
from autoresponder.insights.today import OUTCOMES, SHORTEST
from autoresponder.shops.calendar import calendar_of
from autoresponder.shops.models import Shop
from autoresponder.shops.values import values_of

OPEN = State(open=True, reason="hours")
TELL_EVERY = 1_000
# Kept to be shown of one group, as many with the shop's own answer as without; the counts are of all.
SHOWN_EXAMPLES, SHOWN_ALIKE, SHOWN_UNMATCHED = 5, 10, 40
GROUPS = 100
NAMES = {outcome: name for name, outcomes in OUTCOMES.items() for outcome in outcomes}

Kind = tuple[str, tuple[str, ...]]


def try_out(
    shop: Shop, book: Book, history: History, *, now: datetime, told: Callable[[int], None] = lambda done: None
) -> dict[str, Any]:
    """The book over a history. `told` hears now and then how many are done; what it raises ends it."""
    trial = Trial(shop, compile_book(book), history.channel, now)
    tally = Tally(book)
    for own in customers_in(history):
        for said, decision in trial.decided(own):
            tally.add(said, decision)
            if not tally.messages % TELL_EVERY:
                told(tally.messages)
    return {**tally.result(), "customers": history.customers, "timed": trial.timed}


class Trial:
    """All that deciding takes besides what customers say."""

    def __init__(self, shop: Shop, compiled: Compiled, channel: str, now: datetime) -> None:
        # "Closed for today" says nothing about the past.
        self._calendar = replace(calendar_of(shop), override=None)
        self._compiled, self._channel, self._now = compiled, channel, now
        self._values = values_of(shop)
        self.timed = 0

    def decided(self, own: list[Said]) -> Iterator[tuple[Said, Decision]]:
        """One customer's sentences, the talk carried from one to the next."""
        moments = [one.moment for one in own]
        timed = None not in moments
        self.timed += len(own) if timed else 0
        talk = Talk()
        for said, at in zip(own, moments, strict=True):
            decision = decide(
                self._compiled,
                self._calendar,
                talk,
                Incoming("", "", said.text),
                now=at if timed and at else self._now,
                channel=self._channel,
                values=self._values,
                state=None if timed else OPEN,
            )
            talk = decision.talk if timed else Talk(misses=decision.talk.misses)
            yield said, decision


class Group:
    def __init__(self) -> None:
        self.alike = Alike()
        self.count = self.handed_off = 0
        self._then: dict[str, str] = {}
        self._shown: dict[bool, dict[str, dict[str, Any]]] = {True: {}, False: {}}

    def add(self, said: Said, decision: Decision) -> None:
        self.count += 1
        self.handed_off += decision.outcome is Outcome.HANDED_OFF
        if decision.rules or says_something(said.text):
            self.alike.add(said.text, self.count)
            if said.answer:
                self._then.setdefault(" ".join(said.text.split()), said.answer)
        shown = self._shown[bool(said.answer)]
        if len(shown) < SHOWN_EXAMPLES and said.text not in shown:
            shown[said.text] = _example(said, decision)

    def result(self, *, alike: int = SHOWN_ALIKE) -> dict[str, Any]:
        kinds = self.alike.most(alike)
        return {
            "count": self.count,
            "alike": [{"text": one.text, "count": one.count, "then": self._then.get(one.text, "")} for one in kinds],
            "examples": [*self._shown[True].values(), *self._shown[False].values()][:SHOWN_EXAMPLES],
        }


class Tally:
    def __init__(self, book: Book) -> None:
        self.messages = self._answered_then = 0
        self._after = Counter[str]()
        self._unmatched, self._groups = Group(), dict[Kind, Group]()
        self._names = {rule.key: rule.name for rule in book.rules}

    def add(self, said: Said, decision: Decision) -> None:
        self.messages += 1
        self._answered_then += bool(said.answer)
        outcome = NAMES[decision.outcome]
        self._after[outcome] += 1
        if decision.rules or all(step.code != "unmatched" for step in decision.trace):
            self._groups.setdefault((outcome, decision.rules), Group()).add(said, decision)
        else:
            self._unmatched.add(said, decision)

    def result(self) -> dict[str, Any]:
        groups = sorted(self._groups.items(), key=lambda item: item[1].count, reverse=True)
        return {
            "messages": self.messages,
            "answered_then": self._answered_then,
            "after": {name: self._after[name] for name in OUTCOMES},
            "groups": [
                {"outcome": outcome, "rules": list(rules), **group.result()}
                for (outcome, rules), group in groups[:GROUPS]
            ],
            "unmatched": {
                **self._unmatched.result(alike=SHOWN_UNMATCHED),
                "handed_off": self._unmatched.handed_off,
            },
            "names": self._names,
        }


def says_something(text: str) -> bool:
    """Whether there is a word in it that a rule could know."""
    letters = [letter for letter in text if letter.isalnum() and letter not in LOOSE]
    return len(letters) >= SHORTEST and not all(letter.isdigit() for letter in letters)


def _example(said: Said, decision: Decision) -> dict[str, Any]:
    return {
        "customer": said.customer,
        "at": said.at,
        "text": said.text,
        "then": said.answer,
        "after": {
            "replies": [reply.text for reply in decision.replies],
            "trace": [step_to_json(step) for step in decision.trace],
            "matched": [match_to_json(match) for match in decision.matched],
        },
    }
