"""Folding: one plain form of what people type, with a way back to the text as they typed it.

NFKC on the whole text would glue loose jamo together (ㅎㅠ becomes 휴), so the text is brought to NFC and then folded
character by character with a table of our own: width, case, circled digits and the like are evened out, invisible
characters vanish, and blanks, punctuation and emoji only separate words.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import accumulate, count, pairwise

LIMIT = 1000
# A composed character stands for at most three typed ones in any script a shop meets (ㅎ + ㅏ + ㄴ).
TYPED_LIMIT = 3 * LIMIT

SEPARATOR = " "
FILLERS = frozenset("\u115f\u1160\u3164\uffa0")
# Control and format characters, lone surrogates, private use, unassigned: nobody sees them.
INVISIBLE = frozenset(("Cc", "Cf", "Cs", "Co", "Cn"))
# Filling the table is bounded: a customer can send every character there is.
TABLE_LIMIT = 20_000

_LEADS = dict(zip(range(0x1100, 0x1113), "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ", strict=True))
_VOWELS = dict(zip(range(0x1161, 0x1176), "ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ", strict=True))
_TAILS = dict(zip(range(0x11A8, 0x11C3), "ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ", strict=True))
# NFKC turns half-width and circled jamo into conjoining ones; people mean the letters they see.
_JAMO = _LEADS | _VOWELS | _TAILS
# Half-width kana carry their voicing mark as a character of its own.
_VOICED_KANA = re.compile("[\uff66-\uff9d][\uff9e\uff9f]")
_MELTING = re.compile("[\uff9e\uff9f\u1160-\u11ff]")


class Folded:
    """`flat` is the folded text without blanks; `words` are its pieces in order. Not changed after it is made."""

    __slots__ = ("flat", "typed", "words")

    def __init__(self, typed: str, flat: str, words: list[str]) -> None:
        self.typed, self.flat, self.words = typed, flat, words

    def starts(self) -> list[int]:
        """Where each word begins in `flat`, and its end: one more number than words."""
        return [0, *accumulate(map(len, self.words))]

    def spans(self) -> list[tuple[int, int]]:
        """For every folded character, where the typed ones it came from begin and end."""
        return _spans(self.typed, self.flat)

    def typed_span(self, start: int, end: int) -> tuple[int, int]:
        """Where what became `flat[start:end]` was typed."""
        piece = self.flat[start:end]
        # Nearly always it was typed as it is or taken apart, and only once.
        if self.flat.count(piece) == 1:
            at = self.typed.find(piece)
            if at < 0:
                piece = unicodedata.normalize("NFD", piece)
                at = self.typed.find(piece)
            if at >= 0:
                return at, at + len(piece)
        spans = self.spans()
        return spans[start][0], spans[end - 1][1]


class _Table(dict[int, str]):
    """For `str.translate`: what each character folds to, worked out at its first appearance."""

    def __missing__(self, code: int) -> str:
        folded = _fold_character(chr(code))
        if len(self) < TABLE_LIMIT:
            self[code] = folded
        return folded


def _fold_character(character: str) -> str:
    if character.isspace():
        return SEPARATOR
    if character in FILLERS or unicodedata.category(character) in INVISIBLE:
        return ""
    if "ㄱ" <= character <= "ㆎ":
        return character
    wide = unicodedata.normalize("NFKC", character).casefold()
    kept = [_JAMO.get(ord(piece), piece) for piece in unicodedata.normalize("NFKC", wide) if _counts(piece)]
    if kept:
        return "".join(kept)
    return "" if unicodedata.category(character).startswith("M") else SEPARATOR


def _counts(character: str) -> bool:
    """Letters and digits, and the marks that spell a word in scripts such as Thai; not accents and selectors."""
    if character.isalnum():
        return character not in FILLERS
    mark = unicodedata.category(character) in ("Mn", "Mc")
    return (
        mark and not "\u0300" <= character <= "\u036f" and not unicodedata.name(character, "").startswith("VARIATION")
    )


TABLE = _Table({code: chr(code) for code in range(0xAC00, 0xD7A4)})


def fold(text: str) -> Folded:
    """The folded form of a message or keyword; only its first 1,000 characters count."""
    words = readable(text).translate(TABLE).split()
    return Folded(text, "".join(words), words)


def flat_of(text: str) -> str:
    """Only the flat form, of a keyword for instance."""
    return "".join(readable(text).translate(TABLE).split())


def readable(text: str) -> str:
    """What of a text counts, composed."""
    return composed(text[:TYPED_LIMIT])[:LIMIT]


def composed(text: str) -> str:
    if "\uff9e" in text or "\uff9f" in text:
        text = _VOICED_KANA.sub(lambda kana: unicodedata.normalize("NFKC", kana[0]), text)
    if unicodedata.is_normalized("NFC", text):
        return text
    return unicodedata.normalize("NFC", text)


def plain(text: str) -> str:
    """Composed, and without what nobody sees: where letters, marks and blanks stand beside each other counts."""
    text = composed(text)
    if text.isprintable():
        return text
    return "".join([one for one in text if one.isspace() or unicodedata.category(one) not in INVISIBLE])


# One decision asks several times where the words of the same message stand.
@lru_cache(maxsize=16)
def _spans(typed: str, flat: str) -> list[tuple[int, int]]:
    typed = typed[:TYPED_LIMIT]
    if composed(typed) is not typed:
        return _spans_of(_composed_pieces(typed))
    folded = enumerate(map(TABLE.__getitem__, map(ord, typed[:LIMIT])))
    spans = [(at, at + 1) for at, character in folded if character not in SEPARATOR]
    # As good as always one character folds to one; what vanishes is left out above.
    return spans if len(spans) == len(flat) else _spans_of(zip(count(), typed[:LIMIT], count(1), strict=False))


def _spans_of(pieces: Iterable[tuple[int, str, int]]) -> list[tuple[int, int]]:
    return [(start, end) for start, character, end in pieces for _ in TABLE[ord(character)].strip(SEPARATOR)]


def _composed_pieces(typed: str) -> Iterator[tuple[int, str, int]]:
    """The composed characters and where they stand as typed. Composing never reaches across a cluster."""
    composed_length = 0
    for start, end in _clusters(typed):
        piece = composed(typed[start:end])[: LIMIT - composed_length]
        composed_length += len(piece)
        for character in piece:
            yield start, character, end


def _clusters(text: str) -> Iterator[tuple[int, int]]:
    """Runs of a character and what may melt into it: accents, vowel signs, conjoining jamo."""
    starts = [at for at, character in enumerate(text) if not (at and _melts(character))]
    return pairwise([*starts, len(text)])


def _melts(character: str) -> bool:
    if character < "\u0300" or "\uac00" <= character <= "\ud7a3":
        return False
    return bool(_MELTING.match(character)) or unicodedata.category(character).startswith("M")
