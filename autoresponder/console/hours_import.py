"""캘린더 가져오기: days off from a file or a calendar on the web, shown before they are taken; hours given away."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.core import signing
from django.http import HttpResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from autoresponder.connections import feeds, find
from autoresponder.connections.models import Feed
from autoresponder.console.feed_words import refusal_words
from autoresponder.console.hours_page import part, today_in
from autoresponder.console.moments import moment, say_day
from autoresponder.console.shell import page, redirect_to, toast
from autoresponder.engine import schema_org
from autoresponder.engine.calendar import Day
from autoresponder.engine.icalendar.lines import LARGEST
from autoresponder.engine.icalendar.read import DayOff, Found, days_off
from autoresponder.engine.icalendar.write import write
from autoresponder.shops import feed
from autoresponder.shops.access import Role, ShopRequest, shop_required
from autoresponder.shops.calendar import calendar_of, own_calendar, set_days
from autoresponder.shops.models import Shop

SALT = "console.hours_import"
NAME_LENGTH = 40


@dataclass(frozen=True, slots=True)
class Offered:
    """A day off found in a calendar. `known`: the shop has set that date by itself already."""

    on: date
    when: str
    name: str
    known: bool


@dataclass(frozen=True, slots=True)
class Preview:
    """What would be taken. `sealed` carries it to the next step; `address` is "" for a file."""

    days: tuple[Offered, ...]
    left_out: str
    sealed: str
    address: str = ""


@dataclass(frozen=True, slots=True)
class Followed:
    """The calendar the shop follows: where it lives (shortened, since the address may be a secret), how it went."""

    where: str
    says: str
    failed: bool


@part("calendars")
def calendars_part(request: ShopRequest, now: datetime) -> Followed | None:
    return _followed(request.shop, now)


@shop_required(Role.MANAGER)
@require_GET
def hours_import(request: ShopRequest) -> HttpResponse:
    return _page(request)


@shop_required(Role.MANAGER)
@require_POST
def hours_import_file(request: ShopRequest) -> HttpResponse:
    """An iCalendar file (`file`): shows the days off in it."""
    given = request.FILES.get("file")
    if given is None:
        return _page(request, file_error=_("캘린더 파일(.ics)을 골라 주세요."), status=422)
    try:
        data = given.read(LARGEST + 1)
        found = days_off(data, timezone=request.shop.timezone, today=today_in(request.shop, timezone.now()))
    except feeds.NotTaken as refused:
        return _page(request, file_error=refusal_words(refused.code, refused.params), status=422)
    return _offer(request, found)


@shop_required(Role.MANAGER)
@require_POST
def hours_import_feed(request: ShopRequest) -> HttpResponse:
    """A calendar's `address`: shows the days off in it."""
    address = request.POST.get("address", "").strip()
    try:
        found = feeds.look(request.shop, address, now=timezone.now())
    except (feed.Refused, feeds.NotTaken) as refused:
        return _page(
            request, feed_error=refusal_words(refused.code, refused.params), address=address[: feed.LONGEST], status=422
        )
    return _offer(request, found, address)


@shop_required(Role.MANAGER)
@require_POST
def hours_import_take(request: ShopRequest) -> HttpResponse:
    """Takes the days shown (`sealed`): of a file the chosen ones (`day`), of an address all, now and from now on."""
    try:
        kept = signing.loads(request.POST.get("sealed", ""), salt=SALT, max_age=24 * 3600)
    except signing.BadSignature:
        return _page(request, file_error=_("시간이 오래 지났어요. 한 번 더 가져와 주세요."), status=422)
    days = [DayOff(date.fromisoformat(on), name) for on, name in kept["days"]]
    if kept["address"]:
        feeds.follow(request.shop, kept["address"], days, now=timezone.now())
        toast(request, _("이제 이 캘린더를 따라 쉬어요. 하루에 한 번 새로 읽어 와요."))
        return redirect_to(request, reverse("console:hours_import"))
    chosen = set(request.POST.getlist("day"))
    wanted: dict[date, Day | None] = {day.on: Day((), day.name) for day in days if day.on.isoformat() in chosen}
    set_days(request.shop, wanted)
    find.forget()
    count = len(wanted)
    toast(request, ngettext("쉬는 날 %(n)d일을 더했어요.", "쉬는 날 %(n)d일을 더했어요.", count) % {"n": count})
    return redirect_to(request, f"{reverse('console:hours')}#days")


