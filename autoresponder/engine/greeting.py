"""The away greeting: when it is due, and which questions it offers to somebody whose message nothing matched."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from itertools import islice

from autoresponder.engine.compile import Compiled
from autoresponder.engine.manner import heard
from autoresponder.engine.match import find
from autoresponder.engine.types import Button, Reply
from autoresponder.engine.usable import Moment, obstacle
from autoresponder.engine.variables import unfilled

OFFERED = 5
# Looking for words that lead to a rule costs a match each.
TRIED_RULES, TRIED_WORDS = 50, 5


def due(compiled: Compiled, moment: Moment) -> bool:
    """Closed, switched on, something to say with all its facts known, and not said to this customer lately."""
    away = compiled.book.away
    if moment.state.open or not away.enabled or not away.reply.text.strip():
        return False
    if "{" in away.reply.text and unfilled(away.reply.text, moment.values):
        return False
    until = greeted_until(compiled, moment)
    return until is None or until <= moment.now


def greeted_until(compiled: Compiled, moment: Moment) -> datetime | None:
    greeted_at = moment.talk.greeted_at
    return greeted_at + timedelta(minutes=compiled.book.away.every_minutes) if greeted_at else None


def with_questions(compiled: Compiled, moment: Moment) -> Reply:
    """The greeting with its own buttons, or with those of the first questions the shop can answer now."""
    reply = compiled.book.away.reply
    if reply.buttons:
        return reply
    owner = [rank for rank, rule in enumerate(compiled.rules) if rule.band == "owner" and rule.name.strip()]
    return Reply(reply.text, tuple(islice(questions(compiled, moment, owner[:TRIED_RULES]), OFFERED)))


def questions(compiled: Compiled, moment: Moment, ranks: Iterable[int]) -> Iterator[Button]:
    """A button for each of the rules that can answer now, saying words that lead to it."""
    for rank in ranks:
        if obstacle(compiled.rules[rank], moment) is None and (say := _trigger(compiled, moment, rank)):
            yield Button(compiled.rules[rank].name, say)


def _trigger(compiled: Compiled, moment: Moment, rank: int) -> str:
    """The first words of the rule that really lead to it; "" when other rules take them all."""
    for say in islice(_phrases(compiled, rank), TRIED_WORDS):
        found = find(compiled, say)
        meant = heard(compiled, found, found.satisfied).ranks
        if next((match for match in meant if not obstacle(compiled.rules[match], moment)), None) == rank:
            return say
    return ""


def _phrases(compiled: Compiled, rank: int) -> Iterator[str]:
    """One word for each thing the rule needs, in the owner's spelling."""
    choices = [[compiled.spelled[word] for word in need] for need in compiled.needs[rank]]
    longest = max(map(len, choices), default=0)
    for turn in range(longest):
        yield " ".join(words[min(turn, len(words) - 1)] for words in choices)
