"""The one way in: a customer's message becomes a decision, a record and, where needed, a delivery."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import uuid4

from django.db import transaction

from autoresponder.channels import fit
from autoresponder.channels.base import Channel, Payload
from autoresponder.connections import connect
from autoresponder.connections.find import Line
from autoresponder.engine.decide import decide
from autoresponder.engine.hours import state
from autoresponder.engine.talk import talk_from_json, talk_to_json
from autoresponder.engine.trace import decision_to_json, reply_to_json
from autoresponder.engine.types import Decision, Incoming, Outcome, Step, Talk
from autoresponder.inbox import sql
from autoresponder.inbox.models import Conversation, Delivery, Message
from autoresponder.rules.live import Live, lineup, version_for
from autoresponder.shops.values import with_customer

# Why the bot said nothing although the customer wants something: somebody has to look.
UNANSWERED = {"with_human", "paused", "nothing_published", "unanswerable", "only_asked"}
# What is said where no rule has understood the customer, and its words in the trace.
STANDARD, SAID = (Outcome.GREETED, Outcome.FALLBACK), ("greeting", "fallback")
LAST_TEXT = 200
# A talk with no word for this long is over; the next message may be judged by another version.
TALK_OVER = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Received:
    """`payload` is the rendered answer; `repeated`: it is the stored one of an earlier delivery; `queued`: the outbox
    has something to send."""

    message_id: int
    payload: Payload
    repeated: bool = False
    queued: bool = False


def receive(line: Line, incoming: Incoming, *, now: datetime) -> Received:
    """Decide and record one message in one transaction; the answer is committed before anyone can send it."""
    lineup(line.shop_id)  # whoever has to compile a book does so before others wait for the database
    with transaction.atomic():
        known = _conversation(line, incoming, now)
        # Read while this talk is held: of two quick messages the later one never gets the older version.
        before, talking = known.judged_by, now - known.last_at < TALK_OVER
        book = version_for(line.shop_id, incoming.customer, tester=known.tester, before=before, talking=talking)
        talk = talk_from_json(known.talk)
        incoming = _meant(incoming, talk)
        decision = judge(line, book, talk, incoming, incoming.name or known.name, now=now)
        payload = _rendered(line.channel, decision, incoming)
        message_id, repeats, stored = _record(line, book, known, incoming, decision, payload, now)
        if repeats:
            return Received(message_id, stored, repeated=True)
        calls = line.channel.calls(payload, answered=True)
        if calls:
            _queue(line, known.id, message_id, calls, incoming, now)
        decision = decision._replace(
            talk=decision.talk._replace(offered=fit.numbered(decision.replies, line.channel.limits))
        )
        _remember(known, book, incoming, decision, now=now)
    if not line.confirmed and not incoming.test:
        connect.confirm(line.connection_id, now=now)
    return Received(message_id, payload, queued=bool(calls))


def _rendered(channel: Channel, decision: Decision, incoming: Incoming) -> Payload:
    if any(step.code == "with_human" for step in decision.trace):
        return channel.silence(incoming.reply_to)
    return channel.render(decision.replies)


def _meant(incoming: Incoming, talk: Talk) -> Incoming:
    """A customer without buttons answers "2" to numbered lines: that is the second button, pressed."""
    number = incoming.text.strip().rstrip(".번)")
    numbers = {str(at): text for at, text in enumerate(talk.offered, start=1)}
    if incoming.kind != "text" or number not in numbers:
        return incoming
    return incoming._replace(text=numbers[number], kind="button")


def judge(line: Line, book: Live | None, talk: Talk, incoming: Incoming, name: str, *, now: datetime) -> Decision:
    """The engine's decision, or a reasoned silence when the shop has switched answering off.

    `name`: what to call the customer, "" if nobody knows.
    """
    if incoming.unanswerable:
        reason = Step("unanswerable", params={"why": incoming.unanswerable})
        return Decision(Outcome.SILENT, state(line.calendar, now), talk, trace=(reason,))
    if book is None or not line.on or incoming.with_person:
        reason = Step("nothing_published" if book is None else "paused" if not line.on else "with_human")
        return Decision(Outcome.SILENT, state(line.calendar, now), talk, trace=(reason,))
    values = with_customer(line.values, name)
    kind = line.channel.kind
    decision = decide(book.compiled, line.calendar, talk, incoming, now=now, channel=kind, values=values)
    return only_asked(decision, talk) if incoming.only_asked else decision


def only_asked(decision: Decision, talk: Talk) -> Decision:
    """The decision where only rules may answer: no greeting alone and no standard answer."""
    if decision.outcome not in STANDARD:
        return decision
    trace = (*(step for step in decision.trace if step.code not in SAID), Step("only_asked"))
    # Nothing was said, so nothing of it is remembered.
    return Decision(Outcome.SILENT, decision.state, talk, trace=trace)


class Known(NamedTuple):
    """The conversation's row as it was before this message."""

    id: int
    talk: dict[str, Any]
    waiting_since: datetime | None
    name: str
    tester: bool
    judged_by: int | None
    last_at: datetime


