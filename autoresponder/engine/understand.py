"""What a message may have meant when no rule understands it as it is written: typos, the wrong keyboard, loose letters.

The layers are tried in the order of book.LAYERS, the surest first, and most of them only when no rule's words stand in
the message. The first two read the message anew; the last two are guesses about single words.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from functools import cache, partial
from typing import NamedTuple

from autoresponder.engine.book import Layer
from autoresponder.engine.compile import Compiled
from autoresponder.engine.manner import heard
from autoresponder.engine.match import Found, Hit, find, with_guesses
from autoresponder.engine.near import Near
from autoresponder.engine.plain_words import plain_words
from autoresponder.engine.rewrite import Rewritten, drawn_out, loose_jamo, spelled_out, wrong_keyboard
from autoresponder.engine.text import Folded, flat_of
from autoresponder.engine.topics import topics
from autoresponder.engine.types import Step

_TWICE = re.compile(r"([가-힣])\1")


def read(compiled: Compiled, text: str) -> Found:
    """What a book makes of a text, whoever wrote it and when."""
    return understand(compiled, find(compiled, text))


def read_all(compiled: Compiled, texts: Iterable[str]) -> list[Found]:
    """The same of many texts, each step for all of them before the next (abreast.py says why)."""
    founds = [find(compiled, text) for text in texts]
    for found in founds:
        if found.satisfied:
            found.meant, found.unheard = heard(compiled, found)
    founds = [_spelled_out(compiled, found) for found in founds]
    founds = [_beside(compiled, found) if found.meant else found for found in founds]
    unclear = [number for number, found in enumerate(founds) if not found.meant]
    for way in _ways(compiled.book.layers):
        others = [way.read(compiled, founds[number]) for number in unclear]
        led = {
            number: other
            for number, other in zip(unclear, others, strict=True)
            if other and _leads(compiled, founds[number], other, sure=way.sure)
        }
        if led:
            unclear = [number for number in unclear if number not in led]
            for number, other in led.items():
                founds[number] = other
    return founds


def understand(compiled: Compiled, found: Found) -> Found:
    """The message as it stands, or as the first layer reads it that leads to a rule that was meant."""
    if found.satisfied:
        found.meant, found.unheard = heard(compiled, found)
    found = _spelled_out(compiled, found)
    if found.meant:
        return _beside(compiled, found)
    for way in _ways(compiled.book.layers):
        other = way.read(compiled, found)
        if other and _leads(compiled, found, other, sure=way.sure):
            return other
    return found


def _spelled_out(compiled: Compiled, found: Found) -> Found:
    """Syllables in loose letters are put together whatever else was understood: in ㅂㅐㅅㅗㅇㅂㅣ 얼마예요 it is the
    first word that says what is asked."""
    if "jamo" in compiled.book.layers and spelled_out(found.flat):
        other = _anew(loose_jamo, "jamo", compiled, found)
        if other and _leads(compiled, found, other, sure=True):
            return other
    return found


def _beside(compiled: Compiled, found: Found) -> Found:
    """What is mistyped beside what was understood is put right where another rule is meant then: who asks
    배솣비 얼마예요 does not ask for a price."""
    for read_anew in (_topics, _drawn_out) if found.original is None else ():
        other = read_anew(compiled, found)
        if other is None or _undone(compiled, found, other):
            continue
        if _leads(compiled, found, other, sure=True) and not set(found.meant).issuperset(other.meant):
            return other
    return found


def _drawn_out(compiled: Compiled, found: Found) -> Found | None:
    return _anew(drawn_out, "jamo", compiled, found) if "jamo" in compiled.book.layers else None


def _undone(compiled: Compiled, found: Found, other: Found) -> bool:
    """Whether a word with a syllable twice is written so by the owner too: 넉넉 is no 넉 drawn out."""
    lost = {word for _, _, word in found.seen}.difference(word for _, _, word in other.hits)
    return any(_TWICE.search(compiled.spelled[word]) for word in lost)


def _leads(compiled: Compiled, found: Found, other: Found, *, sure: bool = False) -> bool:
    """Whether another reading leads to a rule that was meant. Where it is `sure`, the message is not as it stood."""
    if other.satisfied:
        other.satisfied = _ruled_in(compiled, found, other, () if sure else found.satisfied)
        other.meant, other.unheard = heard(compiled, other)
    return bool(other.meant)


def _ruled_in(compiled: Compiled, found: Found, other: Found, unmeant: Sequence[int]) -> list[int]:
    """Of the rules another reading satisfies those that it may: none whose words stood there already and were
    `unmeant`, nor one that must not meet a word which stands there."""
    barred = compiled.barred_by(word for _, _, word in found.hits)
    return [
        rank
        for rank in other.satisfied
        if rank not in unmeant
        and rank not in barred
        and (rank in found.satisfied or other.how not in compiled.rules[rank].without)
    ]


def understood_step(compiled: Compiled, found: Found) -> Step:
    """What was typed and what it was taken for, of a message that was not understood as it stands."""
    if found.original is not None:
        typed, meant = found.original.typed, " ".join(found.words)
        pairs = [pair for pair in zip(found.original.words, found.words, strict=True) if len(set(pair)) > 1]
        if found.how in ("sound", "slip") or len(pairs) < len(found.words):
            # One word of many: nobody looks for it in two whole sentences.
            typed, meant = map(", ".join, zip(*pairs, strict=True))
        return Step("understood", params={"how": found.how, "typed": typed.strip(), "meant": meant})
    hits = sorted(found.guessed.intersection(found.seen))
    typed = ", ".join(found.typed[slice(*found.span(hit))] for hit in hits)
    meant = ", ".join(flat_of(compiled.spelled[word]) for _, _, word in hits)
    return Step("understood", params={"how": found.how, "typed": typed, "meant": meant})


@cache
def _ways(layers: Sequence[Layer]) -> Sequence[Way]:
    return tuple(way for layer, ways in WAYS.items() if layer in layers for way in ways)


def _anew(
    put_right: Callable[[Folded], Rewritten | None], how: str, compiled: Compiled, folded: Folded
) -> Found | None:
    rewritten = put_right(folded)
    return _read_anew(compiled, folded, rewritten, how) if rewritten else None


def _topics(compiled: Compiled, found: Found) -> Found | None:
    if (read := topics(compiled, found)) is None:
        return None
    right, how, meant = read
    other = _read_anew(compiled, found, right, how)
    other.satisfied = [
        rank for rank in other.satisfied if rank in found.satisfied or _by_own_words(compiled, other, rank, meant)
    ]
    return other


def _by_own_words(compiled: Compiled, found: Found, rank: int, meant: Set[str]) -> bool:
    """Whether a rule asks for a topic that was put right: what one rule calls a topic is no other rule's word."""
    guessed = [hit for hit in found.seen if compiled.wants(rank, hit[2]) and found.how_of(hit) != "exact"]
    keywords = (compiled.spelled[word] for _, _, word in guessed)
    return not guessed or any(flat_of(part) in meant for word in keywords for part in (word, *word.split()))


