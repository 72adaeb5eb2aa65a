"""Korea's public holidays, 2025 to 2028, against the law and not against the library that the engine asks.

Sources: 관공서의 공휴일에 관한 규정 제2조 (the days; 제헌절 again since 2026, 노동절 since 2026) and 제3조 (their
substitutes); the lunar days as 한국천문연구원 reckons them (a lunar month begins on the day of the new moon in Korea,
so 설날 2027 and 2028 fall a day later than in China); by decree 임시공휴일 2025-01-27; elections by 공직선거법 제34조
and 제35조: 대통령선거 2025-06-03, 지방선거 2026-06-03, 국회의원선거 2028-04-12.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from autoresponder.engine.calendar import Calendar, Span
from autoresponder.engine.dates import public_holidays
from autoresponder.engine.hours import state
from tests.engine.shop import seoul

OPEN_ALL_DAY = Calendar("Asia/Seoul", ((Span(0, 1440),),) * 7, "KR")

# Per year: the days by 제2조, and the substitute days by 제3조, as written in the calendars of these years.
DAYS = {
    2025: (
        "01-01 01-27 01-28 01-29 01-30 03-01 05-05 06-03 06-06 08-15 10-03 10-05 10-06 10-07 10-09 12-25",
        "03-03 05-06 10-08",
    ),
    2026: (
        "01-01 02-16 02-17 02-18 03-01 05-01 05-05 05-24 06-03 06-06 07-17 08-15 09-24 09-25 09-26 10-03 10-09 12-25",
        "03-02 05-25 08-17 10-05",
    ),
    2027: (
        "01-01 02-06 02-07 02-08 03-01 05-01 05-05 05-13 06-06 07-17 08-15 09-14 09-15 09-16 10-03 10-09 12-25",
        "02-09 05-03 07-19 08-16 10-04 10-11 12-27",
    ),
    2028: (
        "01-01 01-26 01-27 01-28 03-01 04-12 05-01 05-02 05-05 06-06 07-17 08-15 10-02 10-03 10-04 10-09 12-25",
        "10-05",
    ),
}
SEOLLAL = {2025: "01-29", 2026: "02-17", 2027: "02-07", 2028: "01-27"}
BUDDHA = {2025: "05-05", 2026: "05-24", 2027: "05-13", 2028: "05-02"}
CHUSEOK = {2025: "10-06", 2026: "09-25", 2027: "09-15", 2028: "10-03"}
ONCE = {2025: ("01-27", "06-03"), 2026: ("06-03",), 2027: (), 2028: ("04-12",)}


def days(year: int, written: str) -> list[date]:
    return [date.fromisoformat(f"{year}-{day}") for day in written.split()]


@pytest.mark.parametrize("year", DAYS)
def test_public_holidays_are_those_of_the_law(year: int) -> None:
    fixed, substitutes = (days(year, written) for written in DAYS[year])
    found = public_holidays("KR", year)
    assert sorted(found) == sorted(fixed + substitutes)
    assert [day for day, name in sorted(found.items()) if "대체" in name] == substitutes
    assert all(state(OPEN_ALL_DAY, seoul(f"{day} 11:00")).reason == "holiday" for day in found)


@pytest.mark.parametrize("year", DAYS)
def test_the_list_above_follows_from_the_rules(year: int) -> None:
    """제3조: 설날 and 추석 move on from Sundays, the others from Saturdays too, all of them from another holiday; 1월
    1일 and 현충일 do not move. The substitute is the next weekday that is no holiday."""
    long = [day for middle in (SEOLLAL, CHUSEOK) for day in around(days(year, middle[year])[0])]
    moving = days(year, f"03-01 05-05 {BUDDHA[year]} 08-15 10-03 10-09 12-25")
    moving += days(year, "05-01 07-17") if year >= 2026 else []
    staying = days(year, " ".join(("01-01", "06-06", *ONCE[year])))
    fixed = {*long, *moving, *staying}
    substitutes: list[date] = []
    for day in sorted({*long, *moving}):
        twice = [*long, *moving, *staying].count(day) > 1
        if (day in long and day.weekday() == 6) or (day in moving and day.weekday() >= 5) or twice:
            substitutes.append(next(on for on in after(day) if on.weekday() < 5 and on not in {*fixed, *substitutes}))
    assert (sorted(fixed), sorted(substitutes)) == tuple(days(year, written) for written in DAYS[year])


def around(day: date) -> list[date]:
    return [day - timedelta(1), day, day + timedelta(1)]


def after(day: date) -> Iterator[date]:
    return (day + timedelta(number) for number in range(1, 15))
