"""영업시간: what it is right now, the week, public holidays. All of it acts at once; nothing waits for publishing."""

from __future__ import annotations

import json
from dataclasses import dataclass
from hashlib import sha256
from typing import Any
from zoneinfo import available_timezones

from django.http import HttpResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST
from django_htmx.http import trigger_client_event

from autoresponder.connections import find
from autoresponder.console.hours_check import Checked, check, say_week
from autoresponder.console.hours_form import DAYS, Day, change, country, shown, typed
from autoresponder.console.moments import hours_now
from autoresponder.console.shell import page, redirect_to, toast, wants_fragment
from autoresponder.engine.hours import state
from autoresponder.shops.access import Role, ShopRequest, shop_required
from autoresponder.shops.calendar import calendar_of, close_today, open_now, resume_hours, set_hours, week_of
from autoresponder.shops.models import Shop

ZONES = {
    "Asia/Seoul": gettext_lazy("서울"),
    "Asia/Tokyo": gettext_lazy("도쿄"),
    "Asia/Shanghai": gettext_lazy("상하이"),
    "Asia/Hong_Kong": gettext_lazy("홍콩"),
    "Asia/Taipei": gettext_lazy("타이베이"),
    "Asia/Singapore": gettext_lazy("싱가포르"),
    "Asia/Bangkok": gettext_lazy("방콕"),
    "Asia/Ho_Chi_Minh": gettext_lazy("호찌민"),
    "Asia/Manila": gettext_lazy("마닐라"),
    "Asia/Jakarta": gettext_lazy("자카르타"),
    "Asia/Kolkata": gettext_lazy("뉴델리"),
    "Asia/Dubai": gettext_lazy("두바이"),
    "Europe/London": gettext_lazy("런던"),
    "Europe/Paris": gettext_lazy("파리"),
    "Europe/Berlin": gettext_lazy("베를린"),
    "America/New_York": gettext_lazy("뉴욕"),
    "America/Chicago": gettext_lazy("시카고"),
    "America/Denver": gettext_lazy("덴버"),
    "America/Los_Angeles": gettext_lazy("로스앤젤레스"),
    "America/Vancouver": gettext_lazy("밴쿠버"),
    "Pacific/Honolulu": gettext_lazy("호놀룰루"),
    "Australia/Sydney": gettext_lazy("시드니"),
    "Pacific/Auckland": gettext_lazy("오클랜드"),
}


@dataclass(frozen=True, slots=True)
class Form:
    """The form as it stands on the page. `theirs`: what someone else saved meanwhile, in words, day by day."""

    days: tuple[Day, ...]
    holidays: bool
    timezone: str
    seen: str
    errors: tuple[str, ...] = ()
    copy_from: str = "0"
    theirs: tuple[str, ...] = ()
    unsaved: bool = False


@shop_required(Role.MANAGER)
@require_http_methods(["GET", "HEAD", "POST"])
def hours(request: ShopRequest) -> HttpResponse:
    """The week. A POST with `do` other than "save" is a step within the form: it stores nothing."""
    if request.method != "POST":
        return _page(request, stored(request.shop))
    days = change(typed(request.POST), act := request.POST.get("do", "save"), request.POST.get("copy_from", ""))
    if act != "save":
        return _page(request, _form(request, Checked(days, None), unsaved=True))
    checked = check(days)
    if checked.week is None:
        return _page(request, _form(request, checked), status=422)
    if request.POST.get("seen", "") != seen(request.shop):
        return _page(request, _form(request, checked, theirs=say_week(week_of(request.shop.week))), status=422)
    set_hours(
        request.shop, week=checked.week, holiday_country=country(request.shop, request.POST), timezone=_zone(request)
    )
    find.forget()
    toast(request, _("영업시간을 저장했어요. 지금부터 바로 적용돼요."))
    return (
        _page(request, stored(request.shop))
        if wants_fragment(request)
        else redirect_to(request, reverse("console:hours"))
    )


@shop_required(Role.MANAGER)
@require_POST
def hours_today(request: ShopRequest) -> HttpResponse:
    """Open now, close for today, or back to the week (`action`); then back to `next` (this site only)."""
    now, shop = timezone.now(), request.shop
    match request.POST.get("action"):
        case "open":
            open_now(shop, now=now)
            toast(request, _("지금 열었어요. 손님에게 영업 중으로 답해요."))
        case "close":
            close_today(shop, now=now)
            toast(request, _("닫았어요. 손님은 부재중 인사를 받아요."))
        case "resume":
            resume_hours(shop)
            toast(request, _("원래 영업시간대로 돌아왔어요."))
        case _:
            return HttpResponse(status=400)
    find.forget()
    back = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}, require_https=request.is_secure())
    return redirect_to(request, back if safe else reverse("console:hours"))


def stored(shop: Shop) -> Form:
    return Form(shown(week_of(shop.week)), bool(shop.holiday_country), shop.timezone, seen(shop))


def seen(shop: Shop) -> str:
    """Names the saved hours a form was opened on, so that two people never overwrite each other unseen."""
    return sha256(json.dumps([shop.week, shop.holiday_country, shop.timezone]).encode()).hexdigest()[:16]


def _form(request: ShopRequest, checked: Checked, *, theirs: tuple[str, ...] = (), unsaved: bool = False) -> Form:
    data = request.POST
    return Form(
        days=checked.days,
        holidays="holidays" in data,
        timezone=_zone(request),
        # Having been shown the other person's hours, the next save is meant.
        seen=seen(request.shop) if theirs else data.get("seen", ""),
        errors=checked.errors,
        copy_from=data.get("copy_from", "0"),
        theirs=theirs,
        unsaved=unsaved,
    )


def _zone(request: ShopRequest) -> str:
    given = request.POST.get("timezone", "")
    return given if given in available_timezones() else request.shop.timezone


def _page(request: ShopRequest, form: Form, *, status: int = 200) -> HttpResponse:
    now = timezone.now()
    calendar = calendar_of(request.shop)
    context: dict[str, Any] = {
        "form": form,
        "days": [(str(number), name, day) for number, (name, day) in enumerate(zip(DAYS, form.days, strict=True))],
        "zones": [*ZONES.items(), *([] if form.timezone in ZONES else [(form.timezone, form.timezone)])],
        "hours": hours_now(calendar, state(calendar, now), now=now),
    }
    response = page(request, "hours", "_hours.html", context, status=status)
    if request.method == "POST" and wants_fragment(request):
        trigger_client_event(response, "preview")
    return response


urlpatterns = [
    path("hours/", hours, name="hours"),
    path("hours/today/", hours_today, name="hours_today"),
]
