"""From a rule book to what decides quickly: one automaton over all keywords, and each rule hung on its rarest words.

A keyword is known by its id. Ids run from the words that rules want over those that rules only must not meet to those
in which no keyword counts, so that a comparison tells which kind a word is.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from functools import cached_property, partial
from itertools import accumulate, chain
from typing import Any

import ahocorasick

from autoresponder.engine.book import Book, Rule
from autoresponder.engine.hang import Condition, Ids, Parts, Ranks, hang
from autoresponder.engine.keyword import ID, LENGTH, Spellings, number_of
from autoresponder.engine.near import Near, near_index
from autoresponder.engine.nouns import is_topic
from autoresponder.engine.text import flat_of
from autoresponder.engine.usable import steadiness

# A word of so few syllables is one slip away from many others.
SHORT = 2


@dataclass(frozen=True, eq=False)
class Compiled:
    """A rule book ready to decide. Never changed after it is built, so threads may share it.

    `rules` are the enabled ones in the order they win; a rule's place in it is its rank. Their words are in the
    automaton now: neither they nor those of `book` have their groups any more.

    Rules are found by the words of one of their needs: by a word's id, `sole` has the ranks of those that hold where no
    other keyword is in the message, `tied` what others ask for besides; so does `conditions`, by rank. `barred` has by
    the id of a word those that must not meet it. The automaton goes from folded texts to `keyword.number_of`. `steady`
    has the steadiness of each rule by its rank (usable.py).
    `texts`: about so many are to be read, if that is known.
    """

    book: Book
    rules: tuple[Rule, ...]
    conditions: tuple[Condition | None, ...]
    sole: tuple[Ranks, ...]
    tied: tuple[tuple[Condition, ...], ...]
    barred: Mapping[int, Ranks]
    steady: bytes
    spelled: Spellings
    wanted: int
    ignored_from: int
    automaton: Any
    texts: int

    def wants(self, rank: int, word: int) -> bool:
        if word >= self.wanted:
            return False
        if rank in self.sole[word]:
            return True
        if (condition := self.conditions[rank]) is None:
            return False
        _, need, more = condition
        return condition in self.tied[word] or word in need or any(word in other for other in more)

    def others(self, rank: int) -> tuple[Ids, ...]:
        """What a rule needs besides the words it is found by: one of each of these."""
        condition = self.conditions[rank]
        return (condition[1], *condition[2]) if condition else ()

    def barred_by(self, words: Iterable[int]) -> Set[int]:
        """The ranks of the rules that must not meet one of these words."""
        barred = self.barred
        return {rank for word in words if word in barred for rank in barred[word]}

    @cached_property
    def bans(self) -> Sequence[Sequence[int]]:
        """The words each rule must not meet, by rank."""
        bans: list[list[int]] = [[] for _ in self.rules]
        for word, ranks in self.barred.items():
            for rank in ranks:
                bans[rank].append(word)
        return bans

    @cached_property
    def by_key(self) -> Mapping[str, Rule]:
        return {rule.key: rule for rule in self.rules}

    @cached_property
    def needs(self) -> tuple[tuple[Sequence[int], ...], ...]:
        """What each rule needs, by rank: one of each of these. In the owner's order, as ids are given in it."""
        found_by: list[list[int]] = [[] for _ in self.rules]
        for word, (sole, tied) in enumerate(zip(self.sole, self.tied, strict=True)):
            for rank in (*sole, *(condition[0] for condition in tied)):
                found_by[rank].append(word)
        return tuple(
            tuple(sorted([words, *map(sorted, self.others(rank))], key=min)) if words else ()
            for rank, words in enumerate(found_by)
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
    def nested(self) -> Mapping[tuple[int, int], Set[int]]:
        """By a word and a longer one it lies in, the ranks of the rules that ask for both, besides each other."""
        asking: dict[int, set[int]] = {}
        for rank, needs in enumerate(self.needs):
            for word in chain.from_iterable(needs) if len(needs) > 1 else ():
                asking.setdefault(word, set()).add(rank)
        nested: dict[tuple[int, int], set[int]] = {}
        for written, number in self.automaton.items():
            longer = number >> ID
            if ranks := asking.get(longer):
                inside = {number >> ID for _, number in self.automaton.iter(written)} - {longer}
                both = {(word, longer): asking[word] & ranks for word in inside & asking.keys()}
                nested |= {pair: asked for pair, asked in both.items() if asked}
        return nested

    @cached_property
    def said(self) -> dict[int, list[tuple[str, Sequence[int]]]]:
        """By rank, the phrases a rule may be offered by as a question, each with the rules that hear it: filled by
        greeting.py as they are asked for, at every greeting again."""
        return {}

    @cached_property
    def near(self) -> Near:
        """For messages no keyword stands in. Built when the first of them comes: many books never meet one."""
        spelled = [self.spelled[word] for word in range(len(self.spelled))]
        flats = list(map(flat_of, spelled))
        longer = (keyword for keyword in spelled[: self.wanted] if " " in keyword)
        parts = dict.fromkeys(chain.from_iterable(map(str.split, longer)))
        topics = [flat for part in parts if is_topic(flat := flat_of(part))]
        return near_index(flats[: self.wanted], flats, topics, self._shouted(), self.texts)

    def _shouted(self) -> Set[int]:
        """Short words that call a person however they are said: too much depends on them to guess."""
        return {
            word
            for rule, needs in zip(self.rules, self.needs, strict=True)
            if rule.action == "hand_off" and rule.manner == "mention"
            for word in chain.from_iterable(needs)
            if len(self.spelled[word]) <= SHORT
        }


def compile_book(book: Book, *, texts: int = 0) -> Compiled:
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
    book = _as_said(book)
    rules = in_order(book)
    return Compiled(
        book,
        rules,
        *hang(parts, ids, wanted),
        bytes(map(steadiness, rules)),
        Spellings(spelled.values()),
        wanted,
        ignored_from,
        _automaton(ids, spellings(book)),
        texts,
    )


def _as_said(book: Book) -> Book:
    """Without the words that are in the automaton, and with its own texts ready to be said."""
    fallback, hand_off = book.fallback, book.hand_off
    spoken, called = replace(fallback.reply, role="fallback"), partial(replace, role="hand_off")
    return replace(
        book,
        rules=tuple([replace(rule, groups=()) for rule in book.rules]),
        fallback=replace(fallback, reply=spoken),
        hand_off=replace(hand_off, open=called(hand_off.open), closed=called(hand_off.closed)),
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


def spellings(book: Book) -> list[tuple[str, str]]:
    """The aliases that can mean something, folded: (written, meant)."""
    folded = [(flat_of(alias.written), flat_of(alias.meant)) for alias in book.aliases]
    return [(written, meant) for written, meant in folded if written and meant and written != meant]


def _automaton(ids: Mapping[str, int], spellings: Sequence[tuple[str, str]]) -> Any:
    automaton = ahocorasick.Automaton(ahocorasick.STORE_INTS)
    # A keyword as the owner wrote it wins over a spelling that happens to look the same.
    written = [(word, flat) for flat, word in ids.items()]
    for word, flat in (*sorted(_respelled(list(ids), spellings)), *written):
        # Nobody writes a longer word.
        if len(flat) <= LENGTH:
            automaton.add_word(flat, number_of(word, flat))
    if not len(automaton):
        # Without any word it could not be searched (AttributeError); a folded text holds no NUL.
        automaton.add_word("\0", 0)
    automaton.make_automaton()
    return automaton


def _respelled(flats: Sequence[str], spellings: Sequence[tuple[str, str]]) -> Iterator[tuple[int, str]]:
    """The ids of words that can be written otherwise, and how. All are looked through as one text: most spellings stand
    in few of many words."""
    text, starts = "\n".join(flats), list(accumulate((len(flat) + 1 for flat in flats), initial=0))
    for written, meant in spellings:
        at = text.find(meant)
        while at >= 0:
            word = bisect_right(starts, at) - 1
            yield word, flats[word].replace(meant, written)
            at = text.find(meant, starts[word + 1])
