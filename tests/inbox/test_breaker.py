"""When a messenger rests and when it comes back, without a database."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autoresponder.inbox.breaker import OPEN_SECONDS, Strain, after_failure, after_success, strain_of

NOW = datetime(2026, 11, 25, 2, 0, tzinfo=UTC)


def play(outcomes: str, *, every: float = 1.0, strain: Strain | None = None) -> tuple[Strain, datetime | None]:
    """`x` fails, `.` works; stops at the first opening."""
    strain, now = strain or Strain(), NOW
    for outcome in outcomes:
        if outcome == ".":
            strain = after_success(strain, now)
        else:
            strain, until = after_failure(strain, now)
            if until:
                return strain, until
        now += timedelta(seconds=every)
    return strain, None


@pytest.mark.parametrize("outcomes", ["xxxx", "xxxx.xxxx", "x." * 4, "." * 100, "xx......x"])
def test_it_stays_closed(outcomes: str) -> None:
    assert play(outcomes)[1] is None


def test_five_in_a_row_open_it() -> None:
    assert play("xxxxx")[1] == NOW + timedelta(seconds=4 + 30)


def test_half_of_ten_within_a_minute_open_it() -> None:
    assert play("x." * 5)[1] is None
    assert play("xx.x.x.x..x.x")[1] is not None


def test_failures_of_long_ago_do_not_count() -> None:
    assert play("x." * 20, every=20)[1] is None


def test_each_opening_lasts_longer_up_to_five_minutes() -> None:
    strain, lasted = Strain(), []
    for _ in range(7):
        strain, until = play("xxxxx", strain=strain)
        assert until is not None
        lasted.append((until - NOW).total_seconds())
    assert lasted == [34, 60, 120, 240, 300, 300, 300]
    assert OPEN_SECONDS[-1] == 300


def test_two_probes_that_arrive_close_it_for_good() -> None:
    opened, _ = play("xxxxx")
    once = after_success(opened, NOW)
    assert once.opened
    assert after_success(once, NOW) == Strain()


def test_a_probe_that_fails_in_between_starts_over() -> None:
    opened, _ = play("xxxxx")
    again, until = after_failure(after_success(opened, NOW), NOW)
    assert until == NOW + timedelta(seconds=60)
    assert after_success(again, NOW).opened


@settings(max_examples=100, deadline=None, derandomize=True)
@given(outcomes=st.text(alphabet="x.", max_size=120), every=st.sampled_from([0.1, 1, 10, 70]))
def test_what_is_remembered_survives_being_stored_and_stays_small(outcomes: str, every: float) -> None:
    strain, _ = play(outcomes, every=every)
    assert strain_of(strain.to_json()) == strain
    assert len(strain.recent) <= 50
