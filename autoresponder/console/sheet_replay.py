"""On the publish sheet: how many answers to real messages would change, counted in the background."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import path, reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from autoresponder import tasks
from autoresponder.console.before_publish import seen_of
from autoresponder.console.shell import redirect_to, wants_fragment
from autoresponder.insights import runs
from autoresponder.insights.models import Replay
from autoresponder.rules.draft import document_of
from autoresponder.shops.access import Role, ShopRequest, shop_required

TEMPLATE = "console/releases/_number.html"


@shop_required(Role.MANAGER)
@require_POST
def sheet_replay(request: ShopRequest) -> HttpResponse:
    """The run of the draft that the sheet shows (`seen`), begun where there is none yet.

    Not by page(): nothing changes here, so the bar of unpublished changes need not come along.
    """
    document = document_of(request.shop)
    if request.POST.get("seen", "") != seen_of(document):
        return render(request, TEMPLATE, {"moved_on": True})
    run = runs.at_hand(request.shop, document, days=runs.DAYS[0], by=request.user, now=timezone.now())
    if run.state == runs.WAITING:
        tasks.wake(tasks.replay)
    return _shown(request, run)


@shop_required(Role.MANAGER)
@require_safe
def sheet_replay_run(request: ShopRequest, pk: int) -> HttpResponse:
    """How far it is, or 204 when it still reads as what the sheet shows (`seen`)."""
    run = get_object_or_404(Replay, shop=request.shop, pk=pk)
    if request.GET.get("seen") == _seen(run):
        return HttpResponse(status=204)
    return _shown(request, run)


def _shown(request: ShopRequest, run: Replay) -> HttpResponse:
    if not wants_fragment(request):
        return redirect_to(request, reverse("console:replay_run", args=[run.pk]))
    context: dict[str, Any] = {"run": run, "seen": _seen(run)}
    if run.state == runs.DONE:
        context["changed"] = run.result["changed"] - run.result["already"]
    return render(request, TEMPLATE, context)


def _seen(run: Replay) -> str:
    return f"{run.state}-{run.done}-{run.total}"


urlpatterns = [
    path("releases/replay/", sheet_replay, name="release_replay"),
    path("releases/replay/<int:pk>/", sheet_replay_run, name="release_replay_run"),
]
