"""A shop's connected messengers, and the calendar on the web that tells it days off."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from autoresponder.shops.models import Shop


class Connection(models.Model):
    """One messenger of one shop. `token` is the unguessable part of its address; `sealed` holds its secrets encrypted.

    `confirmed_at` is the first real message: only then the connection is called connected. `ended_at`: disconnected;
    the row stays for its history. `name` and `account` are the platform's words for the shop's account there.
    `trouble` (a code of `channels.base.Code`) stops sending until the seller has mended it. `strain` is the memory of
    the circuit breaker (`inbox.breaker`), `open_until` while it sends nothing. A polled messenger keeps its `cursor`,
    and whoever polls it holds `polled_until`.
    """

    shop = models.ForeignKey(Shop, on_delete=models.CASCADE, related_name="connections")
    kind = models.CharField(max_length=20)
    token = models.CharField(max_length=64, unique=True)
    sealed = models.TextField(default="", blank=True)
    account = models.CharField(max_length=120, default="", blank=True)
    name = models.CharField(max_length=120, default="", blank=True)
    paused = models.BooleanField(default=False)
    trouble = models.CharField(max_length=20, default="", blank=True)
    trouble_at = models.DateTimeField(null=True, blank=True)
    strain = models.JSONField(default=dict, blank=True)
    open_until = models.DateTimeField(null=True, blank=True)
    cursor = models.JSONField(default=dict, blank=True)
    polled_until = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["shop", "kind"], name="one_connection_a_kind"),
            models.UniqueConstraint(
                fields=["kind", "account"], name="one_connection_an_account", condition=~models.Q(account="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.shop} · {self.kind}"


class Feed(models.Model):
    """A calendar on the web (iCalendar) whose days off the shop follows. Its address may be a secret, so it is sealed.

    `result` is what the last fetch came to: {"code": "", "days": 3} or the code and the params of a refusal.
    `fetched_at` is the last fetch that worked; the days themselves stand in `Shop.feed_days`.
    """

    shop = models.OneToOneField(Shop, on_delete=models.CASCADE, related_name="feed")
    sealed = models.TextField()
    result = models.JSONField(default=dict)
    checked_at = models.DateTimeField()
    fetched_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return str(self.shop)
