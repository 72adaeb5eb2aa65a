"""Public holidays: off as a rule, and each of the next ones can be opened or given other hours with one tap."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.http import HttpResponse
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from autoresponder.console.clocks import read_spans, say_span
from autoresponder.console.holiday_words import holiday_words
from autoresponder.console.hours_check import say_spans
from autoresponder.console.hours_page import part, saved, show, today_in
from autoresponder.console.moments import say_day
from autoresponder.console.zones import country_of
from autoresponder.engine.calendar import Day
from autoresponder.engine.dates import Holiday, next_holidays
from autoresponder.shops.access import Role, ShopRequest, shop_required
from autoresponder.shops.calendar import follow_holidays, own_calendar, set_days
from autoresponder.shops.models import Shop

SHOWN, MORE = 5, 20
TOUCHED = ("days",)


@dataclass(frozen=True, slots=True)
class Row:
    """A holiday as it stands in the list. `text`: its hours as typed; `editing`: they are being typed."""

    on: date
    when: str
    name: str
    kind: str
    says: str
    text: str
    editing: bool = False
    error: str = ""


@dataclass(frozen=True, slots=True)
class Holidays:
    on: bool
    rows: tuple[Row, ...]

    @property
    def next_ones(self) -> tuple[Row, ...]:
        return self.rows[:SHOWN]

    @property
    def later(self) -> tuple[Row, ...]:
        return self.rows[SHOWN:]

    @property
    def later_open(self) -> bool:
        return any(row.editing for row in self.later)


@part("holidays")
def holidays_part(request: ShopRequest, now: datetime) -> Holidays:
    return _holidays(request.shop, today_in(request.shop, now))


@shop_required(Role.MANAGER)
@require_POST
def hours_holidays(request: ShopRequest) -> HttpResponse:
    """Whether public holidays are days off at all (`on`)."""
    on = request.POST.get("on") == "1"
    follow_holidays(request.shop, country=country_of(request.shop.timezone) if on else "")
    said = _("이제 공휴일에는 쉬어요.") if on else _("이제 공휴일에도 평소처럼 열어요.")
    return saved(request, "holidays", said, touched=TOUCHED)


@shop_required(Role.MANAGER)
@require_POST
def hours_holiday(request: ShopRequest, on: date) -> HttpResponse:
    """One holiday: `do` is "closed", "opened", "edit" (asks for the hours) or "hours" with them in `text`."""
    act, text = request.POST.get("do", ""), request.POST.get("text", "").strip()
    today = today_in(request.shop, timezone.now())
    if act == "edit":
        return show(request, "holidays", _holidays(request.shop, today, editing=on))
    if act == "hours" and not (spans := read_spans(text)):
        told = _("시간을 읽지 못했어요. 10-15처럼 적어 주세요.")
        return show(request, "holidays", _holidays(request.shop, today, editing=on, text=text, error=told), status=422)
    own = {"closed": None, "opened": Day(None), "hours": Day(spans) if act == "hours" else None}
    if act not in own:
        return HttpResponse(status=400)
    set_days(request.shop, {on: own[act]})
    return saved(request, "holidays", _("바꿨어요. 지금부터 바로 적용돼요."), touched=TOUCHED)


def _holidays(
    shop: Shop, today: date, *, editing: date | None = None, text: str | None = None, error: str = ""
) -> Holidays:
    calendar = own_calendar(shop)
    rows = [_row(holiday, today) for holiday in next_holidays(calendar, today, MORE)]
    return Holidays(
        bool(calendar.country),
        tuple(
            Row(row.on, row.when, row.name, row.kind, row.says, row.text if text is None else text, True, error)
            if row.on == editing
            else row
            for row in rows
        ),
    )


def _row(holiday: Holiday, today: date) -> Row:
    hours = say_spans(holiday.spans)
    says = {"opened": _("평소처럼 열어요 · %(hours)s"), "hours": _("%(hours)s에만 열어요")}.get(holiday.kind, "")
    text = ", ".join(map(say_span, holiday.spans)) if holiday.kind == "hours" else ""
    return Row(
        holiday.on,
        say_day(holiday.on, today=today),
        holiday_words(holiday.name),
        holiday.kind,
        says % {"hours": hours} if says else _("쉬어요"),
        text,
    )


urlpatterns = [
    path("hours/holidays/", hours_holidays, name="hours_holidays"),
    path("hours/holidays/<day:on>/", hours_holiday, name="hours_holiday"),
]
