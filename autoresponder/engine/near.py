"""Keywords a message nearly says: one that sounds the same (베송), or one slip of a finger away (배솔).

Only topic nouns are looked for, and what the customer wrote must be no word of its own: 부품 is not 반품.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate
from typing import Any, NamedTuple

import ahocorasick
from rapidfuzz.distance import OSA

from autoresponder.engine.keys import KEYS, LEADS, NO_KEY, SOUNDS, TAILS, VOWELS, compose, decompose, is_slip
from autoresponder.engine.keyword import PARTICLES, Keyword
from autoresponder.engine.known_words import LONGEST, is_known
from autoresponder.engine.text import Folded

# What a customer asks stands in the first dozen words; a text without blanks is cut off too.
WORDS = 12
CHARACTERS = 36
# Below this, one key more or less makes too many other words.
LEAST_KEYS = 5
# Keys at the start of a word that are looked up, each left out once.
PREFIX = 5
# Shorter keywords are one word: "새 일" is not 세일.
ACROSS_BLANK = 4

_NOUN = re.compile("[가-힣]{2,}")
_VERB = re.compile(
    "(?:[다요욤여해어아려까죠줘할될돼되는은냐네봐싶면게나지]|하고|하기|해서|어서|아서|[오하되가]니|[오가나]와|언제와|[안못]됨|[안못]함)$"
)
_QUESTION = re.compile("어떻|어디|언제|얼마|몇|뭐|뭘|무슨|안|못")
# Nouns that end as verbs do.
_NOT_VERB = re.compile(
    "(?:지|가게|무게|라면|화면|도면|전면|필요|개요|수요|주요|바나나|바다|사다|언어|영어|피아|여아|남아|유아|치아|동네|그네|기나|안내면|방해|오해|이해|상해|침해)$"
)

# Vowels as they are heard, with those they are drawn out by.
_DRAWN_BY = {
    "ㅏ": "ㅏ",
    "ㅓ": "ㅓ",
    "ㅗ": "ㅗ",
    "ㅜ": "ㅜ",
    "ㅣ": "ㅣ",
    "ㅔ": "ㅔ",
    "ㅘ": "ㅏㅘ",
    "ㅝ": "ㅓㅝ",
    "ㅚ": "ㅔㅚ",
    "ㅟ": "ㅣㅟ",
}


def _drawn(vowel: str, longer: str) -> str:
    """A pattern for an open syllable and what it is drawn out to."""
    leads = "".join(compose(lead, VOWELS.index(vowel)) for lead in range(len(LEADS)))
    more = [compose(LEADS.index("ㅇ"), VOWELS.index(letter)) for letter in longer]
    ends = "".join(f"{syllable}-{chr(ord(syllable) + len(TAILS) - 1)}" for syllable in more)
    return f"[{leads}][{''.join(more)}]*[{ends}]"


# 소옹 is heard as 송, 화안 as 환.
_DRAWN_OUT = re.compile("|".join(_drawn(vowel, longer) for vowel, longer in _DRAWN_BY.items()))

# What comes after a noun in the same word: particles, and the verbs nouns are used with.
_GOES_ON = frozenset("은는이가을를도만요의에로와과랑좀하해할했되돼됐된될안인입예언왜ㅠㅜㅋㅎ")

# (start, end, keyword) in the flat text.
Hit = tuple[int, int, Keyword]


class Near(NamedTuple):
    """The topic nouns of one rule book, by sound and by keys. Never changed after it is built.

    `flats` is every keyword of the book, noun or not. `heard` finds (length, keywords); `begun` goes from the first
    keys, whole and each left out once, to the places in `nouns` of those that may begin so; `nouns` go with their keys.
    """

    flats: frozenset[str]
    heard: Any
    nouns: tuple[tuple[str, Keyword], ...]
    begun: dict[str, tuple[int, ...]]

    def sounds(self, folded: Folded) -> list[Hit]:
        """The keywords a message sounds like, in the order they end."""
        if self.heard is None:
            return []
        starts, flat = _beginning(folded)
        sound, places = _sound(flat)
        hits: list[Hit] = []
        for last, (length, keywords) in self.heard.iter(sound):
            start, end = places[last - length + 1], places[last + 1]
            hits += [(start, end, keyword) for keyword in keywords if self._meant(flat, starts, start, end, keyword)]
        return hits

    def slips(self, folded: Folded) -> list[Hit]:
        """The keywords one slip away from what a message says, in the order they begin."""
        starts, flat = _beginning(folded)
        pressed = [KEYS[ord(character)] for character in flat]
        offsets = [0, *accumulate(map(len, pressed))]
        keys, places = "".join(pressed), {offset: place for place, offset in enumerate(offsets)}
        hits: list[Hit] = []
        for start, offset in enumerate(offsets[:-1]):
            for candidate in self._candidates(keys[offset : offset + PREFIX]):
                meant, keyword = self.nouns[candidate]
                stop = offset + len(meant)
                for last in (stop - 1, stop, stop + 1):
                    # The distance only weeds out most of them, faster than a look at the slip.
                    if (
                        (end := places.get(last))
                        and OSA.distance(typed := keys[offset:last], meant, score_cutoff=1) < 2
                        and is_slip(typed, meant)
                        and self._meant(flat, starts, start, end, keyword)
                    ):
                        hits.append((start, end, keyword))
        return hits

    def _candidates(self, first: str) -> set[int]:
        if first[0] == NO_KEY:
            return set()
        found: set[int] = set()
        for begin in _begins(first):
            if begin in self.begun:
                found.update(self.begun[begin])
        return found

    def _meant(self, flat: str, starts: list[int], start: int, end: int, keyword: Keyword) -> bool:
        """Whether what was written here can be this keyword: no word of its own, nor a part of one."""
        if flat[start:end] in self.flats:
            return False
        word = bisect_right(starts, start)
        begin, finish = starts[word - 1], starts[word]
        if finish < end and (start > begin or len(keyword.flat) < ACROSS_BLANK):
            return False
        text = flat[begin : max(finish, end)]
        start, end = start - begin, end - begin
        if _is_word(text, start, end):
            return False
        return len(keyword.flat) > 2 or _stands_out(text, start, end, keyword.flat)


def near_index(keywords: Sequence[Keyword]) -> Near:
    """The tolerant index of a rule book's keywords."""
    nouns = [keyword for keyword in keywords if keyword.rank >= 0 and is_noun(keyword.flat)]
    keyed = [(keyword.flat.translate(KEYS), keyword) for keyword in nouns]
    long = tuple(noun for noun in keyed if len(noun[0]) >= LEAST_KEYS)
    return Near(frozenset(keyword.flat for keyword in keywords), _heard(nouns), long, _begun(long))


