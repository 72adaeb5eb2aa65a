"""Talks a shop had elsewhere, to try answers on."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('autoresponder', '0006_sheet'),
    ]

    operations = [
        migrations.CreateModel(
            name='History',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('channel', models.CharField(blank=True, default='', max_length=20)),
                ('messages', models.PositiveIntegerField()),
                ('customers', models.PositiveIntegerField()),
                ('timed', models.PositiveIntegerField()),
                ('answered', models.PositiveIntegerField()),
                ('first_on', models.DateField(null=True)),
                ('last_on', models.DateField(null=True)),
                ('said', models.BinaryField()),
                ('created_at', models.DateTimeField()),
                ('shop', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='histories', to='autoresponder.shop')),
            ],
            options={
                'ordering': ['-id'],
            },
        ),
        migrations.AddField(
            model_name='replay',
            name='history',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='runs', to='autoresponder.history'),
        ),
    ]
