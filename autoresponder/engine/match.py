"""One message against one compiled book: which keywords stand in it, and which rules they satisfy."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence, Set
from operator import itemgetter
from types import MappingProxyType
from typing import NamedTuple

from autoresponder.engine.compile import Compiled
from autoresponder.engine.hang import Condition
from autoresponder.engine.keyword import ALONE, ID, LENGTH, PARTICLES, Mode, go_together, mode_of
from autoresponder.engine.text import TABLE, Folded, readable
from autoresponder.engine.types import Match, Step

# "반품 말고 교환": what stands before these is what is not wanted.
_BEFORE_NOT = "은는이가을를도만"
_NOTS = (
    # "송장이 아니라고 나와요" tells what somebody else says.
    *("말고", "말구", "아니고", "아니구", "아니라(?![고는며])", "대신", "빼고", "안할게", "안할래", "안할께", "안하고"),
    *("안하려", "안받아도", "안받을", "하지말", "하지않고", "필요없"),
)
_NOT = re.compile(f"[{_BEFORE_NOT}]?(?:{'|'.join(_NOTS)})")
# Most words are followed by something else, and a look at two characters is enough.
_MAY_BE_NOT = frozenset(word[:2] for word in _NOTS) | {before + word[0] for before in _BEFORE_NOT for word in _NOTS}

_LOOSE_SYLLABLE = re.compile("[ㄱ-ㅎ][ㅏ-ㅣ]")

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

    `places` says of a keyword where in the text as typed it stands, if that is plain.

    `how` names the layer that understood the message so, and `guessed` the hits it added. A layer that read the whole
    message anew keeps the `original` and, for each new character, its place in that (`origins`).
    """

    hits: Sequence[Hit] = ()
    seen: Sequence[Hit] = ()
    hidden: Mapping[int, Set[int]] = MappingProxyType({})
    places: Mapping[int, int] = MappingProxyType({})
    satisfied: Sequence[int] = ()
    meant: Sequence[int] = ()
    unheard: Sequence[Step] = ()
    guessed: frozenset[Hit] = frozenset()
    how = "exact"
    original: Folded | None = None
    origins: Sequence[tuple[int, int]] = ()

    def span(self, hit: Hit) -> tuple[int, int]:
        """Where a keyword stands in the text as typed."""
        start, end, word = hit
        if self.original is not None:
            return self.original.typed_span(self.origins[start][0], self.origins[end - 1][1])
        at = self.places.get(word, -1)
        return (at, at + end - start) if at >= 0 else self.typed_span(start, end)

    def how_of(self, hit: Hit) -> str:
        """The layer that understood a keyword; "exact" for one that stood beside what was mistyped."""
        if self.original is None:
            return self.how if hit in self.guessed else "exact"
        start, end, _ = hit
        typed = self.original.flat[self.origins[start][0] : self.origins[end - 1][1]]
        return "exact" if typed == self.flat[start:end] else self.how


class Yielded(NamedTuple):
    """A rule that lost its word to a longer word of another rule."""

    rank: int
    keyword: int
    longer: int


def find(compiled: Compiled, text: str, folded: Folded | None = None) -> Found:
    """In one piece, as every message comes by here. `folded`: the text where it is folded already."""
    plain = "" if folded else readable(text)
    words = folded.words if folded else plain.translate(TABLE).split()
    flat = folded.flat if folded else "".join(words)
    found = Found(text, flat, words)
    if not (ends := list(compiled.automaton.iter(flat))):
        return found
    hits: list[Hit] = []
    places: dict[int, int] = {}
    starts: Sequence[int] = ()
    refused: Sequence[Hit] = ()
    wanted, reach, apart = compiled.wanted, 0, True
    for last, number in ends:
        end = last + 1
        start = end - (number & LENGTH)
        # What stands in the text as it is was not found across a blank.
        if number & ALONE or (at := plain.find(flat[start:end])) < 0:
            at, starts = -1, starts or found.starts()
            if not _stands(flat, starts, start, end, alone=number & ALONE):
                continue
        if flat[end : end + 2] in _MAY_BE_NOT and _NOT.match(flat, end):
            refused, apart = (*refused, (start, end, REFUSED)), False
            continue
        word = number >> ID
        places[word] = at
        hits.append((start, end, word))
        apart = apart and reach <= start and word < wanted
        reach = end
    if plain and (refused or len(places) < len(hits)):
        # The same word may stand here twice, in one place across a blank.
        return find(compiled, text, found)
    found.hits = found.seen = hits
    if plain is text:
        found.places = places
    if not apart:
        _hide(compiled, found, places.keys(), refused)
    else:
        found.satisfied = compiled.sole[word] if len(hits) == 1 else _satisfied(compiled, known := set(places), known)
    return found


def with_guesses(compiled: Compiled, found: Found, guesses: Sequence[Hit], how: str) -> Found:
    """The same message with keywords it nearly says."""
    guessed = Found(found.typed, found.flat, found.words)
    guessed.hits = sorted([*found.hits, *guesses], key=_first_and_longest_first)
    guessed.guessed, guessed.how = frozenset(guesses), how
    _hide(compiled, guessed, set(map(_WORD, guessed.hits)))
    return guessed


def _first_and_longest_first(hit: Hit) -> tuple[int, int]:
    return hit[1], hit[0]


def yielding(compiled: Compiled, found: Found) -> Iterator[Yielded]:
    """The rules that would match too, did a longer word of another rule not hide theirs."""
    if found.hidden:
        every = set(map(_WORD, found.hits))
        words = {word for word in every if word < compiled.wanted}
        ranks = {*_satisfied(compiled, words, every), *_with_own(compiled, found.hidden, words, every)}
        for rank in sorted(ranks.difference(found.satisfied)):
            if loss := _yielded(compiled, rank, found.hidden):
                yield loss


