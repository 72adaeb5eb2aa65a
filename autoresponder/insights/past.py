"""Messages as the log has them, one customer after the other: what was said, what was remembered, what was decided."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

from django.db.models import ExpressionWrapper, F, Q, QuerySet, TextField
from django.db.models.functions import Cast
from django.utils.functional import cached_property

from autoresponder.engine.decide import GREETING
from autoresponder.engine.types import Decision, Outcome, Talk
from autoresponder.inbox.models import Conversation, Message
from autoresponder.inbox.receive import STANDARD
from autoresponder.insights.stored import Logged, logged, remembered
from autoresponder.shops.models import Shop

# Conversations read at once, and rows held at once where one of them is long.
TOGETHER, ROWS = 500, 4_000
# The one messenger whose shops may want only rules to answer (`Incoming.only_asked`).
MAIL = "email"


class Row(NamedTuple):
    """What begins with "raw" is still text: of most messages nobody asks what is in them. `from_test` and `thumb` are
    0 and 1 on SQLite."""

    id: int
    conversation_id: int
    raw_at: str
    kind: str
    text: str
    from_test: int | bool
    outcome: str
    rule: str
    version_id: int | None
    thumb: int | bool | None
    kind_of_channel: str
    name: str
    raw_before: str
    raw_decision: str


class Answer(NamedTuple):
    """Who answered, and how: all by which the texts are known that were said. `greeted`: with the away greeting."""

    outcome: str
    rules: tuple[str, ...]
    greeted: bool
    is_open: bool


def answer_of(decision: Decision) -> Answer:
    return Answer(decision.outcome.value, decision.rules, GREETING in decision.trace, decision.state.open)


class Past:
    """One message of the log."""

    def __init__(self, row: Row) -> None:
        self.row = row

    @cached_property
    def at(self) -> datetime:
        """SQLite keeps UTC without saying so."""
        at = datetime.fromisoformat(self.row.raw_at)
        return at if at.tzinfo else at.replace(tzinfo=UTC)

    @cached_property
    def before(self) -> Talk:
        """What was remembered of the talk until then."""
        return remembered(self.row.raw_before)

    @cached_property
    def logged(self) -> Logged:
        return logged(self.row.raw_decision)

    @property
    def judged(self) -> bool:
        """Whether a rule book decided it, so that it can be decided again; else it stays as it is."""
        return self.row.version_id is not None and self.logged.judged

    @cached_property
    def with_person(self) -> bool:
        """Whether a person had the talk, so that no rule was asked."""
        return self.row.outcome == Outcome.SILENT and self.tells("with_human")

    @property
    def only_asked(self) -> bool:
        """Whether only rules were to answer."""
        return self.logged.only_asked or (self.row.kind_of_channel == MAIL and self.row.outcome not in STANDARD)

    @cached_property
    def answer(self) -> Answer:
        return Answer(self.row.outcome, self.logged.rules, self.logged.greeted, self.is_open)

    @property
    def unanswered(self) -> Answer:
        """As if a person had had the talk."""
        return Answer(Outcome.SILENT.value, (), False, self.is_open)

    @property
    def is_open(self) -> bool:
        state = self.logged.state
        return state is not None and state.open

    def same_customer(self, other: Past) -> bool:
        return self.row.conversation_id == other.row.conversation_id

    def answer_by(self, names: Mapping[str, str]) -> Answer:
        """With the rules by their new names."""
        if not names:
            return self.answer
        outcome, rules, greeted, is_open = self.answer
        return Answer(outcome, tuple([names[rule] for rule in rules]), greeted, is_open)

    def tells(self, code: str) -> bool:
        """Whether the trace has a step of this code. Nothing else can look so: JSON escapes the quotes inside texts."""
        return f'"code": "{code}"' in self.row.raw_decision

    @property
    def disliked(self) -> bool:
        return self.row.thumb is not None and not self.row.thumb

    @property
    def rests(self) -> bool:
        """Whether a rule that rests after its answers was remembered."""
        return '"answered_at"' in self.row.raw_before

    @property
    def may_be_closed(self) -> bool:
        return '"open": false' in self.row.raw_decision


def pages(shop: Shop, *, since: datetime) -> Iterator[list[int]]:
    """The ids of conversations somebody wrote in since then, those that began first first."""
    written = Conversation.objects.filter(shop=shop, last_at__gte=since).order_by("pk")
    last = 0
    while ids := list(written.filter(pk__gt=last).values_list("pk", flat=True)[:TOGETHER]):
        last = ids[-1]
        yield ids


def written(conversations: Sequence[int], *, since: datetime, until: datetime) -> Iterator[list[Past]]:
    """The messages with since <= at < until of one customer after the other, each one's in the order they came. Some at
    a time: a cursor left open would keep whoever looks on from writing down how far they are."""
    messages = Message.objects.filter(conversation__in=conversations, at__gte=since, at__lt=until)
    messages = messages.order_by("conversation_id", "id")
    page = messages
    while True:
        rows = list(map(Row._make, _read(page)[:ROWS]))
        yield [Past(row) for row in rows]
        if len(rows) < ROWS:
            return
        id, conversation = rows[-1][:2]
        page = messages.filter(Q(conversation__gt=conversation) | Q(conversation=conversation, id__gt=id))


def numbered(ids: Sequence[int]) -> Iterator[Past]:
    """Those of these messages that are still there."""
    for first in range(0, len(ids), TOGETHER):
        rows = _read(Message.objects.filter(pk__in=ids[first : first + TOGETHER]))
        yield from (Past(Row._make(row)) for row in rows)


def newest(shop: Shop, count: int, *, since: datetime) -> list[Past]:
    """The shop's newest messages, of all customers, the newest first."""
    found = Message.objects.filter(shop=shop, test=False, at__gte=since).order_by("-at", "-id")
    return [Past(Row._make(row)) for row in _read(found)[:count]]


def _read(messages: QuerySet[Message]) -> Any:
    raw: dict[str, Any] = {f"raw_{name}": Cast(name, TextField()) for name in ("at", "before", "decision")}
    # As the database has them: Django would look at each once more.
    raw |= {name: ExpressionWrapper(F(of), TextField()) for name, of in (("from_test", "test"), ("thumb", "liked"))}
    plain = messages.annotate(**raw, kind_of_channel=F("connection__kind"), name=F("conversation__name"))
    return plain.values_list(*Row._fields)
