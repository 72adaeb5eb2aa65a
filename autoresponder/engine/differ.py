"""Which messages two rule books may read differently, without deciding them: most edits touch a word or two."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import replace

from autoresponder.engine.book import Book, Rule
from autoresponder.engine.compile import compile_book, in_order
from autoresponder.engine.rewrite import drawn_out, loose_jamo, wrong_keyboard
from autoresponder.engine.text import fold

# Texts asked about again and again are remembered, up to so many.
REMEMBERED = 50_000


class Difference:
    """Between two books. `texts`: the names of those that differ ("away", "fallback", "hand_off", "ask_back").
    `everywhere`: other spellings or layers of understanding differ, so any message may be read differently."""

    def __init__(self, old: Book, new: Book) -> None:
        self.everywhere = (old.aliases, old.ignored, old.layers) != (new.aliases, new.ignored, new.layers)
        named = ("away", "fallback", "hand_off", "ask_back")
        self.texts = frozenset(name for name in named if getattr(old, name) != getattr(new, name))
        self.rules = tuple(differing(in_order(old), in_order(new)))
        self._words = compile_book(replace(new, rules=self.rules, ignored=()))
        self._known: dict[tuple[str, bool], bool] = {}

    def may_touch(self, text: str, *, unsure: bool) -> bool:
        """Whether a differing rule may have a say about the text, or take a word from one that has. `unsure`: no rule
        understood it as it is written, so what it nearly says counts too."""
        if self.everywhere:
            return True
        if not self.rules:
            return False
        key = (text, unsure)
        if key not in self._known:
            if len(self._known) >= REMEMBERED:
                self._known.clear()
            self._known[key] = self._holds(text) or (unsure and self._nearly_holds(text))
        return self._known[key]

    def _holds(self, text: str) -> bool:
        return self._stands_in(fold(text).flat)

    def _stands_in(self, flat: str) -> bool:
        return next(self._words.automaton.iter(flat), None) is not None

    def _nearly_holds(self, text: str) -> bool:
        """In one of the ways of `understand`; whether it was meant is left to that."""
        folded, layers = fold(text), self._words.book.layers
        if "jamo" in layers:
            for put_right in (loose_jamo, drawn_out):
                if (read := put_right(folded)) and self._stands_in(read.folded.flat):
                    return True
        if "keyboard" in layers and (read := wrong_keyboard(folded)) and self._stands_in(read.folded.flat):
            return True
        near = self._words.near
        return bool(("sound" in layers and near.sounds(folded)) or ("slip" in layers and near.slips(folded)))


def differing(old: Sequence[Rule], new: Sequence[Rule]) -> list[Rule]:
    """The rules of either side that the other has not, not so, or not in that order; the fewest that explain it."""
    places = {rule.key: place for place, rule in enumerate(old)}
    same = [rule.key for rule in new if rule.key in places and old[places[rule.key]] == rule]
    kept = _longest_rising(same, places)
    return [rule for rule in (*old, *new) if rule.key not in kept]


def _longest_rising(keys: Sequence[str], places: Mapping[str, int]) -> frozenset[str]:
    """Most keys whose places rise from one to the next (patience sorting)."""
    tops: list[int] = []
    ends: list[str] = []
    before: dict[str, str | None] = {}
    for key in keys:
        pile = bisect_left(tops, places[key])
        before[key] = ends[pile - 1] if pile else None
        tops[pile:], ends[pile:] = [places[key], *tops[pile + 1 :]], [key, *ends[pile + 1 :]]
    kept: list[str] = []
    key_of: str | None = ends[-1] if ends else None
    while key_of is not None:
        kept.append(key_of)
        key_of = before[key_of]
    return frozenset(kept)