@shop_required(Role.MANAGER)
@require_POST
def hours_import_followed(request: ShopRequest) -> HttpResponse:
    """`do`: "refresh" looks at once, "unfollow" leaves the calendar and its days off."""
    followed = Feed.objects.select_related("shop").filter(shop=request.shop).first()
    if request.POST.get("do") == "unfollow":
        feeds.unfollow(request.shop)
        toast(request, _("이제 이 캘린더를 따르지 않아요."))
    elif followed:
        feeds.refresh(followed, now=timezone.now())
        toast(request, _("캘린더를 새로 읽었어요."))
    return redirect_to(request, reverse("console:hours_import"))


@shop_required(Role.MANAGER)
@require_GET
def hours_export(request: ShopRequest) -> HttpResponse:
    """The hours of the next year as an iCalendar file."""
    shop = request.shop
    english = shop.language == "en"
    data = write(calendar_of(shop), name=shop.name, place=shop.slug, now=timezone.now(), english=english)
    response = HttpResponse(data, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{shop.slug}-hours.ics"'
    return response


def _page(request: ShopRequest, *, status: int = 200, **more: Any) -> HttpResponse:
    now = timezone.now()
    hours = schema_org.opening_hours(
        calendar_of(request.shop), name=request.shop.name, today=today_in(request.shop, now)
    )
    context = {"followed": _followed(request.shop, now), "code": schema_org.script(hours), **more}
    return page(request, "hours_import", "page.html", context, status=status)


def _offer(request: ShopRequest, found: Found, address: str = "") -> HttpResponse:
    own, today = own_calendar(request.shop).days, today_in(request.shop, timezone.now())
    offered = tuple(Offered(day.on, say_day(day.on, today=today), day.name, day.on in own) for day in found.days)
    days = [(day.on.isoformat(), day.name[:NAME_LENGTH]) for day in found.days]
    sealed = signing.dumps({"address": address, "days": days}, salt=SALT, compress=True)
    return _page(request, preview=Preview(offered, _left_out(found), sealed, address))


def _left_out(found: Found) -> str:
    """What else stood in the calendar, so that nobody looks for it."""
    count = found.timed + found.past + found.unreadable
    if not count:
        return ""
    sentence = ngettext(
        "하루 종일이 아니거나 이미 지난 일정 %(n)d개는 뺐어요.",
        "하루 종일이 아니거나 이미 지난 일정 %(n)d개는 뺐어요.",
        count,
    )
    return sentence % {"n": count}


def _followed(shop: Shop, now: datetime) -> Followed | None:
    followed = Feed.objects.filter(shop=shop).first()
    if followed is None:
        return None
    result, zone = followed.result, ZoneInfo(shop.timezone)
    when = {"when": moment(followed.checked_at, zone=zone, now=now)}
    if not result.get("code"):
        days = result.get("days", 0)
        sentence = ngettext(
            "%(when)s에 읽었고, 쉬는 날이 %(n)d일 있어요.", "%(when)s에 읽었고, 쉬는 날이 %(n)d일 있어요.", days
        )
        return Followed(_host(feeds.address_of(followed)), sentence % {**when, "n": days}, failed=False)
    why = refusal_words(result["code"], result.get("params", {}))
    said = _("%(when)s에 읽지 못했어요. 그동안 알던 쉬는 날은 그대로예요.") % when
    return Followed(_host(feeds.address_of(followed)), f"{said} {why}", failed=True)


def _host(address: str) -> str:
    return address.partition("//")[2].partition("/")[0] or _("알 수 없는 주소")


urlpatterns = [
    path("hours/import/", hours_import, name="hours_import"),
    path("hours/import/file/", hours_import_file, name="hours_import_file"),
    path("hours/import/feed/", hours_import_feed, name="hours_import_feed"),
    path("hours/import/take/", hours_import_take, name="hours_import_take"),
    path("hours/import/followed/", hours_import_followed, name="hours_import_followed"),
    path("hours/export.ics", hours_export, name="hours_export"),
]
