"""Hangul taken apart three ways: into letters, into keys of the two-set keyboard, and into what it sounds like.

The tables fill themselves as syllables turn up; there are 11,172 of them at most.
"""

from __future__ import annotations

from itertools import combinations

LEADS = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"
VOWELS = "ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ"
TAILS = ("", *"ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ")

# Two letters typed one after the other that the keyboard joins.
JOINED_VOWELS = {
    "ㅗㅏ": "ㅘ", "ㅗㅐ": "ㅙ", "ㅗㅣ": "ㅚ", "ㅜㅓ": "ㅝ", "ㅜㅔ": "ㅞ", "ㅜㅣ": "ㅟ", "ㅡㅣ": "ㅢ",
}  # fmt: skip
JOINED_TAILS = {
    "ㄱㅅ": "ㄳ", "ㄴㅈ": "ㄵ", "ㄴㅎ": "ㄶ", "ㄹㄱ": "ㄺ", "ㄹㅁ": "ㄻ", "ㄹㅂ": "ㄼ", "ㄹㅅ": "ㄽ", "ㄹㅌ": "ㄾ",
    "ㄹㅍ": "ㄿ", "ㄹㅎ": "ㅀ", "ㅂㅅ": "ㅄ",
}  # fmt: skip

# What each key writes; a capital is the key with Shift.
LETTERS = dict(
    zip(
        "qwertyuiopasdfghjklzxcvbnmQWERTOP",
        "ㅂㅈㄷㄱㅅㅛㅕㅑㅐㅔㅁㄴㅇㄹㅎㅗㅓㅏㅣㅋㅌㅊㅍㅠㅜㅡㅃㅉㄸㄲㅆㅒㅖ",
        strict=True,
    )
)
# No key: digits, other scripts. Latin letters too, or "size" would be taken for keys.
NO_KEY = "\0"

_SINGLE = {letter: key.lower() for key, letter in LETTERS.items()}
_KEYS = _SINGLE | {
    joined: "".join(_SINGLE[letter] for letter in pair) for pair, joined in (JOINED_VOWELS | JOINED_TAILS).items()
}
_KEYS_OF_LEADS = [_KEYS[lead] for lead in LEADS]
_KEYS_OF_VOWELS = [_KEYS[vowel] for vowel in VOWELS]
_KEYS_OF_TAILS = ["", *(_KEYS[tail] for tail in TAILS[1:])]

# Letters people write for one another, and in the last place those that sound the same there.
_HEARD_LEADS = dict(zip("ㄲㅋㄸㅌㅃㅍㅆㅉㅊ", "ㄱㄱㄷㄷㅂㅂㅅㅈㅈ", strict=True))
_HEARD_VOWELS = dict(zip("ㅑㅐㅒㅕㅖㅙㅞㅛㅠㅡㅢ", "ㅏㅔㅔㅓㅔㅚㅚㅗㅜㅜㅣ", strict=True))
_HEARD_TAILS = dict(
    zip("ㄲㄳㄺㅋㄵㄶㅅㅆㅈㅊㅌㅎㄼㄽㄾㅀㄻㅄㄿㅍ", "ㄱㄱㄱㄱㄴㄴㄷㄷㄷㄷㄷㄷㄹㄹㄹㄹㅁㅂㅂㅂ", strict=True)
)

SYLLABLES = range(0xAC00, 0xD7A4)
# The syllables without a tail.
OPEN = "".join(map(chr, SYLLABLES[::28]))


def compose(lead: int, vowel: int, tail: int = 0) -> str:
    """The syllable of places in LEADS, VOWELS and TAILS."""
    return chr(0xAC00 + (lead * 21 + vowel) * 28 + tail)


def decompose(code: int) -> tuple[int, int, int]:
    """The places in LEADS, VOWELS and TAILS of a syllable's code point."""
    rest, tail = divmod(code - 0xAC00, 28)
    lead, vowel = divmod(rest, 21)
    return lead, vowel, tail


