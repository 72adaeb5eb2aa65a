"""버전: every published book, what differs between any two, and the way of a book into the draft, also as a file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST, require_safe

from autoresponder.console.change_words import Told, tell
from autoresponder.console.file_words import fault_words
from autoresponder.console.log import number
from autoresponder.console.shell import page, redirect_to, toast
from autoresponder.engine.check import Invalid
from autoresponder.engine.document import dump, load
from autoresponder.insights.versions import answered_by_version
from autoresponder.rules import interchange, release, shelf
from autoresponder.rules.draft import document_of
from autoresponder.rules.models import Release, ReleaseEvent, Shelved, Version
from autoresponder.rules.pointer import FOR_ALL
from autoresponder.shops.access import Role, ShopRequest, shop_required
from autoresponder.shops.models import Shop

DRAFT = "draft"
SHOWN = 100


@dataclass(frozen=True, slots=True)
class Row:
    """`use`: "stable" (all get it), "candidate" (some get it), "tried" (only some ever got it), or "" (all did once);
    `answered`: messages it has answered."""

    version: Version
    answered: int
    use: str


@dataclass(frozen=True, slots=True)
class Difference:
    """From one book to another, each named as it is chosen (a version's number, or DRAFT)."""

    before: str
    after: str
    changes: list[Told]


@shop_required(Role.MANAGER)
@require_safe
def versions(request: ShopRequest) -> HttpResponse:
    """The list; with `from` and `to` what differs between the two."""
    return _page(request)


@shop_required(Role.MANAGER)
@require_POST
def version_restore(request: ShopRequest, n: int) -> HttpResponse:
    """Takes a version into the draft. What customers get stays as it is."""
    version = get_object_or_404(Version, shop=request.shop, number=n)
    try:
        before = shelf.take(request.shop, version.document, by=request.user, now=timezone.now())
    except Invalid:
        toast(request, _("지금은 쓰지 않는 형식이라 가져올 수 없어요. 초안은 그대로예요."))
        return redirect_to(request, reverse("console:release_versions"))
    return _taken(request, before, _("버전 %(n)d의 내용을 초안으로 가져왔어요.") % {"n": n})


@shop_required(Role.MANAGER)
@require_safe
def version_export(request: ShopRequest, of: str) -> HttpResponse:
    """`of`: a version's number, or DRAFT."""
    try:
        text = interchange.write(_document(request.shop, of), language=request.shop.language)
    except Invalid:
        toast(request, _("아직 다 적지 않은 내용이 있어 내보낼 수 없어요. ‘게시하기’에서 고칠 곳을 확인해 주세요."))
        return redirect_to(request, reverse("console:release_versions"))
    response = HttpResponse(text, content_type="application/json; charset=utf-8")
    name = f"{request.shop.slug}-{of if of == DRAFT else f'v{of}'}.json"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@shop_required(Role.MANAGER)
@require_POST
def version_import(request: ShopRequest) -> HttpResponse:
    """Reads a file (`file`) and shows what it would change; the draft is left alone until that is confirmed."""
    given: UploadedFile[bytes] | None = request.FILES.get("file")
    if given is None:
        return _page(request, faults=[_("답변 규칙 파일을 골라 주세요.")], status=422)
    try:
        document = interchange.read(given.read(interchange.LARGEST + 1), document_of(request.shop))
    except interchange.Refused as refused:
        return _page(request, faults=[fault_words(fault) for fault in refused.faults], status=422)
    kept = shelf.put_aside(request.shop, document, shelf.IMPORT, by=request.user, now=timezone.now())
    return redirect_to(request, reverse("console:release_import_look", args=[kept.pk]))


@shop_required(Role.MANAGER)
@require_GET
def version_import_look(request: ShopRequest, pk: int) -> HttpResponse:
    """What the book that was read would change of the draft."""
    kept = _shelved(request.shop, pk)
    changes = [tell(change) for change in release.compare(document_of(request.shop), kept.document)]
    context = {"kept": kept, "changes": changes, "rules": len(kept.document["rules"])}
    return page(request, "versions/file", "page.html", context)


@shop_required(Role.MANAGER)
@require_POST
def version_take(request: ShopRequest, pk: int) -> HttpResponse:
    """Takes a book that was put aside: one that was read from a file, or the draft as it was before."""
    kept = _shelved(request.shop, pk)
    before = shelf.take(request.shop, kept.document, by=request.user, now=timezone.now())
    said = _("파일의 내용을 초안으로 가져왔어요.") if kept.why == shelf.IMPORT else _("초안을 되살렸어요.")
    kept.delete()
    return _taken(request, before, said)


def _taken(request: ShopRequest, before: Shelved, said: str) -> HttpResponse:
    said = f"{said} {_('게시하면 손님에게 적용돼요.')}"
    toast(request, said, undo_url=reverse("console:release_take", args=[before.pk]))
    return redirect_to(request, reverse("console:release_versions"))


def _page(request: ShopRequest, *, faults: list[str] | None = None, status: int = 200) -> HttpResponse:
    shop, now = request.shop, timezone.now()
    found = list(Version.objects.filter(shop=shop).select_related("author").defer("document")[:SHOWN])
    difference = _difference(shop, request.GET) if "from" in request.GET else None
    rows = rows_of(shop, found)
    # To a version that was only tried nobody compares first.
    in_use = next((str(row.version.number) for row in rows if row.use == "stable"), DRAFT)
    context: dict[str, Any] = {
        "rows": rows,
        "books": [(DRAFT, _("고치고 있는 초안")), *((str(row.version.number), _book_name(row)) for row in rows)],
        "difference": difference,
        "first": difference.before if difference else in_use,
        "second": difference.after if difference else DRAFT,
        "drafts": shelf.on_shelf(shop, shelf.BEFORE, now=now).select_related("by").defer("document"),
        "faults": faults,
    }
    return page(request, "versions", "page.html", context, status=status)


def rows_of(shop: Shop, found: list[Version]) -> list[Row]:
    answered, pointer = answered_by_version(shop), Release.objects.filter(shop=shop).first()
    given = set(ReleaseEvent.objects.filter(shop=shop, action__in=FOR_ALL).values_list("version", flat=True))
    uses = {one.pk: "tried" for one in found if one.pk not in given}
    uses |= {pointer.candidate_id: "candidate", pointer.stable_id: "stable"} if pointer else {}
    return [Row(one, answered.get(one.pk, 0), uses.get(one.pk, "")) for one in found]


def _book_name(row: Row) -> str:
    name = _("버전 %(n)d") % {"n": row.version.number}
    return " · ".join(filter(None, [name, _("지금 쓰는 버전") if row.use == "stable" else "", row.version.note]))


def _difference(shop: Shop, asked: Mapping[str, str]) -> Difference:
    before, after = asked.get("from", DRAFT), asked.get("to", DRAFT)
    found = release.compare(_whole(_document(shop, before)), _whole(_document(shop, after)))
    return Difference(before, after, [tell(change) for change in found])


def _whole(document: Mapping[str, Any]) -> dict[str, Any]:
    """Versions from before a field existed were published without it; a half-written draft has them all."""
    try:
        return dump(load(document))
    except Invalid:
        return dict(document)


def _document(shop: Shop, of: str) -> dict[str, Any]:
    if of == DRAFT:
        return document_of(shop)
    version = Version.objects.filter(shop=shop, number=number(of) or 0).first()
    if version is None:
        raise Http404
    return dict(version.document)


def _shelved(shop: Shop, pk: int) -> Shelved:
    kept = Shelved.objects.filter(shop=shop, pk=pk, at__gte=timezone.now() - shelf.KEPT).first()
    if kept is None:
        raise Http404
    return kept


urlpatterns = [
    path("releases/versions/", versions, name="release_versions"),
    path("releases/versions/import/", version_import, name="release_import"),
    path("releases/versions/import/<int:pk>/", version_import_look, name="release_import_look"),
    path("releases/versions/take/<int:pk>/", version_take, name="release_take"),
    path("releases/versions/<int:n>/restore/", version_restore, name="release_restore"),
    path("releases/versions/<slug:of>/export/", version_export, name="release_export"),
]
