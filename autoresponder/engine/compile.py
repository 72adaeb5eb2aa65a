"""From a rule book to what decides quickly: one automaton over all keywords, and each rule hung on its rarest words.

A keyword is known by its id. Ids run from the words that rules want over those that rules only must not meet to those
in which no keyword counts, so that a comparison tells which kind a word is.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, NamedTuple

import ahocorasick

from autoresponder.engine.book import Book, Rule
from autoresponder.engine.keyword import ID, LENGTH, Spellings, number_of
from autoresponder.engine.near import Near, near_index
from autoresponder.engine.text import fold

# Ids of keywords, ranks of rules: bytes where they fit into them, as in most books, else an array. Sets would take ten
# times as much, and tuples of large numbers lie all over the memory.
Ids = Sequence[int]
# By id of a keyword.
Ranks = tuple[Ids, ...]


class Condition(NamedTuple):
    """One of each of `needs` must stand in the message, none of `bans`."""

    needs: tuple[Ids, ...] = ()
    bans: Ids = b""


# Of a rule that needs nothing but one of the words it is found by.
PLAIN = Condition()


@dataclass(frozen=True, eq=False)
class Compiled:
    """A rule book ready to decide. Never changed after it is built, so threads may share it.

    `rules` are the enabled ones in the order they win; a rule's place in it is its rank. Their words are in the
    automaton now: neither they nor those of `book` have their groups any more.

    Rules are found by the words of one of their needs. `plain` are those that need nothing else (PLAIN), `joint` those
    whose condition must be checked, `sole` all that hold when no other keyword is in the message. `first` is the rank
    of the first rule that wants a word. The automaton goes from folded texts to `keyword.number_of`.
    """

    book: Book
    rules: tuple[Rule, ...]
    conditions: tuple[Condition, ...]
    plain: Ranks
    joint: Ranks
    sole: Ranks
    first: Sequence[int]
    spelled: Spellings
    wanted: int
    ignored_from: int
    automaton: Any

    def wants(self, rank: int, word: int) -> bool:
        needs = self.conditions[rank].needs
        return any(word in need for need in needs) if needs else rank in self.plain[word]

    @cached_property
    def needs(self) -> tuple[tuple[Ids, ...], ...]:
        """What each rule needs, by rank, also of those without a condition; the words in the owner's order."""
        wants: list[list[int]] = [[] for _ in self.rules]
        for word, ranks in enumerate(self.plain):
            for rank in ranks:
                wants[rank].append(word)
        return tuple(
            condition.needs or ((tuple(words),) if words else ())
            for condition, words in zip(self.conditions, wants, strict=True)
        )

    @cached_property
    def nested(self) -> Mapping[int, Sequence[int]]:
        """By a word, the rules hung on it that also want a longer one with it inside, as 배송 in 배송비."""
        nested: dict[int, list[int]] = {}
        for rank, condition in enumerate(self.conditions):
            words = {word for need in condition.needs for word in need}
            for word in words:
                for _, number in self.automaton.iter(fold(self.spelled[word]).flat):
                    inner = number >> ID
                    if inner != word and inner in words and rank in self.joint[inner]:
                        nested.setdefault(inner, []).append(rank)
        return nested

    @cached_property
    def near(self) -> Near:
        """For messages no keyword stands in. Built when the first of them comes: many books never meet one."""
        flats = [fold(self.spelled[word]).flat for word in range(len(self.spelled))]
        return near_index(flats[: self.wanted], flats)


# A rule as folded words, each with how the owner wrote it: its needs, and what it must not meet.
Parts = tuple[list[dict[str, str]], dict[str, str]]


def compile_book(book: Book) -> Compiled:
    parts = [_parts(rule) for rule in in_order(book)]
    spelled: dict[str, str] = {}
    for needs, _ in parts:
        for need in needs:
            _add(spelled, need)
    wanted = len(spelled)
    for _, bans in parts:
        _add(spelled, bans)
    ignored_from = len(spelled)
    _add(spelled, {fold(word).flat: word for word in book.ignored})
    spelled.pop("", None)
    ids = {flat: word for word, flat in enumerate(spelled)}
    conditions = _conditions(parts, ids)
    book = replace(book, rules=tuple([replace(rule, groups=()) for rule in book.rules]))
    return Compiled(
        book,
        in_order(book),
        *_hang(conditions, wanted),
        _first(conditions, wanted),
        Spellings(spelled.values()),
        wanted,
        ignored_from,
        _automaton(ids, spellings(book)),
    )


