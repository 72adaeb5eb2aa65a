"""A month of the shop's calendar: each day open, closed or changed, in a colour and in a word."""

from __future__ import annotations

from calendar import Calendar as Weeks
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.http import HttpResponse
from django.urls import path
from django.utils import formats
from django.utils.translation import gettext as _

from autoresponder.console.clocks import say_clock
from autoresponder.console.holiday_words import holiday_words
from autoresponder.console.hours_check import say_spans
from autoresponder.console.hours_form import DAYS
from autoresponder.console.hours_page import part, show, today_in
from autoresponder.console.moments import SHORT_DAYS
from autoresponder.engine.calendar import DAY, Calendar, Span
from autoresponder.engine.dates import DayPlan, days_ahead
from autoresponder.shops.access import Role, ShopRequest, shop_required
from autoresponder.shops.calendar import calendar_of

# As far as the product's clock goes (engine.read.YEARS).
FIRST, LAST = date(2000, 1, 1), date(2100, 12, 31)


@dataclass(frozen=True, slots=True)
class Cell:
    """`kind`: "open", "closed" or "changed"; `short` fits under the number, `label` says it all."""

    on: date
    kind: str
    short: str
    label: str
    today: bool = False
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class Month:
    """`weeks` are seven cells each, None for a day of another month; `before` and `after` are the first of a month."""

    first: date
    weeks: tuple[tuple[Cell | None, ...], ...]
    before: date
    after: date

    weekdays = tuple(zip(SHORT_DAYS, DAYS, strict=True))


@part("month")
def month_part(request: ShopRequest, now: datetime) -> Month:
    today = today_in(request.shop, now)
    chosen = chosen_day(request)
    return month(calendar_of(request.shop), _asked(request) or chosen or today, today=today, chosen=chosen)


@shop_required(Role.MANAGER)
def hours_month(request: ShopRequest) -> HttpResponse:
    """Another month (`month`, any day of it)."""
    return show(request, "month")


def month(calendar: Calendar, of: date, *, today: date, chosen: date | None = None) -> Month:
    first = of.replace(day=1)
    weeks = [
        [_cell(plan, today, chosen) if plan.on.month == of.month else None for plan in days_ahead(calendar, week[0], 7)]
        for week in Weeks().monthdatescalendar(of.year, of.month)
    ]
    return Month(first, tuple(map(tuple, weeks)), _month_of(first - timedelta(1)), _month_of(first + timedelta(31)))


def chosen_day(request: ShopRequest) -> date | None:
    return read_day(request.GET.get("day", ""))


def read_day(text: str) -> date | None:
    try:
        found = date.fromisoformat(text) if len(text) == len("2026-12-24") else None
    except ValueError:
        return None
    return found if found and FIRST <= found <= LAST else None


def _asked(request: ShopRequest) -> date | None:
    return read_day(request.GET.get("month", "") or request.POST.get("month", ""))


def _month_of(day: date) -> date:
    return min(max(day, FIRST), LAST).replace(day=1)


def _cell(plan: DayPlan, today: date, chosen: date | None) -> Cell:
    kind = "closed" if not plan.spans else "open" if plan.why == "week" else "changed"
    says = f"{holiday_words(plan.name)} · {say_spans(plan.spans)}" if plan.name else say_spans(plan.spans)
    label = f"{formats.date_format(plan.on, _('n월 j일 l'))} {says}"
    return Cell(plan.on, kind, _short(plan), label, plan.on == today, plan.on == chosen)


def _short(plan: DayPlan) -> str:
    if plan.spans:
        return _brief(Span(plan.spans[0].start, plan.spans[-1].end))
    return {"holiday": _("공휴일"), "vacation": _("휴가")}.get(plan.why, _("휴무"))


def _brief(span: Span) -> str:
    """ "10–19": the hours in as few signs as they need."""
    if span.end - span.start >= DAY:
        return _("24시간")
    start, end = (say_clock(minute % DAY if minute != DAY else minute) for minute in (span.start, span.end))
    return f"{start.removesuffix(':00').lstrip('0') or '0'}–{end.removesuffix(':00')}"


urlpatterns = [path("hours/month/", hours_month, name="hours_month")]
