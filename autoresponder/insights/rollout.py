"""Whether a version that is being tried does better than the stable one, and what its plan asks for now.

Every customer has one vote, however many messages they write: chance has dealt out customers, not messages, and the
messages of one are alike. The vote is the share of their messages that were answered, handed over and so on.

The owner looks every day, the automatic stop every five minutes. An interval made for one look would find a winner
in noise sooner or later, so these hold at all looks together: Newcombe's interval of a difference (Statistics in
Medicine 17, 1998, method 10), whose normal quantile is replaced by the bound of the mixture sequential probability
ratio test (Johari, Pekelis, Walsh: Always Valid Inference, Operations Research 70, 2022), and that at a sixth of 5 %,
since six things are compared.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from math import log, sqrt
from typing import Literal, NamedTuple, Protocol

from autoresponder.engine.rollout import WHOLE
from autoresponder.rules.plan import plan_of

# What is compared; 1 where more is better, -1 where less is, 0 where it depends.
COMPARED = {"answered": 1, "handed_off": -1, "asked_back": 0, "missed": -1, "complained": -1, "disliked": -1}
# How rarely anything of all that may be called different at any time though nothing is.
ERROR = 0.05
# Fewer customers than this on either side say nothing, whatever their interval.
LEAST = 20
# Differences that lie within these are none to a shop.
ALIKE = 0.05
# How large a difference the test looks for first. It holds for any; near this one it needs the fewest customers.
EXPECTED = 0.1
# What takes a candidate back, if it becomes worse than the owner's bound.
WATCHED = ("handed_off", "disliked")

Verdict = Literal["few", "alike", "higher", "lower"]


class Customer(NamedTuple):
    """What became of one customer's messages; `complained`: of an upset one, handed over as such. Thumbs are `liked`
    and `disliked`."""

    messages: int
    answered: int = 0
    handed_off: int = 0
    asked_back: int = 0
    missed: int = 0
    complained: int = 0
    liked: int = 0
    disliked: int = 0


@dataclass(frozen=True, slots=True)
class Part:
    """`total` of the votes of `customers`, and `messages` they come from."""

    customers: int = 0
    total: float = 0.0
    messages: int = 0

    @property
    def share(self) -> float:
        return self.total / self.customers if self.customers else 0.0

    @property
    def variance(self) -> float:
        """Of the share, from above: votes between 0 and 1 vary at most as much as yes and no do."""
        share = (self.total + 1) / (self.customers + 2)
        return share * (1 - share) / max(self.customers, 1)


@dataclass(frozen=True, slots=True)
class Arm:
    """One version's customers. `parts` has every name of COMPARED and "liked"."""

    customers: int
    messages: int
    parts: Mapping[str, Part]


@dataclass(frozen=True, slots=True)
class Difference:
    """Of one name: candidate minus stable, as a share of 1, and its limits. `customers`: of the smaller side."""

    name: str
    estimate: float
    low: float
    high: float
    customers: int

    @property
    def verdict(self) -> Verdict:
        if self.customers < LEAST:
            return "few"
        if self.low > 0:
            return "higher"
        if self.high < 0:
            return "lower"
        return "alike" if max(-self.low, self.high) <= ALIKE else "few"

    @property
    def worse(self) -> bool:
        return self.verdict == ("lower" if COMPARED[self.name] > 0 else "higher") and COMPARED[self.name] != 0

    @property
    def better(self) -> bool:
        return self.verdict in ("lower", "higher") and COMPARED[self.name] != 0 and not self.worse


@dataclass(frozen=True, slots=True)
class Numbers:
    """The two columns."""

    stable: Arm
    candidate: Arm

    @property
    def differences(self) -> list[Difference]:
        return [difference(name, self.stable.parts[name], self.candidate.parts[name]) for name in COMPARED]


def arm(customers: Iterable[Customer]) -> Arm:
    """Count the votes. Thumbs are votes only of those who gave one."""
    totals = dict.fromkeys((*COMPARED, "liked"), 0.0)
    counts = dict.fromkeys(totals, 0)
    people = messages = thumbed = 0
    for customer in customers:
        people, messages = people + 1, messages + customer.messages
        thumbs = customer.liked + customer.disliked
        thumbed += bool(thumbs)
        for name in totals:
            count: int = getattr(customer, name)
            counts[name] += count
            if count:
                totals[name] += count / (thumbs if name in ("liked", "disliked") else customer.messages)
    voters = dict.fromkeys(totals, people) | {"liked": thumbed, "disliked": thumbed}
    return Arm(people, messages, {name: Part(voters[name], totals[name], counts[name]) for name in totals})


def difference(name: str, stable: Part, candidate: Part) -> Difference:
    estimate = candidate.share - stable.share
    z = quantile(stable.variance + candidate.variance)
    (low, high), (low_too, high_too) = wilson(stable, z), wilson(candidate, z)
    return Difference(
        name,
        estimate,
        estimate - sqrt((candidate.share - low_too) ** 2 + (high - stable.share) ** 2),
        estimate + sqrt((high_too - candidate.share) ** 2 + (stable.share - low) ** 2),
        min(stable.customers, candidate.customers),
    )


def quantile(variance: float) -> float:
    """In place of the 1.96 of a single look, for a difference of this variance that is looked at without end."""
    ratio = (variance + EXPECTED**2) / variance
    error = ERROR / len(COMPARED)
    return sqrt(ratio * variance / EXPECTED**2 * (log(ratio) + 2 * log(1 / error)))


def wilson(part: Part, z: float) -> tuple[float, float]:
    """Between what the true share lies (Wilson, JASA 22, 1927); from 0 to 1 for nobody."""
    n = part.customers
    if not n:
        return 0.0, 1.0
    share, squared = part.share, z * z
    middle = (share + squared / (2 * n)) / (1 + squared / n)
    half = z / (1 + squared / n) * sqrt(share * (1 - share) / n + squared / (4 * n * n))
    return max(0.0, middle - half), min(1.0, middle + half)


class Tried(Protocol):
    """Of `rules.models.Release` what a step depends on."""

    share: int
    plan: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Action:
    """`share`: what "widen" widens to, or "remind" reminds of; `cause` is why a "halt"."""

    kind: Literal["none", "halt", "remind", "widen", "promote"] = "none"
    share: int = 0
    cause: Difference | None = None


def step(release: Tried, numbers: Numbers, now: datetime) -> Action:
    """What the plan of this try asks for now. One that does worse never grows by itself."""
    plan = plan_of(release.plan, since=now)
    found = {each.name: each for each in numbers.differences} if release.share else {}
    for name in WATCHED if found and plan.bound else ():
        if found[name].worse and found[name].estimate * 100 > plan.bound:
            return Action("halt", cause=found[name])
    due = plan.due(release.share)
    if due is None or now < due[1]:
        return Action()
    share = due[0]
    if plan.alone and not any(each.worse for each in found.values()):
        return Action("promote" if share == WHOLE else "widen", share)
    return Action() if plan.reminded else Action("remind", share)
