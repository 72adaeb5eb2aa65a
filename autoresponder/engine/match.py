"""One message against one compiled book: which keywords stand in it, and which rules they satisfy."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence, Set
from typing import NamedTuple

from autoresponder.engine.compile import Compiled, Condition
from autoresponder.engine.keyword import IGNORED, PARTICLES, UNWANTED, Keyword, Mode, is_latin
from autoresponder.engine.text import Folded, fold
from autoresponder.engine.types import Match

# "반품 말고 교환": what stands before these is what is not wanted.
_NOT = re.compile(
    "[은는이가을를도만]?(?:말고|말구|아니고|아니구|아니라|대신|빼고|안할게|안할래|안할께|안하고|안하려|하지말|하지않고|필요없)"
)

# A keyword at `flat[start:end]`: (start, end, keyword). A plain tuple, as every message makes some.
Hit = tuple[int, int, Keyword]
Spans = list[tuple[int, int]]
# The id of a word that is taken back: it stands for itself no more.
REFUSED = -1


class Found(NamedTuple):
    """`hits` is every keyword in the message, `seen` those a rule may use, `hidden` the words by the longer ones.

    `how` names the layer that understood the message so, and `guessed` the hits it added. A layer that read the whole
    message anew keeps the `original` and, for each new character, its place in that (`origins`).
    """

    folded: Folded
    hits: list[Hit]
    seen: list[Hit]
    hidden: dict[int, set[int]]
    guessed: frozenset[Hit] = frozenset()
    how: str = "exact"
    original: Folded | None = None
    origins: Spans = []

    def spans(self, start: int, end: int, spans: Spans) -> tuple[int, int]:
        """Where `flat[start:end]` stands in the text as typed; `spans` are those of the original."""
        if self.original is not None:
            start, end = self.origins[start][0], self.origins[end - 1][1]
        return spans[start][0], spans[end - 1][1]

    def how_of(self, hit: Hit) -> str:
        return self.how if self.original is not None or hit in self.guessed else "exact"


class Yielded(NamedTuple):
    """A rule that lost its word to a longer word of another rule."""

    rank: int
    keyword: int
    longer: int


def find(compiled: Compiled, text: str) -> Found:
    return find_in(compiled, fold(text))


def find_in(compiled: Compiled, folded: Folded) -> Found:
    flat = folded.flat
    ends = list(compiled.scan(flat))
    if not ends:
        return Found(folded, [], [], {})
    starts = folded.starts()
    hits: list[Hit] = []
    refused: list[Hit] = []
    for last, keyword in ends:
        _, word, mode, _ = keyword
        end = last + 1
        start = end - len(word)
        if _stands(flat, starts, start, end, mode):
            if _NOT.match(flat, end):
                refused.append((start, end, keyword._replace(id=REFUSED, rank=IGNORED)))
            else:
                hits.append((start, end, keyword))
    return found_with(folded, hits, refused)


def found_with(folded: Folded, hits: list[Hit], refused: Sequence[Hit] = ()) -> Found:
    """`refused` are words the customer does not mean; they hide what lies inside them and nothing more."""
    # Most messages hold one keyword, if any.
    if len(hits) < 2 and not refused:
        return Found(folded, hits, [hit for hit in hits if hit[2].rank >= 0], {})
    wanted = [hit for hit in hits if hit[2].rank != UNWANTED]
    wanted += refused
    if len(wanted) < 2:
        return Found(folded, hits, [hit for hit in wanted if hit[2].rank != IGNORED], {})
    return Found(folded, hits, *_hide(wanted))


def matching(compiled: Compiled, found: Found) -> list[int]:
    """The ranks of the rules whose words this message satisfies, the winner first."""
    return _satisfied(compiled, found.seen, found, found.hidden)


def yielding(compiled: Compiled, found: Found, matched: list[int]) -> list[Yielded]:
    """The rules that would match too, did a longer word of another rule not hide theirs."""
    if not found.hidden:
        return []
    wanted = [hit for hit in found.hits if hit[2].rank != UNWANTED]
    losers = sorted(set(_satisfied(compiled, wanted, found, {})) - set(matched))
    yielded = (_yielded(compiled.conditions[rank], rank, found.hidden) for rank in losers)
    return [loss for loss in yielded if loss is not None]


def matches(compiled: Compiled, found: Found, rank: int) -> tuple[Match, ...]:
    """Where a rule's own words stand in the text as typed, in reading order."""
    spelled, spans = compiled.conditions[rank].spelled, (found.original or found.folded).spans()
    key, own = compiled.rules[rank].key, [hit for hit in found.seen if hit[2].id in spelled]
    if len(own) > 1:
        own.sort()
    return tuple(
        [Match(key, spelled[hit[2].id], *found.spans(hit[0], hit[1], spans), found.how_of(hit)) for hit in own]
    )


