"""What a text is heard as, however its syllables are drawn out."""

from __future__ import annotations

import re
from collections.abc import Sequence

from autoresponder.engine.keys import LEADS, OPEN, SOUNDS, TAILS, VOWELS, compose, decompose

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
_DRAWN_WAYS = "|".join(_drawn(vowel, longer) for vowel, longer in _DRAWN_BY.items())
# A look ahead is quicker than to try all the ways at every place.
_DRAWN_OUT = re.compile(f"(?=[{OPEN}][아-잏])(?:{_DRAWN_WAYS})")


def heard_as(flat: str) -> tuple[str, Sequence[int]]:
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
