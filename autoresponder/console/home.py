"""오늘: is it on, who waits for me, what did it do, what would help most."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zlib import crc32
from zoneinfo import ZoneInfo

from django.http import HttpResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from autoresponder.console.advice import advice
from autoresponder.console.ailing import ailing
from autoresponder.console.moments import HoursNow, hours_now
from autoresponder.console.shell import page, redirect_to, toast, wants_fragment
from autoresponder.console.trial import going
from autoresponder.console.words import channel_name, why_waiting
from autoresponder.engine.hours import state
from autoresponder.inbox.handoff import waiting
from autoresponder.insights.today import Summary, summary
from autoresponder.rules.release import stable_of
from autoresponder.shops.access import RANK, Role, ShopRequest, shop_required
from autoresponder.shops.answering import set_answering
from autoresponder.shops.calendar import calendar_of
from autoresponder.shops.models import Shop
from autoresponder.templatetags.dapjigi import since

SHOWN = 5
NOON, EVENING = 12, 18


@dataclass(frozen=True, slots=True)
class Waiting:
    """`urgent`: the customer asked for a person or is upset, not merely unanswered."""

    id: int
    text: str
    where: str
    why: str
    how_long: str
    urgent: bool


@dataclass(frozen=True, slots=True)
class Part:
    """One stretch of the stacked bar; `x` and `width` are per cent."""

    name: str
    label: str
    count: int
    x: float
    width: float


@shop_required()
@require_GET
def home(request: ShopRequest) -> HttpResponse:
    now = timezone.now()
    context = _context(request.shop, now) | {"may_mend": RANK.index(Role(request.role)) <= RANK.index(Role.MANAGER)}
    return page(request, "home", "_status.html", context)


@shop_required()
@require_GET
def home_waiting(request: ShopRequest) -> HttpResponse:
    """The list of those who wait, or 204 when it still reads as what the page shows (`seen`)."""
    if not wants_fragment(request):
        return redirect_to(request, reverse("console:home"))
    context = _waiting(request.shop, timezone.now())
    if request.GET.get("seen") == context["seen"]:
        return HttpResponse(status=204)
    return page(request, "home", "_waiting.html", context)


@shop_required(Role.MANAGER)
@require_POST
def answering(request: ShopRequest) -> HttpResponse:
    """The master switch. `on` is 1 or 0; `next` is where to go back to (this site only)."""
    on = request.POST.get("on") == "1"
    set_answering(request.shop, on=on)
    toast(request, _("자동 답변을 켰어요") if on else _("자동 답변을 껐어요. 손님 말은 상담함에 모아 둘게요."))
    back = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}, require_https=request.is_secure())
    return redirect_to(request, back if safe else reverse("console:home"))


def _context(shop: Shop, now: datetime) -> dict[str, Any]:
    calendar = calendar_of(shop)
    start, label = _start(ZoneInfo(shop.timezone), now)
    counts = summary(shop, since=start, until=now)
    published = stable_of(shop) is not None
    hours: HoursNow = hours_now(calendar, state(calendar, now), now=now)
    return {
        "hours": hours,
        "published": published,
        "counts": counts,
        "counted_since": label,
        "parts": parts_of(counts),
        "advice": advice(shop, published=published, now=now),
        "ailing": ailing(shop, now=now),
        "going": going(shop, now=now),
        **_waiting(shop, now),
    }


def _start(zone: ZoneInfo, now: datetime) -> tuple[datetime, str]:
    """In the morning a seller asks about the night; from noon on about today."""
    local = now.astimezone(zone)
    if local.hour < NOON:
        evening = (local - timedelta(days=1)).replace(hour=EVENING, minute=0, second=0, microsecond=0)
        return evening, _("어제 저녁부터")
    return local.replace(hour=0, minute=0, second=0, microsecond=0), _("오늘")


def _waiting(shop: Shop, now: datetime) -> dict[str, Any]:
    conversations = list(waiting(shop))
    people = [
        Waiting(
            id=conversation.pk,
            text=conversation.last_text or _("(사진이나 스티커)"),
            where=channel_name(conversation.connection.kind),
            why=why_waiting(conversation.waiting_reason),
            how_long=since(conversation.waiting_since, now),
            urgent=conversation.waiting_reason == "handed_off",
        )
        for conversation in conversations[:SHOWN]
        if conversation.waiting_since
    ]
    seen = f"{crc32(repr((len(conversations), people)).encode()):08x}"
    return {"people": people, "people_count": len(conversations), "seen": seen}


def parts_of(counts: Summary) -> list[Part]:
    """The parts of a stacked bar from 0 to 100, with what they are called."""
    named = (
        ("answered", _("답변"), counts.answered),
        ("asked_back", _("되묻기"), counts.asked_back),
        ("handed_off", _("사람"), counts.handed_off),
        ("missed", _("못 알아들음"), counts.missed),
        ("silent", _("말없이 지나감"), counts.silent),
    )
    parts: list[Part] = []
    x = 0.0
    for name, label, count in named:
        width = 100 * count / counts.messages if counts.messages else 0.0
        if count or name in ("answered", "missed"):
            parts.append(Part(name, label, count, round(x, 2), round(width, 2)))
        x += width
    return parts


urlpatterns = [
    path("", home, name="home"),
    path("home/waiting/", home_waiting, name="home_waiting"),
    path("answering/", answering, name="answering"),
]
