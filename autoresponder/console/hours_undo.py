"""Taking back what was just taken out of the hours. What it was travels signed in the address of the button."""

from __future__ import annotations

from django.core import signing
from django.http import HttpResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from autoresponder.connections import find
from autoresponder.console.shell import redirect_to, toast
from autoresponder.engine.calendar import Calendar
from autoresponder.engine.hours_document import dump_hours, load_hours
from autoresponder.shops.access import Role, ShopRequest, shop_required
from autoresponder.shops.calendar import own_calendar, seen, set_days, set_vacation, set_yearly

SALT = "console.hours_undo"
TAKEN = ("days", "yearly", "vacations")


def undo_url(gone: Calendar) -> str:
    """`gone`: the dates and vacations that were taken out, and nothing else of that kind."""
    parts = dump_hours(gone)
    sealed = signing.dumps({name: parts[name] for name in TAKEN}, salt=SALT, compress=True)
    return reverse("console:hours_undo", args=[sealed])


@shop_required(Role.MANAGER)
@require_POST
def hours_undo(request: ShopRequest, sealed: str) -> HttpResponse:
    try:
        gone = load_hours({"week": [[]] * 7, **signing.loads(sealed, salt=SALT)}, timezone=request.shop.timezone)
    except signing.BadSignature:
        return HttpResponse(status=400)
    set_days(request.shop, gone.days)
    set_yearly(request.shop, gone.yearly)
    there = {seen(vacation) for vacation in own_calendar(request.shop).vacations}
    for vacation in gone.vacations:
        if seen(vacation) not in there:
            set_vacation(request.shop, vacation)
    find.forget()
    toast(request, _("되살렸어요."))
    return redirect_to(request, f"{reverse('console:hours')}#days")


urlpatterns = [path("hours/undo/<str:sealed>/", hours_undo, name="hours_undo")]
