"""CPU time of the measuring thread, taken in turns, so that a slow second hits both sides of a ratio alike."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Sequence
from statistics import median
from typing import NamedTuple

# The seconds one turn of a job should take, and the fewest messages that still say something about a slow one.
TURN, LEAST = 0.04, 3


class Job(NamedTuple):
    """`run` does its work on `count` messages; it returns seconds where it measures them itself, in another process."""

    run: Callable[[], float | None]
    count: int


def job(each: Callable[[str], object], texts: Sequence[str]) -> Job:
    """As many of the messages as fit into a turn, at least a few."""
    start = time.thread_time()
    for text in texts[:LEAST]:
        each(text)
    once = (time.thread_time() - start) / LEAST
    return over(each, texts[: max(LEAST, min(len(texts), int(TURN / max(once, 1e-7))))])


def over(each: Callable[..., object], things: Sequence[object]) -> Job:
    def run() -> None:
        for thing in things:
            each(thing)

    return Job(run, len(things))


def turns(jobs: dict[str, Job], rounds: int) -> dict[str, list[float]]:
    """For each job its CPU seconds a message, round by round."""
    costs: dict[str, list[float]] = {name: [] for name in jobs}
    # The collector still runs, but does not walk all messages and other books again and again.
    gc.collect()
    gc.freeze()
    for _ in range(rounds):
        for name, (run, count) in jobs.items():
            start = time.thread_time()
            told = run()
            costs[name].append((time.thread_time() - start if told is None else told) / count)
    gc.unfreeze()
    return costs


def ratio(costs: dict[str, list[float]], of: Sequence[str], to: Sequence[str]) -> float:
    """The median over rounds of the sum of `of` by the sum of `to`."""
    rounds = range(len(costs[to[0]]))
    return median(sum(costs[name][i] for name in of) / sum(costs[name][i] for name in to) for i in rounds)


def microseconds(costs: dict[str, list[float]]) -> dict[str, float]:
    return {name: median(times) * 1e6 for name, times in costs.items()}
