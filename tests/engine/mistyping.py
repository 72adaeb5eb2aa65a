"""What fingers do: the keys of a Korean word, and slips on them."""

from __future__ import annotations

import random

from autoresponder.engine.keys import JOINED_TAILS, JOINED_VOWELS, LEADS, LETTERS, TAILS, VOWELS, compose, decompose
from autoresponder.engine.rewrite import wrong_keyboard
from autoresponder.engine.text import fold

_KEYS = {letter: key for key, letter in LETTERS.items()}
_PAIRS = {joined: pair for pair, joined in (JOINED_VOWELS | JOINED_TAILS).items()}
_BESIDE = {
    "q": "wa", "w": "qes", "e": "wrd", "r": "etf", "t": "rg", "a": "qsz", "s": "awdx", "d": "sefc", "f": "drgv",
    "g": "ft",
    "y": "uh", "u": "yij", "i": "uok", "o": "ipl", "p": "o", "h": "yj", "j": "uhkn", "k": "ijlm", "l": "ok", "n": "bjm",
    "m": "nk", "b": "n", "z": "ax", "x": "zsc", "c": "xdv", "v": "cf",
}  # fmt: skip
_ALIKE = dict(zip("ㅐㅔㅗㅛㅜㅠㅡㄱㄷㅂㅅㅈ", "ㅔㅐㅛㅗㅠㅜㅜㄲㄸㅃㅆㅉ", strict=True))


def keys_of(word: str) -> str:
    """The keys that write a word of whole syllables, Shift as capitals."""
    letters = (
        letter
        for lead, vowel, tail in map(decompose, map(ord, word))
        for part in (LEADS[lead], VOWELS[vowel], TAILS[tail])
        for letter in _PAIRS.get(part, part)
    )
    return "".join(map(_KEYS.__getitem__, letters))


def slipped(word: str, kind: str, dice: random.Random) -> str | None:
    """The word with one slip, as the keyboard would write it; None when that leaves no whole syllables."""
    keys = keys_of(word)
    at = dice.randrange(len(keys))
    if kind == "near":
        keys = keys[:at] + dice.choice(_BESIDE[keys[at].lower()]) + keys[at + 1 :]
    elif kind == "missed":
        keys = keys[:at] + keys[at + 1 :]
    elif kind == "doubled":
        keys = keys[:at] + keys[at:][:1] + keys[at:]
    else:
        keys = keys[:at] + keys[at : at + 2][::-1] + keys[at + 2 :]
    rewritten = wrong_keyboard(fold(keys.swapcase() if keys.isupper() else keys))
    return rewritten and rewritten.folded.flat


def misheard(word: str, dice: random.Random) -> str:
    """The word with one letter written as another that sounds the same."""
    places = list(range(len(word)))
    dice.shuffle(places)
    for at in places:
        lead, vowel, tail = decompose(ord(word[at]))
        if VOWELS[vowel] in _ALIKE:
            vowel = VOWELS.index(_ALIKE[VOWELS[vowel]])
        elif LEADS[lead] in _ALIKE:
            lead = LEADS.index(_ALIKE[LEADS[lead]])
        else:
            continue
        return word[:at] + compose(lead, vowel, tail) + word[at + 1 :]
    return word


def in_loose_letters(word: str) -> str:
    """The word as its letters, one after the other."""
    letters = (LEADS[lead] + VOWELS[vowel] + TAILS[tail] for lead, vowel, tail in map(decompose, map(ord, word)))
    return "".join(letters)


def repeated(word: str, dice: random.Random) -> str:
    """One syllable two or three times."""
    at = dice.randrange(len(word))
    return word[:at] + word[at] * dice.choice((2, 3)) + word[at + 1 :]
