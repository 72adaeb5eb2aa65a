"""출고 마감: until when an order still leaves the same day, weekday by weekday; replies quote it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.http import HttpResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from autoresponder.console.clocks import read_clock, say_clock
from autoresponder.console.hours_form import DAYS
from autoresponder.console.hours_page import part, saved, show
from autoresponder.engine.calendar import DAY, Shipping
from autoresponder.shops.access import Role, ShopRequest, shop_required
from autoresponder.shops.calendar import Stale, own_calendar, seen, set_shipping


@dataclass(frozen=True, slots=True)
class Line:
    name: object
    text: str
    error: str = ""


@dataclass(frozen=True, slots=True)
class ShippingForm:
    on: bool
    lines: tuple[Line, ...]
    seen: str
    error: str = ""
    open: bool = False


@part("shipping")
def shipping_part(request: ShopRequest, now: datetime) -> ShippingForm:
    shipping = own_calendar(request.shop).shipping
    cutoffs = shipping.cutoffs if shipping else (None,) * 7
    texts = ["" if minute is None else say_clock(minute) for minute in cutoffs]
    return ShippingForm(shipping is not None, _lines(texts), seen(shipping))


@shop_required(Role.MANAGER)
@require_POST
def hours_shipping(request: ShopRequest) -> HttpResponse:
    """Saves cutoff-0 (Monday) to cutoff-6; empty means nothing leaves that day, `do=weekdays` copies Monday's."""
    texts = [request.POST.get(f"cutoff-{number}", "").strip()[:40] for number in range(7)]
    if request.POST.get("do") == "off":
        return _saved(request, texts, None)
    if request.POST.get("do") == "weekdays":
        copied = [texts[0]] * 5 + texts[5:]
        return show(request, "shipping", ShippingForm(True, _lines(copied), request.POST.get("seen", ""), open=True))
    minutes = [_minute(text) for text in texts]
    wrong = [bool(text) and minute is None for text, minute in zip(texts, minutes, strict=True)]
    if any(wrong) or not any(texts):
        told = "" if any(wrong) else _("하루라도 마감 시간을 적어 주세요.")
        form = ShippingForm(True, _lines(texts, wrong), request.POST.get("seen", ""), told, open=True)
        return show(request, "shipping", form, status=422)
    return _saved(request, texts, Shipping(tuple(minutes)))


def _minute(text: str) -> int | None:
    """A cut-off: "2시" is the afternoon's, since no parcel leaves at two in the night."""
    clock = read_clock(text)
    if clock is None or clock.minutes > DAY:
        return None
    return clock.minutes + DAY // 2 if clock.loose and clock.minutes < 7 * 60 else clock.minutes


def _lines(texts: Sequence[str], wrong: Sequence[bool] = (False,) * 7) -> tuple[Line, ...]:
    told = _("시간을 읽지 못했어요. 14:00이나 오후 2시처럼 적어 주세요.")
    return tuple(Line(name, text, told if bad else "") for name, text, bad in zip(DAYS, texts, wrong, strict=True))


def _saved(request: ShopRequest, texts: Sequence[str], shipping: Shipping | None) -> HttpResponse:
    try:
        set_shipping(request.shop, shipping, opened_on=request.POST.get("seen", ""))
    except Stale as stale:
        told = _("그사이 다른 사람이 출고 마감을 바꿨어요. 이대로 쓰려면 한 번 더 저장해 주세요.")
        form = ShippingForm(True, _lines(texts), seen(stale.calendar.shipping), told, open=True)
        return show(request, "shipping", form, status=422)
    return saved(request, "shipping", _("출고 마감을 저장했어요.") if shipping else _("출고 마감을 껐어요."))


urlpatterns = [path("hours/shipping/", hours_shipping, name="hours_shipping")]
