"""What shops had set before hours became one document is still there afterwards, and after going back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

BEFORE, AFTER = "0001_initial", "0002_hours"


def test_the_week_and_the_country_are_kept_both_ways(models_at: Callable[[str], Any]) -> None:
    week = [[[600, 1140]]] * 5 + [[[660, 900]], []]
    old = models_at(BEFORE).get_model("autoresponder", "Shop")
    old.objects.create(slug="set", name="a", week=week, holiday_country="")
    old.objects.create(slug="new", name="b", week=[], holiday_country="KR")

    new = models_at(AFTER).get_model("autoresponder", "Shop")
    stored = dict(new.objects.values_list("slug", "hours"))
    assert (stored["set"]["week"], stored["set"]["country"]) == (week, "")
    assert (stored["new"]["week"], stored["new"]["country"]) == ([[]] * 7, "KR")

    models_at(BEFORE)
    assert old.objects.get(slug="set").week == week and old.objects.get(slug="new").holiday_country == "KR"
