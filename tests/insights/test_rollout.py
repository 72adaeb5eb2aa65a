"""Statistics of a try: planted differences are found, noise is not, however often one looks; and what the plan does."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from autoresponder.engine.rollout import WHOLE
from autoresponder.insights.rollout import (
    COMPARED,
    Action,
    Arm,
    Customer,
    Difference,
    Numbers,
    Part,
    arm,
    difference,
    quantile,
    step,
    wilson,
)
from autoresponder.rules.plan import Plan

NOW = datetime(2026, 11, 25, 2, 0, tzinfo=UTC)
# Of a shop that answers most: what becomes of a message.
USUAL = {"answered": 0.62, "handed_off": 0.1, "asked_back": 0.06, "missed": 0.2, "complained": 0.02}


def customers(random: Random, count: int, chances: dict[str, float]) -> list[Customer]:
    """Each writes 1 to 6 messages, alike as one person's are: half of them end as the first one did."""
    made = []
    names, weights = list(chances), list(chances.values())
    for _ in range(count):
        written = random.choice((1, 1, 1, 2, 3, 6))
        (first,) = random.choices(names, weights)
        ends = [first if random.random() < 0.5 else random.choices(names, weights)[0] for _ in range(written - 1)]
        counted = {name: [first, *ends].count(name) for name in names}
        counted["handed_off"] += counted["complained"]
        thumb = {"disliked": 1} if random.random() < 0.05 else {"liked": 1} if random.random() < 0.1 else {}
        made.append(Customer(written, **counted, **thumb))
    return made


def together(one: Arm, other: Arm) -> Arm:
    parts = {
        name: Part(*(getattr(part, of) + getattr(other.parts[name], of) for of in ("customers", "total", "messages")))
        for name, part in one.parts.items()
    }
    return Arm(one.customers + other.customers, one.messages + other.messages, parts)


def looked_at_daily(random: Random, chances: dict[str, float], *, days: int, a_day: int = 10) -> set[str]:
    """Everything that is ever said to differ in a try of so many days, looked at every evening."""
    stable, candidate = arm([]), arm([])
    ever: set[str] = set()
    crowd, others = crowd_of(USUAL), crowd_of(chances)
    for _ in range(days):
        stable = together(stable, arm(random.choices(crowd, k=2 * a_day)))
        candidate = together(candidate, arm(random.choices(others, k=a_day)))
        ever |= {
            f"{each.name} {each.verdict}"
            for each in Numbers(stable, candidate).differences
            if each.verdict in ("higher", "lower")
        }
    return ever


CROWDS: dict[tuple[float, ...], list[Customer]] = {}


def crowd_of(chances: dict[str, float]) -> list[Customer]:
    """Whom the customers of a try are drawn from: making each anew would take most of the time."""
    key = tuple(chances.values())
    if key not in CROWDS:
        CROWDS[key] = customers(Random(5), 4_000, chances)
    return CROWDS[key]


def test_of_400_tries_without_a_difference_hardly_any_ever_names_one() -> None:
    random = Random(6)
    false = sum(bool(looked_at_daily(random, USUAL, days=21)) for _ in range(400))

    assert false <= 0.05 * 400


def test_a_planted_harm_is_found_and_called_what_it_is() -> None:
    worse = USUAL | {"handed_off": 0.28, "answered": 0.44}
    random = Random(7)
    found = [looked_at_daily(random, worse, days=42) for _ in range(25)]

    assert sum("handed_off higher" in names for names in found) >= 24
    assert not any({"handed_off lower", "answered higher"} & names for names in found)


def test_a_planted_gain_is_found() -> None:
    better = USUAL | {"missed": 0.04, "answered": 0.78}
    random = Random(8)
    found = [looked_at_daily(random, better, days=42) for _ in range(25)]

    assert sum("missed lower" in names for names in found) >= 24
    assert not any("answered lower" in names for names in found)


def test_with_many_customers_and_no_difference_they_are_called_alike() -> None:
    random = Random(9)
    numbers = Numbers(arm(customers(random, 9_000, USUAL)), arm(customers(random, 6_000, USUAL)))

    assert {each.verdict for each in numbers.differences if each.name != "disliked"} == {"alike"}


@pytest.mark.parametrize("candidate", [0, 1, 18, 19])
def test_few_customers_say_nothing_however_clear_it_looks(candidate: int) -> None:
    found = difference("handed_off", Part(1_000, 0.0, 0), Part(candidate, float(candidate), candidate))

    assert (found.verdict, found.customers) == ("few", candidate)


def test_a_customer_has_one_vote_however_much_they_write() -> None:
    loud = arm([Customer(100, handed_off=100), *[Customer(1, answered=1)] * 9])

    assert loud.parts["handed_off"].share == pytest.approx(0.1)
    assert (loud.customers, loud.messages, loud.parts["handed_off"].messages) == (10, 109, 100)


def test_thumbs_are_votes_of_those_who_gave_one() -> None:
    found = arm([Customer(4, answered=4, liked=1, disliked=1), Customer(1, liked=1), Customer(2)])

    assert found.parts["disliked"] == Part(2, 0.5, 1)
    assert found.parts["liked"] == Part(2, 1.5, 2)