def is_noun(flat: str) -> bool:
    """Whether a keyword is looked for when mistyped: Hangul that does not end as a verb does."""
    if not _NOUN.fullmatch(flat) or _QUESTION.match(flat):
        return False
    return not _VERB.search(flat) or bool(_NOT_VERB.search(flat))


def confusable(one: str, other: str) -> bool:
    """Whether two keywords are one slip apart, sound the same, or differ in one syllable that begins alike
    (반품 and 부품)."""
    keys, other_keys = one.translate(KEYS), other.translate(KEYS)
    if one == other or NO_KEY in keys + other_keys:
        return False
    if is_slip(keys, other_keys) or is_slip(other_keys, keys) or _sound(one)[0] == _sound(other)[0]:
        return True
    apart = [(ord(a), ord(b)) for a, b in zip(one, other, strict=False) if a != b]
    return len(one) == len(other) and len(apart) == 1 and decompose(apart[0][0])[0] == decompose(apart[0][1])[0]


def _heard(nouns: Sequence[Keyword]) -> Any:
    alike: dict[str, list[Keyword]] = {}
    for keyword in nouns:
        sound = _sound(keyword.flat)[0]
        if len(sound) > 1:
            alike.setdefault(sound, []).append(keyword)
    if not alike:
        return None
    automaton = ahocorasick.Automaton()
    for sound, keywords in alike.items():
        automaton.add_word(sound, (len(sound), tuple(keywords)))
    automaton.make_automaton()
    return automaton


def _begun(nouns: Sequence[tuple[str, Keyword]]) -> dict[str, tuple[int, ...]]:
    begun: dict[str, list[int]] = {}
    for place, (keys, _) in enumerate(nouns):
        for begin in dict.fromkeys(_begins(keys[:PREFIX])):
            begun.setdefault(begin, []).append(place)
    return {begin: tuple(places) for begin, places in begun.items()}


def _begins(first: str) -> tuple[str, ...]:
    """The first keys of a word, whole and each left out once (some twice, when there are fewer than PREFIX)."""
    return first, first[1:], first[0] + first[2:], first[:2] + first[3:], first[:3] + first[4:], first[:4]


def _beginning(folded: Folded) -> tuple[list[int], str]:
    """Where the words begin that are looked at, and where the last ends; and their text."""
    words = folded.words[:WORDS]
    starts = [0, *accumulate(map(len, words))]
    return starts, folded.flat[: min(starts[-1], CHARACTERS)]


def _sound(flat: str) -> tuple[str, Sequence[int]]:
    """What a text is heard as, and where each syllable heard begins in it; and where the last ends."""
    sound = flat.translate(SOUNDS)
    if not _DRAWN_OUT.search(sound):
        return sound, range(len(flat) + 1)
    heard: list[str] = []
    places: list[int] = []
    done = 0
    for drawn in _DRAWN_OUT.finditer(sound):
        tail = decompose(ord(drawn[0][-1]))[2]
        heard += (sound[done : drawn.start()], chr(ord(drawn[0][0]) + tail))
        places += range(done, drawn.start() + 1)
        done = drawn.end()
    return "".join(heard) + sound[done:], [*places, *range(done, len(flat) + 1)]


def _stands_out(word: str, start: int, end: int, meant: str) -> bool:
    """Whether two syllables can be meant here: after a word, before an ending, and not 길에 for 길이, 싶고 for 입고."""
    before, typed, after = word[:start], word[start:end], word[end:]
    if len(typed) == 2 and (typed[1] == "고" or (typed[1] in PARTICLES and typed[0] == meant[0])):
        return False
    if after and after[0] not in _GOES_ON and not _begins_with_word(after):
        return False
    return not before or before[-1] == "요" or any(is_known(before[-length:]) for length in (2, 3, 4))


def _begins_with_word(text: str) -> bool:
    return any(is_known(text[:length]) for length in (2, 3, 4))


def _is_word(word: str, start: int, end: int) -> bool:
    """Whether `word[start:end]` is known words, lies in one (이트 in 사이트), or breaks one up (교한 in 학교한테)."""
    ends = range(end, min(len(word), end + LONGEST - 2) + 1)
    before = range(start - 1, max(0, start - 3) - 1, -1)
    if any(is_known(word[first:last]) for first in (start, *before) for last in ends):
        return True
    across = (word[first:last] for first in before for last in range(start + 1, end))
    if any(map(is_known, across)) and not is_known(word[:start]):
        return True
    return any(is_known(word[start:cut]) and is_known(word[cut:end]) for cut in range(start + 2, end - 1))
