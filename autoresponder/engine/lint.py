"""What an owner should know before publishing, though nothing in it is wrong."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import combinations, islice
from typing import NamedTuple
from zoneinfo import ZoneInfo

from autoresponder.engine.book import Away, Book, Fallback, Group, HandOff, Rule
from autoresponder.engine.calendar import Calendar
from autoresponder.engine.compile import compile_book
from autoresponder.engine.keyword import Mode, mode_of
from autoresponder.engine.match import find
from autoresponder.engine.nouns import confusable, is_noun
from autoresponder.engine.text import flat_of
from autoresponder.engine.types import Reply
from autoresponder.engine.window import never_holds, outside

# Two Latin letters or digits stand in too many messages for other reasons.
SHORTEST_LATIN = 3
# A longer list would be read by nobody.
MOST = 10
# Words that share all but one syllable with very many others say nothing about either.
CROWD = 12


class Idle(NamedTuple):
    """A rule that is switched on and does not answer any more, or never will. `why`: "ended" (its last day is over),
    "never" (none of its dates is one of its weekdays), "no_night" (it answers at night, but the shop has set none).
    """

    rule: str
    why: str


def idle(book: Book, calendar: Calendar, *, now: datetime) -> list[Idle]:
    """All such rules, in the book's order."""
    clock = now.astimezone(ZoneInfo(calendar.timezone))
    found = [Idle(rule.key, _why_idle(rule, calendar, clock)) for rule in book.rules if rule.enabled]
    return [each for each in found if each.why]


def _why_idle(rule: Rule, calendar: Calendar, clock: datetime) -> str:
    if rule.window and never_holds(rule.window):
        return "never"
    if rule.window and outside(rule.window, clock) == "ended":
        return "ended"
    return "no_night" if rule.when == "night" and calendar.night is None else ""


class Similar(NamedTuple):
    """Two words of different rules that one slip of a finger turns into one another (반품, 부품)."""

    word: str
    rule: str
    other: str
    by: str


def similar(book: Book) -> list[Similar]:
    """The first such pairs, in the book's order. Typos between them are asked back about, never guessed."""
    return list(islice(_pairs(_nouns(book)), MOST))


def _nouns(book: Book) -> dict[str, tuple[str, str]]:
    """Topic nouns of the rules that answer: folded -> (as written, key of the first rule that has it)."""
    nouns: dict[str, tuple[str, str]] = {}
    for rule in book.rules:
        words = (word for group in rule.groups if group.mode != "none" for word in group.words) if _counts(rule) else ()
        for word in words:
            flat = flat_of(word)
            if is_noun(flat) and flat == word:
                nouns.setdefault(flat, (word, rule.key))
    return nouns


def _counts(rule: Rule) -> bool:
    """Calling a person by mistake harms nobody."""
    return rule.enabled and rule.action == "answer" and "slip" not in rule.without


def _pairs(nouns: dict[str, tuple[str, str]]) -> Iterator[Similar]:
    for one, other in _candidates(list(nouns)):
        (word, rule), (another, by) = nouns[one], nouns[other]
        if rule != by and confusable(one, other):
            yield Similar(word, rule, another, by)


