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
from typing import Any

import ahocorasick

from autoresponder.engine.book import Book, Rule
from autoresponder.engine.keyword import ID, LENGTH, Spellings, number_of
from autoresponder.engine.near import Near, near_index
from autoresponder.engine.text import flat_of

# Ids of keywords, ranks of rules: bytes where they fit into them, as in most books, else an array. Sets would take ten
# times as much, and tuples of large numbers lie all over the memory.
Ids = Sequence[int]
# By id of a keyword.
Ranks = tuple[Ids, ...]


# What else a rule asks for besides a word it is found by: none of the first of these, one of each of the others.
Condition = tuple[Ids, ...]
NOTHING_ELSE: Condition = (b"",)


@dataclass(frozen=True, eq=False)
class Compiled:
    """A rule book ready to decide. Never changed after it is built, so threads may share it.

    `rules` are the enabled ones in the order they win; a rule's place in it is its rank. Their words are in the
    automaton now: neither they nor those of `book` have their groups any more.

    Rules are found by the words of one of their needs. `plain` are those that ask for nothing else, `joint` those whose
    condition must be checked, `sole` all that hold when no other keyword is in the message. The automaton goes from
    folded texts to `keyword.number_of`.
    """

    book: Book
    rules: tuple[Rule, ...]
    conditions: tuple[Condition, ...]
    plain: Ranks
    joint: Ranks
    sole: Ranks
    spelled: Spellings
    wanted: int
    ignored_from: int
    automaton: Any

    def wants(self, rank: int, word: int) -> bool:
        if word >= self.wanted:
            return False
        if rank in self.plain[word] or rank in self.joint[word]:
            return True
        return any(word in need for need in self.conditions[rank][1:])

    @cached_property
    def needs(self) -> tuple[tuple[Ids, ...], ...]:
        """What each rule needs, by rank: one of each of these. In the owner's order, as ids are given in it."""
        found_by: list[list[int]] = [[] for _ in self.rules]
        for table in (self.plain, self.joint):
            for word, ranks in enumerate(table):
                for rank in ranks:
                    found_by[rank].append(word)
        return tuple(
            tuple(sorted([words, *condition[1:]], key=min)) if words else ()
            for words, condition in zip(found_by, self.conditions, strict=True)
        )

    @cached_property
    def first(self) -> Mapping[int, int]:
        """By a word, the rank of the first rule that wants it."""
        first: dict[int, int] = {}
        for rank, needs in enumerate(self.needs):
            for need in needs:
                for word in need:
                    first.setdefault(word, rank)
        return first

    @cached_property
    def nested(self) -> Mapping[int, Sequence[int]]:
        """By a word, the rules found by it that also want a longer one with it inside, as 배송 in 배송비."""
        nested: dict[int, list[int]] = {}
        for rank, needs in enumerate(self.needs):
            words = {word for need in needs for word in need} if self.conditions[rank] is not NOTHING_ELSE else set()
            for word in words:
                for _, number in self.automaton.iter(flat_of(self.spelled[word])):
                    inner = number >> ID
                    if inner != word and inner in words and rank in self.joint[inner]:
                        nested.setdefault(inner, []).append(rank)
        return nested

    @cached_property
    def near(self) -> Near:
        """For messages no keyword stands in. Built when the first of them comes: many books never meet one."""
        flats = [flat_of(self.spelled[word]) for word in range(len(self.spelled))]
        return near_index(flats[: self.wanted], flats)


# A rule as folded words, each with how the owner wrote it: its needs (one of each), and what it must not meet.
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
    _add(spelled, {flat_of(word): word for word in book.ignored})
    spelled.pop("", None)
    ids = {flat: word for word, flat in enumerate(spelled)}
    book = replace(book, rules=tuple([replace(rule, groups=()) for rule in book.rules]))
    return Compiled(
        book,
        in_order(book),
        *_hang(parts, ids, wanted),
        Spellings(spelled.values()),
        wanted,
        ignored_from,
        _automaton(ids, spellings(book)),
    )