def in_order(book: Book) -> tuple[Rule, ...]:
    """The enabled rules in the order they win: the safety band first, then the owner's."""
    enabled = [rule for rule in book.rules if rule.enabled]
    return tuple(sorted(enabled, key=lambda rule: rule.band != "safety"))


def _parts(rule: Rule) -> Parts:
    """An `any` group whose words all fold to nothing stays as a need that no message can meet."""
    needs: list[dict[str, str]] = []
    bans: dict[str, str] = {}
    for group in rule.groups:
        words = {flat: word for word in group.words if (flat := fold(word).flat)}
        if group.mode == "none":
            _add(bans, words)
        else:
            needs += [words] if group.mode == "any" else [{flat: word} for flat, word in words.items()]
    return needs, bans


def _add(spelled: dict[str, str], words: Mapping[str, str]) -> None:
    """The first way a word is written is kept."""
    for flat, word in words.items():
        spelled.setdefault(flat, word)


def _conditions(parts: Sequence[Parts], ids: Mapping[str, int]) -> list[Condition]:
    def kept(flats: Iterable[str]) -> Ids:
        return _kept([ids[flat] for flat in flats], len(ids))

    return [Condition(tuple(map(kept, needs)), kept(bans)) for needs, bans in parts]


def _kept(numbers: Iterable[int], below: int) -> Ids:
    return bytes(numbers) if below <= 256 else array("I", numbers)


def _hang(conditions: Sequence[Condition], wanted: int) -> tuple[tuple[Condition, ...], Ranks, Ranks, Ranks]:
    """The conditions left to be checked, and rules by the words of the need that the fewest share."""
    plain: list[list[int]] = [[] for _ in range(wanted)]
    joint: list[list[int]] = [[] for _ in range(wanted)]
    sole: list[list[int]] = [[] for _ in range(wanted)]
    use = Counter(word for condition in conditions for need in condition.needs for word in need)
    left: list[Condition] = []
    for rank, condition in enumerate(conditions):
        needs, bans = condition
        is_plain = len(needs) < 2 and not bans
        left.append(PLAIN if is_plain else condition)
        for word in min(needs, key=lambda need: sum(use[word] for word in need), default=()):
            (plain if is_plain else joint)[word].append(rank)
            if word not in bans and all(word in need for need in needs):
                sole[word].append(rank)
    shared: dict[tuple[int, ...], Ids] = {}
    found, checked, alone = (_shared(table, shared, len(conditions)) for table in (plain, joint, sole))
    return tuple(left), found, checked, alone


def _first(conditions: Sequence[Condition], wanted: int) -> Sequence[int]:
    first = array("H", bytes(2 * wanted))
    for rank in range(len(conditions) - 1, -1, -1):
        for need in conditions[rank].needs:
            for word in need:
                first[word] = rank
    return first


def _shared(table: list[list[int]], shared: dict[tuple[int, ...], Ids], rules: int) -> Ranks:
    """Most words lead to the same one rule as their neighbours, and need no ranks of their own."""
    for given in map(tuple, table):
        if given not in shared:
            shared[given] = _kept(given, rules)
    return tuple([shared[tuple(given)] for given in table])


def spellings(book: Book) -> list[tuple[str, str]]:
    """The aliases that can mean something, folded: (written, meant)."""
    folded = [(fold(alias.written).flat, fold(alias.meant).flat) for alias in book.aliases]
    return [(written, meant) for written, meant in folded if written and meant and written != meant]


def _automaton(ids: Mapping[str, int], spellings: Sequence[tuple[str, str]]) -> Any:
    automaton = ahocorasick.Automaton(ahocorasick.STORE_INTS)
    # Without any word it could not be searched (AttributeError); a folded text holds no NUL.
    automaton.add_word("\0", 0)
    for flat, word in ids.items():
        for written, meant in spellings:
            if meant in flat:
                _look_for(automaton, word, flat.replace(meant, written))
    # A keyword as the owner wrote it wins over a spelling that happens to look the same.
    for flat, word in ids.items():
        _look_for(automaton, word, flat)
    automaton.make_automaton()
    return automaton


def _look_for(automaton: Any, word: int, flat: str) -> None:
    # Nobody writes a longer word.
    if len(flat) <= LENGTH:
        automaton.add_word(flat, number_of(word, flat))