def _conversation(line: Line, incoming: Incoming, now: datetime) -> Known:
    """Finds or makes the conversation and holds its row until the commit, so two quick messages take turns."""
    row = sql.insert_or_find(
        Conversation,
        {
            "shop_id": line.shop_id,
            "connection_id": line.connection_id,
            "customer": incoming.customer,
            "name": incoming.name,
            "test": incoming.test,
            "tester": False,
            "reply_to": {},
            "talk": {},
            "last_text": "",
            "last_at": now,
            "waiting_reason": "",
        },
        unique=["connection_id", "customer"],
        on_conflict="customer = excluded.customer",
        returning=Known._fields,
    )
    return Known(*row)


def _record(
    line: Line,
    book: Live | None,
    known: Known,
    incoming: Incoming,
    decision: Decision,
    payload: Payload,
    now: datetime,
) -> tuple[Any, ...]:
    return sql.insert_or_find(
        Message,
        {
            "shop_id": line.shop_id,
            "connection_id": line.connection_id,
            "conversation_id": known.id,
            "event_id": incoming.event_id or uuid4().hex,
            "kind": incoming.kind,
            "text": incoming.text,
            "test": incoming.test,
            "at": now,
            "outcome": decision.outcome.value,
            "rule": decision.answered_by[0] if decision.answered_by else "",
            "also": decision.answered_by[1] if len(decision.answered_by) > 1 else "",
            "version_id": book.version_id if book else None,
            "replies": [reply_to_json(reply) for reply in decision.replies],
            "decision": decision_to_json(decision),
            "answer": payload,
            "repeats": 0,
            "before": known.talk,
            "remark": "",
        },
        unique=["connection_id", "event_id"],
        on_conflict="repeats = autoresponder_message.repeats + 1",
        returning=["id", "repeats", "answer"],
    )


def _queue(
    line: Line, conversation_id: int, message_id: int, calls: Sequence[Payload], incoming: Incoming, now: datetime
) -> None:
    """An answer is for the moment of the question: the deadline counts from the platform's time where it is sane."""
    asked_at = min(incoming.at, now) if incoming.at else now
    Delivery.objects.create(
        shop_id=line.shop_id,
        connection_id=line.connection_id,
        conversation_id=conversation_id,
        message_id=message_id,
        calls=list(calls),
        reply_to=dict(incoming.reply_to),
        due_at=now,
        deadline=asked_at + timedelta(seconds=line.channel.limits.seconds),
        created_at=now,
    )


def _remember(known: Known, book: Live | None, incoming: Incoming, decision: Decision, *, now: datetime) -> None:
    values: dict[str, Any] = {
        "talk": talk_to_json(decision.talk),
        "last_text": incoming.text[:LAST_TEXT],
        "last_at": now,
        "gone_at": None,
        "reply_to": dict(incoming.reply_to),
        "judged_by": book.version_id if book else None,
    }
    if incoming.name:
        values["name"] = incoming.name
    if needs_person(decision) and not known.waiting_since and not incoming.with_person:
        values |= {"waiting_since": now, "waiting_reason": decision.outcome.value}
    sql.update(Conversation, known.id, values)


def needs_person(decision: Decision) -> bool:
    if decision.outcome is Outcome.HANDED_OFF:
        return True
    return decision.outcome is Outcome.SILENT and any(step.code in UNANSWERED for step in decision.trace)
