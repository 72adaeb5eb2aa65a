"""Which messages two rule books may decide differently, without deciding them: most edits touch a word or two, and how
an answer is worded has no say in who gives it."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from autoresponder.engine.book import Book, Group, Manner, Rule
from autoresponder.engine.compile import Compiled, compile_book, in_order, spellings
from autoresponder.engine.match import Found, matches
from autoresponder.engine.rewrite import drawn_out, loose_jamo, wrong_keyboard
from autoresponder.engine.several import second
from autoresponder.engine.text import Folded, flat_of, fold
from autoresponder.engine.types import Match, Reply
from autoresponder.engine.understand import GUESSES
from autoresponder.engine.variables import never_empty, used


class Difference:
    """Between two books. `texts`: those of "away", "fallback", "hand_off" and "ask_back" that do not act the same.
    `rests`: a rule rests longer, so that it is remembered longer whoever answers.

    About so many `texts` are to be looked at, if that is known."""

    def __init__(self, old: Book, new: Book, *, texts: int = 0) -> None:
        old, new = _acting(old), _acting(new)
        named = ("away", "fallback", "hand_off", "ask_back")
        self.texts = frozenset(name for name in named if getattr(old, name) != getattr(new, name))
        rested = {rule.key: rule.cooldown_minutes for rule in old.rules}
        self.rests = any(0 < rested.get(rule.key, 0) < rule.cooldown_minutes for rule in new.rules)
        rules = tuple(differing(in_order(old), in_order(new)))
        # Only words as their owner wrote them are guessed.
        self._guessed = self._words = compile_book(replace(new, rules=rules, ignored=()), texts=texts)
        if (old.aliases, old.ignored) != (new.aliases, new.ignored):
            written = tuple(sorted({form for form, _ in _forms(old) ^ _forms(new)}))
            others = Rule("", "", groups=(Group("any", written),))
            self._words = compile_book(replace(new, rules=(*rules, others), ignored=()))
        self._other_layers = old.layers != new.layers

    def may_touch(self, text: str, *, unsure: bool) -> bool:
        """Whether a differing word may have a say about the text, or take a word from one that has. `unsure`: no rule
        understood it as it is written, so what it nearly says counts too."""
        if unsure and self._other_layers:
            return True
        if not self._words.rules:
            return False
        folded = fold(text)
        return self._stands_in(folded.flat) or (unsure and self._nearly_stands_in(folded))

    def _stands_in(self, flat: str) -> bool:
        return next(self._words.automaton.iter(flat), None) is not None

    def _nearly_stands_in(self, folded: Folded) -> bool:
        """In one of the ways of `understand`; whether it was meant is left to that."""
        layers = self._words.book.layers
        if "jamo" in layers:
            for put_right in (loose_jamo, drawn_out):
                if (read := put_right(folded)) and self._stands_in(read.folded.flat):
                    return True
        if "keyboard" in layers and (read := wrong_keyboard(folded)) and self._stands_in(read.folded.flat):
            return True
        if not self._guessed.rules:
            return False
        near = self._guessed.near
        if "sound" in layers and near.sounds(folded):
            return True
        return "slip" in layers and bool(near.slips(folded))


class Reading(NamedTuple):
    """Who may answer a text, and by which words where there are several. Two books whose texts act the same decide the
    same about what they read alike."""

    says_something: bool
    how: str
    rules: Sequence[Rule]
    places: Sequence[Sequence[Match]]


# Of a text that no rule may answer.
UNMATCHED = Reading(True, "exact", [], [])


def reading(compiled: Compiled, found: Found) -> Reading:
    ranks = found.meant
    if len(ranks) > 1 and _answers_alone(compiled, found, ranks):
        ranks = ranks[:1]
    rules = [_meant(compiled.rules[rank]) for rank in ranks]
    places = [matches(compiled, found, rank) for rank in ranks] if len(ranks) > 1 else []
    return Reading(bool(found.flat), found.how, rules, places)


def _answers_alone(compiled: Compiled, found: Found, ranks: Sequence[int]) -> bool:
    """Whether the first rule answers at all times, and no other beside it."""
    if found.how in GUESSES or not compiled.steady[ranks[0]]:
        return False
    return second(compiled, found, ranks, matches(compiled, found, ranks[0])) is None


def _meant(rule: Rule) -> Rule:
    """What of a rule still counts when it was meant."""
    manner: Manner = "alone" if rule.manner == "alone" else "mention"
    return replace(_acting_rule(rule), groups=(), manner=manner, without=())


def _acting_rule(rule: Rule) -> Rule:
    return replace(rule, name="", intent="", replies=tuple(map(_weighed, rule.replies)))


def _acting(book: Book) -> Book:
    """What of a book has a say in who answers: no name, and of each text only what `_weighed` leaves."""
    away, fallback, hand_off = book.away, book.fallback, book.hand_off
    return replace(
        book,
        rules=tuple(map(_acting_rule, book.rules)),
        away=replace(away, reply=_weighed(away.reply)),
        fallback=replace(fallback, reply=_weighed(fallback.reply)),
        hand_off=replace(hand_off, open=_weighed(hand_off.open), closed=_weighed(hand_off.closed)),
        ask_back=_weighed(book.ask_back),
    )


def _weighed(reply: Reply) -> Reply:
    """When it can be said: by the facts it cannot do without, and by its very words where it may come out empty."""
    return Reply(str(used(reply.text)) if never_empty(reply.text) else reply.text)


def _forms(book: Book) -> set[tuple[str, str]]:
    """All that is looked for in a message, folded, with the word it stands for."""
    words = (word for rule in in_order(book) for group in rule.groups for word in group.words)
    flats = {flat for word in (*words, *book.ignored) if (flat := flat_of(word))}
    others = spellings(book)
    respelled = {(flat.replace(meant, written), flat) for flat in flats for written, meant in others if meant in flat}
    return respelled | {(flat, flat) for flat in flats}


def differing(old: Sequence[Rule], new: Sequence[Rule]) -> list[Rule]:
    """The rules of either side that the other has not, not so, or not in that order; the fewest that explain it.

    Of a rule that only has other words in the same groups just those words are left, as one rule.
    """
    places = {rule.key: place for place, rule in enumerate(old)}
    words = {
        rule.key: changed
        for rule in new
        if rule.key in places and (changed := _changed_words(old[places[rule.key]], rule)) is not None
    }
    kept = _longest_rising([rule.key for rule in new if rule.key in words], places)
    reworded = [
        replace(rule, groups=(Group("any", words[rule.key]),)) for rule in new if rule.key in kept and words[rule.key]
    ]
    return [*(rule for rule in (*old, *new) if rule.key not in kept), *reworded]


def _changed_words(old: Rule, new: Rule) -> tuple[str, ...] | None:
    """The words that only one of them has; None where they differ in more than that.

    A message without them meets the one rule if it meets the other. Not so where all words of a group are needed.
    """
    if old == new:
        return ()
    modes = [group.mode for group in old.groups]
    if replace(old, groups=new.groups) != new or modes != [group.mode for group in new.groups]:
        return None
    words: list[str] = []
    for was, becomes in zip(old.groups, new.groups, strict=True):
        changed = set(was.words) ^ set(becomes.words)
        if changed and was.mode == "all":
            return None
        words += sorted(changed)
    return tuple(dict.fromkeys(words))


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
