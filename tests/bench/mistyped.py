"""Messages typed amiss by the dice: how much of what is understood when typed rightly still is, and how rightly.

Of the sentences in the file that BENCH_SENTENCES names (columns as `manage.py evaluate` reads them), else of our own.
"""

from __future__ import annotations

import os
import random
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from statistics import mean

from autoresponder.engine.evaluate import Example, judge, report
from autoresponder.engine.facts import examples
from autoresponder.insights.examples import labelled
from tests.packs.test_mistyped import KINDS, Amiss
from tests.packs.test_packs import DATA, compiled

THROWS = range(12)
MOST = 2_000


def measure() -> dict[str, float]:
    named = os.environ.get("BENCH_SENTENCES")
    files = [Path(named)] if named else [DATA / f"{name}.csv" for name in ("online_shop_ko", "chats_ko")]
    asked = [example for file in files for example in labelled(file.read_bytes(), most=MOST)]
    clean, figures = _shares(asked), dict[str, float]()
    kinds = {**KINDS, "any of these": lambda text, dice: dice.choice([*KINDS.values()])(text, dice)}
    print(f"{len(asked)} sentences: recall {clean[0]:.1%}, precision {clean[1]:.1%}")
    for kind, amiss in kinds.items():
        found = [_shares(_spoiled(asked, amiss, random.Random(throw))) for throw in THROWS]
        left, lost = mean(recall / clean[0] for recall, _ in found), mean(clean[1] - right for _, right in found)
        print(f"{kind}: {left:.1%} of the recall is left, {100 * lost:+.2f} points of precision go")
        name = kind.replace(" ", "_")
        figures |= {f"mistyped_{name}_left": left, f"mistyped_{name}_points_lost": 100 * lost}
    return figures


def _spoiled(asked: Sequence[Example], amiss: Amiss, dice: random.Random) -> list[Example]:
    return [replace(example, text=amiss(example.text, dice)) for example in asked]


def _shares(asked: Sequence[Example]) -> tuple[float, float]:
    """Recall and precision."""
    found = report(judge(compiled("online-shop"), asked, values=examples()))
    return found["recall"], found["precision"]
