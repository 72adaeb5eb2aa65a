"""What shops had set before hours became one document is still there afterwards, and after going back."""

from __future__ import annotations

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

BEFORE, AFTER = ("autoresponder", "0001_initial"), ("autoresponder", "0002_hours")


@pytest.mark.django_db(transaction=True)
def test_the_week_and_the_country_are_kept_both_ways() -> None:
    week = [[[600, 1140]]] * 5 + [[[660, 900]], []]
    executor = MigrationExecutor(connection)
    executor.migrate([BEFORE])
    old = executor.loader.project_state([BEFORE]).apps.get_model("autoresponder", "Shop")
    old.objects.create(slug="set", name="a", week=week, holiday_country="")
    old.objects.create(slug="new", name="b", week=[], holiday_country="KR")

    executor = MigrationExecutor(connection)
    executor.migrate([AFTER])
    new = executor.loader.project_state([AFTER]).apps.get_model("autoresponder", "Shop")
    stored = dict(new.objects.values_list("slug", "hours"))
    assert (stored["set"]["week"], stored["set"]["country"]) == (week, "")
    assert (stored["new"]["week"], stored["new"]["country"]) == ([[]] * 7, "KR")

    executor = MigrationExecutor(connection)
    executor.migrate([BEFORE])
    assert old.objects.get(slug="set").week == week and old.objects.get(slug="new").holiday_country == "KR"
    MigrationExecutor(connection).migrate([AFTER])