def with_tail(letter: str) -> str:
    """The syllables with this final consonant, as a regular expression class."""
    return f"[{''.join(map(chr, SYLLABLES[TAILS.index(letter) :: len(TAILS)]))}]"


class _Keys(dict[int, str]):
    def __missing__(self, code: int) -> str:
        if code not in SYLLABLES:
            return _KEYS.get(chr(code), NO_KEY)
        lead, vowel, tail = decompose(code)
        keys = self[code] = _KEYS_OF_LEADS[lead] + _KEYS_OF_VOWELS[vowel] + _KEYS_OF_TAILS[tail]
        return keys


class _Sounds(dict[int, int]):
    def __missing__(self, code: int) -> int:
        if code not in SYLLABLES:
            return code
        lead, vowel, tail = decompose(code)
        heard = self[code] = ord(
            compose(
                LEADS.index(_HEARD_LEADS.get(LEADS[lead], LEADS[lead])),
                VOWELS.index(_HEARD_VOWELS.get(VOWELS[vowel], VOWELS[vowel])),
                TAILS.index(_HEARD_TAILS.get(TAILS[tail], TAILS[tail])),
            )
        )
        return heard


class _Pressed(dict[str, int]):
    def __missing__(self, character: str) -> int:
        pressed = len(KEYS[ord(character)])
        if ord(character) in SYLLABLES:
            self[character] = pressed
        return pressed


# For `str.translate`: the keys that write each character (Shift is not kept), and the syllable it is heard as.
KEYS = _Keys()
SOUNDS = _Sounds()
# How many keys write a character.
PRESSED = _Pressed()


def _near(one: str, other: str) -> bool:
    """Two letters a finger or an ear takes for one another; never a vowel for a consonant."""
    if (one in _VOWEL_KEYS) != (other in _VOWEL_KEYS):
        return False
    (row, place), (other_row, other_place) = _PLACES[one], _PLACES[other]
    if row == other_row:
        return abs(place - other_place) == 1
    return abs(row - other_row) == 1 and abs(place - other_place) < 1


_VOWEL_KEYS = frozenset("yuiophjklbnm")
# Each row of keys stands a little to the right of the one above.
_PLACES = {
    key: (row, place + shift)
    for row, (keys, shift) in enumerate((("qwertyuiop", 0), ("asdfghjkl", 0.25), ("zxcvbnm", 0.75)))
    for place, key in enumerate(keys)
}
_HEARD_ALIKE = ("rz", "ex", "qv", "wc", "nm", "nb", "bm")
_NEAR = frozenset(
    pair
    for one, other in combinations(_PLACES, 2)
    if _near(one, other) or one + other in _HEARD_ALIKE or other + one in _HEARD_ALIKE
    for pair in (one + other, other + one)
)


def is_slip(typed: str, meant: str) -> bool:
    """Whether one plausible slip turns the keys `meant` into `typed`: a neighbouring or sound-alike key, two keys
    swapped, one pressed twice, one missed."""
    longer = len(typed) - len(meant)
    if not -1 <= longer <= 1 or typed == meant:
        return False
    at = 0
    while at < len(typed) and at < len(meant) and typed[at] == meant[at]:
        at += 1
    if longer == 1:
        return at > 0 and typed[at] == typed[at - 1] and typed[at + 1 :] == meant[at:]
    if longer == -1:
        return typed[at:] == meant[at + 1 :]
    if typed[at + 1 :] == meant[at + 1 :]:
        return typed[at] + meant[at] in _NEAR
    return typed[at : at + 2] == meant[at : at + 2][::-1] and typed[at + 2 :] == meant[at + 2 :]


def slips_of(meant: str) -> set[str]:
    """All that one slip makes of these keys: every text of which `is_slip` says so."""
    made: set[str] = set()
    for at, key in enumerate(meant):
        before, after = meant[:at], meant[at + 1 :]
        made |= {before + other + after for other in _PLACES if other + key in _NEAR}
        made |= {before + after, before + key + key + after}
        made.add(before + after[:1] + key + after[1:])
    return made - {meant}
