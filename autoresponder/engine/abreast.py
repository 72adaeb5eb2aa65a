"""Many texts through the same steps, each step for all of them before the next: what a step looks things up in then
stays in the processor's caches, so that a past is read in half the time it takes one text after the other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TypeVar

Result = TypeVar("Result")


def abreast(texts: Iterable[Iterator[Result | None]]) -> list[Result]:
    """What comes of each text. Its steps give None as long as that is not clear."""
    under_way = list(enumerate(texts))
    clear: dict[int, Result] = {}
    while under_way:
        waiting = []
        for number, steps in under_way:
            if (result := next(steps)) is None:
                waiting.append((number, steps))
            else:
                clear[number] = result
        under_way = waiting
    return [clear[number] for number in range(len(clear))]
