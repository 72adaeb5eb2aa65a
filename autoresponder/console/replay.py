"""지난 대화로 미리 보기: a whole rule book over the shop's past, in the background, and what would be different."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from autoresponder import tasks
from autoresponder.console.history_words import answered_words, imported_result, summary_words
from autoresponder.console.home import Part, parts_of
from autoresponder.console.moments import moment
from autoresponder.console.replay_words import Told, groups_of
from autoresponder.console.shell import page, redirect_to, wants_fragment
from autoresponder.insights import runs
from autoresponder.insights.models import Replay
from autoresponder.insights.replay import with_words
from autoresponder.insights.today import Summary
from autoresponder.rules.draft import document_of
from autoresponder.rules.models import Version
from autoresponder.shops.access import Role, ShopRequest, shop_required
from autoresponder.shops.models import Shop

DRAFT = "draft"
VERSIONS = 10


@dataclass(frozen=True, slots=True)
class Earlier:
    """A run in the list. `about`: whose, over how long; `state`: what became of it."""

    id: int
    when: str
    about: str
    state: str


@dataclass(frozen=True, slots=True)
class Bar:
    """Customers' messages by what became of them, once as it was and once as it would have been."""

    label: str
    counts: Summary
    parts: Sequence[Part]


@shop_required(Role.MANAGER)
@require_safe
def replays(request: ShopRequest) -> HttpResponse:
    """The newest run, if it is still going on, is where whoever comes back wants to be."""
    shop = request.shop
    context: dict[str, Any] = {"books": books(shop), "spans": spans(), "earlier": earlier(shop)}
    return page(request, "replay", "_start.html", context)


@shop_required(Role.MANAGER)
@require_POST
def replay_start(request: ShopRequest) -> HttpResponse:
    """`book`: "draft" or a version's number; `days`: one of runs.DAYS. What is neither means the draft and 30 days."""
    shop = request.shop
    days = {str(days): days for days in runs.DAYS}.get(request.POST.get("days", ""), runs.DAYS[0])
    document = document_in(shop, request.POST.get("book", ""))
    run = runs.start(shop, document, days=days, by=request.user, now=timezone.now())
    tasks.wake(tasks.replay)
    return redirect_to(request, reverse("console:replay_run", args=[run.pk]))


@shop_required(Role.MANAGER)
@require_safe
def replay_run(request: ShopRequest, pk: int) -> HttpResponse:
    """The progress, or 204 when it still reads as what the page shows (`seen`); then the result."""
    run = get_object_or_404(_runs(request.shop), pk=pk)
    seen = f"{run.state}-{run.done}-{run.total}"
    if wants_fragment(request) and request.GET.get("seen") == seen:
        return HttpResponse(status=204)
    context: dict[str, Any] = {"run": run, "seen": seen, "about": about(run)}
    context["percent"] = 100 * run.done // run.total if run.total else 0
    if run.state == runs.DONE and run.history:
        context |= imported_result(request.shop, run)
    elif run.state == runs.DONE:
        context |= result(request.shop, run, request.GET.get("rule", ""))
    return page(request, "replay/run", "_run.html", context)


def result(shop: Shop, run: Replay, rule: str) -> dict[str, Any]:
    """What the result page shows; `rule`: only what that rule lost or won."""
    found = with_words(run.result)
    groups = groups_of(found, zone=shop.timezone)
    bars = [Bar(_("지금까지"), *_bar(found, "before")), Bar(_("바꾸면"), *_bar(found, "after"))]
    return {
        "found": found,
        "changed_now": found["changed"] - found["already"],
        "bars": bars if found["changed"] else bars[:1],
        "rules": rules_in(groups, found["names"]),
        "rule": rule,
        "groups": [group for group in groups if not rule or rule in group.rules],
    }


def rules_in(groups: Sequence[Told], names: Mapping[str, str]) -> list[tuple[str, str]]:
    """The rules that something changes for, by name."""
    keys = dict.fromkeys(key for group in groups for key in group.rules)
    return sorted(((key, names.get(key, "")) for key in keys), key=lambda rule: rule[1])


def document_in(shop: Shop, book: str) -> dict[str, Any]:
    """Of a version by its number; what is none means the draft."""
    version = Version.objects.filter(shop=shop, number=book).first() if _is_number(book) else None
    return version.document if version else document_of(shop)


def books(shop: Shop) -> list[tuple[str, str]]:
    numbers = Version.objects.filter(shop=shop).values_list("number", flat=True)[:VERSIONS]
    versions = [(str(number), _("버전 %(n)d") % {"n": number}) for number in numbers]
    return [(DRAFT, _("고치고 있는 답변")), *versions]


def spans() -> list[tuple[str, str]]:
    return [(str(days), _("지난 %(n)d일") % {"n": days}) for days in runs.DAYS]


def earlier(shop: Shop) -> list[Earlier]:
    now, zone = timezone.now(), ZoneInfo(shop.timezone)
    found = _runs(shop).filter(asked=True).defer("document")[: runs.KEPT]
    return [Earlier(run.pk, moment(run.created_at, zone=zone, now=now), about(run), state_words(run)) for run in found]


def about(run: Replay) -> str:
    """Over how long or over what, and who asked for it."""
    days = summary_words(run.history) if run.history else _("지난 %(n)d일") % {"n": run.days}
    return " · ".join(filter(None, [days, run.by.name if run.by else ""]))


def state_words(run: Replay) -> str:
    if run.state == runs.DONE and run.history:
        return answered_words(run.result)
    if run.state == runs.DONE:
        words = _("%(total)s건 중 %(n)s건의 답이 달라져요")
        return words % {"total": f"{run.result['messages']:,}", "n": f"{run.result['changed']:,}"}
    if run.state == runs.FAILED:
        return _("끝내지 못했어요")
    return _("살펴보고 있어요")


def _runs(shop: Shop) -> QuerySet[Replay]:
    """Without what customers said elsewhere: that is megabytes."""
    return Replay.objects.filter(shop=shop).select_related("by", "history").defer("history__said")


def _bar(found: Mapping[str, Any], side: str) -> tuple[Summary, list[Part]]:
    counts = Summary(messages=found["messages"], **found[side])
    return counts, parts_of(counts)


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 9


urlpatterns = [
    path("replay/", replays, name="replay"),
    path("replay/start/", replay_start, name="replay_start"),
    path("replay/<int:pk>/", replay_run, name="replay_run"),
]
