"""우리 가게 쉬는 날: single dates that are off or have other hours, once or every year; the month they stand in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import groupby

from django.http import HttpResponse
from django.urls import path
from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from autoresponder.console.clocks import read_spans, say_span
from autoresponder.console.holiday_words import holiday_words
from autoresponder.console.hours_check import say_spans
from autoresponder.console.hours_month import Month, chosen_day, month_part, read_day
from autoresponder.console.hours_page import part, saved, show, today_in
from autoresponder.console.hours_undo import undo_url
from autoresponder.console.moments import say_day
from autoresponder.engine.calendar import Calendar, Day, Span
from autoresponder.engine.dates import plan
from autoresponder.shops.access import Role, ShopRequest, shop_required
from autoresponder.shops.calendar import calendar_of, own_calendar, set_days, set_yearly

NAME_LENGTH = 40
# More than this at once is a vacation.
MOST_DAYS = 62
TOUCHED = ("holidays",)


@dataclass(frozen=True, slots=True)
class DayForm:
    """`kind`: "closed", "hours" or "open" (as the week says, though a day off). `wrong` names the field at fault."""

    first: str = ""
    last: str = ""
    kind: str = "closed"
    text: str = ""
    name: str = ""
    yearly: bool = False
    wrong: str = ""
    error: str = ""


@dataclass(frozen=True, slots=True)
class Listed:
    """Neighbouring dates with the same hours are one line. `key` names it when it is taken out."""

    when: str
    says: str
    name: str
    key: str


@dataclass(frozen=True, slots=True)
class Days:
    """`title` is the chosen day, `says` what it is like now; `own` that it has hours of its own."""

    form: DayForm
    month: Month
    listed: tuple[Listed, ...]
    title: str = ""
    says: str = ""
    own: str = ""
    can_open: bool = False
    open: bool = False


@part("days")
def days_part(request: ShopRequest, now: datetime) -> Days:
    calendar, on = own_calendar(request.shop), chosen_day(request)
    form = _form_of(calendar, on) if on else DayForm()
    return _days(request, form, now=now, on=on)


@shop_required(Role.MANAGER)
@require_http_methods(["GET", "HEAD", "POST"])
def hours_days(request: ShopRequest) -> HttpResponse:
    """GET shows a day of the month (`day`). POST gives the dates from `first` to `last` their own hours."""
    if request.method != "POST":
        return show(request, "days")
    form = _typed(request)
    checked, dates, own = _checked(form)
    if own is None:
        return show(request, "days", _days(request, checked, now=timezone.now(), on=read_day(form.first)), status=422)
    if form.yearly:
        set_yearly(request.shop, {(on.month, on.day): own for on in dates})
    else:
        set_days(request.shop, dict.fromkeys(dates, own))
    return saved(request, "days", _("저장했어요. 지금부터 바로 적용돼요."), touched=TOUCHED)


@shop_required(Role.MANAGER)
@require_POST
def hours_days_remove(request: ShopRequest) -> HttpResponse:
    """Takes the own hours of dates back (`key`: "2026-12-24 2026-12-25" or "12-24" for every year)."""
    calendar, keys = own_calendar(request.shop), request.POST.get("key", "").split()[: 2 * MOST_DAYS]
    dates = {on for key in keys if (on := read_day(key))}
    yearly = {(on.month, on.day) for key in keys if (on := read_day(f"2000-{key}"))}
    gone = replace(
        calendar,
        days={on: own for on, own in calendar.days.items() if on in dates},
        yearly={on: own for on, own in calendar.yearly.items() if on in yearly},
        vacations=(),
    )
    set_days(request.shop, dict.fromkeys(gone.days))
    set_yearly(request.shop, dict.fromkeys(gone.yearly))
    return saved(request, "days", _("원래대로 돌려놓았어요."), touched=TOUCHED, undo=undo_url(gone))


def _days(request: ShopRequest, form: DayForm, *, now: datetime, on: date | None) -> Days:
    calendar, today = own_calendar(request.shop), today_in(request.shop, now)
    days = Days(form, month_part(request, now), _listed(calendar, today), open=bool(on or form.error))
    if on is None:
        return days
    found = plan(calendar_of(request.shop), on)
    says = f"{say_spans(found.spans)} · {holiday_words(found.name)}" if found.name else say_spans(found.spans)
    own = on.isoformat() if on in calendar.days else ""
    without = replace(calendar, days={day: own for day, own in calendar.days.items() if day != on})
    can_open = not plan(without, on).spans and bool(calendar.week[on.weekday()])
    return replace(days, title=say_day(on, today=today), says=says, own=own, can_open=can_open)


def _form_of(calendar: Calendar, on: date) -> DayForm:
    form = DayForm(first=on.isoformat())
    own = calendar.days.get(on)
    if own is None:
        return form
    kind = "open" if own.hours is None else "hours" if own.hours else "closed"
    return replace(form, kind=kind, text=", ".join(map(say_span, own.hours or ())), name=own.name)


def _typed(request: ShopRequest) -> DayForm:
    data = request.POST
    return DayForm(
        first=data.get("first", ""),
        last=data.get("last", ""),
        kind=data.get("kind", "closed"),
        text=data.get("text", "").strip(),
        name=" ".join(data.get("name", "").split())[:NAME_LENGTH],
        yearly="yearly" in data,
    )


def _checked(form: DayForm) -> tuple[DayForm, list[date], Day | None]:
    """The dates and their own hours; None and the form with words while something is missing."""
    first = read_day(form.first)
    last = read_day(form.last) if form.last else first
    if first is None:
        return replace(form, wrong="first", error=_("날짜를 골라 주세요.")), [], None
    if last is None or last < first:
        return replace(form, wrong="last", error=_("마지막 날이 첫날보다 앞이에요. 다시 골라 주세요.")), [], None
    if (count := (last - first).days + 1) > MOST_DAYS:
        return replace(form, wrong="last", error=_("두 달이 넘으면 아래 ‘휴가’에 적어 주세요.")), [], None
    spans: tuple[Span, ...] | None = ()
    if form.kind == "hours" and not (spans := read_spans(form.text)):
        return replace(form, wrong="text", error=_("시간을 읽지 못했어요. 10-15처럼 적어 주세요.")), [], None
    own = Day(None if form.kind == "open" else spans, form.name)
    return form, [first + timedelta(number) for number in range(count)], own


def _listed(calendar: Calendar, today: date) -> tuple[Listed, ...]:
    coming = sorted((on, own) for on, own in calendar.days.items() if on >= today)
    runs = groupby(enumerate(coming), key=lambda at: (at[1][0] - timedelta(at[0]), at[1][1]))
    once = [_line([on for _place, (on, _own) in run], own, today) for (_start, own), run in runs]
    return (*once, *_every_year(calendar.yearly))


def _line(dates: list[date], own: Day, today: date) -> Listed:
    when = say_day(dates[0], today=today)
    if len(dates) > 1:
        when = f"{when} ~ {say_day(dates[-1], today=today)}"
    return Listed(when, _say_own(own), own.name, " ".join(on.isoformat() for on in dates))


def _every_year(yearly: Mapping[tuple[int, int], Day]) -> list[Listed]:
    dates = [(date(2000, *on), own) for on, own in sorted(yearly.items())]
    every = [(_("매년 %(day)s") % {"day": formats.date_format(on, _("n월 j일"))}, on, own) for on, own in dates]
    return [Listed(when, _say_own(own), own.name, f"{on:%m-%d}") for when, on, own in every]


def _say_own(own: Day) -> str:
    return _("평소처럼 열어요") if own.hours is None else say_spans(own.hours)


urlpatterns = [
    path("hours/days/", hours_days, name="hours_days"),
    path("hours/days/remove/", hours_days_remove, name="hours_days_remove"),
]
