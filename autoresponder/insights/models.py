"""Runs of a rule book over past messages, which take a while and can be left; and messages from elsewhere for them."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models

from autoresponder.shops.models import Shop


class History(models.Model):
    """Talks a seller had elsewhere: `said` is what customers said (insights/imported/keep.py). `timed`: how many of the
    `messages` have a time, `answered` how many the shop's own answer. They count nowhere else and go after 30 days.
    """

    shop = models.ForeignKey(Shop, on_delete=models.CASCADE, related_name="histories")
    channel = models.CharField(max_length=20, blank=True, default="")
    messages = models.PositiveIntegerField()
    customers = models.PositiveIntegerField()
    timed = models.PositiveIntegerField()
    answered = models.PositiveIntegerField()
    first_on = models.DateField(null=True)
    last_on = models.DateField(null=True)
    said = models.BinaryField()
    created_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["-id"]

    def __str__(self) -> str:
        return f"{self.shop} {self.created_at:%Y-%m-%d} {self.messages}"


class Replay(models.Model):
    """One book (`document`) over the messages of `days` days, or over those of a `history` (then of 0 days). `done` of
    `total` messages so far; `result` once it is done (insights/replay.py, insights/imported/trial.py). `touched_at`:
    when a worker last wrote here; a run nobody touches is taken up again. `asked`: a person began it, and it did not
    come along with a screen. `mark`: names all that its result depends on, besides the messages (insights/runs.py).
    """

    shop = models.ForeignKey(Shop, on_delete=models.CASCADE, related_name="replays")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    document = models.JSONField()
    days = models.PositiveSmallIntegerField(default=30)
    history = models.ForeignKey(History, null=True, on_delete=models.CASCADE, related_name="runs")
    state = models.CharField(max_length=8, default="waiting")
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    result = models.JSONField(default=dict)
    created_at = models.DateTimeField()
    touched_at = models.DateTimeField()
    asked = models.BooleanField(default=True)
    mark = models.CharField(max_length=16, default="", blank=True)

    class Meta:
        ordering: ClassVar = ["-id"]

    def __str__(self) -> str:
        return f"{self.shop} {self.state} {self.done}/{self.total}"
