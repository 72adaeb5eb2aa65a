"""One message against one compiled book: which keywords stand in it, and which rules they satisfy."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence, Set
from itertools import accumulate
from operator import itemgetter
from types import MappingProxyType
from typing import NamedTuple

from autoresponder.engine.compile import Compiled, Ids
from autoresponder.engine.keyword import ALONE, ID, LENGTH, PARTICLES, Mode, is_latin, mode_of
from autoresponder.engine.text import TABLE, Folded, readable
from autoresponder.engine.types import Match, Step

# "반품 말고 교환": what stands before these is what is not wanted.
_BEFORE_NOT = "은는이가을를도만"
_NOTS = (
    *("말고", "말구", "아니고", "아니구", "아니라", "대신", "빼고", "안할게", "안할래", "안할께", "안하고", "안하려"),
    *("하지말", "하지않고", "필요없"),
)
_NOT = re.compile(f"[{_BEFORE_NOT}]?(?:{'|'.join(_NOTS)})")
# Most words are followed by something else, and a look at that is enough.
_MAY_BE_NOT = frozenset((*_BEFORE_NOT, *(word[0] for word in _NOTS)))

# A keyword at `flat[start:end]`: (start, end, id). A plain tuple, as every message makes some.
Hit = tuple[int, int, int]
Spans = list[tuple[int, int]]
_END, _WORD = itemgetter(1), itemgetter(2)
# The id of a word that is taken back: it stands for itself no more. Larger than any other.
REFUSED = 1 << 31


class Found(Folded):
    """A message and what stands in it.

    `hits` is every keyword, `seen` those a rule may use, `hidden` the words by the longer ones. `satisfied` are the
    ranks of the rules that have their words here, `meant` those of them that were meant, the first in order first;
    `unheard` says why the others were not (manner.py).

    `how` names the layer that understood the message so, and `guessed` the hits it added. A layer that read the whole
    message anew keeps the `original` and, for each new character, its place in that (`origins`).
    """

    hits: Sequence[Hit] = ()
    seen: Sequence[Hit] = ()
    hidden: Mapping[int, Set[int]] = MappingProxyType({})
    satisfied: Sequence[int] = ()
    meant: Sequence[int] = ()
    unheard: Sequence[Step] = ()
    guessed: frozenset[Hit] = frozenset()
    how = "exact"
    original: Folded | None = None
    origins: Sequence[tuple[int, int]] = ()

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where `flat[start:end]` stands in the text as typed."""
        if self.original is None:
            return self.typed_span(start, end)
        return self.original.typed_span(self.origins[start][0], self.origins[end - 1][1])

    def how_of(self, hit: Hit) -> str:
        return self.how if self.original is not None or hit in self.guessed else "exact"


class Yielded(NamedTuple):
    """A rule that lost its word to a longer word of another rule."""

    rank: int
    keyword: int
    longer: int


def find(compiled: Compiled, text: str) -> Found:
    plain = readable(text)
    words = plain.translate(TABLE).split()
    return _look(compiled, Found(text, "".join(words), words), plain)


def find_in(compiled: Compiled, folded: Folded) -> Found:
    return _look(compiled, Found(folded.typed, folded.flat, folded.words), "")


def _look(compiled: Compiled, found: Found, plain: str) -> Found:
    """`plain` is the text before it was folded: what stands there as it is, and once, was not found across a blank."""
    flat = found.flat
    ends = list(compiled.automaton.iter(flat))
    if not ends:
        return found
    starts: list[int] = []
    hits: list[Hit] = []
    refused: list[Hit] = []
    for last, number in ends:
        end = last + 1
        start = end - (number & LENGTH)
        word = flat[start:end]
        # By chance across a blank (민주 문제 is not 주문), or inside another word.
        if number & ALONE or word not in plain or (len(ends) > 1 and flat.find(word) != flat.rfind(word)):
            starts = starts or list(accumulate(map(len, found.words), initial=0))
            place = bisect_right(starts, start)
            if starts[place] < end and starts[place - 1] != start:
                continue
            if number & ALONE and not _alone(flat, starts, start, end):
                continue
        if flat[end : end + 1] in _MAY_BE_NOT and _NOT.match(flat, end):
            refused.append((start, end, REFUSED))
        else:
            hits.append((start, end, number >> ID))
    found.hits = found.seen = hits
    # Most messages hold one keyword, if any.
    if len(hits) == 1 and not refused and hits[0][2] < compiled.wanted:
        found.satisfied = compiled.sole[hits[0][2]]
        return found
    if refused or not _side_by_side(hits, compiled.wanted):
        _hide(compiled, found, refused)
    found.satisfied = _satisfied(compiled, found, found.seen)
    return found


def _side_by_side(hits: Sequence[Hit], wanted: int) -> bool:
    """Whether rules want all of these, and none lies over the one before."""
    reach = 0
    for start, end, word in hits:
        if start < reach or word >= wanted:
            return False
        reach = end
    return True


