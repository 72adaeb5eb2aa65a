"""Messages as the log has them, one customer after the other: what was said, what was remembered, what was decided."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, NamedTuple

from django.db.models import F, Q, QuerySet, TextField
from django.db.models.functions import Cast
from django.utils.functional import cached_property

from autoresponder.engine.decide import GREETING
from autoresponder.engine.talk import talk_from_json
from autoresponder.engine.trace import state_from_json
from autoresponder.engine.types import Decision, State, Talk
from autoresponder.inbox.models import Conversation, Message
from autoresponder.inbox.receive import STANDARD
from autoresponder.shops.models import Shop

# Conversations read at once, and rows held at once where one of them is long.
TOGETHER, ROWS = 500, 4_000
# Stored decisions of which is remembered what they tell: many are the same, letter for letter.
REMEMBERED = 20_000
# The rule book had no say in these.
UNJUDGED = ("paused", "nothing_published", "unanswerable")
# The one messenger whose shops may want only rules to answer (`Incoming.only_asked`).
MAIL = "email"


class Row(NamedTuple):
    """What begins with "raw" is still text: of most messages nobody asks what is in them."""

    id: int
    conversation_id: int
    raw_at: str
    kind: str
    text: str
    test: bool
    outcome: str
    rule: str
    version_id: int | None
    liked: bool | None
    kind_of_channel: str
    name: str
    raw_before: str
    raw_decision: str


class Logged(NamedTuple):
    """What a stored decision tells. `rules`: those that answered, or were offered where the customer was asked back.

    `judged`: by a rule book, if there was one then. `state`: what the hours said. `lacking`: facts of the shop that
    nobody had filled in. `greeted`: the away greeting was said.
    """

    state: State | None
    judged: bool
    rules: tuple[str, ...]
    lacking: tuple[str, ...]
    greeted: bool
    only_asked: bool


Reader = Callable[[str], Logged]


def reader() -> Reader:
    return lru_cache(REMEMBERED)(_logged)


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

    def __init__(self, row: Row, read: Reader) -> None:
        self.row, self._read = row, read

    @cached_property
    def at(self) -> datetime:
        """SQLite keeps UTC without saying so."""
        at = datetime.fromisoformat(self.row.raw_at)
        return at if at.tzinfo else at.replace(tzinfo=UTC)

    @cached_property
    def before(self) -> Talk:
        """What was remembered of the talk until then."""
        return _talk(self.row.raw_before)

    @cached_property
    def logged(self) -> Logged:
        return self._read(self.row.raw_decision)

    @property
    def judged(self) -> bool:
        """Whether a rule book decided it, so that it can be decided again; else it stays as it is."""
        return self.row.version_id is not None and self.logged.judged

    @property
    def only_asked(self) -> bool:
        """Whether only rules were to answer."""
        return self.logged.only_asked or (self.row.kind_of_channel == MAIL and self.row.outcome not in STANDARD)

    @cached_property
    def answer(self) -> Answer:
        logged = self.logged
        return Answer(self.row.outcome, logged.rules, logged.greeted, logged.state is not None and logged.state.open)

    def same_customer(self, other: Past) -> bool:
        return self.row.conversation_id == other.row.conversation_id

    def answer_by(self, names: Mapping[str, str]) -> Answer:
        """With the rules by their new names."""
        answer = self.answer
        return answer._replace(rules=tuple([names[rule] for rule in answer.rules])) if names else answer

    def tells(self, code: str) -> bool:
        """Whether the trace has a step of this code. Nothing else can look so: JSON escapes the quotes inside texts."""
        return f'"code": "{code}"' in self.row.raw_decision

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


def written(conversations: Sequence[int], *, since: datetime, until: datetime, read: Reader) -> Iterator[list[Past]]:
    """The messages with since <= at < until of one customer after the other, each one's in the order they came. Some at
    a time: a cursor left open would keep whoever looks on from writing down how far they are."""
    messages = Message.objects.filter(conversation__in=conversations, at__gte=since, at__lt=until)
    messages = messages.order_by("conversation_id", "id")
    page = messages
    while True:
        rows = list(map(Row._make, _read(page)[:ROWS]))
        yield [Past(row, read) for row in rows]
        if len(rows) < ROWS:
            return
        id, conversation = rows[-1][:2]
        page = messages.filter(Q(conversation__gt=conversation) | Q(conversation=conversation, id__gt=id))


def numbered(ids: Sequence[int]) -> Iterator[Past]:
    """Those of these messages that are still there."""
    for first in range(0, len(ids), TOGETHER):
        rows = _read(Message.objects.filter(pk__in=ids[first : first + TOGETHER]))
        yield from (Past(Row._make(row), _logged) for row in rows)


def newest(shop: Shop, count: int, *, since: datetime) -> list[Past]:
    """The shop's newest messages, of all customers, the newest first."""
    found = Message.objects.filter(shop=shop, test=False, at__gte=since).order_by("-at", "-id")
    read = reader()
    return [Past(Row._make(row), read) for row in _read(found)[:count]]


def _read(messages: QuerySet[Message]) -> Any:
    raw = {f"raw_{name}": Cast(name, TextField()) for name in ("at", "before", "decision")}
    plain = messages.annotate(**raw, kind_of_channel=F("connection__kind"), name=F("conversation__name"))
    return plain.values_list(*Row._fields)


# With most of a shop's customers nothing was remembered yet.
@lru_cache(maxsize=1_024)
def _talk(raw: str) -> Talk:
    talk = talk_from_json(json.loads(raw))
    return talk._replace(offered=()) if talk.offered else talk


def _logged(raw: str) -> Logged:
    decision = json.loads(raw)
    trace = decision.get("trace") or ()
    codes = {step["code"] for step in trace}
    # A message its customer took back has no decision any more.
    state = state_from_json(decision["state"]) if decision.get("state") else None
    return Logged(
        state=state,
        judged=state is not None and _judged(trace),
        rules=tuple(decision.get("rules") or ()),
        lacking=_lacking(trace) if "unfilled" in codes else (),
        greeted="greeting" in codes,
        only_asked="only_asked" in codes,
    )


def _judged(trace: Sequence[Mapping[str, Any]]) -> bool:
    """A person at the platform leaves no moment until when; one of ours does, and that the engine respects."""
    first = trace[0] if trace else {}
    if first.get("code") == "with_human":
        return bool(first.get("params", {}).get("until"))
    return bool(first) and first["code"] not in UNJUDGED


def _lacking(trace: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    return tuple(name for step in trace if step["code"] == "unfilled" for name in step["params"]["names"])
