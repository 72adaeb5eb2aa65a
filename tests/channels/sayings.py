"""What a bot may be made to say, odd and ordinary: the same few hundred answers for every messenger, drawn once.

A hypothesis strategy would spend ten seconds a messenger on drawing them anew; `tests/channels/test_fit.py`, where all
of them pass through, has it.
"""

from __future__ import annotations

import random
from functools import cache
from typing import get_args

from autoresponder.engine.types import Button, Reply, ReplyRole

LETTERS = "가나다 .\n한글abc배송~!😀👩‍👩‍👧é\u0301\u200d🏽ᄀ\u1161"


@cache
def any_replies(number: int = 150) -> tuple[tuple[Reply, ...], ...]:
    """Up to eight bubbles with up to twelve buttons each, of any characters, some very long, some of blanks only."""
    dice = random.Random(5)
    return ((), *(tuple(_reply(dice) for _ in range(dice.randint(0, 8))) for _ in range(number)))


@cache
def short_talks(number: int = 150) -> tuple[tuple[Reply, ...], ...]:
    """Plain bubbles without buttons that fit together into what any messenger shows."""
    dice = random.Random(7)
    return tuple(tuple(_short(dice) for _ in range(dice.randint(0, 8))) for _ in range(number))


def _short(dice: random.Random) -> Reply:
    return Reply(
        "".join(dice.choices("가나다 .\n배송", k=dice.randint(0, 180))), role=dice.choice(["answer", "greeting"])
    )


def _reply(dice: random.Random) -> Reply:
    buttons = tuple(_button(dice) for _ in range(dice.choice([0, 0, 0, 1, 2, 3, 4, 8, 12])))
    return Reply(_text(dice), buttons, dice.choice(get_args(ReplyRole)))


def _button(dice: random.Random) -> Button:
    label = _anything(dice, 30) if dice.random() < 0.5 else _letters(dice, 60)
    return Button(label, "" if dice.random() < 0.4 else _text(dice))


def _text(dice: random.Random) -> str:
    kind = dice.random()
    if kind < 0.3:
        return _anything(dice, 40)
    return _letters(dice, 60) * (1 if kind < 0.7 else dice.randint(1, 120))


def _letters(dice: random.Random, most: int) -> str:
    return "".join(dice.choices(LETTERS, k=dice.randint(0, most)))


def _anything(dice: random.Random, most: int) -> str:
    """From controls to the last plane, without surrogates, which no text of ours can hold."""
    codes = [dice.choice([dice.randrange(0x80), dice.randrange(0x3000), dice.randrange(0x110000)]) for _ in range(most)]
    return "".join(chr(code) for code in codes[: dice.randint(0, most)] if not 0xD800 <= code < 0xE000)
