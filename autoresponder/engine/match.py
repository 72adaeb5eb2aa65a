"""One message against one compiled book: which keywords stand in it, and which rules they satisfy."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Set
from typing import NamedTuple

from autoresponder.engine.compile import UNWANTED, Compiled, Condition, Keyword, Mode, is_latin
from autoresponder.engine.text import Folded, fold
from autoresponder.engine.types import Match

# A word of one syllable may carry these and still be that word: 옷은, 옷도요.
PARTICLES = frozenset(
    (
        *("", "은", "는", "이", "가", "을", "를", "의", "에", "에서", "에게", "한테", "께", "께서", "로", "으로"),
        *("와", "과", "도", "만", "랑", "이랑", "하고", "부터", "까지", "보다", "처럼", "마다", "밖에", "이나", "나"),
        *("요", "이요", "은요", "는요", "도요", "만요", "랑요", "이랑요", "에는", "에도", "에서는", "에서도"),
        *("로는", "으로는", "까지는", "까지요", "부터요", "들", "들은", "들이", "들도"),
    )
)


# A keyword at `flat[start:end]`: (start, end, keyword). A plain tuple, as every message makes some.
Hit = tuple[int, int, Keyword]


class Found(NamedTuple):
    """`hits` is every keyword in the message, `seen` those a rule may use, `hidden` the words by the longer ones."""

    folded: Folded
    hits: list[Hit]
    seen: list[Hit]
    hidden: dict[int, set[int]]


class Yielded(NamedTuple):
    """A rule that lost its word to a longer word of another rule."""

    rank: int
    keyword: int
    longer: int


def find(compiled: Compiled, text: str) -> Found:
    folded = fold(text)
    ends = list(compiled.scan(folded.flat))
    if not ends:
        return Found(folded, [], [], {})
    starts = folded.starts()
    hits: list[Hit] = []
    for last, keyword in ends:
        end = last + 1
        start = end - len(keyword.flat)
        if _stands(folded.flat, starts, start, end, keyword.mode):
            hits.append((start, end, keyword))
    wanted = [hit for hit in hits if hit[2].rank != UNWANTED]
    if len(wanted) < 2:
        return Found(folded, hits, wanted, {})
    return Found(folded, hits, *_hide(wanted))


def matching(compiled: Compiled, found: Found) -> list[int]:
    """The ranks of the rules this message satisfies, the winner first."""
    return _satisfied(compiled, found.seen, found, found.hidden)


def yielding(compiled: Compiled, found: Found, matched: list[int]) -> list[Yielded]:
    """The rules that would match too, did a longer word of another rule not hide theirs."""
    if not found.hidden:
        return []
    wanted = [hit for hit in found.hits if hit[2].rank != UNWANTED]
    losers = sorted(set(_satisfied(compiled, wanted, found, {})) - set(matched))
    return [_yielded(compiled.conditions[rank], rank, found.hidden) for rank in losers]


def matches(compiled: Compiled, found: Found, rank: int) -> tuple[Match, ...]:
    """Where a rule's own words stand in the text as typed, in reading order."""
    spelled, spans = compiled.conditions[rank].spelled, found.folded.spans()
    key = compiled.rules[rank].key
    return tuple(
        Match(key, spelled[keyword.id], spans[start][0], spans[end - 1][1])
        for start, end, keyword in sorted(found.seen)
        if keyword.id in spelled
    )


def _stands(flat: str, starts: list[int], start: int, end: int, mode: Mode) -> bool:
    """Whether a keyword stands here as a word, not by chance across a blank or inside another word."""
    word = bisect_right(starts, start)
    begins, word_end = starts[word - 1] == start, starts[word]
    if word_end < end and not begins:
        return False
    if mode is Mode.ANYWHERE:
        return True
    if mode is Mode.ONE_SYLLABLE:
        return begins and flat[end:word_end] in PARTICLES
    ends = starts[bisect_left(starts, end)] == end or not is_latin(flat[end])
    return ends and (begins or not is_latin(flat[start - 1]))


def _hide(hits: list[Hit]) -> tuple[list[Hit], dict[int, set[int]]]:
    """Takes out what lies inside a longer keyword (배송 inside 배송비), and says which words that leaves unseen."""
    seen: list[Hit] = []
    inside: list[tuple[int, int]] = []
    reach, longest = hits[-1][1], hits[-1][2]
    for hit in sorted(hits, key=_last_and_longest_first):
        if reach <= hit[0]:
            inside.append((hit[2].id, longest.id))
            continue
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
    words = {keyword.id for _, _, keyword in seen}
    every = {keyword.id for _, _, keyword in found.hits}
    ranks: set[int] = set()
    for word in words:
        ranks.update(compiled.plain[word])
    for word in every:
        for rank in compiled.hung[word]:
            if _holds(compiled.conditions[rank], words, hidden, every):
                ranks.add(rank)
    return sorted(ranks)


def _holds(condition: Condition, seen: Set[int], hidden: dict[int, set[int]], every: Set[int]) -> bool:
    if not condition.bans.isdisjoint(every):
        return False
    return all(not need.isdisjoint(seen) or _own(condition, need, hidden) for need in condition.needs)


def _own(condition: Condition, need: Set[int], hidden: dict[int, set[int]]) -> bool:
    """A rule that asks for 배송 and for 배송비 is not robbed of the one by its own other."""
    return any(word in hidden and hidden[word] <= condition.spelled.keys() for word in need)


def _yielded(condition: Condition, rank: int, hidden: dict[int, set[int]]) -> Yielded:
    pairs: Iterator[tuple[int, int]] = (
        (word, longer)
        for word in condition.spelled
        for longer in hidden.get(word, ())
        if longer not in condition.spelled
    )
    word, longer = next(pairs)
    return Yielded(rank, word, longer)
