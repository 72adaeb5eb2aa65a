"""What a message may have meant when no rule understands it as it is written: typos, the wrong keyboard, loose letters.

The layers are tried in the order of book.LAYERS, the surest first, and only when no rule's words stand in the message.
The first two read the message anew; the last two are guesses about single words.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from autoresponder.engine.abreast import abreast
from autoresponder.engine.compile import Compiled
from autoresponder.engine.manner import heard
from autoresponder.engine.match import Found, Hit, find, find_in, with_guesses
from autoresponder.engine.rewrite import Rewritten, drawn_out, loose_jamo, wrong_keyboard
from autoresponder.engine.text import Folded, flat_of
from autoresponder.engine.types import Step

GUESSES = frozenset(("sound", "slip"))


def read(compiled: Compiled, text: str) -> Found:
    """What a book makes of a text, whoever wrote it and when."""
    return understand(compiled, find(compiled, text))


def read_all(compiled: Compiled, texts: Iterable[str]) -> list[Found]:
    """The same of many texts."""
    return abreast(_in_steps(compiled, text) for text in texts)


def understand(compiled: Compiled, found: Found) -> Found:
    """The message as it stands, or as the first layer reads it that leads to a rule that was meant: one whose words
    stood there already was not, nor one that meets a word it must not."""
    if found.satisfied:
        found.meant, found.unheard = heard(compiled, found)
    if found.meant or not compiled.book.layers:
        return found
    return next(filter(None, _otherwise(compiled, found)))


def _in_steps(compiled: Compiled, text: str) -> Iterator[Found | None]:
    found = find(compiled, text)
    yield None
    if found.satisfied:
        found.meant, found.unheard = heard(compiled, found)
    if found.meant or not compiled.book.layers:
        yield found
    else:
        yield from _otherwise(compiled, found)


def _otherwise(compiled: Compiled, found: Found) -> Iterator[Found | None]:
    """None for every layer that leads to no rule, and at last the message."""
    for other in _others(compiled, found):
        if other and other.satisfied:
            other.satisfied = _ruled_in(compiled, found, other)
            other.meant, other.unheard = heard(compiled, other)
            if other.meant:
                yield other
                return
        yield None
    yield found


def _ruled_in(compiled: Compiled, found: Found, other: Found) -> list[int]:
    """Of the rules another reading satisfies those that it may."""
    said = {word for _, _, word in found.hits}
    return [
        rank
        for rank in other.satisfied
        if rank not in found.satisfied
        and other.how not in compiled.rules[rank].without
        and said.isdisjoint(compiled.bans(rank))
    ]


def understood_step(compiled: Compiled, found: Found) -> Step:
    """What was typed and what it was taken for, of a message that was not understood as it stands."""
    if found.original is not None:
        typed, meant = found.original.typed, " ".join(found.words)
        return Step("understood", params={"how": found.how, "typed": typed.strip(), "meant": meant})
    hits = sorted(found.guessed.intersection(found.seen))
    typed = ", ".join(found.typed[slice(*found.span(hit))] for hit in hits)
    meant = ", ".join(flat_of(compiled.spelled[word]) for _, _, word in hits)
    return Step("understood", params={"how": found.how, "typed": typed, "meant": meant})


def _others(compiled: Compiled, found: Found) -> Iterator[Found | None]:
    """What each layer makes of the message, if anything."""
    layers = compiled.book.layers
    if "jamo" in layers:
        yield _read_anew(compiled, found, loose_jamo(found), "jamo")
        yield _read_anew(compiled, found, drawn_out(found), "jamo")
    if "keyboard" in layers:
        yield _read_anew(compiled, found, wrong_keyboard(found), "keyboard")
    # A rule's own words are there: what they are not asked with is not for guessing.
    if found.satisfied:
        return
    if "sound" in layers:
        yield _guessed(compiled, found, compiled.near.sounds(found), "sound")
    if "slip" in layers:
        yield _guessed(compiled, found, compiled.near.slips(found), "slip")


def _guessed(compiled: Compiled, found: Found, hits: Sequence[Hit], how: str) -> Found | None:
    return with_guesses(compiled, found, hits, how) if hits else None


def _read_anew(compiled: Compiled, folded: Folded, rewritten: Rewritten | None, how: str) -> Found | None:
    if rewritten is None:
        return None
    found = find_in(compiled, rewritten.folded)
    found.how, found.original, found.origins = how, folded, rewritten.origins
    return found
