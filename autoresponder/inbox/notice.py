"""What platforms tell us besides customers' words: a person answered there, a customer left, a delivery failed."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q

from autoresponder.channels.base import Notice
from autoresponder.connections import trouble
from autoresponder.connections.find import Line
from autoresponder.connections.models import Connection
from autoresponder.engine.talk import talk_from_json, talk_to_json
from autoresponder.engine.trace import reply_to_json
from autoresponder.engine.types import Reply
from autoresponder.inbox.handoff import QUIET
from autoresponder.inbox.models import Conversation, Delivery, Message

# How long a talk that a platform gave to a person stays with them if nobody gives it back.
WITH_PERSON = timedelta(hours=24)

State = Delivery.State


def take(line: Line, notice: Notice, *, now: datetime) -> None:
    """Act on one notice; a repeated one changes nothing. One about a customer nobody knows counts only where a person
    has begun the talk."""
    if not notice.customer:
        return _about_account(line, notice, now)
    with transaction.atomic():
        begun = notice.what in ("person_answered", "person_takes")
        conversation = _conversation(line, notice, now) if begun else _known(line, notice)
        if conversation is not None:
            _ABOUT_CUSTOMER[notice.what](conversation, notice, now)


def _about_account(line: Line, notice: Notice, now: datetime) -> None:
    connection = Connection.objects.select_related("shop").get(pk=line.connection_id)
    if notice.what == "stopped":
        trouble.stop(connection, "permission", now=now)
    elif notice.what == "started":
        trouble.clear(connection)


def _known(line: Line, notice: Notice) -> Conversation | None:
    found = Conversation.objects.select_for_update().filter(connection_id=line.connection_id)
    known = found.filter(customer=notice.customer).first()
    if known is None and notice.what == "failed":
        # WhatsApp may call the customer by number here and by user id elsewhere; the message's own id is certain.
        sent = Delivery.objects.filter(_has(notice.message_id), connection_id=line.connection_id)
        known = found.filter(pk__in=sent.values("conversation_id")).first()
    return known


def _conversation(line: Line, notice: Notice, now: datetime) -> Conversation:
    known, _ = Conversation.objects.select_for_update().get_or_create(
        connection_id=line.connection_id,
        customer=notice.customer,
        defaults={"shop_id": line.shop_id, "last_at": now},
    )
    return known


def _answered(conversation: Conversation, notice: Notice, now: datetime) -> None:
    deliveries = Delivery.objects.filter(conversation=conversation)
    if notice.message_id and deliveries.filter(_has(notice.message_id)).exists():
        return
    at = min(notice.at, now) if notice.at else now
    deliveries.create(
        shop_id=conversation.shop_id,
        connection_id=conversation.connection_id,
        conversation=conversation,
        by_person=True,
        replies=[reply_to_json(Reply(notice.text))],
        state=State.SENT,
        platform_ids=notice.message_id,
        due_at=at,
        deadline=at,
        created_at=at,
        sent_at=at,
    )
    deliveries.filter(state=State.READY, by_person=False, author=None).update(
        state=State.SUPERSEDED, error="person_first"
    )
    _with_person(conversation, now + QUIET)


def _takes(conversation: Conversation, notice: Notice, now: datetime) -> None:
    _with_person(conversation, now + WITH_PERSON)


def _leaves(conversation: Conversation, notice: Notice, now: datetime) -> None:
    _with_person(conversation, None)


def _gone(conversation: Conversation, notice: Notice, now: datetime) -> None:
    _set(conversation, gone_at=now)


def _back(conversation: Conversation, notice: Notice, now: datetime) -> None:
    _set(conversation, gone_at=None)


def _unsent(conversation: Conversation, notice: Notice, now: datetime) -> None:
    """The customer took it back, so nobody here keeps it either."""
    message = Message.objects.filter(conversation=conversation, event_id=notice.message_id).first()
    if message is None:
        return
    if conversation.last_text == message.text[: len(conversation.last_text)]:
        _set(conversation, last_text="")
    Message.objects.filter(pk=message.pk).update(text="", kind="unsent", decision={})


def _failed(conversation: Conversation, notice: Notice, now: datetime) -> None:
    """The platform had taken it and could not deliver it. A success told later does not take this back."""
    sent = Delivery.objects.filter(_has(notice.message_id), conversation=conversation, state=State.SENT)
    if notice.message_id and sent.update(state=State.REFUSED, error=notice.code, detail=notice.text[:200]):
        _set(conversation, waiting_since=conversation.waiting_since or now, waiting_reason=State.REFUSED.value)


def _has(message_id: str) -> Q:
    """Deliveries that hold this platform id, which stand one a line."""
    whole, first, last = Q(platform_ids=message_id), f"{message_id}\n", f"\n{message_id}"
    middle = Q(platform_ids__contains=f"\n{message_id}\n")
    return whole | Q(platform_ids__startswith=first) | Q(platform_ids__endswith=last) | middle


def _with_person(conversation: Conversation, until: datetime | None) -> None:
    talk = talk_from_json(conversation.talk)._replace(with_human_until=until, misses=0)
    _set(conversation, talk=talk_to_json(talk), waiting_since=None, waiting_reason="")


def _set(conversation: Conversation, **fields: Any) -> None:
    for name, value in fields.items():
        setattr(conversation, name, value)
    conversation.save(update_fields=list(fields))


_ABOUT_CUSTOMER = {
    "person_answered": _answered,
    "person_takes": _takes,
    "person_leaves": _leaves,
    "gone": _gone,
    "back": _back,
    "unsent": _unsent,
    "failed": _failed,
}
