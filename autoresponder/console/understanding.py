"""알아듣기: typos, other spellings and words to pass over, for the whole shop. Part of the draft."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods
from django_htmx.http import trigger_client_event

from autoresponder import packs
from autoresponder.console import meanwhile
from autoresponder.console.fields import typed, with_row_changed
from autoresponder.console.shell import page, redirect_to, toast
from autoresponder.console.understanding_form import (
    UnderstandingForm,
    initial_of,
    understanding_of,
    understanding_typed,
)
from autoresponder.console.understood_words import LAYERS
from autoresponder.console.word_rows import rows_of
from autoresponder.engine.document import ALIASES
from autoresponder.rules.draft import TEXT_FIELDS, Stale, edit_texts, texts_of
from autoresponder.rules.models import Draft
from autoresponder.shops.access import Role, ShopRequest, shop_required


@shop_required(Role.MANAGER)
@require_http_methods(["GET", "HEAD", "POST"])
def understanding(request: ShopRequest) -> HttpResponse:
    """A POST with "more", "less", "defaults", "theirs" or "both" is a step within the form: it stores nothing."""
    draft = texts_of(request.shop)
    saved = {**initial_of(_stored(draft)), "edit_number": draft.edit_number}
    if request.method != "POST":
        return _page(request, UnderstandingForm(initial=saved))
    if taken := meanwhile.taken_in(request.POST):
        again = meanwhile.chosen(UnderstandingForm, request.POST, saved, meanwhile.UNDERSTANDING)
        return _page(
            request, UnderstandingForm(initial=again), theirs=True, taken=taken, apart=_apart(request, draft, taken)
        )
    if request.POST.keys() & {"more", "less", "defaults"}:
        form = UnderstandingForm(initial=_stepped(request))
        return _page(request, form, unsaved=True, apart=_apart(request, draft))
    return _save(request, draft)


def _stepped(request: ShopRequest) -> dict[str, Any]:
    changed = typed(UnderstandingForm, with_row_changed(request.POST, at_most=ALIASES + 1))
    if "defaults" in request.POST:
        shipped = initial_of(packs.understanding(request.shop.language))
        changed |= {name: shipped[name] for name in ("aliases", "ignored")}
    return changed


def _save(request: ShopRequest, draft: Draft) -> HttpResponse:
    form = UnderstandingForm(request.POST)
    if not form.is_valid():
        return _page(request, form, apart=_apart(request, draft), status=422)
    mine, number = understanding_of(form.cleaned_data, _stored(draft)), form.cleaned_data["edit_number"] or 0
    try:
        edit_texts(request.shop, mine, edit_number=number)
    except Stale:
        current = texts_of(request.shop)
        again = {**initial_of({**_stored(current), **mine}), "edit_number": current.edit_number}
        apart = meanwhile.text_parts(meanwhile.UNDERSTANDING, mine, _stored(current))
        return _page(request, UnderstandingForm(initial=again), theirs=True, apart=apart, status=422)
    toast(request, _("저장했어요. 게시하면 손님에게 적용돼요."))
    return redirect_to(request, reverse("console:understanding"))


def _apart(request: ShopRequest, draft: Draft, taken: str = "") -> list[meanwhile.Part]:
    """While somebody chooses between two people's words, what is still to be chosen."""
    if "choosing" not in request.POST:
        return []
    saved = _stored(draft)
    mine = {**saved, **understanding_typed(request.POST, saved)}
    return meanwhile.text_parts(meanwhile.UNDERSTANDING, mine, saved, taken=taken)


def _page(request: ShopRequest, form: UnderstandingForm, *, status: int = 200, **more: Any) -> HttpResponse:
    """`more`: `unsaved` after a step within the form; `theirs`, `taken` and `apart` as in parts/theirs.html."""
    context = {
        "form": form,
        "layers": LAYERS,
        "rows": rows_of(form["aliases"]),
        "added": "more" in request.POST,
        "most": ALIASES,
        **more,
    }
    return trigger_client_event(page(request, "understanding", "_form.html", context, status=status), "preview")


def _stored(draft: Draft) -> dict[str, Any]:
    return {name: getattr(draft, name) for name in TEXT_FIELDS}


urlpatterns = [path("understanding/", understanding, name="understanding")]
