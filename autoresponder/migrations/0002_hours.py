"""Hours become one document. What shops have set stays; going back keeps the week and the country."""

from __future__ import annotations

from typing import Any

import django.db.models.deletion
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

import autoresponder.shops.models


def to_document(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    shops = apps.get_model("autoresponder", "Shop")
    for shop in shops.objects.only("week", "holiday_country").iterator(chunk_size=200):
        week = [*shop.week, *[[]] * (7 - len(shop.week))]
        hours: dict[str, Any] = {"schema": 1, "week": week, "country": shop.holiday_country, "rests": [], "days": {}}
        hours |= {"yearly": {}, "vacations": [], "night": None, "shipping": None}
        shops.objects.filter(pk=shop.pk).update(hours=hours)


def to_columns(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    shops = apps.get_model("autoresponder", "Shop")
    for shop in shops.objects.only("hours").iterator(chunk_size=200):
        shops.objects.filter(pk=shop.pk).update(week=shop.hours["week"], holiday_country=shop.hours["country"])


class Migration(migrations.Migration):
    dependencies = [("autoresponder", "0001_initial")]

    operations = [
        migrations.AddField("shop", "hours", models.JSONField(default=autoresponder.shops.models.unset_hours)),
        migrations.AddField("shop", "feed_days", models.JSONField(blank=True, default=dict)),
        migrations.RunPython(to_document, to_columns),
        migrations.RemoveField("shop", "week"),
        migrations.RemoveField("shop", "holiday_country"),
        migrations.AddField("rule", "window", models.JSONField(blank=True, null=True)),
        migrations.CreateModel(
            "Feed",
            [
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("sealed", models.TextField()),
                ("result", models.JSONField(default=dict)),
                ("checked_at", models.DateTimeField()),
                ("fetched_at", models.DateTimeField(null=True)),
                (
                    "shop",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="feed", to="autoresponder.shop"
                    ),
                ),
            ],
        ),
    ]
