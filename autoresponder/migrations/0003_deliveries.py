"""An answer becomes the calls it takes, with a key and a state for every end. What waits or was sent is kept."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

# What the old code wrote into `error`; anything else was the platform's own words.
CODES = {"the answer came too late": "late", "a person answered first": "person_first", "internal error": "fault"}


def to_calls(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    deliveries = apps.get_model("autoresponder", "Delivery")
    for row in deliveries.objects.iterator(chunk_size=200):
        deliveries.objects.filter(pk=row.pk).update(**_as_calls(row))


def _as_calls(row: Any) -> dict[str, Any]:
    """Only the web chat had deliveries: one call each, and reading a page twice shows it once."""
    by_person = row.author_id is not None
    code = CODES.get(row.error, "refused" if row.error else "")
    state = {"claimed": "ready"}.get(row.state, row.state)
    return {
        "calls": [row.payload],
        "done": int(state == "sent"),
        "key": uuid.uuid4(),
        "by_person": by_person,
        "replies": row.payload.get("replies", []) if by_person else [],
        "platform_ids": row.platform_id,
        "state": "superseded" if code == "person_first" else state,
        "error": code,
        "detail": "" if row.error in CODES else row.error,
    }


def to_payload(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Going back: rows the old code cannot name become refused ones, and it could send nothing but the web chat's."""
    deliveries = apps.get_model("autoresponder", "Delivery")
    kept = {"ready", "sent", "expired", "refused"}
    for row in deliveries.objects.iterator(chunk_size=200):
        deliveries.objects.filter(pk=row.pk).update(
            payload=row.calls[0] if row.calls else {"replies": row.replies},
            platform_id=row.platform_ids[:200],
            state=row.state if row.state in kept else "refused",
        )


class Migration(migrations.Migration):
    dependencies = [
        ("autoresponder", "0002_hours"),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="delivery",
            name="delivery_open",
        ),
        migrations.AddField(
            model_name="connection",
            name="account",
            field=models.CharField(blank=True, default="", max_length=120),
        ),
        migrations.AddField(
            model_name="connection",
            name="cursor",
            field=models.JSONField(blank=True, default=dict),
        ),
        migrations.AddField(
            model_name="connection",
            name="ended_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="connection",
            name="name",
            field=models.CharField(blank=True, default="", max_length=120),
        ),
        migrations.AddField(
            model_name="connection",
            name="open_until",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="connection",
            name="polled_until",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="connection",
            name="strain",
            field=models.JSONField(blank=True, default=dict),
        ),
        migrations.AddField(
            model_name="connection",
            name="trouble",
            field=models.CharField(blank=True, default="", max_length=20),
        ),
        migrations.AddField(
            model_name="connection",
            name="trouble_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="conversation",
            name="reply_to",
            field=models.JSONField(blank=True, default=dict),
        ),
        migrations.AddField(
            model_name="conversation",
            name="gone_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="delivery",
            name="by_person",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="delivery",
            name="calls",
            field=models.JSONField(default=list),
        ),
        migrations.AddField(
            model_name="delivery",
            name="detail",
            field=models.CharField(blank=True, default="", max_length=200),
        ),
        migrations.AddField(
            model_name="delivery",
            name="done",
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="delivery",
            name="key",
            field=models.UUIDField(default=uuid.uuid4),
        ),
        migrations.AddField(
            model_name="delivery",
            name="platform_ids",
            field=models.TextField(blank=True, default=""),
        ),
        migrations.AddField(
            model_name="delivery",
            name="replies",
            field=models.JSONField(default=list),
        ),
        migrations.AddField(
            model_name="delivery",
            name="reply_to",
            field=models.JSONField(default=dict),
        ),
        migrations.AlterField(
            model_name="delivery",
            name="state",
            field=models.CharField(
                choices=[
                    ("ready", "보낼 차례"),
                    ("sending", "보내는 중"),
                    ("sent", "보냈어요"),
                    ("unknown", "보냈는지 확실하지 않아요"),
                    ("expired", "늦어서 보내지 않았어요"),
                    ("superseded", "다른 말이 먼저 나가서 보내지 않았어요"),
                    ("refused", "보내지 못했어요"),
                    ("discarded", "보내지 않기로 했어요"),
                ],
                default="ready",
                max_length=10,
            ),
        ),
        # With a default, so that going back finds something to fill old rows with.
        migrations.AlterField(
            model_name="delivery",
            name="payload",
            field=models.JSONField(default=dict),
        ),
        migrations.AlterField(
            model_name="delivery",
            name="platform_id",
            field=models.CharField(blank=True, default="", max_length=200),
        ),
        migrations.RunPython(to_calls, to_payload),
        migrations.RemoveField(
            model_name="delivery",
            name="payload",
        ),
        migrations.RemoveField(
            model_name="delivery",
            name="platform_id",
        ),
        migrations.AlterField(
            model_name="delivery",
            name="error",
            field=models.CharField(blank=True, default="", max_length=20),
        ),
        migrations.AddIndex(
            model_name="delivery",
            index=models.Index(
                condition=models.Q(("state__in", ["ready", "sending"])), fields=["due_at"], name="delivery_open"
            ),
        ),
        migrations.AddIndex(
            model_name="delivery",
            index=models.Index(fields=["connection", "created_at"], name="delivery_connection"),
        ),
        migrations.AddConstraint(
            model_name="connection",
            constraint=models.UniqueConstraint(
                condition=models.Q(("account", ""), _negated=True),
                fields=("kind", "account"),
                name="one_connection_an_account",
            ),
        ),
    ]
