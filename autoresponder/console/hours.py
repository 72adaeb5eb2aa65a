"""영업시간: what it is right now, and the week. All of it acts at once; nothing waits for publishing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import available_timezones

from django.http import HttpResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from autoresponder.connections import find
from autoresponder.console.hours_check import Checked, check, say_week
from autoresponder.console.hours_form import DAYS, NTHS, PRESETS, SHAPES, Week, change, shown, typed
from autoresponder.console.hours_page import part, saved, show
from autoresponder.console.moments import SHORT_DAYS, HoursNow, hours_now
from autoresponder.console.shell import redirect_to, toast, wants_fragment
from autoresponder.console.zones import ZONES, country_of
from autoresponder.engine.hours import state
from autoresponder.shops.access import Role, ShopRequest, shop_required
from autoresponder.shops.calendar import (
    Stale,
    calendar_of,
    close_today,
    open_now,
    own_calendar,
    resume_hours,
    seen,
    set_week,
    week_part,
)


@dataclass(frozen=True, slots=True)
class WeekForm:
    """The week as it stands on the page. `theirs`: what someone else saved meanwhile, in words, day by day."""

    typed: Week
    timezone: str
    seen: str
    errors: tuple[str, ...] = ()
    copy_from: str = ""
    theirs: tuple[str, ...] = ()
    unsaved: bool = False

    presets = PRESETS
    shapes = SHAPES
    nths = NTHS
    weekdays = tuple(zip(SHORT_DAYS, DAYS, strict=True))

    @property
    def blank(self) -> bool:
        return all(day.off for day in self.typed.days)

    @property
    def zones(self) -> list[tuple[str, object]]:
        return [*ZONES.items(), *([] if self.timezone in ZONES else [(self.timezone, self.timezone)])]


@shop_required(Role.MANAGER)
@require_http_methods(["GET", "HEAD", "POST"])
def hours(request: ShopRequest) -> HttpResponse:
    """The page. A POST is about the week; with `do` other than "save" it is a step in the form and stores nothing."""
    if request.method != "POST":
        return show(request, "week")
    act = request.POST.get("do", "save")
    week = change(typed(request.POST), act, request.POST)
    if act != "save":
        return show(request, "week", _week_form(request, Checked(week, None), unsaved=True))
    checked = check(week)
    if checked.spans is None:
        return show(request, "week", _week_form(request, checked), status=422)
    zone = _zone(request)
    try:
        set_week(
            request.shop,
            week=checked.spans,
            rests=checked.rests,
            timezone=zone,
            holidays_of=country_of(zone),
            opened_on=request.POST.get("seen", ""),
        )
    except Stale as stale:
        # Having been shown the other person's hours, the next save is meant.
        form = _week_form(
            request, checked, theirs=say_week(stale.calendar.week), opened_on=seen(week_part(stale.calendar))
        )
        return show(request, "week", form, status=422)
    return saved(request, "week", _("영업시간을 저장했어요. 지금부터 바로 적용돼요."), touched=["holidays"])


@shop_required(Role.MANAGER)
@require_POST
def hours_today(request: ShopRequest) -> HttpResponse:
    """Open now, close for today, or back to the week (`action`). Then the card, or back to `next` (this site only)."""
    now, shop = timezone.now(), request.shop
    match request.POST.get("action"):
        case "open":
            open_now(shop, now=now)
            said = _("지금 열었어요. 손님에게 영업 중으로 답해요.")
        case "close":
            close_today(shop, now=now)
            said = _("닫았어요. 손님은 부재중 인사를 받아요.")
        case "resume":
            resume_hours(shop)
            said = _("원래 영업시간대로 돌아왔어요.")
        case _:
            return HttpResponse(status=400)
    if wants_fragment(request):
        return saved(request, "now", said)
    find.forget()
    toast(request, said)
    back = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}, require_https=request.is_secure())
    return redirect_to(request, back if safe else reverse("console:hours"))


@shop_required(Role.MANAGER)
def hours_card(request: ShopRequest) -> HttpResponse:
    """The card on top, asked for again when what it says may have turned."""
    return show(request, "now")


@part("now")
def now_part(request: ShopRequest, now: datetime) -> HoursNow:
    calendar = calendar_of(request.shop)
    return hours_now(calendar, state(calendar, now), now=now)


@part("week")
def week_form(request: ShopRequest, now: datetime) -> WeekForm:
    calendar = own_calendar(request.shop)
    return WeekForm(shown(calendar.week, calendar.rests), calendar.timezone, seen(week_part(calendar)))


def _week_form(
    request: ShopRequest,
    checked: Checked,
    *,
    theirs: tuple[str, ...] = (),
    opened_on: str = "",
    unsaved: bool = False,
) -> WeekForm:
    return WeekForm(
        checked.week,
        _zone(request),
        opened_on or request.POST.get("seen", ""),
        checked.errors,
        request.POST.get("copy_from", ""),
        theirs,
        unsaved,
    )


def _zone(request: ShopRequest) -> str:
    given = request.POST.get("timezone", "")
    return given if given in available_timezones() else request.shop.timezone


urlpatterns = [
    path("hours/", hours, name="hours"),
    path("hours/now/", hours_card, name="hours_card"),
    path("hours/today/", hours_today, name="hours_today"),
]
