"""Opinions of the team on what they tried out, and rule books put aside for a day."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('autoresponder', '0004_rollout'),
    ]

    operations = [
        migrations.CreateModel(
            name='Opinion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('text', models.CharField(max_length=1000)),
                ('outcome', models.CharField(max_length=12)),
                ('rule', models.CharField(blank=True, default='', max_length=20)),
                ('answer', models.TextField(blank=True, default='')),
                ('book', models.CharField(default='draft', max_length=5)),
                ('liked', models.BooleanField()),
                ('remark', models.CharField(blank=True, default='', max_length=300)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('shop', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='opinions', to='autoresponder.shop')),
            ],
            options={
                'ordering': ['-id'],
            },
        ),
        migrations.CreateModel(
            name='Shelved',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('why', models.CharField(max_length=6)),
                ('document', models.JSONField()),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('shop', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='shelved', to='autoresponder.shop')),
            ],
            options={
                'ordering': ['-id'],
            },
        ),
    ]
