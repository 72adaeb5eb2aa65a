"""게시: what would change, publish it, which versions there were, and the way back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from django.http import HttpResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from autoresponder.connections.models import Connection
from autoresponder.console import example_words
from autoresponder.console.change_words import Told, screen_of, tell, text_name
from autoresponder.console.insertions import lacks, told_values
from autoresponder.console.losses import connected, losses
from autoresponder.console.problems import problem_words
from autoresponder.console.shell import page, redirect_to, toast
from autoresponder.engine.document import Invalid, Problem, load
from autoresponder.engine.lint import similar
from autoresponder.insights.versions import answered_by_version
from autoresponder.rules import examples, release
from autoresponder.rules.draft import document_of
from autoresponder.rules.models import ReleaseEvent, Version
from autoresponder.shops.access import Role, ShopRequest, shop_required
from autoresponder.shops.models import Shop

NOTE_LENGTH = 200
VERSIONS = 50


@dataclass(frozen=True, slots=True)
class Published:
    """A version in the list. `answered`: messages it has answered; `stable`: the one customers get."""

    version: Version
    answered: int
    stable: bool


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Something that has to be mended before publishing, where it stands and the page to mend it on."""

    where: str
    url: str
    sentence: str


@shop_required(Role.MANAGER)
@require_safe
def releases(request: ShopRequest) -> HttpResponse:
    return _page(request)


@shop_required(Role.MANAGER)
@require_POST
def publish(request: ShopRequest) -> HttpResponse:
    """Publish the draft, if it still is the one that was looked at (`seen`)."""
    note = " ".join(request.POST.get("note", "").split())
    if len(note) > NOTE_LENGTH:
        return _page(
            request, note=note, note_error=_("메모는 %(n)d자까지 적을 수 있어요.") % {"n": NOTE_LENGTH}, status=422
        )
    document = document_of(request.shop)
    if request.POST.get("seen", "") != _seen(document):
        return _page(request, note=note, moved_on=True, status=422)
    if release.changes(request.shop) and _lost(request.shop, document):
        return _page(request, note=note, status=422)
    broken = examples.broken(request.shop, document)
    if release.changes(request.shop) and not example_words.is_confirmed(broken, request.POST):
        return _page(request, note=note, status=422)
    try:
        release.publish(request.shop, by=request.user, note=note, now=timezone.now())
    except release.Unfit:
        return _page(request, note=note, status=422)
    except release.NothingToPublish:
        toast(request, _("손님이 이미 받고 있는 내용이라 게시할 것이 없어요."))
    else:
        examples.settle(broken, removed=example_words.ids(request.POST, "drop"))
        toast(request, _("게시했어요. 지금부터 손님은 새 답변을 받아요."))
    return redirect_to(request, reverse("console:releases"))


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
    request: ShopRequest, *, note: str = "", note_error: str = "", moved_on: bool = False, status: int = 200
) -> HttpResponse:
    shop = request.shop
    document, stable = document_of(shop), release.stable_of(shop)
    changes = release.compare(stable.document if stable else None, document)
    versions = list(Version.objects.filter(shop=shop).select_related("author").defer("document")[:VERSIONS])
    earlier = next((version for version in versions if stable and version.number < stable.number), None)
    context: dict[str, Any] = {
        "changes": [tell(change) for change in changes],
        "obstacles": [*_obstacles(document), *_lost(shop, document)] if changes else [],
        "alike": _alike(document) if changes else [],
        "lacks": lacks(document, told_values(shop)) if changes else [],
        "stable": stable,
        "stable_since": ReleaseEvent.objects.filter(shop=shop).values_list("at", flat=True).first(),
        "earlier": earlier,
        "back_changes": _back_changes(stable, earlier),
        "versions": _published(shop, versions, stable),
        "webchat": Connection.objects.filter(shop=shop, kind="webchat", paused=False, ended_at=None).exists(),
        "asked": "back" in request.GET,
        "seen": _seen(document),
        "note": note,
        "note_error": note_error,
        "note_length": NOTE_LENGTH,
        "moved_on": moved_on,
        **(example_words.sheet(shop, document, request.POST) if changes else {}),
    }
    return page(request, "releases", "_releases.html", context, status=status)


def _seen(document: Mapping[str, Any]) -> str:
    """Names the draft that was looked at: what somebody changes meanwhile is not published unseen."""
    return sha256(json.dumps(document, sort_keys=True).encode()).hexdigest()[:16]


def _back_changes(stable: Version | None, earlier: Version | None) -> list[Told]:
    """What customers would notice of a roll-back."""
    if stable is None or earlier is None:
        return []
    return [tell(change) for change in release.compare(stable.document, earlier.document)]


def _published(shop: Shop, versions: list[Version], stable: Version | None) -> list[Published]:
    answered = answered_by_version(shop)
    return [
        Published(
            version=version,
            answered=answered.get(version.pk, 0),
            stable=stable is not None and version.pk == stable.pk,
        )
        for version in versions
    ]


def _obstacles(document: Mapping[str, Any]) -> list[Obstacle]:
    names = {rule["key"]: rule["name"] for rule in document["rules"]}
    return [_obstacle(problem, names) for problem in release.problems(dict(document))]


def _obstacle(problem: Problem, names: Mapping[str, str]) -> Obstacle:
    rule = problem.rule if problem.rule in names else ""
    return Obstacle(*_place(rule, problem.field, names), problem_words(problem))


def _place(rule: str, field: str, names: Mapping[str, str]) -> tuple[str, str]:
    """Where something stands, and the page to mend it on."""
    if rule:
        return names[rule] or _("이름 없는 규칙"), reverse("console:rule", args=[rule])
    return text_name(field), reverse(screen_of(field))


def _lost(shop: Shop, document: Mapping[str, Any]) -> list[Obstacle]:
    """What the connected messengers would cut off of a draft; [] too for one that cannot be read."""
    try:
        book = load(document)
    except Invalid:
        return []
    names = {rule.key: rule.name for rule in book.rules}
    found = losses(shop, book, connected(shop), now=timezone.now())
    return [Obstacle(*_place(lost.rule, lost.field, names), lost.sentence) for lost in found]


def _alike(document: Mapping[str, Any]) -> list[str]:
    """Words of different rules that one slip turns into one another, for the owner to know of."""
    try:
        found = similar(load(document))
    except Invalid:
        return []
    names = {rule["key"]: rule["name"] for rule in document["rules"]}
    sentence = _("‘{word}’({rule}), ‘{other}’({by})")
    return [
        sentence.format(word=pair.word, rule=names[pair.rule], other=pair.other, by=names[pair.by]) for pair in found
    ]


urlpatterns = [
    path("releases/", releases, name="releases"),
    path("releases/publish/", publish, name="publish"),
    path("releases/back/", roll_back, name="roll_back"),
]
