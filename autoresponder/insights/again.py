"""Deciding past messages again, by the rule book that judged them or by another one.

A customer's messages are taken in their order, each with what was remembered of the talk:

1. As long as the book leaves the talk just as the log has it, a message is decided with its own `before`.
2. Once it does not (another rule's cool-down began, a person was or was not called, a miss more or less), what the
   book itself remembers is carried on to the customer's next message, until both are the same again.
3. What people did in between stays: where `before` differs from what the judging version left in `with_human_until` or
   `misses`, both were set by a person (inbox/handoff.py, inbox/notice.py) and are taken over.
4. Messages no book judged (switched off, nothing published, a person at the platform) stay as they are.

The hours count as they were (`state`), and so do facts of the shop where the log tells: what a reply lacked then is
lacking again, what an answer named was known. Other facts, greetings of the night and of vacations, shipping days and
the customer's name count as they are now, for the log does not keep them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple, cast

from cachetools import LRUCache

from autoresponder.engine.book import Book
from autoresponder.engine.compile import Compiled, compile_book
from autoresponder.engine.decide import decide, with_person
from autoresponder.engine.document import load
from autoresponder.engine.match import Found
from autoresponder.engine.types import Decision, Incoming, IncomingKind, Outcome, Reply, Talk
from autoresponder.engine.understand import read_all
from autoresponder.engine.usable import READABLE
from autoresponder.engine.variables import used
from autoresponder.inbox.receive import only_asked
from autoresponder.insights.past import Answer, Past, answer_of
from autoresponder.rules.models import Version
from autoresponder.shops.calendar import calendar_of
from autoresponder.shops.models import Shop
from autoresponder.shops.values import values_of, with_customer

if TYPE_CHECKING:  # it decides again where a look at the words is not enough
    from autoresponder.insights.differences import Known

# Versions that judged messages of the time looked at; more than these are rarely needed by turns.
KEPT = 20
# Texts of which is remembered what a book makes of them: half of what customers write was written before.
READ = 20_000
# What no book makes anything of.
UNREAD = Found("", "?", [])
# Stands for a fact that was known once and is not any more.
GONE = "…"


class Turn(NamedTuple):
    """A message decided again. `carried`: what was remembered then, where that is not what the log has. `again` is None
    where the answer is the log's: the difference of the books cannot touch it, or no book judged it. `after`: what is
    remembered then; None where it is what the log has, too."""

    past: Past
    carried: Talk | None
    again: Answer | None
    after: Talk | None

    @property
    def talk(self) -> Talk:
        return self.past.before if self.carried is None else self.carried

    @property
    def answer(self) -> Answer:
        return self.again or self.past.answer


class Again:
    """All that deciding again takes besides a book and a message: the shop's hours and facts, the books of old. About
    so many `texts` are to be read."""

    def __init__(self, shop: Shop, *, texts: int) -> None:
        self.texts = texts
        self._calendar, self._values = calendar_of(shop), values_of(shop)
        self._books: LRUCache[int, Book] = LRUCache(KEPT)
        self._compiled: LRUCache[int, tuple[Book, Compiled]] = LRUCache(KEPT)
        self._read: dict[tuple[Compiled, str], Found] = {}
        self._named: dict[tuple[int, Answer], tuple[str, ...]] = {}

    def turns(
        self, compiled: Compiled, pasts: Iterable[tuple[Past, Known | None]], *, last: Turn | None = None
    ) -> Iterator[list[Turn] | None]:
        """One customer's messages by this book, in steps for `abreast`. What is Known of a message is not decided.
        `last`: the one before them, whosever it was."""
        turns: list[Turn] = []
        for past, known in pasts:
            carried = None if last is None or last.after is None else self._carried(last, last.after, past)
            if carried is None and known and known.names is not None:
                last = Turn(past, None, past.answer_by(known.names) if known.names else None, None)
            else:
                yield None
                last = self._turn(compiled, past, carried, UNREAD if known and known.unmatched else None)
            turns.append(last)
        yield turns

    def _turn(self, compiled: Compiled, past: Past, carried: Talk | None, found: Found | None) -> Turn:
        talk = past.before if carried is None else carried
        if not past.judged:
            return Turn(past, carried, None, talk)
        if with_person(talk, past.at):
            return Turn(past, carried, past.unanswered, talk)
        decision = self.decide(compiled, past, talk, found=found, aloud=False)
        return Turn(past, carried, answer_of(decision), decision.talk)

    def decide(
        self, compiled: Compiled, past: Past, talk: Talk, *, found: Found | None = None, aloud: bool = True
    ) -> Decision:
        """The decision about a message that was judged. `found`: what the book makes of it, where that is known.
        `aloud` as of engine/decide.py."""
        row = past.row
        if found is None and row.kind in READABLE:
            found = self._read_one(compiled, row.text)
        decision = decide(
            compiled,
            self._calendar,
            talk,
            Incoming("", "", row.text, cast(IncomingKind, row.kind)),
            now=past.at,
            channel=row.kind_of_channel,
            values=self._values_then(past),
            state=past.logged.state,
            found=found,
            aloud=aloud,
        )
        return only_asked(decision, talk) if past.only_asked else decision

    def read_all(self, compiled: Compiled, texts: Sequence[str]) -> list[Found]:
        """What the book makes of each text."""
        if len(self._read) > READ:
            self._read.clear()
        new = [text for text in dict.fromkeys(texts) if (compiled, text) not in self._read]
        self._read |= zip([(compiled, text) for text in new], read_all(compiled, new), strict=True)
        return [self._read[compiled, text] for text in texts]

    def _read_one(self, compiled: Compiled, text: str) -> Found:
        if (found := self._read.get((compiled, text))) is None:
            (found,) = self.read_all(compiled, [text])
        return found

    def version(self, version_id: int) -> Compiled:
        """The book of a version, compiled. Of many versions only the book is needed."""
        return self.compiled(self.book(version_id))

    def compiled(self, book: Book, *, texts: int = 0) -> Compiled:
        """Of this very book, which is kept beside it so that its id stays its own."""
        if id(book) not in self._compiled:
            self._compiled[id(book)] = book, compile_book(book, texts=texts)
        return self._compiled[id(book)][1]

    def book(self, version_id: int) -> Book:
        if version_id not in self._books:
            self._books[version_id] = load(Version.objects.values_list("document", flat=True).get(pk=version_id))
        return self._books[version_id]

    def _carried(self, last: Turn, after: Talk, past: Past) -> Talk | None:
        """What this book remembers when `past` comes, `after` being what it did after `last`; None where that is what
        the log has."""
        if not last.past.same_customer(past) or after == past.before:
            return None
        carried = self._remembered(last.past, after, past)
        return None if carried == past.before else carried

    def _remembered(self, last: Past, after: Talk, past: Past) -> Talk:
        """`after` is what this book remembered after `last`."""
        before = past.before
        # Logs of before the talk was kept: it had been said something, and nothing is remembered of it.
        if before == Talk() and self._left(last).replied_at:
            return after
        if self.left(last) == (before.with_human_until, before.misses):
            return after
        return after._replace(with_human_until=before.with_human_until, misses=before.misses)

    def left(self, past: Past) -> tuple[datetime | None, int]:
        """What the version that judged a message then remembered in `with_human_until` and `misses`: mostly the log
        tells."""
        version = past.row.version_id
        if version is None or not past.judged or past.tells("with_human"):
            return past.before.with_human_until, past.before.misses
        match past.row.outcome:
            case Outcome.ANSWERED:
                return None, 0
            case Outcome.GREETED | Outcome.ASKED_BACK:
                return None, past.before.misses
            case Outcome.FALLBACK:
                return None, past.before.misses + past.tells("unmatched")
            case Outcome.HANDED_OFF if not past.tells("loop_guard"):
                quiet = self.book(version).hand_off.quiet_minutes
                return past.at + timedelta(minutes=quiet) if quiet else None, 0
        talk = self._left(past)
        return talk.with_human_until, talk.misses

    def _left(self, past: Past) -> Talk:
        version = past.row.version_id
        if version is None or not past.judged:
            return past.before
        found = UNREAD if past.tells("unmatched") else None
        return self.decide(self.version(version), past, past.before, found=found, aloud=False).talk

    def _values_then(self, past: Past) -> Mapping[str, str]:
        lacking, gone = past.logged.lacking, self._gone(past)
        if not (past.row.name or lacking or gone):
            return self._values
        values = with_customer(self._values, past.row.name)
        for name in lacking:
            values.pop(name, None)
        for name in gone:
            values[name] = values.get(name) or GONE
        return values

    def _gone(self, past: Past) -> tuple[str, ...]:
        """The facts that the answer named, so they were known, and nobody knows any more."""
        version, answer = past.row.version_id, past.answer
        if version is None or answer.outcome == Outcome.SILENT:
            return ()
        key = (version, answer)
        if key not in self._named:
            replies = said(texts_of(self.book(version)), answer)
            names = (name for reply in replies.values() for text in reply for name in used(text.text))
            self._named[key] = tuple(name for name in names if not self._values.get(name))
        return self._named[key]


Texts = Mapping[str, tuple[Reply, ...]]


def texts_of(book: Book) -> Texts:
    """All that a book can say, by a rule's key or the name of the text."""
    return {
        "/away": (book.away.reply,),
        "/fallback": (book.fallback.reply,),
        "/open": (book.hand_off.open,),
        "/closed": (book.hand_off.closed,),
        "/ask_back": (book.ask_back,),
        **{rule.key: rule.replies for rule in book.rules},
    }


def said(texts: Texts, answer: Answer) -> Texts:
    """The texts an answer is made of, before anything is filled in."""
    names: Sequence[str] = ()
    match answer.outcome:
        case Outcome.ANSWERED:
            names = answer.rules
        case Outcome.HANDED_OFF:
            own = any(texts.get(name) for name in answer.rules)
            names = answer.rules if own else ["/open" if answer.is_open else "/closed"]
        case Outcome.FALLBACK:
            names = ["/fallback"]
        case Outcome.ASKED_BACK:
            names = ["/ask_back"]
    if answer.greeted:
        names = ["/away", *names]
    return {name: texts.get(name, ()) for name in names}
