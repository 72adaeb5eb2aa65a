"""Which messages of the log a book cannot answer differently from the versions that judged them: they need not be
decided again. First a look for the words that differ; where one stands, what both books make of the text."""

from __future__ import annotations

from collections.abc import Set
from functools import lru_cache

from autoresponder.engine.book import Book
from autoresponder.engine.differ import Difference, reading
from autoresponder.engine.types import Outcome
from autoresponder.engine.usable import READABLE
from autoresponder.insights.again import Again
from autoresponder.insights.past import Past

# Texts of which is remembered whether two books read them differently.
REMEMBERED = 50_000


class Between:
    """Two books. `texts` and `rests` as of Difference."""

    def __init__(self, again: Again, old: Book, new: Book) -> None:
        self._again, self._books, self._difference = again, (old, new), Difference(old, new)
        self.texts, self.rests = self._difference.texts, self._difference.rests
        self._remembered = lru_cache(REMEMBERED)(self._reads_otherwise)

    def reads_otherwise(self, past: Past, *, unsure: bool) -> bool:
        """Whether others may answer the text. `unsure`: for all we know no rule understood it as it is written."""
        return self._remembered(past.row.text if past.row.kind in READABLE else "", unsure)

    def _reads_otherwise(self, text: str, unsure: bool) -> bool:
        if not self._difference.may_touch(text, unsure=unsure):
            return False
        was, becomes = (self._again.compiled(book) for book in self._books)
        return reading(was, self._again.read(was, text)) != reading(becomes, self._again.read(becomes, text))


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
            or _reads_otherwise(between, past)
        )

    def leave_unmatched(self, past: Past) -> bool:
        """Whether no rule of either book has an answer to this text, as the log tells: at that hour, whatever was
        remembered of the talk."""
        version = past.row.version_id
        return version is not None and past.logged.unmatched and not _reads_otherwise(self._of(version), past)

    def _of(self, version: int) -> Between:
        if version not in self._known:
            self._known[version] = Between(self._again, self._again.book(version), self._book)
        return self._known[version]


def _reads_otherwise(between: Between, past: Past) -> bool:
    return between.reads_otherwise(past, unsure=past.tells("unmatched") or past.tells("understood"))


def _told_by(texts: Set[str], past: Past) -> bool:
    """Whether one of these texts may have a part in the answer to a message."""
    return (
        ("away" in texts and past.may_be_closed)
        or ("fallback" in texts and (past.tells("unmatched") or past.tells("not_text")))
        or ("hand_off" in texts and past.row.outcome == Outcome.HANDED_OFF)
        or ("ask_back" in texts and past.tells("understood"))
    )
