"""A shop's connected messengers."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from autoresponder.shops.models import Shop


class Connection(models.Model):
    """One messenger of one shop. `token` is the unguessable part of its address; `sealed` holds its secrets encrypted.

    `confirmed_at` is the first real message: only then the connection is called connected.
    """

    shop = models.ForeignKey(Shop, on_delete=models.CASCADE, related_name="connections")
    kind = models.CharField(max_length=20)
    token = models.CharField(max_length=64, unique=True)
    sealed = models.TextField(default="", blank=True)
    paused = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["shop", "kind"], name="one_connection_a_kind")]

    def __str__(self) -> str:
        return f"{self.shop} · {self.kind}"
