"""The record: who wrote, what was said, what was decided and why, and what still has to be delivered."""

from __future__ import annotations

from typing import ClassVar
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from autoresponder.connections.models import Connection
from autoresponder.rules.models import Version
from autoresponder.shops.models import Shop


class Conversation(models.Model):
    """One customer on one messenger. `talk` is what the engine remembers of it (`engine.talk`).

    `waiting_since`: a person is needed since then, and `waiting_reason` says why (an outcome, or how a delivery ended).
    `tester`: one of the shop's own people, who gets a version before customers do. `judged_by`: the id of the version
    that decided last, which a talk keeps until it is over. `reply_to` is what the adapter left with the last message.
    `gone_at`: the customer has blocked or left the shop since then, so nothing is sent until they write again.
    """

    shop = models.ForeignKey(Shop, on_delete=models.CASCADE, related_name="conversations")
    connection = models.ForeignKey(Connection, on_delete=models.PROTECT, related_name="conversations")
    customer = models.CharField(max_length=200)
    name = models.CharField(max_length=60, default="", blank=True)
    test = models.BooleanField(default=False)
    talk = models.JSONField(default=dict)
    last_text = models.CharField(max_length=200, default="", blank=True)
    last_at = models.DateTimeField()
    waiting_since = models.DateTimeField(null=True, blank=True)
    waiting_reason = models.CharField(max_length=20, default="", blank=True)
    reply_to = models.JSONField(default=dict, blank=True)
    gone_at = models.DateTimeField(null=True, blank=True)
    tester = models.BooleanField(default=False)
    judged_by = models.BigIntegerField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["connection", "customer"], name="one_conversation_a_customer")
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["shop", "waiting_since"],
                name="conversation_waiting",
                condition=models.Q(waiting_since__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return self.name or self.customer[:8]


class Message(models.Model):
    """One customer message, the decision about it, and the answer given: one row, since they are born together.

    `event_id` is unique per connection, so a repeated delivery finds this row and gets the stored `answer` again.
    `decision` is `engine.trace.decision_to_json`: trace, matches, state. `replies` are the bubbles as said. `before`:
    the talk as it was remembered until then, so that the same decision can be made again (insights/replay.py).
    `liked`: the customer's or a tester's thumb, with a tester's `remark`.
    """

    shop = models.ForeignKey(Shop, on_delete=models.CASCADE, related_name="messages")
    connection = models.ForeignKey(Connection, on_delete=models.PROTECT, related_name="messages")
    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="messages")
    event_id = models.CharField(max_length=200)
    kind = models.CharField(max_length=10, default="text")
    text = models.TextField()
    test = models.BooleanField(default=False)
    at = models.DateTimeField()
    outcome = models.CharField(max_length=12)
    rule = models.CharField(max_length=20, default="", blank=True)
    also = models.CharField(max_length=20, default="", blank=True)
    version = models.ForeignKey(Version, null=True, on_delete=models.PROTECT, related_name="+")
    replies = models.JSONField(default=list)
    decision = models.JSONField(default=dict)
    answer = models.JSONField(default=dict)
    repeats = models.PositiveIntegerField(default=0)
    before = models.JSONField(default=dict)
    liked = models.BooleanField(null=True, blank=True)
    remark = models.CharField(max_length=300, default="", blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["connection", "event_id"], name="one_message_an_event")
        ]
        indexes: ClassVar = [
            models.Index(fields=["shop", "-at"], name="message_shop_at"),
            models.Index(fields=["shop", "rule", "at"], name="message_shop_rule_at"),
            models.Index(fields=["conversation", "id"], name="message_conversation"),
        ]

    def __str__(self) -> str:
        return self.text[:40]


class Delivery(models.Model):
    """The outbox: an answer, or a person's own words, on its way to a customer.

    A row is claimed by compare-and-set on `state` and `lease_until`; nothing is remembered outside the database.
    `calls` are the API calls it takes, `done` how many of them were delivered for certain. `key` is the same on every
    attempt. After `deadline` it is never sent: a late answer is worse than none, and a person is asked instead.
    `error` is a code of `channels.base.Code`, `detail` what the platform said. `platform_ids`: one a line.
    What a person wrote (here, or at the platform itself, then without `author`) has `by_person` and its `replies`.
    """

    class State(models.TextChoices):
        READY = "ready", _("보낼 차례")
        SENDING = "sending", _("보내는 중")
        SENT = "sent", _("보냈어요")
        UNKNOWN = "unknown", _("보냈는지 확실하지 않아요")
        EXPIRED = "expired", _("늦어서 보내지 않았어요")
        SUPERSEDED = "superseded", _("다른 말이 먼저 나가서 보내지 않았어요")
        REFUSED = "refused", _("보내지 못했어요")
        DISCARDED = "discarded", _("보내지 않기로 했어요")

    shop = models.ForeignKey(Shop, on_delete=models.CASCADE, related_name="deliveries")
    connection = models.ForeignKey(Connection, on_delete=models.PROTECT, related_name="deliveries")
    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="deliveries")
    message = models.OneToOneField(Message, null=True, on_delete=models.CASCADE, related_name="delivery")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    by_person = models.BooleanField(default=False)
    replies = models.JSONField(default=list)
    calls = models.JSONField(default=list)
    done = models.PositiveSmallIntegerField(default=0)
    reply_to = models.JSONField(default=dict)
    key = models.UUIDField(default=uuid4)
    state = models.CharField(max_length=10, choices=State.choices, default=State.READY)
    attempts = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField()
    deadline = models.DateTimeField()
    lease_until = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    platform_ids = models.TextField(default="", blank=True)
    error = models.CharField(max_length=20, default="", blank=True)
    detail = models.CharField(max_length=200, default="", blank=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["due_at"], name="delivery_open", condition=models.Q(state__in=["ready", "sending"])),
            models.Index(fields=["connection", "created_at"], name="delivery_connection"),
            models.Index(fields=["conversation", "id"], name="delivery_conversation"),
        ]

    def __str__(self) -> str:
        return f"{self.state} {self.pk}"
