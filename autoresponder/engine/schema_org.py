"""A shop's hours as schema.org JSON-LD, which search engines read from the shop's own page.

https://schema.org/OpeningHoursSpecification: `closes` before `opens` is on the next day. As search engines ask for it
(https://developers.google.com/search/docs/appearance/structured-data/local-business), a day open around the clock is
00:00 to 23:59, and a day off 00:00 to 00:00.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from itertools import groupby
from typing import Any

from autoresponder.engine.calendar import DAY, Calendar, Span, merged
from autoresponder.engine.dates import DayPlan, days_ahead

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
DAYS = 366
Json = dict[str, Any]


def opening_hours(calendar: Calendar, *, name: str, today: date, url: str = "") -> Json:
    """The week, and for the next year every date that is not as the week says."""
    week = [_merged_day(calendar, weekday) for weekday in range(7)]
    days = days_ahead(calendar, today, DAYS)
    return {
        "@context": "https://schema.org",
        "@type": "LocalBusiness",
        "name": name,
        **({"url": url} if url else {}),
        "openingHoursSpecification": list(_weekly(week)),
        "specialOpeningHoursSpecification": list(_special(days, week)),
    }


def script(found: Json) -> str:
    """To be pasted into a page; nothing in it can end the script or begin another."""
    text = json.dumps(found, ensure_ascii=False, indent=2)
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return f'<script type="application/ld+json">\n{text}\n</script>'


def _merged_day(calendar: Calendar, weekday: int) -> tuple[Span, ...]:
    return merged(calendar.week[weekday]) if weekday < len(calendar.week) else ()


def _weekly(week: list[tuple[Span, ...]]) -> Iterator[Json]:
    """One entry for all the weekdays that have the same span."""
    for span in sorted({span for day in week for span in day}, key=lambda span: (span.start, span.end)):
        days = [WEEKDAYS[weekday] for weekday, day in enumerate(week) if span in day]
        yield {"@type": "OpeningHoursSpecification", "dayOfWeek": days, **_clock(span)}


def _special(days: list[DayPlan], week: list[tuple[Span, ...]]) -> Iterator[Json]:
    """Days in a row with the same hours are one entry a span."""
    odd = [plan for plan in days if plan.spans != week[plan.on.weekday()]]
    for _, run in groupby(enumerate(odd), key=lambda each: (each[1].on.toordinal() - each[0], each[1].spans)):
        plans = [plan for _, plan in run]
        valid = {"validFrom": plans[0].on.isoformat(), "validThrough": plans[-1].on.isoformat()}
        for clock in map(_clock, plans[0].spans) if plans[0].spans else [{"opens": "00:00", "closes": "00:00"}]:
            yield {"@type": "OpeningHoursSpecification", **valid, **clock}


def _clock(span: Span) -> dict[str, str]:
    # Times that are equal would read as a day off, and what is longer than a day cannot be said.
    end = min(span.end, span.start + DAY)
    whole = end == span.start + DAY
    return {"opens": _time(span.start), "closes": _time(end - 1 if whole else end)}


def _time(minute: int) -> str:
    return f"{minute % DAY // 60:02}:{minute % 60:02}"
