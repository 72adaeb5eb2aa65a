"""Keywords a message nearly says: one that sounds the same (베송), or one slip of a finger away (배솔).

Only topic nouns are looked for, and what the customer wrote must be no word of its own: 부품 is not 반품.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator, Sequence, Set
from functools import lru_cache
from itertools import accumulate, count, pairwise
from typing import Any, NamedTuple

import ahocorasick
from rapidfuzz.distance import OSA

from autoresponder.engine.keys import KEYS, is_slip
from autoresponder.engine.keyword import ID, LENGTH, PARTICLES
from autoresponder.engine.known_words import begins_with_word, is_word, known_words, like_a_common_word
from autoresponder.engine.mistyped import Mistyped, mistyped, places_of_keys
from autoresponder.engine.nouns import inflected, is_noun
from autoresponder.engine.sound import heard_as
from autoresponder.engine.text import Folded

# What a customer asks stands in the first dozen words; a text without blanks is cut off too.
WORDS = 12
CHARACTERS = 36
# Below this, one key more or less makes too many other words.
LEAST_KEYS = 5
# Keys at the start of a word that are looked up, each left out once.
PREFIX = 5
BEGIN = PREFIX - 1
# A word of so many syllables that is known leaves nothing inside it to be mistyped.
KNOWN_WHOLE = 5
# So many texts are read in the time it takes to list what one slip makes of a noun.
TEXTS_A_NOUN = 8
# Before the first syllable of a word, where as many as make one are looked back at.
NOTHING = " " * 4
# Shorter keywords are one word: "새 일" is not 세일.
ACROSS_BLANK = 4

# What comes after a noun in the same word: particles, and the verbs nouns are used with.
_GOES_ON = frozenset("은는이가을를도만요의에로와과랑좀하해할했되돼됐된될안인입예언왜ㅠㅜㅋㅎ")

_NUMBERS = count()

# (start, end, id of the keyword) in the flat text.
Hit = tuple[int, int, int]


class Noun(NamedTuple):
    keys: str
    flat: str
    word: int


class Near(NamedTuple):
    """The topic nouns of one rule book, by sound and by keys. Never changed after it is built.

    `number` tells it from all others. `words` are the keywords by their ids and, from `parts` on, words of which longer
    ones are made; `flats` is every keyword, noun or not. `risky` ones are meant only where the same keys were pressed.
    `heard` finds the places in `alike` of the nouns that sound so. `begun` goes from the first keys, each left out
    once, to the places in `nouns` of those that may begin so; `mistyped` stands in for it where many texts are read.
    """

    number: int
    words: Sequence[str]
    parts: int
    risky: Set[int]
    flats: frozenset[str]
    heard: Any
    alike: tuple[tuple[Noun, ...], ...]
    nouns: tuple[Noun, ...]
    begun: dict[int, tuple[int, ...]]
    mistyped: Mistyped | None

    def sounds(self, folded: Folded) -> list[Hit]:
        """The keywords a message sounds like, in the order they end."""
        return [hit for hit in self.heard_in(folded) if hit[2] < self.parts]

    def slips(self, folded: Folded) -> list[Hit]:
        """The keywords one slip away from what a message says, in the order they begin."""
        return [hit for hit in self.slipped_in(folded) if hit[2] < self.parts]

    def heard_in(self, folded: Folded) -> list[Hit]:
        """The keywords and parts of keywords a message sounds like."""
        if self.heard is None:
            return []
        flat = _beginning(folded)
        sound, places = heard_as(flat)
        if not (heard := list(self.heard.iter(sound))):
            return []
        starts = _starts(folded)
        hits: list[Hit] = []
        for last, number in heard:
            start, end = places[last + 1 - (number & LENGTH)], places[last + 1]
            hits += [
                (start, end, noun.word)
                for noun in self.alike[number >> ID]
                if self._meant(flat, starts, start, end, noun.flat)
                and (noun.word not in self.risky or flat[start:end].translate(KEYS) == noun.keys)
            ]
        return hits

    def slipped_in(self, folded: Folded) -> list[Hit]:
        """The keywords and parts of keywords one slip away from what a message says."""
        if not self.nouns:
            return []
        flat, nouns = _beginning(folded), self.nouns
        listed = self.mistyped.find(flat) if self.mistyped else None
        if listed == []:
            return []
        starts = _starts(folded)
        found = self._tried(flat, starts) if listed is None else _begun_rightly(listed, flat, starts)
        return sorted(
            [
                (start, end, nouns[place].word)
                for start, end, place in found
                if self._meant(flat, starts, start, end, nouns[place].flat)
                and (end - start > 2 or not like_a_common_word(flat[start:end], nouns[place].flat))
            ]
        )

    def _tried(self, flat: str, starts: list[int]) -> Iterator[Hit]:
        """(start, end, place of the noun) of each slip, by a look at all nouns that may begin there."""
        ends = places_of_keys(flat)
        offsets, keys = list(ends), flat.translate(KEYS)
        nouns, padded = self.nouns, _padded(keys)
        for start in _beginnings(flat, starts):
            offset = offsets[start]
            for place in self._candidates(padded[offset : offset + PREFIX]):
                meant = nouns[place].keys
                tail, after = meant[PREFIX:], offset + PREFIX
                # One slip: either the first keys are as they should be, or what comes after them is.
                if not keys.startswith(meant[:BEGIN], offset) and keys.find(tail, after - 1, after + 1 + len(tail)) < 0:
                    continue
                stop = offset + len(meant)
                for last in (stop - 1, stop, stop + 1):
                    # The distance only weeds out most of them, faster than a look at the slip.
                    if (
                        last in ends
                        and OSA.distance(typed := keys[offset:last], meant, score_cutoff=1) < 2
                        and is_slip(typed, meant)
                    ):
                        yield start, ends[last], place

    def _candidates(self, first: bytes) -> Collection[int]:
        begun = self.begun
        found: Collection[int] = ()
        for begin in _begins(first):
            if begin in begun:
                found = {*found, *begun[begin]}
        return found

    def _meant(self, flat: str, starts: list[int], start: int, end: int, meant: str) -> bool:
        """Whether what was written here can be this keyword: no word of its own, nor a part of one."""
        if flat[start:end] in self.flats:
            return False
        word = bisect_right(starts, start)
        begin, finish = starts[word - 1], starts[word]
        if finish < end and (start > begin or len(meant) < ACROSS_BLANK):
            return False
        text = flat[begin : max(finish, end)]
        start, end = start - begin, end - begin
        if is_word(text, start, end) or inflected(text[start:end], meant):
            return False
        return len(meant) > 2 or _stands_out(text, start, end, meant)


def near_index(
    wanted: Sequence[str],
    flats: Iterable[str],
    parts: Iterable[str] = (),
    risky: Set[int] = frozenset(),
    texts: int = 0,
) -> Near:
    """The tolerant index of a rule book's keywords: of those `wanted` by rules, in the order of their ids, and of
    `parts` of them. `texts`: about so many are to be read."""
    flats = frozenset(flats)
    words = (*wanted, *(part for part in parts if part not in flats))
    nouns = [Noun(flat.translate(KEYS), flat, word) for word, flat in enumerate(words) if is_noun(flat)]
    long = tuple([noun for noun in nouns if len(noun.keys) >= LEAST_KEYS and noun.word not in risky])
    many = texts > TEXTS_A_NOUN * len(long) > 0
    begun, all_slips = ({}, mistyped([noun.keys for noun in long])) if many else (_begun(long), None)
    return Near(next(_NUMBERS), words, len(wanted), risky, flats, *_heard(nouns), long, begun, all_slips)


def _heard(nouns: Sequence[Noun]) -> tuple[Any, tuple[tuple[Noun, ...], ...]]:
    by_sound: dict[str, list[Noun]] = {}
    for noun in nouns:
        sound = heard_as(noun.flat)[0]
        if len(sound) > 1:
            by_sound.setdefault(sound, []).append(noun)
    if not by_sound:
        return None, ()
    automaton = ahocorasick.Automaton(ahocorasick.STORE_INTS)
    for number, sound in enumerate(by_sound):
        automaton.add_word(sound, number << ID | len(sound))
    automaton.make_automaton()
    return automaton, tuple(map(tuple, by_sound.values()))


def _begun(nouns: Sequence[Noun]) -> dict[int, tuple[int, ...]]:
    begun: dict[int, list[int]] = {}
    for place, noun in enumerate(nouns):
        for begin in dict.fromkeys(_begins(_padded(noun.keys)[:PREFIX])):
            begun.setdefault(begin, []).append(place)
    shared: dict[tuple[int, ...], tuple[int, ...]] = {}
    return {begin: shared.setdefault(tuple(places), tuple(places)) for begin, places in begun.items()}


def _padded(keys: str) -> bytes:
    """With nothing at the end, so that the last keys are as many as the first ones."""
    return keys.encode("ascii") + bytes(PREFIX)


@lru_cache(maxsize=8_192)
def _begins(first: bytes) -> tuple[int, ...]:
    """Five keys, each left out once, as numbers of seven bits a key. This is what a message that nobody understands
    spends its time on, and numbers are made in half the time of texts."""
    a, b, c, d, e = first
    ab, de = a << 7 | b, d << 7 | e
    return (
        (b << 7 | c) << 14 | de,
        (a << 7 | c) << 14 | de,
        ab << 14 | de,
        (ab << 7 | c) << 7 | e,
        (ab << 7 | c) << 7 | d,
    )


def _begun_rightly(hits: Sequence[Hit], flat: str, starts: list[int]) -> Sequence[Hit]:
    """Those that begin at one of `_beginnings`."""
    words = [(hit, bisect_right(starts, hit[0])) for hit in hits]
    return [
        hit
        for hit, word in words
        if hit[0] == (begin := starts[word - 1]) or hit[0] - begin in _beginnings_inside(flat[begin : starts[word]])
    ]


def _beginnings(flat: str, starts: list[int]) -> list[int]:
    """Where a mistyped word may begin: where a word does, or inside one right after a known word (상품베송)."""
    places: list[int] = []
    for begin, finish in pairwise(starts):
        if begin >= len(flat):
            break
        places.append(begin)
        places += [begin + at for at in _beginnings_inside(flat[begin:finish])]
    return places


# Messages are made of the same words again and again.
@lru_cache(maxsize=8_192)
def _beginnings_inside(word: str) -> Sequence[int]:
    known = known_words()
    # Inside a word that means itself `is_word` refuses everything anyway.
    if len(word) <= KNOWN_WHOLE and word in known:
        return ()
    padded = f"{NOTHING}{word}"
    return [
        at - len(NOTHING)
        for at in range(len(NOTHING) + 1, len(padded))
        if padded[at - 1] == "요"
        or padded[at - 2 : at] in known
        or padded[at - 3 : at] in known
        or padded[at - 4 : at] in known
    ]


def _beginning(folded: Folded) -> str:
    """What of a message is looked at."""
    words = folded.words
    return (folded.flat if len(words) <= WORDS else "".join(words[:WORDS]))[:CHARACTERS]


def _starts(folded: Folded) -> list[int]:
    """Where the words of that begin, and where the last ends."""
    return [0, *accumulate(map(len, folded.words[:WORDS]))]


def _stands_out(word: str, start: int, end: int, meant: str) -> bool:
    """Whether two syllables can be meant here: after a word, before an ending, and not 길에 for 길이, 싶고 for 입고,
    뭔 for 무선."""
    before, typed, after = word[:start], word[start:end], word[end:]
    if len(typed) < 2:
        return False
    if len(typed) == 2 and (typed[1] == "고" or (typed[1] in PARTICLES and typed[0] == meant[0])):
        return False
    if after and after[0] not in _GOES_ON and not begins_with_word(after):
        return False
    return not before or before[-1] == "요" or any(before[-length:] in known_words() for length in (2, 3, 4))