def _stands(flat: str, starts: list[int], start: int, end: int, mode: Mode) -> bool:
    """Whether a keyword stands here as a word, not by chance across a blank or inside another word."""
    word = bisect_right(starts, start)
    begins = starts[word - 1] == start
    if not begins and starts[word] < end:
        return False
    if not mode:  # Mode.ANYWHERE, several times as fast as asking for it by name
        return True
    if mode is Mode.ONE_SYLLABLE:
        return begins and flat[end : starts[word]] in PARTICLES
    ends = starts[bisect_left(starts, end)] == end or not is_latin(flat[end])
    return ends and (begins or not is_latin(flat[start - 1]))


def _hide(hits: list[Hit]) -> tuple[list[Hit], dict[int, set[int]]]:
    """Takes out what lies inside a longer keyword (배송 inside 배송비), and says which words that leaves unseen."""
    seen: list[Hit] = []
    inside: list[tuple[int, int]] = []
    ordered = sorted(hits, key=_last_and_longest_first)
    _, reach, longest = ordered[0]
    for hit in ordered:
        if reach <= hit[0]:
            inside.append((hit[2].id, longest.id))
            continue
        if hit[2].rank != IGNORED:
            seen.append(hit)
        reach, longest = hit[0], hit[2]
    hidden: dict[int, set[int]] = {}
    if inside:
        still = {keyword.id for _, _, keyword in seen}
        for word, longer in inside:
            if word not in still:
                hidden.setdefault(word, set()).add(longer)
    return seen, hidden


def _last_and_longest_first(hit: Hit) -> tuple[int, int]:
    return -hit[1], hit[0]


def _satisfied(compiled: Compiled, seen: list[Hit], found: Found, hidden: dict[int, set[int]]) -> list[int]:
    if not seen:
        return []
    hits = found.hits
    if len(hits) == 1 and not compiled.hung[word := seen[0][2].id]:
        return list(compiled.plain[word])
    words = {hit[2].id for hit in seen}
    every = {hit[2].id for hit in hits} if len(hits) > 1 else words
    ranks: list[int] = []
    for word in words:
        ranks += compiled.plain[word]
        ranks += [rank for rank in compiled.hung[word] if _holds(compiled.conditions[rank], words, hidden, every)]
    for word in hidden.keys() & every if hidden else ():
        ranks += [rank for rank in compiled.hung[word] if _holds(compiled.conditions[rank], words, hidden, every)]
    return sorted(set(ranks)) if len(ranks) > 1 else ranks


def _holds(condition: Condition, seen: Set[int], hidden: dict[int, set[int]], every: Set[int]) -> bool:
    needs, bans, _ = condition
    if bans and not bans.keys().isdisjoint(every):
        return False
    for need in needs:  # noqa: SIM110 (a generator takes twice as long)
        if need.isdisjoint(seen) and not (hidden and _own(condition, need, hidden)):
            return False
    return True


def _own(condition: Condition, need: Set[int], hidden: dict[int, set[int]]) -> bool:
    """A rule that asks for 배송 and for 배송비 is not robbed of the one by its own other."""
    return any(word in hidden and hidden[word] <= condition.spelled.keys() for word in need)


def _yielded(condition: Condition, rank: int, hidden: dict[int, set[int]]) -> Yielded | None:
    """The word lost and the longer one; None where it was lost to a word that is taken back itself."""
    pairs = (
        Yielded(rank, word, longer)
        for word in condition.spelled
        for longer in hidden.get(word, ())
        if longer not in condition.spelled and longer != REFUSED
    )
    return next(pairs, None)
