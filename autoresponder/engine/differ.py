"""Which messages two rule books may decide differently, without deciding them: most edits touch a word or two, and how
an answer is worded has no say in who gives it."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property, lru_cache
from typing import Any, Literal, NamedTuple

from autoresponder.engine.abreast import abreast
from autoresponder.engine.book import Book, Group, Manner, Rule
from autoresponder.engine.compile import Compiled, compile_book, in_order, spellings
from autoresponder.engine.match import Found, matches
from autoresponder.engine.nouns import is_topic
from autoresponder.engine.plain_words import plain_words
from autoresponder.engine.rewrite import drawn_out, loose_jamo, spelled_out, wrong_keyboard
from autoresponder.engine.several import second
from autoresponder.engine.text import Folded, flat_of, fold
from autoresponder.engine.topics import topics
from autoresponder.engine.types import Reply
from autoresponder.engine.variables import never_empty, used

# One of so many rules.
WIDE = 4
# The layers that read a message anew where no rule understood it.
PUT_RIGHT = (("jamo", loose_jamo), ("keyboard", wrong_keyboard), ("slip", plain_words))


class Asked(NamedTuple):
    """A text. `unsure`: no rule understood it as it is written, so what it nearly says counts too. `meant`: one was
    meant, if only by a guess; else what a rule does counts as little."""

    text: str
    unsure: bool
    meant: bool


class Difference:
    """Between two books. `texts`: those of "away", "fallback", "hand_off" and "ask_back" that do not act the same.
    `rests`: a rule rests longer, so that it is remembered longer whoever answers. `wide`: much of what leads to rules
    differs, so that the new book's reading of a text takes no longer than a look for what differs.

    About so many `texts` are to be looked at, if that is known."""

    def __init__(self, old: Book, new: Book, *, texts: int = 0) -> None:
        old, new = _acting(old), _acting(new)
        named = ("away", "fallback", "hand_off", "ask_back")
        self.texts = frozenset(name for name in named if getattr(old, name) != getattr(new, name))
        rested = {rule.key: rule.cooldown_minutes for rule in old.rules}
        self.rests = any(0 < rested.get(rule.key, 0) < rule.cooldown_minutes for rule in new.rules)
        self._other_layers = old.layers != new.layers
        before, after = in_order(old), in_order(new)
        differ, lead = differing(before, after), differing(_leading(before), _leading(after, before))
        self.wide = WIDE * len(lead) > len(after)
        spelled: tuple[str, ...] = ()
        if (old.aliases, old.ignored) != (new.aliases, new.ignored):
            spelled = tuple(sorted({form for form, _ in _forms(old) ^ _forms(new)}))
        self._differing = _Look((old, new), differ, spelled, texts)
        self._leading = _Look((old, new), lead, spelled, texts)

    def may_touch(self, texts: Iterable[Asked]) -> list[bool]:
        """Of each text, whether a differing word may have a say about it, or take a word from one that has."""
        return abreast(map(self._may_touch, texts))

    def _may_touch(self, asked: Asked) -> Iterator[bool | None]:
        folded, look = fold(asked.text), self._differing if asked.meant else self._leading
        if self._other_layers and (asked.unsure or look.reads_anew(folded)):
            return iter((True,))
        return look.finds(folded, unsure=asked.unsure)


class _Look:
    """For the words of some rules of two books, and other `spelled` ones."""

    def __init__(self, books: tuple[Book, Book], rules: Sequence[Rule], spelled: tuple[str, ...], texts: int) -> None:
        old, new = books
        # Only words as their owner wrote them are guessed.
        self._guessed = self._words = compile_book(replace(new, rules=tuple(rules), ignored=()), texts=texts)
        others = Rule("", "", groups=(Group("any", spelled),))
        if spelled:
            self._words = compile_book(replace(new, rules=(*rules, others), ignored=()))
        self._every, self._texts = (*old.rules, *new.rules), texts
        self._changed = _syllables((*rules, others) if old.layers == new.layers else self._every)

    @cached_property
    def _beside(self) -> Compiled:
        """Topics that may make one of the words where they are put right, as a syllable of it is in them."""
        book, changed = self._words.book, self._changed
        words = {word for rule in self._every for group in rule.groups for word in group.words}
        words |= {part for word in words if " " in word for part in word.split()}
        nouns = [word for word in sorted(words) if not changed.isdisjoint(word) and is_topic(flat_of(word))]
        rule = Rule("", "", groups=(Group("any", tuple(nouns)),))
        return compile_book(Book((rule,), book.away, book.fallback, book.hand_off), texts=self._texts)

    def reads_anew(self, folded: Folded) -> bool:
        """Whether it may be read otherwise though it was understood."""
        return bool(spelled_out(folded.flat) or drawn_out(folded) or topics(self._beside, folded))

    def finds(self, folded: Folded, *, unsure: bool) -> Iterator[bool | None]:
        """Step by step, None as long as nothing is found. In the ways of `understand` if `unsure`; whether it was meant
        is left to that."""
        if not self._words.rules:
            yield False
            return
        layers = self._words.book.layers
        yield self._stands_in(folded)
        yield True if topics(self._beside, folded) else None
        drawn = drawn_out(folded) if "jamo" in layers else None
        yield self._stands_in(drawn.folded) if drawn else None
        yield None if unsure or spelled_out(folded.flat) else False
        for layer, put_right in PUT_RIGHT:
            read = put_right(folded) if layer in layers else None
            yield self._stands_in(read.folded) if read else None
        if self._guessed.rules:
            near = self._guessed.near
            if "sound" in layers:
                yield bool(near.sounds(folded)) or None
            if "slip" in layers:
                yield bool(near.slips(folded)) or None
        yield False

    def _stands_in(self, folded: Folded) -> Literal[True] | None:
        return True if next(self._words.automaton.iter(folded.flat), None) else None


class Reading(NamedTuple):
    """Who may answer a text, and by which words where there are several. Two books whose texts act the same decide the
    same about what they read alike, save that the rules have the `keys` they have in each. `alone`: where the first
    rule answers, no other does; `surely`: and it does, whenever anything does."""

    keys: Sequence[str]
    says_something: bool
    how: str
    rules: Sequence[Rule]
    places: Sequence[Sequence[tuple[Any, ...]]]
    alone: bool
    surely: bool


# Of a text that no rule may answer.
UNMATCHED = Reading([], True, "exact", [], [], True, False)
WORDLESS = UNMATCHED._replace(says_something=False)


def reading(compiled: Compiled, found: Found) -> Reading:
    ranks = found.meant
    if not ranks:
        return UNMATCHED if found.flat else WORDLESS
    alone = len(ranks) < 2 or (not found.guessed and second(compiled, found, ranks) is None)
    surely = alone and compiled.steady[ranks[0]] > 0
    if surely:
        ranks = ranks[:1]
    rules = [compiled.rules[rank] for rank in ranks]
    places = [[match[1:] for match in matches(compiled, found, rank)] for rank in ranks] if len(ranks) > 1 else []
    keys = [rule.key for rule in rules]
    return Reading(keys, True, found.how, [*map(_meant, rules)], places, alone, surely)


def renamed(old: Reading, new: Reading, *, answered: str) -> Mapping[str, str] | None:
    """The new keys of the rules by the old ones, nothing where they are the same; None for what is not read alike.
    `answered`: the key of the rule that did, if any."""
    if old[1:] == new[1:]:
        return {} if old.keys == new.keys else dict(zip(old.keys, new.keys, strict=True))
    if answered and old.alone and new.alone and old.keys[:1] == [answered] and old.rules[:1] == new.rules[:1]:
        return {} if new.keys[0] == answered else {answered: new.keys[0]}
    return None


@lru_cache(maxsize=1_024)
def _meant(rule: Rule) -> Rule:
    """What of a rule still counts when it was meant. By its key is remembered that it rests."""
    key = rule.key if rule.cooldown_minutes else ""
    manner: Manner = "alone" if rule.manner == "alone" else "mention"
    return replace(_acting_rule(rule), key=key, groups=(), manner=manner, without=())


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


def _leading(rules: Sequence[Rule], before: Sequence[Rule] = ()) -> list[Rule]:
    """What of rules leads to them, each by the key it had `before`, if it only has another."""
    keys, known = {rule.key for rule in rules}, {rule.key for rule in before}
    gone = {_led_to(rule, ""): rule.key for rule in before if rule.key not in keys}
    had = {rule.key: rule.key if rule.key in known else gone.pop(_led_to(rule, ""), rule.key) for rule in rules}
    return [_led_to(rule, had[rule.key]) for rule in rules]


def _led_to(rule: Rule, key: str) -> Rule:
    # What calls a person however it is said is not guessed (compile.py).
    action = rule.action if rule.manner == "mention" else "answer"
    return Rule(key, "", rule.groups, band=rule.band, manner=rule.manner, action=action, without=rule.without)


def _syllables(rules: Iterable[Rule]) -> set[str]:
    return {syllable for rule in rules for group in rule.groups for word in group.words for syllable in flat_of(word)}


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