def _read_anew(compiled: Compiled, folded: Folded, right: Rewritten, how: str) -> Found:
    found = find(compiled, right.folded.typed, right.folded)
    found.how, found.original, found.origins = how, folded, right.origins
    return found


def _guessed(near: Callable[[Near, Folded], Sequence[Hit]], how: str, compiled: Compiled, found: Found) -> Found | None:
    # A rule's own words are there: what they are not asked with is not for guessing.
    if found.satisfied or not (hits := near(compiled.near, found)):
        return None
    return with_guesses(compiled, found, hits, how)


class Way(NamedTuple):
    """What may be made of a message, if anything. `sure`: nobody can have meant it as it stands."""

    read: Callable[[Compiled, Found], Found | None]
    sure: bool = False


# In the order they are tried.
WAYS: Mapping[Layer, Sequence[Way]] = {
    "jamo": (Way(partial(_anew, loose_jamo, "jamo")), Way(_drawn_out)),
    "keyboard": (Way(partial(_anew, wrong_keyboard, "keyboard"), sure=True),),
    "sound": (Way(partial(_guessed, Near.sounds, "sound")),),
    "slip": (
        Way(partial(_guessed, Near.slips, "slip")),
        Way(partial(_anew, plain_words, "slip"), sure=True),
        Way(_topics, sure=True),
    ),
}
