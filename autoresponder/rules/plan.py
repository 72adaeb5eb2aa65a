"""How a try goes on by itself: when its next step is due, who takes it, and what ends it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from autoresponder.engine.rollout import WHOLE

# The shares of 10,000 a try goes through; the last is everyone.
SHARES = (0, 500, 2_000, WHOLE)
TESTERS_DAYS = 7
WEEKS = (1, 2)
# By how many points of a hundred a candidate may be worse before it is taken back.
BOUNDS = (5, 10, 20)


@dataclass(frozen=True, slots=True)
class Plan:
    """What an owner has chosen for a try.

    `weeks`: how many it stays at 5 % (after a week with testers only) before all get it, 0 for no dates at all.
    `alone`: the share grows by itself when its day has come; else the owners are reminded. `bound`: points of a hundred
    by which it may be worse before it is taken back, 0 for never. `since`: when the share was last changed.
    `reminded`: the owners know that the next step is due.
    """

    since: datetime
    weeks: int = 0
    alone: bool = False
    bound: int = 0
    reminded: bool = False

    def dump(self) -> dict[str, Any]:
        return {**asdict(self), "since": self.since.isoformat()}

    def due(self, share: int) -> tuple[int, datetime] | None:
        """The share that comes after this one and when, or None without dates."""
        if not self.weeks:
            return None
        if share == 0:
            return SHARES[1], self.since + timedelta(days=TESTERS_DAYS)
        return WHOLE, self.since + timedelta(weeks=self.weeks)

    def steps(self, share: int) -> list[tuple[int, datetime]]:
        """Each share from this one on and the day it is due, if nothing is put off; this one alone without dates."""
        steps = [(share, self.since)]
        while (due := self.from_now(steps[-1][1]).due(steps[-1][0])) and steps[-1][0] != WHOLE:
            steps.append(due)
        return steps

    def from_now(self, now: datetime) -> Plan:
        """The same plan as the next share begins."""
        return replace(self, since=now, reminded=False)


def plan_of(stored: Mapping[str, Any], *, since: datetime) -> Plan:
    """`Release.plan` as a plan; `since` for a try that was begun without one."""
    if not stored:
        return Plan(since)
    return Plan(**{**stored, "since": datetime.fromisoformat(stored["since"])})
