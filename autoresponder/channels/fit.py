"""Make replies fit what a messenger can show: split long texts at sentence ends, merge too many bubbles.

Lengths are in the messenger's unit: UTF-16 units (an emoji counts 2), the way phones and Kakao's Java side count, or
bytes of UTF-8 (a Korean syllable counts 3), the way Instagram does. Nothing but blanks at the seams is lost unless
the text is larger than all bubbles together; then it ends with an ellipsis, and the rule editor has warned about it
before.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import pairwise

from autoresponder.channels.base import Limits, Unit
from autoresponder.engine.types import Button, Reply

_ELLIPSIS = "…"
_GAP = "\n\n"
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
    return text[: _reach(text, limit - size(_ELLIPSIS, unit), unit)].rstrip() + _ELLIPSIS


def split(text: str, limit: int, unit: Unit = "utf-16") -> list[str]:
    """Pieces of at most `limit` units, cut at the best seam in the second half of each piece. [] for blank text."""
    pieces = []
    rest = text.strip()
    while size(rest, unit) > limit:
        at = _seam(rest, limit, unit)
        pieces.append(rest[:at].rstrip())
        rest = rest[at:].lstrip()
    return [*pieces, rest] if rest else pieces


def arrange(replies: Sequence[Reply], limits: Limits) -> list[Reply]:
    """The same words in bubbles the messenger can show. A blank reply without buttons disappears."""
    bubbles = [piece for reply in replies for piece in _pieces(reply, limits)]
    while len(bubbles) > limits.bubbles:
        at = _lightest_pair(bubbles, limits)
        if at is None:
            return _squeeze(bubbles, limits)
        bubbles[at : at + 2] = [_join(bubbles[at], bubbles[at + 1], limits)]
    return bubbles


def buttons(wanted: Iterable[Button], limits: Limits) -> tuple[Button, ...]:
    """At most `limits.buttons` different ones; a label that is cut still says what it said in full."""
    fitting = {}
    for button in wanted:
        label = " ".join((button.label or button.say).split())
        if label:
            fitting[Button(cut(label, limits.button_label, limits.unit), button.text.strip() or label)] = True
    return tuple(fitting)[: limits.buttons]


def numbered(replies: Sequence[Reply], limits: Limits) -> tuple[str, ...]:
    """What the numbered lines stand for that these replies end with on such a messenger; () where there are none."""
    return ()


def _pieces(reply: Reply, limits: Limits) -> list[Reply]:
    """Buttons belong under the last piece, where the customer stops reading."""
    own = buttons(reply.buttons, limits)
    texts = split(reply.text, limits.text, limits.unit)
    if not texts:
        return [replace(reply, text="", buttons=own)] if own else []
    return [*(Reply(text, role=reply.role) for text in texts[:-1]), replace(reply, text=texts[-1], buttons=own)]


def _lightest_pair(bubbles: Sequence[Reply], limits: Limits) -> int | None:
    """Which neighbours to merge: the pair with the least text, so that bubbles stay even. None when no pair fits."""
    sizes = [size(_joined(one.text, other.text), limits.unit) for one, other in pairwise(bubbles)]
    lightest = min(range(len(sizes)), key=sizes.__getitem__)
    return lightest if sizes[lightest] <= limits.text else None


def _join(one: Reply, other: Reply, limits: Limits) -> Reply:
    role = "hand_off" if "hand_off" in (one.role, other.role) else one.role
    return Reply(_joined(one.text, other.text), buttons([*one.buttons, *other.buttons], limits), role)


def _joined(*texts: str) -> str:
    return _GAP.join(text for text in texts if text)


def _squeeze(bubbles: Sequence[Reply], limits: Limits) -> list[Reply]:
    """No neighbours fit together: flow the whole text anew, filling every bubble to the brim."""
    whole = _joined(*(bubble.text for bubble in bubbles))
    texts = split(whole, limits.text, limits.unit)
    if len(texts) > limits.bubbles:
        texts = _brim(whole, limits)
    role = next((bubble.role for bubble in bubbles if bubble.role == "hand_off"), bubbles[0].role)
    last = Reply(texts[-1], buttons((button for bubble in bubbles for button in bubble.buttons), limits), role)
    return [*(Reply(text, role=role) for text in texts[:-1]), last]


def _brim(whole: str, limits: Limits) -> list[str]:
    texts = []
    for _ in range(limits.bubbles - 1):
        at = _reach(whole, limits.text, limits.unit)
        texts.append(whole[:at].rstrip())
        whole = whole[at:].lstrip()
    return [*texts, cut(whole, limits.text, limits.unit)] if whole else texts


def _seam(text: str, limit: int, unit: Unit) -> int:
    """Where the first piece ends. A seam in the first half would leave a needlessly short bubble."""
    reach = _reach(text, limit, unit)
    window = text[: reach + 1]
    for seam in _SEAMS:
        ends = [match.end() for match in seam.finditer(window, reach // 2) if match.end() <= reach]
        if ends:
            return ends[-1]
    return reach


def _reach(text: str, limit: int, unit: Unit) -> int:
    """The most characters that fit into `limit` units without tearing a visible character apart; at least 1."""
    end, widest = min(limit, len(text)), _WIDEST[unit]
    while (over := size(text[:end], unit) - limit) > 0:
        end -= (over + widest - 1) // widest
    whole = end
    while 0 < whole < len(text) and _glued(text[whole - 1], text[whole]):
        whole -= 1
    return whole or max(end, 1)


def _glued(before: str, after: str) -> bool:
    """True inside one visible character: accents, emoji sequences, skin tones, syllables written as jamo."""
    return (
        _JOINER in (before, after)
        or unicodedata.category(after)[0] == "M"
        or "\U0001f3fb" <= after <= "\U0001f3ff"
        or "\u1160" <= after <= "\u11ff"
    )
