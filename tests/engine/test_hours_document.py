"""A shop's hours as they are stored."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autoresponder.engine.calendar import Calendar, Override
from autoresponder.engine.check import Invalid
from autoresponder.engine.hours_document import dump_hours, load_hours
from tests.engine.calendars import calendars
from tests.engine.shop import seoul

EMPTY: dict[str, Any] = {"week": [[]] * 7}


@given(calendars("Asia/Seoul", date(2026, 1, 1), 800))
def test_hours_come_back_as_they_were_stored(calendar: Calendar) -> None:
    stored = json.loads(json.dumps(dump_hours(calendar)))
    assert load_hours(stored, timezone="Asia/Seoul") == calendar


def test_zone_and_override_stay_outside_the_document() -> None:
    override = Override(True, seoul("2026-11-23 20:00"))
    calendar = load_hours(EMPTY, timezone="Europe/Berlin", override=override)
    assert (calendar.timezone, calendar.override) == ("Europe/Berlin", override)
    assert dump_hours(calendar) == {
        "schema": 1,
        "week": [[]] * 7,
        "country": "",
        "rests": [],
        "days": {},
        "yearly": {},
        "vacations": [],
        "night": None,
        "shipping": None,
    }


@pytest.mark.parametrize(
    ("wrong", "place", "code"),
    [
        ({"schema": 2}, "schema", "unknown_schema"),
        ({"week": [[]] * 6}, "week", "wrong_count"),
        ({"week": [[[600, 600]], *[[]] * 6]}, "week[0][0]", "bad_span"),
        ({"week": [[], "10-19", *[[]] * 5]}, "week[1]", "wrong_type"),
        ({"week": [[[600]], *[[]] * 6]}, "week[0][0]", "bad_span"),
        ({"week": [[[False, 600]], *[[]] * 6]}, "week[0][0]", "bad_span"),
        ({"country": 82}, "country", "wrong_type"),
        ({"rests": [{"weekday": 7, "nth": [2]}]}, "rests[0].weekday", "out_of_range"),
        ({"rests": [{"weekday": 0, "nth": [6]}]}, "rests[0].nth", "unknown_value"),
        ({"days": {"2026-13-01": {"hours": []}}}, "days[2026-13-01]", "bad_date"),
        ({"days": {"20261231": {"hours": []}}}, "days[20261231]", "bad_date"),
        ({"days": {"2026-12-31": {"hours": [[0, 9000]]}}}, "days[2026-12-31].hours[0]", "bad_span"),
        ({"days": {"2026-12-31": None}}, "days[2026-12-31]", "missing"),
        ({"yearly": {"02-30": {"hours": []}}}, "yearly[02-30]", "bad_date"),
        ({"vacations": [{"first": "2026-08-07", "last": "2026-08-01"}]}, "vacations[0].last", "end_before_start"),
        ({"vacations": [{"first": "2026-08-07"}]}, "vacations[0].last", "bad_date"),
        ({"night": {"start": 60, "end": 60}}, "night.end", "end_before_start"),
        ({"night": []}, "night", "wrong_type"),
        ({"shipping": [840]}, "shipping", "wrong_count"),
        ({"shipping": [840, 2000, *[None] * 5]}, "shipping[1]", "out_of_range"),
    ],
)
def test_what_cannot_be_kept_is_refused_with_its_place(wrong: Mapping[str, Any], place: str, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        load_hours(EMPTY | wrong, timezone="Asia/Seoul")
    assert (place, code) in [(problem.field, problem.code) for problem in refused.value.problems]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=10,
)


@given(st.dictionaries(st.sampled_from(list(dump_hours(load_hours(EMPTY, timezone="UTC")))), JSON))
def test_any_document_is_read_or_refused(document: Mapping[str, Any]) -> None:
    try:
        load_hours(document, timezone="UTC")
    except Invalid as refused:
        assert refused.problems