def matches(compiled: Compiled, found: Found, rank: int) -> tuple[Match, ...]:
    """Where a rule's own words stand in the text as typed, in reading order."""
    own = found.seen
    if len(own) > 1:
        own = [hit for hit in own if compiled.wants(rank, hit[2])]
    key, spelled = compiled.rules[rank].key, compiled.spelled
    if found.how == "exact":
        # Written out: nearly every answer comes by here.
        text, ends, places = spelled.text, spelled.ends, found.places
        made = []
        for hit in own:
            start, end, word = hit
            at = places.get(word, -1)
            first, last = (at, at + end - start) if at >= 0 else found.span(hit)
            made.append(Match(key, text[ends[word] : ends[word + 1]], first, last))
        return tuple(made)
    return tuple([Match(key, spelled[hit[2]], *found.span(hit), found.how_of(hit)) for hit in own])


def _stands(flat: str, starts: Sequence[int], start: int, end: int, *, alone: int) -> bool:
    """Whether a keyword is not here by chance: across a blank (민주 문제 is not 주문), or inside another word."""
    word = bisect_right(starts, start)
    if starts[word] < end and starts[word - 1] != start:
        return False
    return not alone or _alone(flat, starts, start, end)


def _alone(flat: str, starts: Sequence[int], start: int, end: int) -> bool:
    """Whether a word that may not stand anywhere may stand here (keyword.Mode)."""
    word = bisect_right(starts, start)
    begins = starts[word - 1] == start
    mode = mode_of(flat[start:end])
    if mode is Mode.INITIALS:
        return begins or not _LOOSE_SYLLABLE.fullmatch(flat, start - 2, start)
    if mode is Mode.ONE_SYLLABLE:
        return begins and flat[end : starts[word]] in PARTICLES
    ends = mode is Mode.LATIN_START or starts[bisect_left(starts, end)] == end
    ends = ends or not go_together(flat[end - 1], flat[end])
    return ends and (begins or not go_together(flat[start - 1], flat[start]))


def _hide(compiled: Compiled, found: Found, every: Set[int], refused: Sequence[Hit] = ()) -> None:
    """Goes by what is left in `seen`: what lies in no longer keyword (배송 lies in 배송비) and is wanted by a rule.

    Hits come in the order in which they end, the longest first. `refused` are words the customer does not mean; they
    hide what lies inside them and nothing more. `every` are the words of all hits.
    """
    wanted, ignored_from = compiled.wanted, compiled.ignored_from
    over: list[Hit] = []
    inside: list[Hit] = []
    reach = 0
    for hit in sorted([*found.hits, *refused], key=_END) if refused else found.hits:
        start, end, word = hit
        if wanted <= word < ignored_from:
            continue
        if end == reach:
            inside.append(hit)
            continue
        while over and over[-1][0] >= start:
            inside.append(over.pop())
        over.append(hit)
        reach = end
    found.seen = seen = [hit for hit in over if hit[2] < wanted]
    words = {word for _, _, word in seen}
    found.satisfied = _satisfied(compiled, words, every)
    if inside and (hidden := _hidden(inside, over, words, wanted)):
        found.hidden = hidden
        if own := _with_own(compiled, hidden, words, every):
            found.satisfied = sorted(own.union(found.satisfied))


def _hidden(inside: Sequence[Hit], over: Sequence[Hit], words: Set[int], wanted: int) -> Mapping[int, Set[int]]:
    """The words that stand nowhere else (as `words` do), each with the longer ones that it lies in."""
    hidden: dict[int, set[int]] = {}
    for _, end, word in inside:
        if word < wanted and word not in words:
            for longer in over:
                if longer[1] >= end:
                    break
            hidden.setdefault(word, set()).add(longer[2])
    return hidden


def _satisfied(compiled: Compiled, words: Set[int], every: Set[int]) -> list[int]:
    """The ranks of the rules that have what they need among `words` and nothing they must not meet in `every`."""
    sole, tied = compiled.sole, compiled.tied
    ranks: list[int] = []
    conditions: list[Condition] = []
    for word in words:
        ranks += sole[word]
        conditions += tied[word]
    for rank, need, more in conditions:
        if not (words.isdisjoint(need) or (more and any(map(words.isdisjoint, more)))):
            ranks.append(rank)
    if not compiled.barred.keys().isdisjoint(every):
        barred = compiled.barred_by(every)
        ranks = [rank for rank in ranks if rank not in barred]
    if len(ranks) > 1:
        ranks.sort()
        if len(set(ranks)) < len(ranks):
            return list(dict.fromkeys(ranks))
    return ranks


def _with_own(compiled: Compiled, hidden: Mapping[int, Set[int]], words: Set[int], every: Set[int]) -> set[int]:
    """The rules that hold too as a hidden word counts for them: one that asks for 배송 and for 배송비 is not robbed of
    the one by its own other."""
    nested, own = compiled.nested, set[int]()
    pairs = [(word, longer) for word, longer_ones in hidden.items() for longer in longer_ones]
    for rank in {rank for pair in pairs if pair in nested for rank in nested[pair]}:
        said = words | {word for word, longer in hidden.items() if all(compiled.wants(rank, one) for one in longer)}
        if not any(map(said.isdisjoint, compiled.needs[rank])):
            own.add(rank)
    return own - compiled.barred_by(every) if own else own


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
