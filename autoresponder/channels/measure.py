"""The length of texts as a messenger counts it, and parting them without tearing a visible character apart.

UTF-16 units (an emoji counts 2), the way phones and Kakao's Java side count, or bytes of UTF-8 (a Korean syllable
counts 3), the way Instagram does.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Literal

Unit = Literal["utf-16", "utf-8"]

_ELLIPSIS = "…"
# Best place to split first: after a paragraph, a line, a sentence, a word.
_SEAMS = (re.compile(r"\n\s*\n"), re.compile(r"\n"), re.compile(r"[.!?。…~♡♥][\"'”’)\]]*(?=\s)"), re.compile(r"\s"))
_JOINER = "\u200d"
# What one code point counts at most.
_WIDEST: dict[Unit, int] = {"utf-16": 2, "utf-8": 4}


def size(text: str, unit: Unit = "utf-16") -> int:
    """Length in UTF-16 units, or in bytes of UTF-8."""
    if text.isascii():
        return len(text)
    if unit == "utf-8":
        return len(text.encode("utf-8", "surrogatepass"))
    return len(text) + sum(char > "\uffff" for char in text)


def cut(text: str, limit: int, unit: Unit = "utf-16") -> str:
    """The text itself when it fits, else its beginning with an ellipsis."""
    if size(text, unit) <= limit:
        return text
    return text[: reach(text, limit - size(_ELLIPSIS, unit), unit)].rstrip() + _ELLIPSIS


def split(text: str, limit: int, unit: Unit = "utf-16") -> list[str]:
    """Pieces of at most `limit` units, cut at the best seam in the second half of each piece. [] for blank text."""
    pieces = []
    rest = text.strip()
    while size(rest, unit) > limit:
        at = _seam(rest, limit, unit)
        pieces.append(rest[:at].rstrip())
        rest = rest[at:].lstrip()
    return [*pieces, rest] if rest else pieces


def reach(text: str, limit: int, unit: Unit) -> int:
    """The most characters that fit into `limit` units without tearing a visible character apart; at least 1."""
    end, widest = min(max(limit, 1), len(text)), _WIDEST[unit]
    while end > 1 and (over := size(text[:end], unit) - limit) > 0:
        end = max(end - (over + widest - 1) // widest, 1)
    whole = end
    while 0 < whole < len(text) and _glued(text[whole - 1], text[whole]):
        whole -= 1
    return whole or end


def _seam(text: str, limit: int, unit: Unit) -> int:
    """Where the first piece ends. A seam in the first half would leave a needlessly short bubble."""
    most = reach(text, limit, unit)
    window = text[: most + 1]
    for seam in _SEAMS:
        ends = [match.end() for match in seam.finditer(window, most // 2) if match.end() <= most]
        if ends:
            return ends[-1]
    return most


def _glued(before: str, after: str) -> bool:
    """True inside one visible character: accents, emoji sequences, skin tones, syllables written as jamo."""
    return (
        _JOINER in (before, after)
        or unicodedata.category(after)[0] == "M"
        or "\U0001f3fb" <= after <= "\U0001f3ff"
        or "\u1160" <= after <= "\u11ff"
    )
