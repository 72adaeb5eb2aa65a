"""A word the engine looks for: how it may stand in a message, and the number an automaton keeps of it."""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from enum import IntEnum
from itertools import accumulate

LATIN_END = "\u0250"

# A word of one syllable may carry these and still be that word: 옷은, 옷도요.
PARTICLES = frozenset(
    (
        *("", "은", "는", "이", "가", "을", "를", "의", "에", "에서", "에게", "한테", "께", "께서", "로", "으로"),
        *("와", "과", "도", "만", "랑", "이랑", "하고", "부터", "까지", "보다", "처럼", "마다", "밖에", "이나", "나"),
        *("요", "이요", "은요", "는요", "도요", "만요", "랑요", "이랑요", "에는", "에도", "에서는", "에서도"),
        *("로는", "으로는", "까지는", "까지요", "부터요", "들", "들은", "들이", "들도"),
    )
)

# The automaton keeps one 32-bit number a word at no cost, where an object would take more than the word itself: its
# length, whether it must stand alone, and its id. There is room for a million words of a thousand letters.
LENGTH, ALONE, ID = 0x3FF, 0x400, 11


class Mode(IntEnum):
    """Where in a word a keyword may stand: anywhere, or alone ("as" is not in "was", "옷" not in "옷장"), or not behind
    another letter ("m으로" is not in "DM으로"; "3명" is in "13명"), or not behind a syllable in loose letters that its
    first one may end ("ㄱㅅ" is not in "ㅂㅏㄱㅅㅡ")."""

    ANYWHERE = 0
    LATIN_WORD = 1
    ONE_SYLLABLE = 2
    LATIN_START = 3
    INITIALS = 4


def mode_of(flat: str) -> Mode:
    if "ㄱ" <= flat[:1] <= "ㅎ":
        return Mode.INITIALS
    if flat[:1] >= LATIN_END:
        return Mode.ONE_SYLLABLE if len(flat) == 1 and "가" <= flat <= "힣" else Mode.ANYWHERE
    if all(map(is_latin, flat)):
        return Mode.LATIN_WORD
    return Mode.LATIN_START if is_latin(flat[:1]) and not flat[0].isdigit() else Mode.ANYWHERE


def is_latin(character: str) -> bool:
    """A Latin letter or a digit."""
    return character < LATIN_END and character.isalnum()


def go_together(one: str, other: str) -> bool:
    """Whether two characters beside each other are of one word or number: 30 and cm are not."""
    return is_latin(one) and is_latin(other) and one.isdigit() == other.isdigit()


def number_of(word: int, flat: str) -> int:
    """What the automaton keeps of the keyword with this id, written so."""
    return word << ID | (ALONE if mode_of(flat) else 0) | len(flat)


class Spellings:
    """The keywords as their owner wrote them, by id. All in one text: short strings of their own take 80 bytes each."""

    __slots__ = ("ends", "text")

    def __init__(self, words: Iterable[str]) -> None:
        words = list(words)
        self.text, ends = "".join(words), accumulate(map(len, words), initial=0)
        self.ends = array("H" if len(self.text) < 1 << 16 else "I", ends)

    def __getitem__(self, word: int) -> str:
        return self.text[self.ends[word] : self.ends[word + 1]]

    def __len__(self) -> int:
        return len(self.ends) - 1
