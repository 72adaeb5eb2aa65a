"""Between the shop's row and the engine's calendar, and the one-tap changes of today's hours."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from autoresponder.engine.hours import Calendar, Override, Span, next_boundary
from autoresponder.shops.models import Shop

Week = Sequence[Sequence[Sequence[int]]]


def calendar_of(shop: Shop) -> Calendar:
    return Calendar(
        timezone=shop.timezone,
        week=week_of(shop.week),
        country=shop.holiday_country,
        override=override_of(shop),
    )


def week_of(week: Week) -> tuple[tuple[Span, ...], ...]:
    days = tuple(tuple(Span(start, end) for start, end in day) for day in week)
    return days + ((),) * (7 - len(days))


def override_of(shop: Shop) -> Override | None:
    if shop.override_open is None or shop.override_until is None:
        return None
    return Override(open=shop.override_open, until=shop.override_until)


def set_hours(shop: Shop, *, week: Week, holiday_country: str, timezone: str) -> None:
    shop.week = [[list(span) for span in day] for day in week]
    shop.holiday_country, shop.timezone = holiday_country, timezone
    shop.save(update_fields=["week", "holiday_country", "timezone"])


def close_today(shop: Shop, *, now: datetime) -> None:
    """Closed at once, for the rest of today's business."""
    _override(shop, open=False, now=now)


def open_now(shop: Shop, *, now: datetime) -> None:
    """Open at once, until the shop opens anyway, or midnight."""
    _override(shop, open=True, now=now)


def resume_hours(shop: Shop) -> None:
    shop.override_open = shop.override_until = None
    shop.save(update_fields=["override_open", "override_until"])


def _override(shop: Shop, *, open: bool, now: datetime) -> None:
    shop.override_open = shop.override_until = None
    shop.override_until = next_boundary(calendar_of(shop), now, opening=open)
    shop.override_open = open
    shop.save(update_fields=["override_open", "override_until"])
