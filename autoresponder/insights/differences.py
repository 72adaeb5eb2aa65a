"""Which messages of the log a book cannot answer differently from the versions that judged them: they need not be
decided again. First a look for the words that differ; where one stands, what both books make of the text."""

from __future__ import annotations

from collections.abc import Set
from functools import lru_cache

from autoresponder.engine.book import Book
from autoresponder.engine.differ import UNMATCHED, Difference, Reading, reading
from autoresponder.engine.types import Outcome
from autoresponder.engine.usable import READABLE
from autoresponder.insights.again import Again
from autoresponder.insights.past import Past

# Texts of which is remembered whether two books read them differently.
REMEMBERED = 50_000


class Between:
    """Two books. `texts` and `rests` as of Difference."""

    def __init__(self, again: Again, old: Book, new: Book) -> None:
        self._again, self._books, self._difference = again, (old, new), Difference(old, new, texts=again.texts)
        self.texts, self.rests = self._difference.texts, self._difference.rests
        self._keys = frozenset(rule.key for rule in new.rules if rule.enabled)
        self._remembered = lru_cache(REMEMBERED)(self._reads_otherwise)

    def reads_otherwise(self, past: Past, *, as_logged: bool) -> bool:
        """Whether others may answer the text. `as_logged`: the log tells what the older book made of the message."""
        if as_logged and past.row.rule and past.row.rule not in self._keys:
            return True
        unsure = not as_logged or past.tells("unmatched") or past.tells("understood")
        unmatched = as_logged and past.tells("unmatched")
        return self._remembered(past.row.text if past.row.kind in READABLE else "", unsure, unmatched)

    def _reads_otherwise(self, text: str, unsure: bool, unmatched: bool) -> bool:
        if not self._difference.may_touch(text, unsure=unsure):
            return False
        old, new = self._books
        return self._reading(new, text) != (UNMATCHED if unmatched else self._reading(old, text))

    def _reading(self, book: Book, text: str) -> Reading:
        compiled = self._again.compiled(book)
        return reading(compiled, self._again.read(compiled, text))


class Differences:
    """Between a book and each version that judged messages: which of them it cannot answer differently as long as the
    talk is the same."""

    def __init__(self, again: Again, book: Book) -> None:
        self._again, self._book = again, book
        self._known: dict[int, Between] = {}

    def may_touch(self, past: Past) -> bool:
        if past.row.version_id is None:
            return False
        between = self._of(past.row.version_id)
        return (
            bool(between.texts and _told_by(between.texts, past))
            or (between.rests and past.rests)
            or between.reads_otherwise(past, as_logged=True)
        )

    def leave_unmatched(self, past: Past) -> bool:
        """Whether no rule of either book has an answer to this text, as the log tells: at that hour, whatever was
        remembered of the talk."""
        version = past.row.version_id
        if version is None or not past.tells("unmatched"):
            return False
        return not self._of(version).reads_otherwise(past, as_logged=True)

    def _of(self, version: int) -> Between:
        if version not in self._known:
            self._known[version] = Between(self._again, self._again.book(version), self._book)
        return self._known[version]


def _told_by(texts: Set[str], past: Past) -> bool:
    """Whether one of these texts may have a part in the answer to a message."""
    return (
        ("away" in texts and past.may_be_closed)
        or ("fallback" in texts and (past.tells("unmatched") or past.tells("not_text")))
        or ("hand_off" in texts and past.row.outcome == Outcome.HANDED_OFF)
        or ("ask_back" in texts and past.tells("understood"))
    )