def in_order(book: Book) -> tuple[Rule, ...]:
    """The enabled rules in the order they win: the safety band first, then the owner's."""
    enabled = [rule for rule in book.rules if rule.enabled]
    ordered = tuple(sorted(enabled, key=lambda rule: rule.band != "safety"))
    return book.rules if ordered == book.rules else ordered


def _parts(rule: Rule) -> Parts:
    """An `any` group whose words all fold to nothing stays as a need that no message can meet."""
    needs: list[dict[str, str]] = []
    bans: dict[str, str] = {}
    for group in rule.groups:
        words = {flat: word for word in group.words if (flat := flat_of(word))}
        if group.mode == "none":
            _add(bans, words)
        else:
            needs += [words] if group.mode == "any" else [{flat: word} for flat, word in words.items()]
    return needs, bans


def _add(spelled: dict[str, str], words: Mapping[str, str]) -> None:
    """The first way a word is written is kept."""
    for flat, word in words.items():
        spelled.setdefault(flat, word)


def _hang(
    parts: Sequence[Parts], ids: Mapping[str, int], wanted: int
) -> tuple[tuple[Condition, ...], Ranks, Ranks, Ranks]:
    """Each rule is found by the words of the need that the fewest share; what else it asks for is its condition."""
    plain: list[list[int]] = [[] for _ in range(wanted)]
    joint: list[list[int]] = [[] for _ in range(wanted)]
    sole: list[list[int]] = [[] for _ in range(wanted)]
    use = Counter(flat for needs, _ in parts for need in needs for flat in need)
    conditions: list[Condition] = []
    for rank, (needs, bans) in enumerate(parts):
        rarest = min(needs, key=lambda need: sum(use[flat] for flat in need), default={})
        others = [need for need in needs if need.keys() != rarest.keys()]
        table = joint if others or bans else plain
        conditions.append(
            tuple([_kept(map(ids.__getitem__, flats), len(ids)) for flats in (bans, *others)])
            if table is joint
            else NOTHING_ELSE
        )
        for flat in rarest:
            table[ids[flat]].append(rank)
            if flat not in bans and all(flat in need for need in others):
                sole[ids[flat]].append(rank)
    shared: dict[tuple[int, ...], Ids] = {}
    found, checked, alone = (_shared(table, shared, len(parts)) for table in (plain, joint, sole))
    return tuple(conditions), found, checked, alone


def _kept(numbers: Iterable[int], below: int) -> Ids:
    return bytes(numbers) if below <= 256 else array("I", numbers)


def _shared(table: list[list[int]], shared: dict[tuple[int, ...], Ids], rules: int) -> Ranks:
    """Most words lead to the same one rule as their neighbours, and need no ranks of their own."""
    for given in map(tuple, table):
        if given not in shared:
            shared[given] = _kept(given, rules)
    return tuple([shared[tuple(given)] for given in table])


def spellings(book: Book) -> list[tuple[str, str]]:
    """The aliases that can mean something, folded: (written, meant)."""
    folded = [(flat_of(alias.written), flat_of(alias.meant)) for alias in book.aliases]
    return [(written, meant) for written, meant in folded if written and meant and written != meant]


def _automaton(ids: Mapping[str, int], spellings: Sequence[tuple[str, str]]) -> Any:
    automaton = ahocorasick.Automaton(ahocorasick.STORE_INTS)
    for flat, word in ids.items():
        for written, meant in spellings:
            if meant in flat:
                _look_for(automaton, word, flat.replace(meant, written))
    # A keyword as the owner wrote it wins over a spelling that happens to look the same.
    for flat, word in ids.items():
        _look_for(automaton, word, flat)
    if not len(automaton):
        # Without any word it could not be searched (AttributeError); a folded text holds no NUL.
        automaton.add_word("\0", 0)
    automaton.make_automaton()
    return automaton


def _look_for(automaton: Any, word: int, flat: str) -> None:
    # Nobody writes a longer word.
    if len(flat) <= LENGTH:
        automaton.add_word(flat, number_of(word, flat))
