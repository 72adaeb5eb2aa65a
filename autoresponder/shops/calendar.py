"""Between the shop's row and the engine's calendar: reading it, and every change a seller makes. All acts at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime
from hashlib import sha256
from typing import TypeVar

from django.db import transaction

from autoresponder.engine.calendar import Calendar, Day, Night, Override, Rest, Shipping, Span, Vacation
from autoresponder.engine.hours import next_boundary
from autoresponder.engine.hours_document import dump_hours, load_hours
from autoresponder.shops.models import Shop

MonthDay = tuple[int, int]
K = TypeVar("K", date, MonthDay)


class Stale(Exception):
    """Somebody saved the same part meanwhile. `calendar` is what stands now; nothing was overwritten."""

    def __init__(self, calendar: Calendar) -> None:
        super().__init__("saved by someone else meanwhile")
        self.calendar = calendar


def calendar_of(shop: Shop) -> Calendar:
    """What customers get: the shop's own hours, over the days off of the calendar it follows."""
    own = own_calendar(shop)
    if not shop.feed_days:
        return own
    followed = {date.fromisoformat(day): Day((), name) for day, name in shop.feed_days.items()}
    return replace(own, days={**followed, **own.days})


def own_calendar(shop: Shop) -> Calendar:
    """Only what was set here, which is what is edited. Raises Invalid for a document no version of ours wrote."""
    return load_hours(shop.hours, timezone=shop.timezone, override=override_of(shop))


def override_of(shop: Shop) -> Override | None:
    if shop.override_open is None or shop.override_until is None:
        return None
    return Override(open=shop.override_open, until=shop.override_until)


def seen(part: object) -> str:
    """Names a part of the hours as it was when a form was opened, so that two people never overwrite each other."""
    return sha256(repr(part).encode()).hexdigest()[:16]


def week_part(calendar: Calendar) -> object:
    """What the form of the week edits, for `seen`."""
    return calendar.week, calendar.rests, calendar.timezone


def set_week(
    shop: Shop,
    *,
    week: tuple[tuple[Span, ...], ...],
    rests: tuple[Rest, ...],
    timezone: str,
    holidays_of: str,
    opened_on: str,
) -> None:
    """Save the week. Where public holidays are days off, they are those of the country `holidays_of` from now on.

    Raises Stale when the week is not the one the form was opened on (`seen`).
    """

    def changed(calendar: Calendar) -> Calendar:
        _refuse_stale(calendar, week_part(calendar), opened_on)
        country = holidays_of if calendar.country else ""
        return replace(calendar, week=week, rests=rests, timezone=timezone, country=country)

    _change(shop, changed)


def follow_holidays(shop: Shop, *, country: str) -> None:
    """Public holidays of that country are days off from now on; "" for none."""
    _change(shop, lambda calendar: replace(calendar, country=country))


def set_days(shop: Shop, days: Mapping[date, Day | None]) -> None:
    """Own hours of single dates; None takes a date's own hours back. Other dates stay as they are."""

    def changed(calendar: Calendar) -> Calendar:
        return replace(calendar, days=_with(calendar.days, days))

    _change(shop, changed)


def set_yearly(shop: Shop, days: Mapping[MonthDay, Day | None]) -> None:
    """The same for days that come every year, by month and day."""

    def changed(calendar: Calendar) -> Calendar:
        return replace(calendar, yearly=_with(calendar.yearly, days))

    _change(shop, changed)


def set_vacation(shop: Shop, vacation: Vacation | None, *, instead_of: str = "") -> None:
    """Add a vacation, or put it in the place of the one that `seen` names so; None takes that one out.

    Raises Stale when there is no such one any more.
    """

    def changed(calendar: Calendar) -> Calendar:
        others = tuple(other for other in calendar.vacations if seen(other) != instead_of)
        if instead_of and len(others) == len(calendar.vacations):
            raise Stale(calendar)
        together = (*others, vacation) if vacation else others
        return replace(calendar, vacations=tuple(sorted(together, key=lambda one: (one.first, one.last))))

    _change(shop, changed)


def set_night(shop: Shop, night: Night | None, *, opened_on: str) -> None:
    """The night with its greeting, None for none. Raises Stale."""

    def changed(calendar: Calendar) -> Calendar:
        _refuse_stale(calendar, calendar.night, opened_on)
        return replace(calendar, night=night)

    _change(shop, changed)


def set_shipping(shop: Shop, shipping: Shipping | None, *, opened_on: str) -> None:
    """Until when orders leave the same day, None for not told. Raises Stale."""

    def changed(calendar: Calendar) -> Calendar:
        _refuse_stale(calendar, calendar.shipping, opened_on)
        return replace(calendar, shipping=shipping)

    _change(shop, changed)


def set_feed_days(shop: Shop, days: Iterable[tuple[date, str]]) -> None:
    """The days off of the calendar the shop follows, in place of those it told before."""
    shop.feed_days = {day.isoformat(): name for day, name in days}
    shop.save(update_fields=["feed_days"])


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


def _change(shop: Shop, changed: Callable[[Calendar], Calendar]) -> None:
    """One change upon what is stored now, not upon what this request read earlier."""
    with transaction.atomic():
        stored = Shop.objects.select_for_update().get(pk=shop.pk)
        calendar = changed(own_calendar(stored))
        shop.hours, shop.timezone = dump_hours(calendar), calendar.timezone
        shop.save(update_fields=["hours", "timezone"])


def _refuse_stale(calendar: Calendar, part: object, opened_on: str) -> None:
    if seen(part) != opened_on:
        raise Stale(calendar)


def _with(days: Mapping[K, Day], changes: Mapping[K, Day | None]) -> dict[K, Day]:
    return {on: own for on, own in {**days, **changes}.items() if own is not None}
