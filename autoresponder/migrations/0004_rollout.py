"""A version can be tried on some customers first; past decisions can be made again; sentences that must go on working."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("autoresponder", "0003_deliveries"),
    ]

    operations = [
        migrations.AddField(
            model_name="conversation",
            name="judged_by",
            field=models.BigIntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="conversation",
            name="tester",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="message",
            name="before",
            field=models.JSONField(default=dict),
        ),
        migrations.AddField(
            model_name="message",
            name="liked",
            field=models.BooleanField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="message",
            name="remark",
            field=models.CharField(blank=True, default="", max_length=300),
        ),
        migrations.AddField(
            model_name="release",
            name="candidate",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="autoresponder.version"
            ),
        ),
        migrations.AddField(
            model_name="release",
            name="candidate_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="release",
            name="plan",
            field=models.JSONField(blank=True, default=dict),
        ),
        migrations.AddField(
            model_name="release",
            name="salt",
            field=models.CharField(blank=True, default="", max_length=32),
        ),
        migrations.AddField(
            model_name="release",
            name="share",
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="releaseevent",
            name="note",
            field=models.CharField(blank=True, default="", max_length=200),
        ),
        migrations.AddField(
            model_name="releaseevent",
            name="share",
            field=models.PositiveSmallIntegerField(default=10000),
        ),
        migrations.CreateModel(
            name="Replay",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("document", models.JSONField()),
                ("days", models.PositiveSmallIntegerField(default=30)),
                ("state", models.CharField(default="waiting", max_length=8)),
                ("done", models.PositiveIntegerField(default=0)),
                ("total", models.PositiveIntegerField(default=0)),
                ("result", models.JSONField(default=dict)),
                ("created_at", models.DateTimeField()),
                ("touched_at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "shop",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="replays", to="autoresponder.shop"
                    ),
                ),
            ],
            options={
                "ordering": ["-id"],
            },
        ),
        migrations.CreateModel(
            name="Example",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("text", models.CharField(max_length=500)),
                ("expected", models.CharField(max_length=20)),
                ("rule", models.CharField(blank=True, default="", max_length=20)),
                ("created_at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "shop",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="examples", to="autoresponder.shop"
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
                "constraints": [models.UniqueConstraint(fields=("shop", "text"), name="one_example_a_sentence")],
            },
        ),
    ]
