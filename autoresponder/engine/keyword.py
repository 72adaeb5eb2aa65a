"""A word the engine looks for, and how it may stand in a message."""

from __future__ import annotations

from enum import IntEnum
from typing import NamedTuple

LATIN_END = "\u0250"
# In place of the rank of a rule: of words that rules only must not meet, and of those in which no keyword counts.
UNWANTED, IGNORED = -1, -2

# A word of one syllable may carry these and still be that word: 옷은, 옷도요.
PARTICLES = frozenset(
    (
        *("", "은", "는", "이", "가", "을", "를", "의", "에", "에서", "에게", "한테", "께", "께서", "로", "으로"),
        *("와", "과", "도", "만", "랑", "이랑", "하고", "부터", "까지", "보다", "처럼", "마다", "밖에", "이나", "나"),
        *("요", "이요", "은요", "는요", "도요", "만요", "랑요", "이랑요", "에는", "에도", "에서는", "에서도"),
        *("로는", "으로는", "까지는", "까지요", "부터요", "들", "들은", "들이", "들도"),
    )
)


class Mode(IntEnum):
    """Where in a word a keyword may stand: anywhere, or alone ("as" is not in "was", "옷" not in "옷장")."""

    ANYWHERE = 0
    LATIN_WORD = 1
    ONE_SYLLABLE = 2


class Keyword(NamedTuple):
    """`flat` is its folded form. `rank` is that of the first rule that wants it, else UNWANTED or IGNORED.

    Other spellings of a keyword (book.Alias) are keywords of the same id.
    """

    id: int
    flat: str
    mode: Mode
    rank: int


def mode_of(flat: str) -> Mode:
    if len(flat) == 1 and "가" <= flat <= "힣":
        return Mode.ONE_SYLLABLE
    return Mode.LATIN_WORD if all(is_latin(character) for character in flat) else Mode.ANYWHERE


def is_latin(character: str) -> bool:
    """A Latin letter or a digit."""
    return character < LATIN_END and character.isalnum()
