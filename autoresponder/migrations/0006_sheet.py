"""Replays that come along with the publish sheet, and what examples expected before a version was published."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('autoresponder', '0005_examples'),
    ]

    operations = [
        migrations.AddField(
            model_name='replay',
            name='asked',
            field=models.BooleanField(default=True),
        ),
        migrations.AddField(
            model_name='replay',
            name='mark',
            field=models.CharField(blank=True, default='', max_length=16),
        ),
        migrations.CreateModel(
            name='Settled',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('became', models.CharField(blank=True, default='', max_length=20)),
                ('text', models.CharField(max_length=500)),
                ('expected', models.CharField(max_length=20)),
                ('rule', models.CharField(blank=True, default='', max_length=20)),
                ('created_at', models.DateTimeField()),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('version', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='settled', to='autoresponder.version')),
            ],
            options={
                'ordering': ['id'],
            },
        ),
    ]
