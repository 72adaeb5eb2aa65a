"""Messages as the log has them, one customer after the other: what was said, what was remembered, what was decided."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple

from django.db.models import Q, QuerySet

from autoresponder.connections.models import Connection
from autoresponder.engine.talk import talk_from_json
from autoresponder.engine.trace import state_from_json
from autoresponder.engine.types import State, Talk
from autoresponder.inbox.models import Conversation, Message
from autoresponder.inbox.receive import STANDARD
from autoresponder.shops.models import Shop

# Conversations read at once, and rows held at once where one of them is long.
TOGETHER, ROWS = 200, 2_000
FIELDS = (
    *("id", "conversation_id", "at", "kind", "text", "test", "outcome", "version_id", "liked"),
    *("connection_id", "conversation__name", "before", "decision"),
)
# The rule book had no say in these.
UNJUDGED = ("paused", "nothing_published", "unanswerable")
# The one messenger whose shops may want only rules to answer (`Incoming.only_asked`).
MAIL = "email"


class Past(NamedTuple):
    """One message of the log. `rules`: those that answered, or were offered where the customer was asked back.

    `judged`: the rule book of `version` decided it, so it can be decided again; else it stays as it is. `state`: what
    the hours said. `before`: what was remembered. `lacking`: facts of the shop that nobody had filled in.
    """

    id: int
    conversation: int
    at: datetime
    kind: str
    text: str
    test: bool
    outcome: str
    version: int | None
    liked: bool | None
    channel: str
    name: str
    before: Talk
    state: State | None
    judged: bool
    rules: tuple[str, ...]
    lacking: tuple[str, ...]
    greeted: bool
    only_asked: bool


def customers(shop: Shop, *, since: datetime, until: datetime) -> Iterator[Iterator[Past]]:
    """The messages with since <= at < until of one customer after the other, each one's in the order they came."""
    read = Reader(shop)
    last = 0
    while ids := _ids(shop, since, after=last):
        last = ids[-1]
        rows = _rows(Message.objects.filter(conversation__in=ids, at__gte=since, at__lt=until))
        for _, own in groupby(rows, itemgetter(1)):
            yield map(read.past, own)


def _rows(messages: QuerySet[Message]) -> Iterator[tuple[Any, ...]]:
    """A page at a time: a cursor left open would keep whoever looks on from writing down how far they are."""
    page = messages = messages.order_by("conversation_id", "id")
    while True:
        rows = list(page.values_list(*FIELDS)[:ROWS])
        yield from rows
        if len(rows) < ROWS:
            return
        id, conversation = rows[-1][:2]
        page = messages.filter(Q(conversation__gt=conversation) | Q(conversation=conversation, id__gt=id))


class Reader:
    """From rows of FIELDS to messages of the past."""

    def __init__(self, shop: Shop) -> None:
        self._kinds = dict(Connection.objects.filter(shop=shop).values_list("id", "kind"))
        # Most messages share their state with those before them.
        self._states: dict[tuple[Any, ...], State | None] = {}

    def past(self, row: tuple[Any, ...]) -> Past:
        id, conversation, at, kind, text, test, outcome, version, liked, connection, name, before, decision = row
        trace = decision.get("trace") or ()
        codes = {step["code"] for step in trace}
        state = self._state(decision.get("state"))
        channel = self._kinds.get(connection, "")
        return Past(
            *(id, conversation, at, kind, text, test, outcome, version, liked, channel, name),
            before=talk_from_json(before)._replace(offered=()),
            state=state,
            judged=version is not None and state is not None and _judged(trace),
            rules=tuple(decision.get("rules") or ()),
            lacking=_lacking(trace) if "unfilled" in codes else (),
            greeted="greeting" in codes,
            only_asked="only_asked" in codes or (channel == MAIL and outcome not in STANDARD),
        )

    def _state(self, data: Mapping[str, Any] | None) -> State | None:
        """None for a decision that was taken out of the log, as of a message its customer took back."""
        if not data:
            return None
        key = tuple(data.values())
        if key not in self._states:
            if len(self._states) > ROWS:
                self._states.clear()
            self._states[key] = state_from_json(data)
        return self._states[key]


def _ids(shop: Shop, since: datetime, *, after: int) -> list[int]:
    written = Conversation.objects.filter(shop=shop, last_at__gte=since, pk__gt=after)
    return list(written.order_by("pk").values_list("pk", flat=True)[:TOGETHER])


def _judged(trace: Sequence[Mapping[str, Any]]) -> bool:
    """A person at the platform leaves no moment until when; one of ours does, and that the engine respects."""
    first = trace[0] if trace else {}
    if first.get("code") == "with_human":
        return bool(first.get("params", {}).get("until"))
    return bool(first) and first["code"] not in UNJUDGED


def _lacking(trace: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    return tuple(name for step in trace if step["code"] == "unfilled" for name in step["params"]["names"])
