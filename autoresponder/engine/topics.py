"""Topics mistyped beside what is understood: 배솣비 얼마예요 asks what delivery costs, not what things do.

Without them a message may be understood too, and wrongly. So they are put right, word by word, where the word that is
meant is a topic for certain, and the one that is typed no word at all.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence, Set
from typing import NamedTuple

from autoresponder.engine.book import Layer
from autoresponder.engine.compile import Compiled
from autoresponder.engine.known_words import known_words, like_a_common_word
from autoresponder.engine.near import KNOWN_WHOLE, WORDS, Near
from autoresponder.engine.nouns import is_topic
from autoresponder.engine.rewrite import Rewritten, replaced, rewritten
from autoresponder.engine.text import Folded

# Messages are made of the same words again and again. So many are remembered, of whatever book, in some 8 MB.
REMEMBERED = 32_768
# What is longer was typed without blanks, and hardly twice.
LONGEST = 16
# So many syllables are taken for nothing else, whatever they begin like.
SURELY = 4
# What verbs are made of, one slip away from a noun or not.
_VERB = re.compile("주[실시세이신는]|하[실시세신]|보[시고는]|^막아|^말까|^걸[려리]")


class Slip(NamedTuple):
    """What stands from `start` to `end` of a word, the topic that is meant, and which layer says so."""

    start: int
    end: int
    meant: str
    how: Layer


_remembered: dict[tuple[int, str], Sequence[Slip]] = {}


def topics(compiled: Compiled, folded: Folded) -> tuple[Rewritten, Layer, Set[str]] | None:
    """The message with its topics put right, the boldest layer that had a say, and these topics; None where nothing
    is."""
    layers = compiled.book.layers
    if not ("sound" in layers or "slip" in layers):
        return None
    near, slips = compiled.near, dict[str, Slip]()
    for word in folded.words[:WORDS]:
        if 1 < len(word) <= LONGEST:
            found = _remembered.get((near.number, word))
            if found is None:
                found = _remember(near, word)
            if slip := next((slip for slip in found if slip.how in layers), None):
                slips[word] = slip
    if not slips:
        return None
    right = rewritten(folded, lambda word, start: replaced(word, start, *slips[word][:3]) if word in slips else None)
    how: Layer = "slip" if any(slip.how == "slip" for slip in slips.values()) else "sound"
    return (right, how, {slip.meant for slip in slips.values()}) if right else None


def _remember(near: Near, word: str) -> Sequence[Slip]:
    """The likeliest first: the longest, and what sounds the same."""
    if len(_remembered) >= REMEMBERED:
        _remembered.clear()
    found = sorted(_found(near, word), key=lambda slip: (-len(slip.meant), slip.how == "slip"))
    _remembered[near.number, word] = slips = tuple(found)
    return slips


def _found(near: Near, word: str) -> Iterator[Slip]:
    if len(word) <= KNOWN_WHOLE and word in known_words():
        return
    alone = Folded(word, word, [word])
    hows: tuple[tuple[Layer, list[tuple[int, int, int]]], ...] = (
        ("sound", near.heard_in(alone)),
        ("slip", near.slipped_in(alone)),
    )
    for how, hits in hows:
        for start, end, meant in hits:
            if _surely(near, word, start, end, near.words[meant]):
                yield Slip(start, end, near.words[meant], how)


def _surely(near: Near, word: str, start: int, end: int, meant: str) -> bool:
    typed = word[start:end]
    if not is_topic(meant) or _VERB.search(typed) or _overlaps(near, word, start, end):
        return False
    if start and word[:start] not in known_words():
        return False
    return len(meant) >= SURELY or not like_a_common_word(typed if len(typed) > 2 else word[start:], meant)


def _overlaps(near: Near, word: str, start: int, end: int) -> bool:
    """Whether a keyword stands here that would be broken: in 사이즈가 nobody means 추가 by 즈가."""
    return any(
        word[first:last] in near.flats
        for first in range(len(word))
        for last in range(first + 2, len(word) + 1)
        if first < end and start < last and not (start <= first and last <= end)
    )
