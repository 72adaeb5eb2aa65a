"""Customers who need a person: who waits, answering them, and giving the talk back to the bot."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet

from autoresponder import channels
from autoresponder.connections.find import secrets_of
from autoresponder.engine.talk import talk_from_json, talk_to_json
from autoresponder.engine.trace import reply_to_json
from autoresponder.engine.types import Reply
from autoresponder.inbox.models import Conversation, Delivery
from autoresponder.shops.models import Shop, User

# A person's own words stay worth delivering far longer than an automatic answer.
PERSON_DEADLINE = timedelta(hours=24)
# After a person has written, the bot keeps out of the talk this long.
QUIET = timedelta(minutes=60)


class CannotReply(Exception):
    """This messenger gives us no way to write to the customer; the person answers in the messenger's own app."""


def waiting(shop: Shop) -> QuerySet[Conversation]:
    """Conversations that need a person, longest waiting first."""
    return (
        Conversation.objects.filter(shop=shop, waiting_since__isnull=False, test=False)
        .select_related("connection")
        .order_by("waiting_since")
    )


def waiting_count(shop: Shop) -> int:
    return waiting(shop).count()


def can_reply(conversation: Conversation, *, now: datetime) -> bool:
    connection = conversation.connection
    return connection.ended_at is None and channels.get(connection.kind).can_reply(
        secrets_of(connection), conversation.reply_to, now
    )


def reply_as_person(conversation: Conversation, text: str, *, by: User, now: datetime) -> Delivery:
    """Put a person's words in the outbox, quiet the bot, and take the customer off the waiting list."""
    adapter = channels.get(conversation.connection.kind)
    if not can_reply(conversation, now=now):
        raise CannotReply(conversation.connection.kind)
    with transaction.atomic():
        delivery = Delivery.objects.create(
            shop=conversation.shop,
            connection=conversation.connection,
            conversation=conversation,
            author=by,
            by_person=True,
            replies=[reply_to_json(Reply(text))],
            reply_to=conversation.reply_to,
            calls=list(adapter.calls(adapter.render([Reply(text)]), answered=False)),
            due_at=now,
            deadline=now + PERSON_DEADLINE,
            created_at=now,
        )
        _set_human(conversation, now + QUIET)
    return delivery


def resolve(conversation: Conversation) -> None:
    """Done: the customer no longer waits and the bot answers again."""
    with transaction.atomic():
        _set_human(conversation, None)


def _set_human(conversation: Conversation, until: datetime | None) -> None:
    fresh = Conversation.objects.select_for_update().get(pk=conversation.pk)
    fresh.talk = talk_to_json(talk_from_json(fresh.talk)._replace(with_human_until=until, misses=0))
    fresh.waiting_since, fresh.waiting_reason = None, ""
    fresh.save(update_fields=["talk", "waiting_since", "waiting_reason"])
