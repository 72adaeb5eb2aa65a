"""게시: what would change, publish it, which versions there were, and the way back."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from autoresponder.connections.models import Connection
from autoresponder.console import example_words
from autoresponder.console.audience import AudienceForm, blank
from autoresponder.console.before_publish import Looked, look, seen_of
from autoresponder.console.change_words import Told, tell
from autoresponder.console.shell import page, redirect_to, toast
from autoresponder.console.testers import testers
from autoresponder.console.trial import trial_context
from autoresponder.console.versions import rows_of
from autoresponder.engine.rollout import WHOLE
from autoresponder.insights.watch import who
from autoresponder.rules import examples, release, rollout
from autoresponder.rules.draft import document_of
from autoresponder.rules.models import Release, ReleaseEvent, Version
from autoresponder.rules.pointer import FOR_ALL
from autoresponder.shops.access import Role, ShopRequest, shop_required
from autoresponder.shops.models import Shop

NOTE_LENGTH = 200
VERSIONS = 50


@shop_required(Role.MANAGER)
@require_safe
def releases(request: ShopRequest) -> HttpResponse:
    return _page(request)


@shop_required(Role.MANAGER)
@require_POST
def publish(request: ShopRequest) -> HttpResponse:
    """Publish the draft for the chosen audience, if it still is the one that was looked at (`seen`)."""
    now, note = timezone.now(), " ".join(request.POST.get("note", "").split())
    form = AudienceForm(request.POST)
    if len(note) > NOTE_LENGTH or not form.is_valid():
        long = _("메모는 %(n)d자까지 적을 수 있어요.") % {"n": NOTE_LENGTH} if len(note) > NOTE_LENGTH else ""
        return _page(request, form=form, note=note, note_error=long, status=422)
    document = document_of(request.shop)
    if request.POST.get("seen", "") != seen_of(document):
        return _page(request, form=form, note=note, moved_on=True, status=422)
    if release.changes(request.shop) and not look(request.shop, document, now=now).fit:
        return _page(request, form=form, note=note, status=422)
    broken = examples.broken(request.shop, document)
    if release.changes(request.shop) and not example_words.is_confirmed(broken, request.POST):
        return _page(request, form=form, note=note, status=422)
    try:
        version = _publish(request, form, document, note, now)
    except release.Unfit:
        return _page(request, form=form, note=note, status=422)
    except release.NothingToPublish:
        toast(request, _("손님이 이미 받고 있는 내용이라 게시할 것이 없어요."))
    except rollout.NothingPublished:
        toast(request, _("첫 게시는 모든 손님에게 나가요. 다시 눌러 주세요."))
    else:
        examples.settle(version, broken, removed=example_words.ids(request.POST, "drop"))
    return redirect_to(request, reverse("console:releases"))


def _publish(request: ShopRequest, form: AudienceForm, document: dict[str, Any], note: str, now: datetime) -> Version:
    if form.share == WHOLE:
        version = release.publish(request.shop, by=request.user, note=note, now=now, document=document)
        toast(request, _("게시했어요. 지금부터 손님은 새 답변을 받아요."))
        return version
    version = rollout.try_out(
        request.shop, share=form.share, by=request.user, now=now, plan=form.plan(now), note=note, document=document
    )
    toast(request, _("게시했어요. {who}부터 새 답변을 받아요.").format(who=who(form.share)))
    return version


@shop_required(Role.MANAGER)
@require_POST
def roll_back(request: ShopRequest) -> HttpResponse:
    """Back to the version before; `from` is the number the person was looking at, so two taps do not go back twice."""
    stable = release.stable_of(request.shop)
    if stable is None or request.POST.get("from", "") != str(stable.number):
        toast(request, _("그사이 쓰는 버전이 바뀌었어요. 지금 버전을 확인하고 다시 눌러 주세요."))
        return redirect_to(request, reverse("console:releases"))
    try:
        version = release.roll_back(request.shop, by=request.user, now=timezone.now())
    except release.NoEarlierVersion:
        toast(request, _("되돌릴 이전 버전이 없어요."))
    else:
        toast(request, _("되돌렸어요. 손님은 지금부터 버전 %(n)d의 답변을 받아요.") % {"n": version.number})
    return redirect_to(request, reverse("console:releases"))


def _page(
    request: ShopRequest,
    *,
    form: AudienceForm | None = None,
    note: str = "",
    note_error: str = "",
    moved_on: bool = False,
    status: int = 200,
) -> HttpResponse:
    shop, now, form = request.shop, timezone.now(), form or blank()
    pointer = Release.objects.select_related("stable", "candidate").filter(shop=shop).first()
    document, stable = document_of(shop), pointer.stable if pointer else None
    trial = trial_context(pointer, document, now=now)
    tried = bool(trial) and not trial["moved_from_draft"]
    changes = [] if tried else release.compare(stable.document if stable else None, document)
    looked = look(shop, document, now=now) if changes else Looked({})
    context: dict[str, Any] = {
        "changes": [tell(change) for change in changes],
        "looked": looked,
        "obstacles": looked.stopping,
        "trial": trial,
        "form": form,
        "planned": form.planned(now, shop.timezone),
        "testers": testers(shop),
        "webchat": Connection.objects.filter(shop=shop, kind="webchat", paused=False, ended_at=None).exists(),
        "asked": "back" in request.GET,
        "seen": seen_of(document),
        "note": note,
        "note_error": note_error,
        "note_length": NOTE_LENGTH,
        "moved_on": moved_on,
        **_versions(shop, stable),
        **(example_words.sheet(shop, document, request.POST) if changes else {}),
    }
    return page(request, "releases", "_releases.html", context, status=status)


def _versions(shop: Shop, stable: Version | None) -> dict[str, Any]:
    """What all customers get, what they had before, and the list."""
    events = ReleaseEvent.objects.filter(shop=shop, action__in=FOR_ALL)
    versions = list(Version.objects.filter(shop=shop).select_related("author").defer("document")[:VERSIONS])
    earlier = release.earlier_than(stable) if stable else None
    return {
        "stable": stable,
        "stable_since": events.values_list("at", flat=True).first(),
        "earlier": earlier,
        "back_changes": _back_changes(stable, earlier),
        "versions": rows_of(shop, versions),
    }


def _back_changes(stable: Version | None, earlier: Version | None) -> list[Told]:
    """What customers would notice of a roll-back."""
    if stable is None or earlier is None:
        return []
    return [tell(change) for change in release.compare(stable.document, earlier.document)]


urlpatterns = [
    path("releases/", releases, name="releases"),
    path("releases/publish/", publish, name="publish"),
    path("releases/back/", roll_back, name="roll_back"),
]
