"""휴가: a stretch of days off with its own greeting, which switches itself on and off."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime

from django.http import HttpResponse
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from autoresponder.console.greeting_text import greeting_error, read_greeting
from autoresponder.console.hours_month import read_day
from autoresponder.console.hours_page import part, saved, show, today_in
from autoresponder.console.hours_undo import undo_url
from autoresponder.console.moments import say_day
from autoresponder.engine.calendar import Vacation
from autoresponder.shops.access import Role, ShopRequest, shop_required
from autoresponder.shops.calendar import Stale, own_calendar, seen, set_vacation
from autoresponder.shops.models import Shop

NAME_LENGTH = 40
KOREAN = "지금은 휴가 중이라 {다음영업시간}에 다시 문을 열어요. 남겨 주시면 돌아와서 차례대로 답해 드릴게요."
ENGLISH = "We are away on holiday and will be back {next_open}. Leave a message and we will answer in turn."


@dataclass(frozen=True, slots=True)
class VacationForm:
    """`instead_of` names the vacation being changed, "" for a new one. `wrong` names the field at fault."""

    first: str = ""
    last: str = ""
    name: str = ""
    greeting: str = ""
    instead_of: str = ""
    wrong: str = ""
    error: str = ""
    open: bool = False


@dataclass(frozen=True, slots=True)
class Listed:
    when: str
    name: str
    greeting: str
    key: str
    status: str
    first: date


@dataclass(frozen=True, slots=True)
class Vacations:
    form: VacationForm
    listed: tuple[Listed, ...]


@part("vacations")
def vacations_part(request: ShopRequest, now: datetime) -> Vacations:
    form = VacationForm(greeting=ENGLISH if request.shop.language == "en" else KOREAN)
    wanted = request.GET.get("edit", "")
    for vacation in own_calendar(request.shop).vacations:
        if wanted and seen(vacation) == wanted:
            first, last = vacation.first.isoformat(), vacation.last.isoformat()
            form = VacationForm(first, last, vacation.name, vacation.greeting, wanted, open=True)
    return _vacations(request.shop, form, today_in(request.shop, now))


@shop_required(Role.MANAGER)
@require_http_methods(["GET", "HEAD", "POST"])
def hours_vacations(request: ShopRequest) -> HttpResponse:
    """GET opens one for changing (`edit`); POST adds one, or puts it in the place of `instead_of`."""
    if request.method != "POST":
        return show(request, "vacations")
    form, vacation = _checked(request, _typed(request))
    if vacation is not None:
        try:
            set_vacation(request.shop, vacation, instead_of=form.instead_of)
        except Stale:
            gone = _("그사이 다른 사람이 이 휴가를 바꾸거나 지웠어요. 이대로 쓰려면 한 번 더 저장해 주세요.")
            form, vacation = replace(form, instead_of="", error=gone, open=True), None
    if vacation is None:
        today = today_in(request.shop, timezone.now())
        return show(request, "vacations", _vacations(request.shop, form, today), status=422)
    return saved(
        request, "vacations", _("휴가를 저장했어요. 그날이 되면 저절로 켜지고, 끝나면 꺼져요."), touched=["days"]
    )


@shop_required(Role.MANAGER)
@require_POST
def hours_vacation_remove(request: ShopRequest) -> HttpResponse:
    calendar, key = own_calendar(request.shop), request.POST.get("key", "")
    gone = tuple(vacation for vacation in calendar.vacations if seen(vacation) == key)
    if gone:
        set_vacation(request.shop, None, instead_of=key)
    undo = undo_url(replace(calendar, days={}, yearly={}, vacations=gone))
    return saved(request, "vacations", _("휴가를 지웠어요."), touched=["days"], undo=undo)


def _vacations(shop: Shop, form: VacationForm, today: date) -> Vacations:
    coming = [vacation for vacation in own_calendar(shop).vacations if vacation.last >= today]
    return Vacations(form, tuple(_listed(vacation, today) for vacation in coming))


def _listed(vacation: Vacation, today: date) -> Listed:
    dates = [say_day(on, today=today) for on in (vacation.first, vacation.last)]
    status = _("지금 휴가 중이에요") if vacation.first <= today else ""
    when = " ~ ".join(dict.fromkeys(dates))
    return Listed(when, vacation.name, vacation.greeting, seen(vacation), status, vacation.first)


def _typed(request: ShopRequest) -> VacationForm:
    data = request.POST
    return VacationForm(
        first=data.get("first", ""),
        last=data.get("last", ""),
        name=" ".join(data.get("name", "").split())[:NAME_LENGTH],
        greeting=read_greeting(data.get("greeting", "")),
        instead_of=data.get("instead_of", "")[:16],
        open=True,
    )


def _checked(request: ShopRequest, form: VacationForm) -> tuple[VacationForm, Vacation | None]:
    first, last = read_day(form.first), read_day(form.last)
    if first is None or last is None:
        wrong = "last" if first else "first"
        return replace(form, wrong=wrong, error=_("휴가 첫날과 마지막 날을 골라 주세요.")), None
    if last < first:
        return replace(form, wrong="last", error=_("마지막 날이 첫날보다 앞이에요. 다시 골라 주세요.")), None
    if error := greeting_error(request.shop, form.greeting):
        return replace(form, wrong="greeting", error=error), None
    return form, Vacation(first, last, form.name, form.greeting)


urlpatterns = [
    path("hours/vacations/", hours_vacations, name="hours_vacations"),
    path("hours/vacations/remove/", hours_vacation_remove, name="hours_vacation_remove"),
]
