"""What understanding mistyped messages costs where no rule matched: the tolerant layers beside the exact core."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

from autoresponder.engine.book import LAYERS
from autoresponder.engine.compile import compile_book
from autoresponder.engine.match import find
from autoresponder.engine.understand import understand
from tests.bench.clock import microseconds, over, ratio, turns
from tests.bench.matching import ROUNDS, came_in, core, decided
from tests.bench.workload import book, ranks, workload

RULES = 1_000
MISTYPED = 0.4
# A message counts with the best of so many tries: what is left then is its own cost, not the machine's.
TRIES = 5
# Neighbouring keys, sound-alikes, a loose letter, the wrong keyboard.
SLIPS = ("배솔", "반풍", "환뷸", "교한", "베송", "싸이즈", "쿠포ㄴ", "qksvna", "tkdlwm", "주뭄")


def measure() -> dict[str, float]:
    exact = workload(RULES).compiled
    layered = compile_book(replace(book(RULES), layers=LAYERS))
    texts = _texts()
    founds = [find(layered, text) for text in texts]
    layers = partial(understand, layered)
    jobs = {
        "core": over(core(exact), texts),
        "layers": over(layers, founds),
        "decide without": over(decided(exact), came_in(texts)),
        "decide with": over(decided(layered), came_in(texts)),
    }
    costs = turns(jobs, ROUNDS)
    each = microseconds(costs)
    slow = _slowest_hundredth(lambda text: layers(find(layered, text)), texts) * 1e6
    understood = sum(layers(found).how != "exact" for found in founds) / len(founds)
    print(f"{RULES:6} rules, unmatched messages: " + ", ".join(f"{name} {us:.1f} us" for name, us in each.items()))
    print(f"       core and layers p99 {slow:.0f} us, {understood:.0%} understood")
    return {f"layers_over_core_{RULES}": ratio(costs, ["layers"], ["core"]), f"unmatched_p99_us_{RULES}": slow}


def _texts() -> list[str]:
    """The unmatched messages of the workload, many with a mistyped word more."""
    dice = random.Random("slips")
    compiled, _ = exact = workload(RULES)
    texts = [f"{dice.choice(SLIPS)} {text}" if dice.random() < MISTYPED else text for text in exact.unmatched]
    return [text for text in texts if not ranks(compiled, text)]


def _slowest_hundredth(answer: Callable[[str], object], texts: Sequence[str]) -> float:
    def once(text: str) -> float:
        start = time.thread_time()
        answer(text)
        return time.thread_time() - start

    best = sorted(min(once(text) for _ in range(TRIES)) for text in texts)
    return best[int(0.99 * len(best))]
