"""What a book answers to messages of the log, where that is known without deciding them again: just what the versions
that judged them did, or the same by other rules. First a look for the words that differ; where one stands, what both
books make of the text."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence, Set
from enum import IntEnum, auto
from typing import NamedTuple

from autoresponder.engine.book import Book
from autoresponder.engine.differ import UNMATCHED, Asked, Difference, Reading, reading, renamed
from autoresponder.engine.types import Outcome
from autoresponder.engine.usable import READABLE
from autoresponder.insights.again import Again
from autoresponder.insights.past import Past

# Texts of which is remembered how differently two books read them.
REMEMBERED = 50_000
# Why a rule that was meant did not answer, and none in its place.
OBSTACLE = re.compile('"code": "(?:hours|window|channel|no_reply)"')
# No rule has another name.
SAME: Mapping[str, str] = {}


class Told(IntEnum):
    """What the log tells of how a text was read: as it is written (READ), by a guess, or so that no rule was meant
    (UNMATCHED) or might answer then (HINDERED)."""

    NOTHING = auto()
    READ = auto()
    GUESSED = auto()
    UNMATCHED = auto()
    HINDERED = auto()


UNANSWERED = (Told.UNMATCHED, Told.HINDERED)


class Text(NamedTuple):
    """What a customer wrote, and what the log tells of it: the key of the rule that `answered`, if any."""

    text: str
    told: Told
    answered: str

    @property
    def unsure(self) -> bool:
        return self.told is not Told.READ

    @property
    def asked(self) -> Asked:
        return Asked(self.text, unsure=self.unsure, meant=self.told is not Told.UNMATCHED)


class Between:
    """Two books. `texts` and `rests` as of Difference."""

    def __init__(self, again: Again, old: Book, new: Book) -> None:
        self._again, self._books, self._difference = again, (old, new), Difference(old, new, texts=again.texts)
        self.texts, self.rests = self._difference.texts, self._difference.rests
        # The rules of whose answers the talk remembers no more than that there was one.
        self._plain = {rule.key for rule in old.rules if rule.action == "answer" and not rule.cooldown_minutes}
        self._known: dict[Text, Mapping[str, str] | None] = {}

    def renamed(self, texts: Sequence[Text]) -> list[Mapping[str, str] | None]:
        """Of each the rules that answer it now, by the keys of those that did in the older book; None where the answer
        may be another."""
        if len(self._known) > REMEMBERED:
            self._known.clear()
        self._look([text for text in dict.fromkeys(texts) if text not in self._known])
        return [self._known[text] for text in texts]

    def _look(self, texts: Sequence[Text]) -> None:
        touched, (old, new) = self._touched(texts), self._books
        becomes = self._read(new, touched)
        self._known |= dict.fromkeys(texts, SAME)
        unclear = []
        for text in touched:
            if text.answered and not becomes[text].keys:
                self._known[text] = None
            elif text.answered in self._plain and becomes[text].surely:
                # One answered and another does, and the talk is left just the same.
                key = becomes[text].keys[0]
                self._known[text] = SAME if key == text.answered else {text.answered: key}
            elif text.told in UNANSWERED:
                self._known[text] = renamed(UNMATCHED, becomes[text], answered="")
            else:
                unclear.append(text)
        for text, was in self._read(old, unclear).items():
            self._known[text] = renamed(was, becomes[text], answered=text.answered)

    def _touched(self, texts: Sequence[Text]) -> Sequence[Text]:
        wide = self._difference.wide
        others = [text for text in texts if not (wide and text.unsure)]
        found = dict(zip(others, self._difference.may_touch(text.asked for text in others), strict=True))
        return [text for text in texts if found.get(text, True)]

    def _read(self, book: Book, texts: Sequence[Text]) -> dict[Text, Reading]:
        compiled = self._again.compiled(book)
        founds = self._again.read_all(compiled, [text.text for text in texts])
        return {text: reading(compiled, found) for text, found in zip(texts, founds, strict=True)}


class Known(NamedTuple):
    """What is known of a message without deciding it.

    `names`: as long as the talk is the same, which is then left as it was, these rules answer in place of those that
    did; nothing where the answer is what it was, None where it has to be decided. `unmatched`: no rule of either book
    has an answer to this text, at that hour, whatever was remembered of the talk.
    """

    names: Mapping[str, str] | None
    unmatched: bool


AS_IT_WAS, UNMATCHED_AS_IT_WAS = Known(SAME, unmatched=False), Known(SAME, unmatched=True)


class Differences:
    """Between a book and each version that judged messages."""

    def __init__(self, again: Again, book: Book) -> None:
        self._again, self._book = again, book
        self._between: dict[int, Between] = {}

    def known(self, pasts: Sequence[Past]) -> list[Known]:
        known: dict[int, Known] = {}
        asked = [past for past in pasts if not past.with_person]
        for version in {past.row.version_id for past in asked} - {None}:
            between, own = self._of(version), [past for past in asked if past.row.version_id == version]
            texts = [text_of(past) for past in own]
            for past, text, names in zip(own, texts, between.renamed(texts), strict=True):
                known[past.row.id] = _known(between, past, text.told, names)
        return [known.get(past.row.id, AS_IT_WAS) for past in pasts]

    def _of(self, version: int) -> Between:
        if version not in self._between:
            self._between[version] = Between(self._again, self._again.book(version), self._book)
        return self._between[version]


def text_of(past: Past, *, as_logged: bool = True) -> Text:
    """`as_logged`: the older book is the one that judged it, or would have just so."""
    text = past.row.text if past.row.kind in READABLE else ""
    return Text(text, _told(past), past.row.rule) if as_logged else Text(text, Told.NOTHING, "")


def _known(between: Between, past: Past, told: Told, names: Mapping[str, str] | None) -> Known:
    unmatched = names is not None and told in UNANSWERED
    if (between.texts and _told_by(between.texts, past)) or (between.rests and past.rests):
        names = None
    if names and not names.keys() >= set(past.logged.rules):
        names = None
    if names == SAME:
        return UNMATCHED_AS_IT_WAS if unmatched else AS_IT_WAS
    return Known(names, unmatched)


def _told(past: Past) -> Told:
    if past.row.outcome != Outcome.ANSWERED and past.tells("unmatched"):
        return Told.HINDERED if OBSTACLE.search(past.row.raw_decision) else Told.UNMATCHED
    return Told.GUESSED if past.tells("understood") else Told.READ


def _told_by(texts: Set[str], past: Past) -> bool:
    """Whether one of these texts may have a part in the answer to a message."""
    return (
        ("away" in texts and past.may_be_closed)
        or ("fallback" in texts and (past.tells("unmatched") or past.tells("not_text")))
        or ("hand_off" in texts and past.row.outcome == Outcome.HANDED_OFF)
        or ("ask_back" in texts and past.tells("understood"))
    )
