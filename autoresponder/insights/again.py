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
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple, cast

from cachetools import LRUCache

from autoresponder.engine.book import Book
from autoresponder.engine.compile import Compiled, compile_book
from autoresponder.engine.decide import decide
from autoresponder.engine.document import load
from autoresponder.engine.match import Found
from autoresponder.engine.types import Decision, Incoming, IncomingKind, Outcome, Reply, Talk
from autoresponder.engine.understand import read
from autoresponder.engine.usable import READABLE
from autoresponder.engine.variables import used
from autoresponder.inbox.receive import only_asked
from autoresponder.insights.past import Answer, Past, answer_of
from autoresponder.rules.models import Version
from autoresponder.shops.calendar import calendar_of
from autoresponder.shops.models import Shop
from autoresponder.shops.values import values_of, with_customer

if TYPE_CHECKING:  # it decides again where a look at the words is not enough
    from autoresponder.insights.differences import Differences

# Versions that judged messages of the time looked at; more than these are rarely needed by turns.
KEPT = 20
# Texts of which is remembered what a book makes of them: half of what customers write was written before.
READ = 20_000
# What no book makes anything of.
UNREAD = Found("", "?", [])
# Stands for a fact that was known once and is not any more.
GONE = "…"


class Turn(NamedTuple):
    """A message decided again. `carried`: what was remembered then, where that is not what the log has. `decision` is
    None where it is what the log has: the difference of the books cannot touch it, or no book judged it."""

    past: Past
    carried: Talk | None
    decision: Decision | None

    @property
    def talk(self) -> Talk:
        return self.past.before if self.carried is None else self.carried

    @property
    def answer(self) -> Answer:
        return answer_of(self.decision) if self.decision else self.past.answer


class Again:
    """All that deciding again takes besides a book and a message: the shop's hours and facts, the books of old. About
    so many `texts` are to be read."""

    def __init__(self, shop: Shop, *, texts: int) -> None:
        self.texts = texts
        self._calendar, self._values = calendar_of(shop), values_of(shop)
        self._books: LRUCache[int, Book] = LRUCache(KEPT)
        self._compiled: LRUCache[int, tuple[Book, Compiled]] = LRUCache(KEPT)
        self.read = lru_cache(READ)(read)
        self._named: dict[tuple[int, Answer], tuple[str, ...]] = {}

    def turns(
        self, compiled: Compiled, pasts: Iterable[Past], *, differences: Differences | None = None
    ) -> Iterator[Turn]:
        """One customer's messages by this book. With `differences`, what these cannot touch is not decided."""
        last: Past | None = None
        after = Talk()
        for past in pasts:
            carried = self._remembered(last, after, past) if last else None
            if carried is not None and carried == past.before:
                carried = None
            if carried is None and differences and not differences.may_touch(past):
                last = None
                yield Turn(past, None, None)
                continue
            talk = past.before if carried is None else carried
            found = UNREAD if differences and differences.leave_unmatched(past) else None
            decision = self.decide(compiled, past, talk, found=found) if past.judged else None
            yield Turn(past, carried, decision)
            last, after = past, decision.talk if decision else talk

    def decide(self, compiled: Compiled, past: Past, talk: Talk, *, found: Found | None = None) -> Decision:
        """The decision about a message that was judged. `found`: what the book makes of it, where that is known."""
        row = past.row
        if found is None and row.kind in READABLE:
            found = self.read(compiled, row.text)
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
        )
        return only_asked(decision, talk) if past.only_asked else decision

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

    def _remembered(self, last: Past, after: Talk, past: Past) -> Talk:
        """What this book remembers when `past` comes; `after` is what it remembered after `last`."""
        before = past.before
        if after == before:
            return before
        left = self._left(last)
        # Logs of before the talk was kept: it had been said something, and nothing is remembered of it.
        if before == Talk() and left.replied_at:
            before = left
        if after == left:
            return before
        if (before.with_human_until, before.misses) == (left.with_human_until, left.misses):
            return after
        return after._replace(with_human_until=before.with_human_until, misses=before.misses)

    def _left(self, past: Past) -> Talk:
        """What the version that judged this message remembered after it."""
        version = past.row.version_id
        if version is None or not past.judged:
            return past.before
        return self.decide(self.version(version), past, past.before).talk

    def _values_then(self, past: Past) -> Mapping[str, str]:
        lacking, told = past.logged.lacking, self._told(past)
        if not past.row.name and not lacking and all(map(self._values.get, told)):
            return self._values
        values = with_customer(self._values, past.row.name)
        for name in lacking:
            values.pop(name, None)
        for name in told:
            values[name] = values.get(name) or GONE
        return values

    def _told(self, past: Past) -> tuple[str, ...]:
        """The facts that the answer named, so they were known."""
        version, answer = past.row.version_id, past.answer
        if version is None or answer.outcome == Outcome.SILENT:
            return ()
        key = (version, answer)
        if key not in self._named:
            replies = said(texts_of(self.book(version)), answer)
            self._named[key] = tuple(name for reply in replies.values() for text in reply for name in used(text.text))
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
