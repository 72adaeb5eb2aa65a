"""From a rule book to what decides quickly: one automaton over all keywords, and each rule hung on its rarest words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass
from functools import cached_property
from sys import intern
from types import MappingProxyType
from typing import Any, NamedTuple

import ahocorasick

from autoresponder.engine.book import Book, Rule
from autoresponder.engine.keyword import IGNORED, UNWANTED, Keyword, mode_of
from autoresponder.engine.near import Near, near_index
from autoresponder.engine.text import fold

# Most rules have none, and need no dictionary of their own.
_NO_BANS: Mapping[int, str] = MappingProxyType({})


class Condition(NamedTuple):
    """A rule as sets of keyword ids: one of each of `needs` must stand in the message, none of `bans`.

    `spelled` and `bans` keep the owner's way of writing each keyword.
    """

    needs: tuple[Set[int], ...]
    bans: Mapping[int, str]
    spelled: Mapping[int, str]


@dataclass(frozen=True, eq=False)
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

    @cached_property
    def near(self) -> Near:
        """For messages no keyword stands in. Built when the first of them comes: many books never meet one."""
        return near_index(self.keywords)


def compile_book(book: Book) -> Compiled:
    rules = in_order(book)
    flats: dict[str, int] = {}
    conditions = tuple(_condition(rule, flats) for rule in rules)
    keywords = _keywords(flats, conditions, {fold(word).flat for word in book.ignored})
    plain, hung = _hang(conditions, len(keywords))
    return Compiled(book, rules, conditions, keywords, plain, hung, _automaton(keywords, spellings(book)))


def in_order(book: Book) -> tuple[Rule, ...]:
    """The enabled rules in the order they win: the safety band first, then the owner's."""
    enabled = [rule for rule in book.rules if rule.enabled]
    return tuple(sorted(enabled, key=lambda rule: rule.band != "safety"))


def _condition(rule: Rule, flats: dict[str, int]) -> Condition:
    """An `any` group whose words all fold to nothing stays as a need that no message can meet."""
    needs: list[Set[int]] = []
    bans: dict[int, str] = {}
    spelled: dict[int, str] = {}
    for group in rule.groups:
        words = {flats.setdefault(intern(flat), len(flats)): word for word in group.words if (flat := fold(word).flat)}
        if group.mode == "none":
            bans = words | bans
            continue
        spelled = words | spelled
        needs += [frozenset(words)] if group.mode == "any" else [frozenset((word,)) for word in words]
    if len(needs) == 1:
        # Most rules: the words themselves, without a set of their own.
        return Condition((spelled.keys(),), bans or _NO_BANS, spelled)
    return Condition(tuple(dict.fromkeys(needs)), bans or _NO_BANS, spelled)


def _keywords(flats: dict[str, int], conditions: tuple[Condition, ...], ignored: Set[str]) -> tuple[Keyword, ...]:
    first: dict[int, int] = {}
    for rank, condition in enumerate(conditions):
        for word in condition.spelled:
            first.setdefault(word, rank)
    keywords = [Keyword(number, flat, mode_of(flat), first.get(number, UNWANTED)) for flat, number in flats.items()]
    others = sorted(ignored - flats.keys() - {""})
    return (*keywords, *(Keyword(at, flat, mode_of(flat), IGNORED) for at, flat in enumerate(others, len(keywords))))


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
    shared: dict[tuple[int, ...], tuple[int, ...]] = {}
    return _shared(plain, shared), _shared(hung, shared)


def _shared(ranks: list[list[int]], shared: dict[tuple[int, ...], tuple[int, ...]]) -> tuple[tuple[int, ...], ...]:
    """Most words lead to the same one rule as their neighbours, and need no tuple of their own."""
    return tuple([shared.setdefault(given, given) for given in map(tuple, ranks)])


def spellings(book: Book) -> list[tuple[str, str]]:
    """The aliases that can mean something, folded: (written, meant)."""
    folded = [(fold(alias.written).flat, fold(alias.meant).flat) for alias in book.aliases]
    return [(written, meant) for written, meant in folded if written and meant and written != meant]


def _automaton(keywords: tuple[Keyword, ...], spellings: list[tuple[str, str]]) -> Any:
    # An automaton without words cannot be searched (AttributeError).
    if not keywords:
        return None
    automaton = ahocorasick.Automaton()
    for keyword in keywords:
        for written, meant in spellings:
            if meant in keyword.flat:
                flat = keyword.flat.replace(meant, written)
                automaton.add_word(flat, keyword._replace(flat=flat))
    # A keyword as the owner wrote it wins over a spelling that happens to look the same.
    for keyword in keywords:
        automaton.add_word(keyword.flat, keyword)
    automaton.make_automaton()
    return automaton
