"""What understanding mistyped messages costs where no rule matched: `decide()` with its layers on and off."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Sequence
from dataclasses import replace

from autoresponder.engine.book import LAYERS
from autoresponder.engine.compile import compile_book
from autoresponder.engine.types import Incoming
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
    layered, plain = decided(compile_book(replace(book(RULES), layers=LAYERS))), decided(exact)
    texts = _texts()
    incoming = came_in(texts)
    jobs = {"core": over(core(exact), texts), "without": over(plain, incoming), "with": over(layered, incoming)}
    costs = turns(jobs, ROUNDS)
    each = microseconds(costs)
    slow = _slowest_hundredth(layered, incoming) * 1e6
    understood = sum(any(step.code == "understood" for step in layered(one).trace) for one in incoming) / len(texts)
    print(
        f"{RULES:6} rules, unmatched messages: core {each['core']:.1f} us, decide {each['without']:.1f} us, "
        f"with layers {each['with']:.1f} us (p99 {slow:.0f} us), {understood:.0%} understood"
    )
    added = ratio(costs, ["with"], ["core"]) - ratio(costs, ["without"], ["core"])
    return {f"layers_over_core_{RULES}": added, f"unmatched_p99_us_{RULES}": slow}


def _texts() -> list[str]:
    """The unmatched messages of the workload, many with a mistyped word more."""
    dice = random.Random("slips")
    compiled, _ = exact = workload(RULES)
    texts = [f"{dice.choice(SLIPS)} {text}" if dice.random() < MISTYPED else text for text in exact.unmatched]
    return [text for text in texts if not ranks(compiled, text)]


def _slowest_hundredth(answer: Callable[[Incoming], object], incoming: Sequence[Incoming]) -> float:
    def once(one: Incoming) -> float:
        start = time.thread_time()
        answer(one)
        return time.thread_time() - start

    best = sorted(min(once(one) for _ in range(TRIES)) for one in incoming)
    return best[int(0.99 * len(best))]