# Newcombe 1998, table II: 56/70 against 48/80, and 10/10 against 0/20, with 1.96.
@pytest.mark.parametrize(
    ("one", "other", "low", "high"),
    [((56, 70), (48, 80), 0.0524, 0.3339), ((10, 10), (0, 20), 0.6791, 1.0), ((0, 10), (0, 20), -0.1611, 0.2775)],
)
def test_the_interval_is_newcombes(
    monkeypatch: pytest.MonkeyPatch, one: tuple[int, int], other: tuple[int, int], low: float, high: float
) -> None:
    monkeypatch.setattr("autoresponder.insights.rollout.quantile", lambda variance: 1.959964)
    candidate, stable = (Part(n, float(x), x) for x, n in (one, other))

    found = difference("answered", stable, candidate)

    assert (found.low, found.high) == (pytest.approx(low, abs=2e-4), pytest.approx(high, abs=2e-4))


def test_wilson_stays_within_nothing_and_all() -> None:
    assert wilson(Part(), 1.96) == (0.0, 1.0)
    assert wilson(Part(10, 0.0, 0), 1.96)[0] == 0.0
    assert wilson(Part(10, 10.0, 10), 1.96)[1] == 1.0
    assert wilson(Part(10, 1.0, 1), 1.959964) == (pytest.approx(0.0179, abs=1e-4), pytest.approx(0.4042, abs=1e-4))


def test_looking_often_costs_more_than_looking_once_but_not_the_earth() -> None:
    assert all(3 < quantile(variance) < 5 for variance in (0.0001, 0.001, 0.01))


@dataclass
class Tried:
    share: int
    plan: dict[str, object] = field(default_factory=dict)


def with_shares(candidate: dict[str, float], stable: dict[str, float], n: int = 600) -> Numbers:
    def made(shares: dict[str, float]) -> Arm:
        parts = {name: Part(n, shares.get(name, 0.2) * n, n) for name in COMPARED}
        return Arm(n, n, parts)

    return Numbers(made(stable), made(candidate))


SAME = with_shares({}, {})
HARM = with_shares({"handed_off": 0.4}, {"handed_off": 0.2})


def at(share: int, days: float, numbers: Numbers, **plan: object) -> Action:
    since = NOW - timedelta(days=days)
    return step(Tried(share, Plan(since, **plan).dump()), numbers, NOW)  # type: ignore[arg-type]


class TestAStep:
    def test_a_try_without_a_plan_goes_on_as_it_is(self) -> None:
        assert step(Tried(500), HARM, NOW) == Action()
        assert at(500, 400, HARM) == Action()

    def test_harm_beyond_the_bound_ends_it(self) -> None:
        found = at(500, 1, HARM, bound=10)
        assert (found.kind, found.cause and found.cause.name) == ("halt", "handed_off")
        disliked = at(500, 1, with_shares({"disliked": 0.5}, {"disliked": 0.2}), bound=10)
        assert (disliked.kind, disliked.cause and disliked.cause.name) == ("halt", "disliked")

    def test_harm_within_the_bound_or_by_chance_or_of_testers_does_not(self) -> None:
        assert at(500, 1, HARM, bound=20) == Action()
        few = with_shares({"handed_off": 0.4}, {"handed_off": 0.2}, n=25)
        assert at(500, 1, few, bound=5) == Action()
        assert at(0, 1, HARM, bound=5) == Action()

    def test_a_gain_ends_nothing(self) -> None:
        assert at(500, 1, with_shares({"handed_off": 0.1}, {"handed_off": 0.5}), bound=5) == Action()

    @pytest.mark.parametrize(
        ("share", "weeks", "days", "next_share"), [(0, 1, 7, 500), (500, 1, 7, WHOLE), (500, 2, 14, WHOLE)]
    )
    def test_a_step_is_called_to_mind_once_on_its_day(self, share: int, weeks: int, days: int, next_share: int) -> None:
        assert at(share, days - 0.01, SAME, weeks=weeks) == Action()
        assert at(share, days, SAME, weeks=weeks) == Action("remind", next_share)
        assert at(share, days, SAME, weeks=weeks, reminded=True) == Action()

    def test_only_where_the_owner_chose_so_it_grows_by_itself(self) -> None:
        assert at(0, 7, SAME, weeks=1, alone=True) == Action("widen", 500)
        assert at(500, 7, SAME, weeks=1, alone=True) == Action("promote", WHOLE)

    def test_one_that_does_worse_never_grows_by_itself(self) -> None:
        assert at(500, 7, HARM, weeks=1, alone=True) == Action("remind", WHOLE)
        fewer = with_shares({"answered": 0.4}, {"answered": 0.7})
        assert at(500, 7, fewer, weeks=1, alone=True) == Action("remind", WHOLE)


def test_what_is_better_or_worse_depends_on_what_it_is() -> None:
    def clear(name: str, sign: int) -> Difference:
        return Difference(name, sign * 0.3, sign * 0.3 - 0.1, sign * 0.3 + 0.1, 500)

    assert clear("answered", 1).better and clear("answered", -1).worse
    assert clear("handed_off", 1).worse and clear("handed_off", -1).better
    assert not (clear("asked_back", 1).worse or clear("asked_back", 1).better)
