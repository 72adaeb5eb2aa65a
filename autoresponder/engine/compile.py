"""From a rule book to what decides quickly: one automaton over all keywords, and each rule hung on its rarest words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import Any, NamedTuple

import ahocorasick

from autoresponder.engine.book import Book, Rule
from autoresponder.engine.text import fold

LATIN_END = "\u0250"
UNWANTED = -1


class Mode(IntEnum):
    """Where in a word a keyword may stand: anywhere, or alone ("as" is not in "was", "옷" not in "옷장")."""

    ANYWHERE = 0
    LATIN_WORD = 1
    ONE_SYLLABLE = 2


class Keyword(NamedTuple):
    """`rank` is that of the first rule that wants it, or UNWANTED for a word that rules only must not meet."""

    id: int
    flat: str
    mode: Mode
    rank: int


class Condition(NamedTuple):
    """A rule as sets of keyword ids: one of each of `needs` must stand in the message, none of `bans`.

    `spelled` keeps the owner's way of writing each wanted keyword.
    """

    needs: tuple[frozenset[int], ...]
    bans: frozenset[int]
    spelled: Mapping[int, str]


@dataclass(frozen=True, slots=True, eq=False)
class Compiled:
    """A rule book ready to decide. Never changed after it is built, so threads may share it.

    `rules` are the enabled ones in the order they win; a rule's place in it is its rank, and `conditions` go with it.
    `plain[id]` ranks the rules that need nothing but one of their words; `hung[id]` those with more to check.
    """

    book: Book
    rules: tuple[Rule, ...]
    conditions: tuple[Condition, ...]
    keywords: tuple[Keyword, ...]
    plain: tuple[tuple[int, ...], ...]
    hung: tuple[tuple[int, ...], ...]
    automaton: Any

    def scan(self, flat: str) -> Iterator[tuple[int, Keyword]]:
        """Every place a keyword ends in a folded text, as (last position, keyword)."""
        return self.automaton.iter(flat) if self.automaton is not None else iter(())


def compile_book(book: Book) -> Compiled:
    rules = in_order(book)
    flats: dict[str, int] = {}
    conditions = tuple(_condition(rule, flats) for rule in rules)
    keywords = _keywords(flats, conditions)
    plain, hung = _hang(conditions, len(flats))
    return Compiled(book, rules, conditions, keywords, plain, hung, _automaton(keywords))


def in_order(book: Book) -> tuple[Rule, ...]:
    """The enabled rules in the order they win: the safety band first, then the owner's."""
    enabled = [rule for rule in book.rules if rule.enabled]
    return tuple(sorted(enabled, key=lambda rule: rule.band != "safety"))


def _condition(rule: Rule, flats: dict[str, int]) -> Condition:
    """An `any` group whose words all fold to nothing stays as a need that no message can meet."""
    needs: list[frozenset[int]] = []
    bans: frozenset[int] = frozenset()
    spelled: dict[int, str] = {}
    for group in rule.groups:
        words = {flats.setdefault(flat, len(flats)): word for word in group.words if (flat := fold(word).flat)}
        if group.mode == "none":
            bans |= words.keys()
            continue
        spelled = words | spelled
        needs += [frozenset(words)] if group.mode == "any" else [frozenset((word,)) for word in words]
    return Condition(tuple(dict.fromkeys(needs)), bans, spelled)


def _keywords(flats: Mapping[str, int], conditions: tuple[Condition, ...]) -> tuple[Keyword, ...]:
    first: dict[int, int] = {}
    for rank, condition in enumerate(conditions):
        for word in condition.spelled:
            first.setdefault(word, rank)
    return tuple(Keyword(number, flat, _mode(flat), first.get(number, UNWANTED)) for flat, number in flats.items())


def _mode(flat: str) -> Mode:
    if len(flat) == 1 and "가" <= flat <= "힣":
        return Mode.ONE_SYLLABLE
    return Mode.LATIN_WORD if all(is_latin(character) for character in flat) else Mode.ANYWHERE


def is_latin(character: str) -> bool:
    """A Latin letter or a digit."""
    return character < LATIN_END and character.isalnum()


def _hang(
    conditions: tuple[Condition, ...], keywords: int
) -> tuple[tuple[tuple[int, ...], ...], tuple[tuple[int, ...], ...]]:
    """Rules by the words they are looked up with: those of the need the fewest rules share."""
    plain: list[list[int]] = [[] for _ in range(keywords)]
    hung: list[list[int]] = [[] for _ in range(keywords)]
    use = Counter(word for condition in conditions for word in condition.spelled)
    for rank, condition in enumerate(conditions):
        if not condition.needs:
            continue
        target = plain if len(condition.needs) == 1 and not condition.bans else hung
        for word in min(condition.needs, key=lambda need: sum(use[word] for word in need)):
            target[word].append(rank)
    return tuple(map(tuple, plain)), tuple(map(tuple, hung))


def _automaton(keywords: tuple[Keyword, ...]) -> Any:
    # An automaton without words cannot be searched (AttributeError).
    if not keywords:
        return None
    automaton = ahocorasick.Automaton()
    for keyword in keywords:
        automaton.add_word(keyword.flat, keyword)
    automaton.make_automaton()
    return automaton
