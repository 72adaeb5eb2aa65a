"""The away greeting: when it is due, and which questions it offers to somebody whose message nothing matched."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

from autoresponder.engine.book import NO_REPLY
from autoresponder.engine.compile import Compiled
from autoresponder.engine.dates import vacation_on
from autoresponder.engine.manner import heard
from autoresponder.engine.match import find
from autoresponder.engine.types import Button, Reply
from autoresponder.engine.usable import Moment, lacking, obstacle

OFFERED = 5
# Looking for words that lead to a rule costs a match each.
TRIED_RULES, TRIED_WORDS = 50, 5


def due(compiled: Compiled, moment: Moment) -> bool:
    """Closed, something to say, and not said to this customer lately."""
    if moment.state.open:
        return False
    until = greeted_until(compiled, moment)
    return (until is None or until <= moment.now) and bool(words(compiled, moment).text)


def words(compiled: Compiled, moment: Moment) -> Reply:
    """The greeting for this moment with all its facts known, NO_REPLY where there is none.

    A vacation's own greeting, else the night's, else the away greeting: the first two are said also where the third is
    switched off, for somebody wrote them for just these days.
    """
    away, own = compiled.book.away, _own_words(moment)
    choices = [own] if own.strip() else []
    choices += [away.reply.text] if away.enabled and away.reply.text.strip() else []
    for text in choices:
        if "{" not in text or not lacking(text, moment):
            return Reply(text, away.reply.buttons)
    return NO_REPLY


def _own_words(moment: Moment) -> str:
    calendar, state = moment.calendar, moment.state
    if state.reason == "vacation":
        vacation = vacation_on(calendar, moment.now.astimezone(ZoneInfo(calendar.timezone)).date())
        if vacation and vacation.greeting.strip():
            return vacation.greeting
    return calendar.night.greeting if calendar.night and state.night else ""


def greeted_until(compiled: Compiled, moment: Moment) -> datetime | None:
    greeted_at = moment.talk.greeted_at
    return greeted_at + timedelta(minutes=compiled.book.away.every_minutes) if greeted_at else None


def with_questions(compiled: Compiled, moment: Moment) -> Reply:
    """The greeting with its own buttons, or with those of the first questions the shop can answer now."""
    reply = words(compiled, moment)
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
    if rank not in compiled.said:
        phrases = islice(_phrases(compiled, rank), TRIED_WORDS)
        compiled.said[rank] = [(say, heard(compiled, find(compiled, say))[0]) for say in phrases]
    for say, meant in compiled.said[rank]:
        usable = (match for match in meant if not obstacle(compiled.rules[match], moment))
        if next(usable, None) == rank:
            return say
    return ""


def _phrases(compiled: Compiled, rank: int) -> Iterator[str]:
    """One word for each thing the rule needs, in the owner's spelling."""
    choices = [[compiled.spelled[word] for word in need] for need in compiled.needs[rank]]
    longest = max(map(len, choices), default=0)
    for turn in range(longest):
        yield " ".join(words[min(turn, len(words) - 1)] for words in choices)
