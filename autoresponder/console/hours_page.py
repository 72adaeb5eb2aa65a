"""영업시간 is one page of parts that are saved one by one. A part answers for itself and brings along what it touched,
so that nothing typed elsewhere on the page is lost.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpResponse
from django.template.loader import render_to_string
from django.urls import register_converter, reverse
from django.utils import timezone
from django_htmx.http import trigger_client_event

from autoresponder.connections import find
from autoresponder.console.shell import page, redirect_to, toast, wants_fragment
from autoresponder.shops.access import ShopRequest
from autoresponder.shops.models import Shop

Builder = Callable[[ShopRequest, datetime], object]
# What every change of the hours may alter: the card on top and the month.
TOUCHED = ("now", "month")


class DayConverter:
    """A date in an address, as 2026-12-24."""

    regex = "[0-9]{4}-[0-9]{2}-[0-9]{2}"

    def to_python(self, value: str) -> date:
        return date.fromisoformat(value)

    def to_url(self, value: date | str) -> str:
        return str(value)


register_converter(DayConverter, "day")

_parts: dict[str, Builder] = {}


def part(name: str) -> Callable[[Builder], Builder]:
    """Registers what fills console/hours/_<name>.html; it stands there under that name."""

    def register(builder: Builder) -> Builder:
        _parts[name] = builder
        return builder

    return register


def show(request: ShopRequest, name: str, value: object = None, *, status: int = 200) -> HttpResponse:
    """One part as it stands, or as `value` says where something is being typed; the whole page without htmx.

    The whole page has one address: a part asked for by its own leads there.
    """
    whole = reverse("console:hours")
    if request.method != "POST" and not wants_fragment(request) and request.path != whole:
        return redirect_to(request, f"{whole}?{request.GET.urlencode()}#{name}")
    now = timezone.now()
    wanted = [name] if wants_fragment(request) else list(_parts)
    context: dict[str, Any] = {one: _parts[one](request, now) for one in wanted}
    if value is not None:
        context[name] = value
    return page(request, "hours", f"_{name}.html", context, status=status)


def saved(request: ShopRequest, name: str, said: str, *, touched: Sequence[str] = (), undo: str = "") -> HttpResponse:
    """After a change: the part, what it touched, and a word about it. In force at once for customers and preview."""
    find.forget()
    toast(request, said, undo)
    if not wants_fragment(request):
        return redirect_to(request, f"{reverse('console:hours')}#{name}")
    response = show(request, name)
    now = timezone.now()
    for other in dict.fromkeys((*TOUCHED, *touched)):
        if other != name:
            context = {"shop": request.shop, other: _parts[other](request, now), "oob": True}
            response.content += render_to_string(f"console/hours/_{other}.html", context, request=request).encode()
    trigger_client_event(response, "preview")
    return response


def today_in(shop: Shop, now: datetime) -> date:
    return now.astimezone(ZoneInfo(shop.timezone)).date()
