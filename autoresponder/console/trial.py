"""일부 고객에게 먼저: the version that is being tried, its numbers, and the taps that widen it or take it back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.http import HttpResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from autoresponder.console.audience import AUDIENCES
from autoresponder.console.shell import redirect_to, toast
from autoresponder.console.trial_words import rows
from autoresponder.engine.rollout import WHOLE
from autoresponder.insights import trial, watch
from autoresponder.rules import rollout
from autoresponder.rules.models import Release, ReleaseEvent
from autoresponder.rules.plan import plan_of
from autoresponder.shops.access import Role, ShopRequest, shop_required
from autoresponder.shops.models import Shop

# How long the home screen tells of a try that was stopped by itself.
TOLD_FOR = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Going:
    """A try as the home screen tells of it. `due`: to whom it is time to widen it, "" if it is not; `halted`: why it
    was taken back, "" while it goes on."""

    number: int
    audience: str
    day: int
    due: str = ""
    halted: str = ""


@shop_required(Role.MANAGER)
@require_POST
def widen(request: ShopRequest) -> HttpResponse:
    """To `share` of 10,000, or all of them; `seen` is the number of the version the person was looking at."""
    share, seen, now = _number(request.POST.get("share")), _number(request.POST.get("seen")), timezone.now()
    try:
        if share == WHOLE:
            rollout.promote(request.shop, seen=seen, by=request.user, now=now)
            toast(request, _("게시했어요. 지금부터 모든 손님이 새 답변을 받아요."))
        else:
            rollout.widen(request.shop, share, seen=seen, by=request.user, now=now)
            toast(request, _("늘렸어요. 이제 {who}가 새 답변을 받아요.").format(who=watch.who(share)))
    except (rollout.MovedOn, rollout.NotWider):
        toast(request, _("그사이 달라진 것이 있어요. 지금 어떻게 되어 있는지 보고 다시 눌러 주세요."))
    return redirect_to(request, reverse("console:releases"))


@shop_required(Role.MANAGER)
@require_POST
def withdraw(request: ShopRequest) -> HttpResponse:
    """One tap: all customers get the stable version again. Tapping twice does no harm."""
    try:
        rollout.withdraw(request.shop, seen=_number(request.POST.get("seen")), by=request.user, now=timezone.now())
    except rollout.MovedOn:
        toast(request, _("이미 거두었거나 다른 버전으로 바뀌었어요."))
    else:
        toast(request, _("거두었어요. 모든 손님이 다시 쓰던 답변을 받아요. 고친 내용은 그대로 있어요."))
    return redirect_to(request, reverse("console:releases"))


def trial_context(release: Release | None, document: dict[str, Any], *, now: datetime) -> dict[str, Any]:
    """What the publish page shows of a try; {} while there is none. Two queries."""
    if release is None or release.candidate is None or release.candidate_at is None:
        return {}
    numbers = trial.numbers(release)
    plan = plan_of(release.plan, since=release.candidate_at)
    due = plan.due(release.share)
    told = rows(numbers, judged=release.share > 0)
    wider = [(share, watch.who(share)) for share, _name, _help in AUDIENCES if share > release.share]
    return {
        "candidate": release.candidate,
        "candidate_at": release.candidate_at,
        "share": release.share,
        "audience": watch.who(release.share),
        "plan": plan,
        "next_audience": watch.who(due[0]) if due else "",
        "next_at": due[1] if due else None,
        "is_due": due is not None and due[1] <= now,
        "numbers": numbers,
        "rows": told,
        "worse": any(row.tone == "danger" for row in told),
        "next_share": wider[0],
        "wider": wider[1:],
        "moved_from_draft": release.candidate.document != document,
    }


def going(shop: Shop, *, now: datetime) -> Going | None:
    """The try that goes on, or the one that was lately stopped by itself. Two queries."""
    release = Release.objects.filter(shop=shop).select_related("candidate").defer("candidate__document").first()
    if release and release.candidate and release.candidate_at:
        due = plan_of(release.plan, since=release.candidate_at).due(release.share)
        day = (now - release.candidate_at).days + 1
        to = watch.who(due[0]) if due and due[1] <= now else ""
        return Going(release.candidate.number, watch.who(release.share), day, due=to)
    last = ReleaseEvent.objects.filter(shop=shop).select_related("version").defer("version__document").first()
    if last and last.action == "halt" and now - last.at < TOLD_FOR:
        return Going(last.version.number, "", 0, halted=watch.why(last.note))
    return None


def _number(typed: str | None) -> int:
    """0 for what is no number: no version and no share has it."""
    return int(typed) if typed and typed.isascii() and typed.isdigit() and len(typed) < 10 else 0


urlpatterns = [
    path("releases/widen/", widen, name="release_widen"),
    path("releases/withdraw/", withdraw, name="release_withdraw"),
]
