"""All that one slip of a finger makes of a book's nouns, to be found by one look at a text: five times as quick as to
try each noun that begins alike, for up to a hundred times the memory. Worth it where a past is read again."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from itertools import accumulate, count
from typing import Any, NamedTuple

import ahocorasick

from autoresponder.engine.keys import KEYS, PRESSED, slips_of
from autoresponder.engine.keyword import ID, LENGTH


class Mistyped(NamedTuple):
    """`automaton` goes from keys to the place in `nouns` of the numbers of those that one slip turns into these."""

    automaton: Any
    nouns: Sequence[Sequence[int]]

    def find(self, flat: str) -> list[tuple[int, int, int]]:
        """(start, end, number of the noun) for each run of whole characters that is one slip away from a noun."""
        if not (typed := list(self.automaton.iter(flat.translate(KEYS)))):
            return []
        places = list(accumulate(map(PRESSED.__getitem__, flat), initial=0))
        found: list[tuple[int, int, int]] = []
        for last, number in typed:
            after = last + 1
            before = after - (number & LENGTH)
            start, end = bisect_left(places, before), bisect_left(places, after)
            if places[start] == before and places[end] == after:
                found += [(start, end, noun) for noun in self.nouns[number >> ID]]
        return found


def mistyped(words: Sequence[str]) -> Mistyped:
    """Of words as keys, by their places; one at least. 16 MB and a third of a second for 1,500 words."""
    made: dict[str, tuple[int, ...]] = {}
    for number, keys in enumerate(words):
        alone = (number,)
        for typed in slips_of(keys):
            made[typed] = (*made[typed], number) if typed in made else alone
    numbers = {nouns: number for number, nouns in enumerate(dict.fromkeys(made.values()))}
    automaton = ahocorasick.Automaton(ahocorasick.STORE_INTS)
    for typed, nouns in made.items():
        automaton.add_word(typed, numbers[nouns] << ID | len(typed))
    automaton.make_automaton()
    return Mistyped(automaton, tuple(numbers))


def places_of_keys(flat: str) -> dict[int, int]:
    """From how many keys are pressed before a character, and at the end, to the place of the character."""
    return dict(zip(accumulate(map(PRESSED.__getitem__, flat), initial=0), count(), strict=False))
