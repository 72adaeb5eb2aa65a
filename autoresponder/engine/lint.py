"""What an owner should know before publishing, though nothing in it is wrong."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import combinations, islice
from typing import NamedTuple
from zoneinfo import ZoneInfo

from autoresponder.engine.book import Book, Rule
from autoresponder.engine.calendar import Calendar
from autoresponder.engine.near import confusable, is_noun
from autoresponder.engine.text import flat_of
from autoresponder.engine.window import never_holds, outside

# A longer list would be read by nobody.
MOST = 10
# Words that share all but one syllable with very many others say nothing about either.
CROWD = 12


class Idle(NamedTuple):
    """A rule that is switched on and does not answer any more, or never will. `why`: "ended" (its last day is over),
    "never" (none of its dates is one of its weekdays), "no_night" (it answers at night, but the shop has set none).
    """

    rule: str
    why: str


def idle(book: Book, calendar: Calendar, *, now: datetime) -> list[Idle]:
    """All such rules, in the book's order."""
    clock = now.astimezone(ZoneInfo(calendar.timezone))
    found = [Idle(rule.key, _why_idle(rule, calendar, clock)) for rule in book.rules if rule.enabled]
    return [each for each in found if each.why]


def _why_idle(rule: Rule, calendar: Calendar, clock: datetime) -> str:
    if rule.window and never_holds(rule.window):
        return "never"
    if rule.window and outside(rule.window, clock) == "ended":
        return "ended"
    return "no_night" if rule.when == "night" and calendar.night is None else ""


class Similar(NamedTuple):
    """Two words of different rules that one slip of a finger turns into one another (반품, 부품)."""

    word: str
    rule: str
    other: str
    by: str


def similar(book: Book) -> list[Similar]:
    """The first such pairs, in the book's order. Typos between them are asked back about, never guessed."""
    return list(islice(_pairs(_nouns(book)), MOST))


def _nouns(book: Book) -> dict[str, tuple[str, str]]:
    """Topic nouns of the rules that answer: folded -> (as written, key of the first rule that has it)."""
    nouns: dict[str, tuple[str, str]] = {}
    for rule in book.rules:
        words = (word for group in rule.groups if group.mode != "none" for word in group.words) if _counts(rule) else ()
        for word in words:
            flat = flat_of(word)
            if is_noun(flat) and flat == word:
                nouns.setdefault(flat, (word, rule.key))
    return nouns


def _counts(rule: Rule) -> bool:
    """Calling a person by mistake harms nobody."""
    return rule.enabled and rule.action == "answer" and "slip" not in rule.without


def _pairs(nouns: dict[str, tuple[str, str]]) -> Iterator[Similar]:
    for one, other in _candidates(list(nouns)):
        (word, rule), (another, by) = nouns[one], nouns[other]
        if rule != by and confusable(one, other):
            yield Similar(word, rule, another, by)


def _candidates(flats: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Pairs that differ in one syllable, each once: comparing all words with all would take seconds."""
    alike: dict[str, list[str]] = defaultdict(list)
    for flat in flats:
        for at in range(len(flat)):
            alike[f"{flat[:at]}*{flat[at + 1 :]}"].append(flat)
    crowds = (crowd for crowd in alike.values() if 1 < len(crowd) <= CROWD)
    return (pair for crowd in crowds for pair in combinations(crowd, 2))
