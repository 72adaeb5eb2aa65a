"""A message typed amiss as a whole, put right: loose letters put together, and Korean typed on the English layout."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import NamedTuple

from autoresponder.engine.keys import (
    JOINED_TAILS,
    JOINED_VOWELS,
    LEADS,
    LETTERS,
    OPEN,
    SYLLABLES,
    TAILS,
    VOWELS,
    compose,
    decompose,
)
from autoresponder.engine.text import Folded

_LOOSE = re.compile("[ㄱ-ㅣ]")
# Laughter, tears and the like are no letters of a word; two letters of ㄱㅓㄹㄹㅕ are.
_MOOD = re.compile(r"([ㄱ-ㅎ])\1+(?![ㅏ-ㅣ])|[ㅠㅜㅡ]{2,}|[ㅋㅎ][ㅋㅎㅠㅜㅡ]+(?![가-힣ㄱ-ㅎ])")
# A letter and its vowel, but for ㅋㅠ.
_SPELLED = re.compile("[ㄱ-ㅎ](?:[ㅏ-ㅙㅚㅛㅝ-ㅟㅢㅣ]|(?<![ㅋㅎ])[ㅜㅠㅡ](?![ㅜㅠㅡ]))")
_TEARS = frozenset("ㅠㅜㅡ")
_LATIN = re.compile(r"[a-z]+")
_RUNS = re.compile(r"[a-z]+|[^a-z]+")
# ㅠㅠ, ㅜㅜ, ㅋㅋ or ㅎㅎ after a word: bb, nn, zz, gg.
_MOOD_KEYS = re.compile(r"(?:([bnzg])\1+)?$")
_SPLIT_TAILS = {joined: pair for pair, joined in JOINED_TAILS.items()}

# What a vowel sounds like while it is held.
_HELD = dict(zip("ㅐㅑㅒㅕㅖㅘㅙㅚㅛㅝㅞㅟㅠㅢ", "ㅔㅏㅔㅓㅔㅏㅔㅔㅗㅓㅔㅣㅜㅣ", strict=True))


def _drawn(vowel: str) -> str:
    """A pattern for an open syllable with this vowel before one that only holds it longer."""
    place, held = VOWELS.index(vowel), _HELD.get(vowel, vowel)
    longer = [compose(LEADS.index("ㅇ"), VOWELS.index(letter)) for letter in dict.fromkeys((vowel, held))]
    ends = "".join(f"{syllable}-{chr(ord(syllable) + len(TAILS) - 1)}" for syllable in longer)
    return f"[{OPEN[place :: len(VOWELS)]}][{ends}]"


# A syllable twice, or an open one before the same vowel: few messages hold either. A look ahead is quicker than to try
# all vowels at every place.
_MAY_BE_DRAWN = re.compile(f"([가-힣])\\1|(?=[{OPEN}](?![요여용욤염])[아-잏])(?:{'|'.join(map(_drawn, VOWELS))})")

# A letter or syllable, and where it stands in the folded text.
Piece = tuple[str, int, int]


class Rewritten(NamedTuple):
    """`folded` is the message as it was meant; its `typed` is the typed text with the words put right.

    `origins` says for every character of `folded.flat` which [start, end) of the flat text it was made of came from.
    """

    folded: Folded
    origins: list[tuple[int, int]]


def spelled_out(flat: str) -> bool:
    """Whether a syllable stands here letter by letter, so that the message cannot be meant as it is."""
    return _SPELLED.search(flat) is not None


def loose_jamo(folded: Folded) -> Rewritten | None:
    """ㅂㅐ송 and 배소ㅇ as 배송; None when there is nothing to put together."""
    if not _LOOSE.search(folded.flat):
        return None
    # Most loose letters are laughter and tears.
    return rewritten(folded, _joined) if _LOOSE.search(_MOOD.sub(" ", " ".join(folded.words))) else None


def wrong_keyboard(folded: Folded) -> Rewritten | None:
    """qothd djswp as 배송 언제; None unless a word of Latin letters reads as Korean."""
    if not _LATIN.search(folded.flat):
        return None
    cased, only = _as_typed(folded), len(folded.words) == 1
    words = [_read_word(cased, word, start, only) for word, start in zip(folded.words, folded.starts(), strict=False)]
    read = sum(len(word) for word, pieces in zip(folded.words, words, strict=True) if pieces)
    # A word of English that happens to read as syllables ("they") has English around it.
    latin = sum(map(len, _LATIN.findall(folded.flat)))
    if not read or 2 * read < latin:
        return None
    # One syllable alone may be any short English word ("xl"), but not where nearly all is Korean for certain.
    alone = only or 3 * read >= 2 * latin
    return rewritten(folded, lambda word, start: _read_word(cased, word, start, alone))


def drawn_out(folded: Folded) -> Rewritten | None:
    """배소옹 as 배송, 주세요오오 and 언제제제 as 주세요 and 언제; None when nothing is drawn out."""
    return rewritten(folded, _drawn_in) if _MAY_BE_DRAWN.search(folded.flat) else None


def _drawn_in(word: str, start: int) -> list[Piece] | None:
    if not _MAY_BE_DRAWN.search(word):
        return None
    pieces = _as_is(word, start)
    kept = pieces[:1]
    for piece in pieces[1:]:
        shorter = _shortened(kept[-1][0], piece[0])
        if shorter:
            kept[-1] = (shorter, kept[-1][1], piece[2])
        else:
            kept.append(piece)
    return kept if len(kept) < len(pieces) else None


# The same few pairs of syllables stand in most messages.
@lru_cache(maxsize=8_192)
def _shortened(syllable: str, following: str) -> str | None:
    """The one syllable that two are a long form of: 소옹 is 송, 요요 is 요."""
    if not ("가" <= syllable <= "힣" and "가" <= following <= "힣"):
        return None
    if syllable == following:
        return syllable
    (lead, vowel, tail), (silent, longer, end) = decompose(ord(syllable)), decompose(ord(following))
    if tail or LEADS[silent] != "ㅇ" or VOWELS[longer] not in (VOWELS[vowel], _HELD.get(VOWELS[vowel])):
        return None
    return compose(lead, vowel, end)


def _read_word(cased: str, word: str, start: int, alone: bool) -> list[Piece] | None:
    """The runs of Latin letters in a word read as keys: 163dp as 163에. None when that changes nothing."""
    if not _LATIN.search(word):
        return None
    pieces: list[Piece] = []
    for run in _RUNS.finditer(word):
        at, end = start + run.start(), start + run.end()
        pieces += _read_as_keys(cased[at:end], at, alone) if _LATIN.match(run[0]) else _as_is(run[0], at)
    return pieces if _text(pieces) != word else None


def rewritten(folded: Folded, read: Callable[[str, int], list[Piece] | None]) -> Rewritten | None:
    """Each word as `read` reads it at its place in the flat text; None when it leaves them all as they are."""
    places = list(zip(folded.words, folded.starts(), strict=False))
    pieces = [read(word, start) for word, start in places]
    if not any(pieces):
        return None
    whole = [read or _as_is(word, start) for read, (word, start) in zip(pieces, places, strict=True)]
    words = list(map(_text, whole))
    origins = [(start, end) for word in whole for _, start, end in word]
    return Rewritten(Folded(_put_right(folded, words), "".join(words), words), origins)


def _put_right(folded: Folded, words: list[str]) -> str:
    """The typed text with `words` in place of its own; what stands between them, question marks too, stays."""
    spans, starts = folded.spans(), folded.starts()
    text, done = "", 0
    for word, start, end in zip(words, starts, starts[1:], strict=False):
        text += folded.typed[done : spans[start][0]] + word
        done = spans[end - 1][1]
    return text + folded.typed[done:]


def _text(pieces: list[Piece]) -> str:
    return "".join([character for character, _, _ in pieces])


def replaced(word: str, start: int, first: int, last: int, meant: str) -> list[Piece]:
    """A word with what stands between two of its places put right."""
    pieces = _as_is(word, start)
    return [*pieces[:first], *((letter, start + first, start + last) for letter in meant), *pieces[last:]]


def _as_is(word: str, start: int) -> list[Piece]:
    return [(character, at, at + 1) for at, character in enumerate(word, start)]


def _joined(word: str, start: int) -> list[Piece] | None:
    """A word with its loose letters put together; laughter and tears stay apart. None when that changes nothing."""
    if not _LOOSE.search(word):
        return None
    pieces = _as_is(word, start)
    joined: list[Piece] = []
    done = 0
    for mood in _MOOD.finditer(word):
        joined += _put_together(pieces[done : mood.start()], mend=True) + pieces[mood.start() : mood.end()]
        done = mood.end()
    joined += _put_together(pieces[done:], mend=True)
    return joined if len(joined) < len(pieces) else None


def _as_typed(folded: Folded) -> str:
    """The flat text with the letters in the case they were typed, where that is one letter for one."""
    spans = folded.spans()
    if len(spans) != len(folded.flat):
        return folded.flat
    pairs = zip(folded.flat, spans, strict=True)
    return "".join(
        typed if (typed := folded.typed[start:end]).lower() == character else character
        for character, (start, end) in pairs
    )


def _read_as_keys(word: str, start: int, alone: bool) -> list[Piece]:
    """A Latin word as the syllables its keys write, or as it is when they write anything else."""
    keys = word.swapcase() if sum(map(str.isupper, word)) > len(word) / 2 else word
    letters = [LETTERS.get(key) or LETTERS[key.lower()] for key in keys]
    pieces = [(letter, at, at + 1) for at, letter in enumerate(letters, start)]
    end = _MOOD_KEYS.search(keys.lower()).start()  # type: ignore[union-attr]  # matches nothing at the end
    syllables = _put_together(pieces[:end], mend=False)
    if len(syllables) < (1 if alone else 2) or any(ord(syllable) not in SYLLABLES for syllable, _, _ in syllables):
        return _as_is(word.lower(), start)
    return syllables + pieces[end:]


def _put_together(pieces: Iterable[Piece], mend: bool) -> list[Piece]:
    """The syllables that letters and syllables make one after the other, as an input method would."""
    done: list[_Syllable] = []
    for piece in pieces:
        if done and done[-1].takes(piece, mend):
            continue
        borrowed = done[-1].gives(piece[0]) if done else None
        done.append(_Syllable(borrowed or piece))
        if borrowed:
            done[-1].takes(piece, mend)
    return [syllable.piece() for syllable in done]


class _Syllable:
    """A syllable being written. `vowel` and `tail` are empty until they come; `lead` may be any other character too.

    What came as a whole syllable gives none of its letters away; `last` is the letter that came last to its tail.
    """

    __slots__ = ("end", "last", "lead", "start", "tail", "vowel")

    def __init__(self, piece: Piece) -> None:
        self.lead, self.start, self.end = piece
        self.vowel = self.tail = ""
        self.last: Piece | None = None
        if ord(self.lead) in SYLLABLES:
            lead, vowel, tail = decompose(ord(self.lead))
            self.lead, self.vowel, self.tail = LEADS[lead], VOWELS[vowel], TAILS[tail]

    def takes(self, piece: Piece, mend: bool) -> bool:
        """Whether this letter goes on with the syllable."""
        if self.lead not in LEADS:
            return False
        taken = self._takes_vowel(piece[0], mend) if piece[0] in VOWELS else self._takes_tail(piece)
        if taken:
            self.end = piece[2]
        return taken

    def _takes_vowel(self, letter: str, mend: bool) -> bool:
        """`mend` takes 오ㅓ for 어 and 가ㅏ for 가: the wrong key and then the right one, or one held for long."""
        if self.tail:
            return False
        vowel = JOINED_VOWELS.get(self.vowel + letter) if self.vowel else letter
        if not vowel and mend and letter not in _TEARS:
            vowel = letter
        self.vowel = vowel or self.vowel
        return bool(vowel)

    def _takes_tail(self, piece: Piece) -> bool:
        if not self.vowel or (self.tail and not self.last):
            return False
        tail = JOINED_TAILS.get(self.tail + piece[0], "") if self.tail else piece[0]
        if tail not in TAILS[1:]:
            return False
        self.tail, self.last = tail, piece
        return True

    def gives(self, letter: str) -> Piece | None:
        """The last letter of the tail, when a vowel follows that it belongs to."""
        if letter not in VOWELS or not self.last or self.last[0] not in LEADS:
            return None
        given, self.last = self.last, None
        self.tail = _SPLIT_TAILS[self.tail][0] if self.tail != given[0] else ""
        self.end = given[1]
        return given

    def piece(self) -> Piece:
        if not self.vowel:
            return self.lead, self.start, self.end
        syllable = compose(LEADS.index(self.lead), VOWELS.index(self.vowel), TAILS.index(self.tail))
        return syllable, self.start, self.end
