"""What it costs to know whether a shop is open, by the clock of one `datetime.astimezone`.

"again": moments of one and the same stretch of hours, as a busy afternoon asks for them; "anew": another part of the
week each time, of a shop that is known; "first": a shop never seen before; "away": known and closed for ten months.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from autoresponder.engine.calendar import Calendar, Day, Night, Rest, Shipping, Span, Vacation
from autoresponder.engine.hours import state
from autoresponder.engine.types import State
from tests.bench.clock import Job, microseconds, over, ratio, turns

ROUNDS = 9
MOMENTS = 2_000
OFFICE = (Span(600, 750), Span(810, 1140))
# Everything an owner can set.
SHOP = Calendar(
    "Asia/Seoul",
    (*[OFFICE] * 5, (Span(660, 1560),), ()),
    "KR",
    rests=(Rest(0, (2, 4)),),
    days={date(2026, 11, 27): Day((Span(600, 900),)), date(2026, 12, 25): Day(None)},
    yearly={(6, 10): Day(())},
    vacations=(Vacation(date(2027, 1, 4), date(2027, 1, 8)),),
    night=Night(0, 420),
    shipping=Shipping((840,) * 5 + (None, None)),
)
# A Wednesday afternoon.
NOW = datetime(2026, 11, 25, 6, 0, tzinfo=UTC)
STRETCH, WEEKS = timedelta(minutes=14), timedelta(weeks=4)


def measure() -> dict[str, float]:
    dice, zone = random.Random("hours"), ZoneInfo(SHOP.timezone)
    again = [NOW + STRETCH * dice.random() for _ in range(MOMENTS)]
    anew = [NOW + WEEKS * dice.random() for _ in range(MOMENTS)]
    away = replace(SHOP, vacations=(Vacation(date(2026, 11, 1), date(2027, 9, 1)),))
    costs = turns(
        {
            "astimezone": over(lambda moment: moment.astimezone(zone), anew),
            "again": over(_asked(SHOP), again),
            "anew": over(_asked(SHOP), anew),
            "first": _of_strangers(anew),
            "away": over(_asked(away), anew[: MOMENTS // 10]),
        },
        ROUNDS,
    )
    print("hours: " + ", ".join(f"{name} {us:.1f} us" for name, us in microseconds(costs).items()))
    return {
        f"state_{name}_over_astimezone": ratio(costs, [name], ["astimezone"]) for name in costs if name != "astimezone"
    }


def _asked(calendar: Calendar) -> Callable[[datetime], State]:
    return lambda moment: state(calendar, moment)


def _of_strangers(moments: list[datetime]) -> Job:
    some = moments[: MOMENTS // 10]
    return over(lambda moment: state(replace(SHOP), moment), some)
