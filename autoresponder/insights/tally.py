"""How a rule book's answers differ from those that were given, counted while they come."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta
from itertools import chain, pairwise

from autoresponder.engine.book import Book
from autoresponder.engine.types import Outcome
from autoresponder.insights.again import Again, Turn, said, texts_of
from autoresponder.insights.counts import Changed, Counts
from autoresponder.insights.differences import Differences
from autoresponder.insights.past import Answer, Past, answer_of

SOON, AT_ONCE = timedelta(minutes=30), timedelta(minutes=5)
GOOD = (Outcome.ANSWERED, Outcome.HANDED_OFF)


class Tally:
    """Counts into `counts`."""

    def __init__(self, again: Again, book: Book, published: Published | None) -> None:
        self.counts = Counts()
        self._again, self._published = again, published
        self._texts = texts_of(book)
        self._rewritten: dict[int, frozenset[str]] = {}

    def add(self, turns: Iterable[Turn]) -> None:
        """Messages of one customer after the other."""
        counts = self.counts
        for turn, following in _with_next(turns):
            counts.seen += 1
            row = turn.past.row
            if row.from_test:
                continue
            counts.before[row.outcome] += 1
            counts.after[turn.again.outcome if turn.again else row.outcome] += 1
            if self._differs(turn):
                self._add(turn, following)

    def _differs(self, turn: Turn) -> bool:
        past = turn.past
        if turn.again and (past.row.outcome, past.logged.rules) != turn.again[:2]:
            return True
        return past.row.version_id is not None and self._reads_differently(past.row.version_id, turn)

    def _reads_differently(self, version: int, turn: Turn) -> bool:
        """Whether what is said is written differently in that version."""
        if version not in self._rewritten:
            old = texts_of(self._again.book(version))
            names = (name for name, text in self._texts.items() if old.get(name, text) != text)
            self._rewritten[version] = frozenset(names)
        rewritten = self._rewritten[version]
        # What no book judged is not said again, whatever is written now.
        if not rewritten or not turn.past.judged:
            return False
        return not rewritten.isdisjoint(said(self._texts, turn.answer))

    def _add(self, turn: Turn, following: Past | None) -> None:
        past, answer = turn.past, turn.answer
        self._know_names(past)
        suspect, already = suspicion(past, answer, following), self._is_published(turn)
        changed = Changed(past.row.id, turn.carried, suspect, already)
        self.counts.add((past.row.outcome, past.logged.rules), answer[:2], past.row.text, changed)

    def _is_published(self, turn: Turn) -> bool:
        """Another version answered the customer, and the published one would answer like this too."""
        published = self._published
        if published is None or published.version == turn.past.row.version_id:
            return False
        now = published.answer(turn)
        return now[:2] == turn.answer[:2] and not self._reads_differently(published.version, turn)

    def _know_names(self, past: Past) -> None:
        known, version = self.counts.names, past.row.version_id
        unknown = [key for key in past.logged.rules if key not in self._texts and key not in known]
        if unknown and version is not None:
            known |= {rule.key: rule.name for rule in self._again.book(version).rules if rule.key in unknown}


class Published:
    """Answers as the version that is in force would have."""

    def __init__(self, again: Again, version: int) -> None:
        self.version = version
        self._again, self._differences = again, Differences(again, again.book(version))

    def answer(self, turn: Turn) -> Answer:
        past = turn.past
        (known,) = self._differences.known([past])
        if turn.carried is None and known.names is not None:
            return past.answer_by(known.names)
        return answer_of(self._again.decide(self._again.version(self.version), past, turn.talk, aloud=False))


def suspicion(past: Past, answer: Answer, following: Past | None) -> str:
    """A code of counts.SUSPECTS, or "" where nothing speaks against the new answer. `following`: the customer's next
    message."""
    if past.row.outcome in GOOD and past.logged.rules:
        if past.logged.rules == answer.rules or past.disliked or _called_person(past, following):
            return ""
        return "other" if answer.rules and answer.outcome != Outcome.ASKED_BACK else "lost"
    if answer.outcome != Outcome.ANSWERED:
        return ""
    if _called_person(past, following):
        return "person"
    return "again" if following and following.at - past.at <= AT_ONCE else ""


def _called_person(past: Past, following: Past | None) -> bool:
    """Asked for one soon, by the words of a rule."""
    if following is None or following.row.outcome != Outcome.HANDED_OFF or not following.logged.rules:
        return False
    return following.at - past.at <= SOON


def _with_next(turns: Iterable[Turn]) -> Iterator[tuple[Turn, Past | None]]:
    """Each with the same customer's next message."""
    for turn, following in pairwise(chain(turns, (None,))):
        if turn is not None:
            yield turn, following.past if following and following.past.same_customer(turn.past) else None
