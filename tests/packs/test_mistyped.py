"""Messages typed amiss by the dice: how much of what is understood when typed rightly still is, and how rightly."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Mapping
from dataclasses import replace

import pytest

from autoresponder.engine.evaluate import judge, report
from autoresponder.engine.facts import examples
from autoresponder.insights.examples import labelled
from tests.engine.mistyping import in_loose_letters, keys_of, misheard, repeated, slipped
from tests.packs.test_packs import DATA, compiled

_WORD = re.compile("[가-힣]{2,}")
SLIPS = ("near", "missed", "doubled", "swapped")
# So many typos are heard alike, and so often another slip is tried where one leaves no syllables.
SOUNDS, TRIES = 0.3, 20

Amiss = Callable[[str, random.Random], str]


def one_word(amiss: Amiss) -> Amiss:
    """With one of its words, whichever, typed so."""

    def message(text: str, dice: random.Random) -> str:
        if not (words := list(_WORD.finditer(text))):
            return text
        word = dice.choice(words)
        return text[: word.start()] + amiss(word[0], dice) + text[word.end() :]

    return message


def every_word(amiss: Callable[[str], str]) -> Amiss:
    return lambda text, dice: re.sub("[가-힣]+", lambda word: amiss(word[0]), text)


def mistyped(word: str, dice: random.Random) -> str:
    """By a slip of a finger, which some words hardly allow, or by how it sounds."""
    if dice.random() < SOUNDS:
        return misheard(word, dice)
    tries = (slipped(word, dice.choice(SLIPS), dice) for _ in range(TRIES))
    return next((typed for typed in tries if typed and typed != word), word)


KINDS: Mapping[str, Amiss] = {
    "typos": one_word(mistyped),
    "no blanks": lambda text, dice: text.replace(" ", ""),
    "wrong keyboard": every_word(keys_of),
    "repeated syllables": one_word(repeated),
    "a word in loose letters": one_word(lambda word, dice: in_loose_letters(word)),
    "loose letters": every_word(in_loose_letters),
}


# Floors a little under what was measured: the share of the recall that is left, and the points of precision that go.
@pytest.mark.parametrize(
    ("kind", "survives", "lost"),
    [
        ("typos", 0.91, 0.02),
        ("no blanks", 0.97, 0.01),
        ("wrong keyboard", 0.97, 0.01),
        ("repeated syllables", 0.97, 0.015),
        ("a word in loose letters", 0.98, 0.01),
        ("loose letters", 0.98, 0.01),
    ],
)
def test_mistyped_messages_are_understood(kind: str, survives: float, lost: float) -> None:
    asked, dice = labelled((DATA / "chats_ko.csv").read_bytes(), most=2_000), random.Random(11)
    spoiled = [replace(example, text=KINDS[kind](example.text, dice)) for example in asked]
    clean, found = (report(judge(compiled("online-shop"), some, values=examples())) for some in (asked, spoiled))
    measured = found["recall"] / clean["recall"], clean["precision"] - found["precision"]
    assert (measured[0] >= survives, measured[1] <= lost) == (True, True), measured