def _candidates(flats: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Pairs that differ in one syllable, each once: comparing all words with all would take seconds."""
    alike: dict[str, list[str]] = defaultdict(list)
    for flat in flats:
        for at in range(len(flat)):
            alike[f"{flat[:at]}*{flat[at + 1 :]}"].append(flat)
    crowds = (crowd for crowd in alike.values() if 1 < len(crowd) <= CROWD)
    return (pair for crowd in crowds for pair in combinations(crowd, 2))


class Shared(NamedTuple):
    """A word of one rule that alone calls another rule (`other`) too. `wins`: the one asked about goes first."""

    word: str
    other: str
    wins: bool


def shared(book: Book, key: str) -> list[Shared]:
    """The words of the rule `key` that another rule, switched on and at work at the same time, has as well."""
    order = in_order(book)
    place = next((place for place, rule in enumerate(order) if rule.key == key), None)
    if place is None:
        return []
    mine = order[place]
    words = dict.fromkeys(word for group in mine.groups if group.mode != "none" for word in group.words)
    calling = [(word, flat) for word in words if (flat := flat_of(word)) and _calls(mine, flat)]
    rivals = [(at, rule) for at, rule in enumerate(order) if at != place and rule.enabled and _meet(mine, rule)]
    found = (Shared(word, rule.key, place < at) for word, flat in calling for at, rule in rivals if _calls(rule, flat))
    return list(islice(found, MOST))


class Unheard(NamedTuple):
    """A rule that is switched on and never answers, since `by` goes first and hears all that it hears."""

    rule: str
    by: str


def unheard(book: Book) -> list[Unheard]:
    """Such rules, in the order in which rules are looked at. A rule that only matters in some cases is never among
    them; one that is not among them may still be of no use for another reason.
    """
    places = {rule.key: place for place, rule in enumerate(in_order(book))}
    # A rule that covers another has one of its words in each of its groups: comparing all with all would take seconds.
    by_word: dict[str, list[Rule]] = defaultdict(list)
    found = []
    for late in (rule for rule in in_order(book) if rule.enabled):
        words = {flat_of(word) for group in _positive(late) for word in group.words}
        earlier = {early.key: early for word in words for early in by_word[word]}
        for early in sorted(earlier.values(), key=lambda rule: places[rule.key]):
            if _covers(early, late):
                found.append(Unheard(late.key, early.key))
                break
        for word in {flat_of(word) for group in _positive(late)[:1] for word in group.words}:
            by_word[word].append(late)
    return found


def too_short(word: str) -> bool:
    """One syllable, or so few Latin letters or digits that other words and numbers contain them."""
    flat = flat_of(word)
    return mode_of(flat) is Mode.ONE_SYLLABLE or (mode_of(flat) is Mode.LATIN_WORD and len(flat) < SHORTEST_LATIN)


def counted(words: Sequence[str], texts: Sequence[str]) -> dict[str, int]:
    """In how many of the texts each word stands, as a keyword is found in them."""
    said = Reply("-")
    rules = tuple(Rule(str(at), "-", (Group("any", (word,)),), (said,)) for at, word in enumerate(words))
    compiled = compile_book(Book(rules, Away(said), Fallback(said), HandOff(said, said)))
    counts = dict.fromkeys(words, 0)
    for text in texts:
        for keyword in {hit[2] for hit in find(compiled, text).hits}:
            for word in words:
                counts[word] += compiled.spelled[keyword] == word
    return counts


def in_order(book: Book) -> list[Rule]:
    """As they are looked at: safety first, then the owner's order."""
    return sorted(book.rules, key=lambda rule: rule.band != "safety")


def _calls(rule: Rule, flat: str) -> bool:
    """Whether this word alone is all the rule needs."""
    needed = [[flat_of(word) for word in group.words] for group in _positive(rule)]
    modes = [group.mode for group in _positive(rule)]
    return bool(needed) and all(
        flat in words if mode == "any" else set(words) == {flat} for words, mode in zip(needed, modes, strict=True)
    )


def _positive(rule: Rule) -> list[Group]:
    return [group for group in rule.groups if group.mode != "none" and group.words]


def _meet(one: Rule, other: Rule) -> bool:
    """Whether both may be at work for the same message."""
    apart = {one.when, other.when} in ({"open", "closed"}, {"open", "holiday"})
    channels = not (one.channels and other.channels) or not set(one.channels).isdisjoint(other.channels)
    return channels and not apart


def _covers(early: Rule, late: Rule) -> bool:
    """Whether `early` hears every message that `late` hears, whenever and wherever that is, and always answers."""
    if early.cooldown_minutes or early.window or any(group.mode == "none" for group in early.groups):
        return False
    if early.manner != "mention" or early.when not in ("always", late.when) or not _positive(early):
        return False
    if early.channels and not (late.channels and set(late.channels) <= set(early.channels)):
        return False
    if not set(early.without) <= set(late.without) or any("{" in reply.text for reply in early.replies):
        return False
    if early.action == "answer" and not any(reply.text.strip() for reply in early.replies):
        return False
    return all(_is_met(group, late) for group in _positive(early))


def _is_met(group: Group, late: Rule) -> bool:
    """Whether whoever says what `late` needs says what the group needs."""
    wanted = {flat_of(word) for word in group.words}
    sure = {
        flat_of(word) for each in _positive(late) if each.mode == "all" or len(each.words) == 1 for word in each.words
    }
    if group.mode == "all":
        return wanted <= sure
    lists = [{flat_of(word) for word in each.words} for each in _positive(late) if each.mode == "any"]
    return bool(wanted & sure) or any(words <= wanted for words in lists)