def with_guesses(compiled: Compiled, found: Found, guesses: Sequence[Hit], how: str) -> Found:
    """The same message with keywords it nearly says."""
    guessed = Found(found.typed, found.flat, found.words)
    guessed.hits = sorted([*found.hits, *guesses], key=_first_and_longest_first)
    guessed.guessed, guessed.how = frozenset(guesses), how
    _hide(compiled, guessed)
    guessed.satisfied = _satisfied(compiled, guessed, guessed.seen)
    return guessed


def _first_and_longest_first(hit: Hit) -> tuple[int, int]:
    return hit[1], hit[0]


def yielding(compiled: Compiled, found: Found) -> list[Yielded]:
    """The rules that would match too, did a longer word of another rule not hide theirs."""
    if not found.hidden:
        return []
    wanted = [hit for hit in found.hits if hit[2] < compiled.wanted]
    losers = sorted(set(_satisfied(compiled, found, wanted)) - set(found.satisfied))
    yielded = (_yielded(compiled, rank, found.hidden) for rank in losers)
    return [loss for loss in yielded if loss is not None]


def matches(compiled: Compiled, found: Found, rank: int) -> tuple[Match, ...]:
    """Where a rule's own words stand in the text as typed, in reading order."""
    own = found.seen
    if len(own) > 1:
        own = sorted([hit for hit in own if compiled.wants(rank, hit[2])])
    key, spelled = compiled.rules[rank].key, compiled.spelled
    if found.how == "exact":
        return tuple([Match(key, spelled[word], *found.typed_span(start, end)) for start, end, word in own])
    return tuple([Match(key, spelled[hit[2]], *found.span(hit[0], hit[1]), found.how_of(hit)) for hit in own])


def _alone(flat: str, starts: list[int], start: int, end: int) -> bool:
    """Whether a word of one syllable or of Latin letters stands here as a word of its own."""
    word = bisect_right(starts, start)
    begins = starts[word - 1] == start
    if mode_of(flat[start:end]) is Mode.ONE_SYLLABLE:
        return begins and flat[end : starts[word]] in PARTICLES
    ends = starts[bisect_left(starts, end)] == end or not is_latin(flat[end])
    return ends and (begins or not is_latin(flat[start - 1]))


def _hide(compiled: Compiled, found: Found, refused: Sequence[Hit] = ()) -> None:
    """Leaves in `seen` what lies in no longer keyword (배송 lies in 배송비) and is wanted by a rule.

    Hits come in the order in which they end, the longest first. `refused` are words the customer does not mean; they
    hide what lies inside them and nothing more.
    """
    wanted = compiled.wanted
    unwanted = range(wanted, compiled.ignored_from)
    seen: list[Hit] = []
    inside: list[tuple[int, int]] = []
    reach, longest = 1 << 31, REFUSED
    for hit in sorted([*found.hits, *refused], key=_END, reverse=True):
        start, _, word = hit
        if word in unwanted:
            continue
        if reach <= start:
            inside.append((word, longest))
            continue
        if word < wanted:
            seen.append(hit)
        reach, longest = start, word
    found.seen = seen
    if inside:
        found.hidden = _hidden(inside, set(map(_WORD, seen)), wanted)


def _hidden(inside: Sequence[tuple[int, int]], still: Set[int], wanted: int) -> Mapping[int, Set[int]]:
    """The words that stand nowhere else, each with the longer ones that it lies in."""
    hidden: dict[int, set[int]] = {}
    for word, longer in inside:
        if word < wanted and word not in still:
            hidden.setdefault(word, set()).add(longer)
    return hidden


def _satisfied(compiled: Compiled, found: Found, seen: Sequence[Hit]) -> Sequence[int]:
    """The ranks of the rules that have their words in `seen`; words hidden by a rule's own longer ones count for it."""
    words = set(map(_WORD, seen))
    every = words if seen is found.hits else set(map(_WORD, found.hits))
    conditions, hidden = compiled.conditions, found.hidden
    ranks: list[int] = []
    joint: list[int] = []
    for word in words:
        ranks += compiled.plain[word]
        joint += compiled.joint[word]
    if hidden:
        nested = [(rank, word) for word in every.intersection(hidden) for rank in compiled.nested.get(word, ())]
        joint += [rank for rank, word in nested if _own(compiled, rank, (word,), hidden)]
    for rank in joint:
        condition = conditions[rank]
        if every.isdisjoint(condition[0]):
            for need in condition[1:]:
                if words.isdisjoint(need) and not (hidden and _own(compiled, rank, need, hidden)):
                    break
            else:
                ranks.append(rank)
    return sorted(set(ranks)) if len(ranks) > 1 else ranks


def _own(compiled: Compiled, rank: int, need: Ids, hidden: Mapping[int, Set[int]]) -> bool:
    """A rule that asks for 배송 and for 배송비 is not robbed of the one by its own other."""
    return any(word in hidden and all(compiled.wants(rank, longer) for longer in hidden[word]) for word in need)


def _yielded(compiled: Compiled, rank: int, hidden: Mapping[int, Set[int]]) -> Yielded | None:
    """The word lost and the longer one; None where it was lost to a word that is taken back itself."""
    pairs = (
        Yielded(rank, word, longer)
        for word in sorted(hidden)
        if compiled.wants(rank, word)
        for longer in hidden[word]
        if longer != REFUSED and not compiled.wants(rank, longer)
    )
    return next(pairs, None)
