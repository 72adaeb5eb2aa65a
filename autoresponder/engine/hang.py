"""Which words the rules of a book are found by, so that a message meets only those that it may satisfy: of all that a
rule needs, the words that the fewest others share."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple

# Ids of keywords, ranks of rules: bytes where they fit into them, as in most books. In larger ones ids are a set, which
# takes ten times as much room and a third of the time.
Ids = Collection[int]
Ranks = Sequence[int]

# The rank of a rule that asks for more than a word it is found by, and for what: one of these, and one of each of the
# rest, which few rules have.
Condition = tuple[int, Ids, tuple[Ids, ...]]
# One of nothing is in no message: for a word that a rule is found by and must not meet.
NOTHING: Ids = b""

# A rule as folded words, each with how the owner wrote it: its needs (one of each), and what it must not meet.
Parts = tuple[list[dict[str, str]], dict[str, str]]


class Hung(NamedTuple):
    """By the id of a word, `sole` has the ranks of the rules that hold where no other keyword is in the message, `tied`
    what others that are found by it ask for besides, `barred` the ranks of those that must not meet it; by rank,
    `conditions` has what a rule asks for besides."""

    conditions: tuple[Condition | None, ...]
    sole: tuple[Ranks, ...]
    tied: tuple[tuple[Condition, ...], ...]
    barred: Mapping[int, Ranks]


def hang(parts: Sequence[Parts], ids: Mapping[str, int], wanted: int) -> Hung:
    """`ids` are those of all words, the first of them, so many as are `wanted`, those that rules ask for."""
    sole: list[list[int]] = [[] for _ in range(wanted)]
    tied: list[list[Condition]] = [[] for _ in range(wanted)]
    barred: dict[int, list[int]] = {}
    use = Counter(flat for needs, _ in parts for need in needs for flat in need)
    kept = _Kept(ids)
    conditions: list[Condition | None] = []
    for rank, (needs, bans) in enumerate(parts):
        rarest = min(needs, key=lambda need: sum(use[flat] for flat in need), default={})
        need, *more = [kept[tuple(need)] for need in needs if need.keys() != rarest.keys()] or [NOTHING]
        conditions.append((rank, need, tuple(more)) if need else None)
        for flat in rarest:
            if flat not in bans and all(flat in need for need in needs):
                sole[ids[flat]].append(rank)
            else:
                tied[ids[flat]].append(conditions[rank] or (rank, NOTHING, ()))
        for flat in bans:
            barred.setdefault(ids[flat], []).append(rank)
    packed = partial(_packed, rules=len(parts))
    told = {word: packed(ranks) for word, ranks in barred.items()}
    return Hung(tuple(conditions), _shared(sole, packed), _shared(tied, tuple), told)


class _Kept(dict[tuple[str, ...], Ids]):
    """Folded words as ids; many rules ask for the same ones (언제, 얼마)."""

    def __init__(self, ids: Mapping[str, int]) -> None:
        self._ids = ids

    def __missing__(self, flats: tuple[str, ...]) -> Ids:
        numbers = map(self._ids.__getitem__, flats)
        self[flats] = kept = bytes(numbers) if len(self._ids) <= 256 else frozenset(numbers)
        return kept


def _packed(ranks: Sequence[int], *, rules: int) -> Ranks:
    return bytes(ranks) if rules <= 256 else array("I", ranks)


def _shared(table: Sequence[Sequence[Any]], packed: Callable[[Sequence[Any]], Any]) -> tuple[Any, ...]:
    """Most words lead to the same rules as their neighbours, and need no entry of their own."""
    shared: dict[tuple[Any, ...], Any] = {}
    for given in map(tuple, table):
        if given not in shared:
            shared[given] = packed(given)
    return tuple([shared[tuple(given)] for given in table])
