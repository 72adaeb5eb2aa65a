"""같은 뜻의 말: groups of words that a rule is offered while it is written."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from autoresponder import packs
from autoresponder.console import meanwhile
from autoresponder.console.fields import WORDS_LENGTH, typed, with_row_changed, words_in
from autoresponder.console.shell import page, redirect_to, toast
from autoresponder.console.word_rows import GroupsField, rows_of, rows_of_groups
from autoresponder.rules.draft import Stale, edit_texts, texts_of
from autoresponder.rules.synonyms import GROUPS, WORDS, groups_of, stored, suggested
from autoresponder.shops.access import Role, ShopRequest, shop_required
from autoresponder.shops.models import Shop

# One row past the bound is kept, so that the form can say there are too many.
MOST_ROWS = GROUPS + 1


class SynonymsForm(forms.Form):
    groups = GroupsField(rows=GROUPS, words=WORDS)
    edit_number = forms.IntegerField(required=False, widget=forms.HiddenInput)


@shop_required(Role.MANAGER)
@require_http_methods(["GET", "HEAD", "POST"])
def synonyms(request: ShopRequest) -> HttpResponse:
    """A POST with "more", "less", "defaults", "theirs" or "both" is a step within the form: it stores nothing."""
    if request.method != "POST":
        return _page(request, SynonymsForm(initial=_saved(request.shop)))
    if taken := meanwhile.taken_in(request.POST):
        again = meanwhile.chosen(SynonymsForm, request.POST, _saved(request.shop), meanwhile.SYNONYMS)
        return _page(request, SynonymsForm(initial=again), theirs=True, taken=taken, apart=_apart(request, taken))
    if request.POST.keys() & {"more", "less", "defaults"}:
        return _page(request, SynonymsForm(initial=_stepped(request)), unsaved=True, apart=_apart(request))
    return _save(request, SynonymsForm(request.POST))


@shop_required(Role.MANAGER)
@require_POST
def suggest(request: ShopRequest) -> HttpResponse:
    """What else means the same as the words of the rule being written, the one still being typed too."""
    fields = (request.POST.get(name, "")[:WORDS_LENGTH] for name in ("any_words", "any_words_typing", "none_words"))
    words, typing, unwanted = map(words_in, fields)
    more = suggested(groups_of(request.shop), [*words, *typing], besides=unwanted)
    return render(request, "console/rules/editor/_suggested.html", {"suggested": more, "all": ", ".join(more)})


def _stepped(request: ShopRequest) -> dict[str, Any]:
    changed = typed(SynonymsForm, with_row_changed(request.POST, at_most=MOST_ROWS))
    if "defaults" in request.POST:
        changed["groups"] = rows_of_groups(packs.synonyms(request.shop.language))
    return changed


def _save(request: ShopRequest, form: SynonymsForm) -> HttpResponse:
    if not form.is_valid():
        return _page(request, form, apart=_apart(request), status=422)
    groups, number = form.cleaned_data["groups"], form.cleaned_data["edit_number"] or 0
    try:
        edit_texts(request.shop, {"synonyms": stored(request.shop, groups)}, edit_number=number)
    except Stale as stale:
        again = {"groups": rows_of_groups(groups), "edit_number": stale.current.edit_number}
        return _page(request, SynonymsForm(initial=again), theirs=True, apart=_parts(request.shop, groups), status=422)
    toast(request, _("저장했어요. 규칙을 쓸 때 바로 물어봐 드려요."))
    return redirect_to(request, reverse("console:synonyms"))


def _saved(shop: Shop) -> dict[str, Any]:
    return {"groups": rows_of_groups(groups_of(shop)), "edit_number": texts_of(shop).edit_number}


def _apart(request: ShopRequest, taken: str = "") -> list[meanwhile.Part]:
    """While somebody chooses between two people's words, what is still to be chosen."""
    if "choosing" not in request.POST:
        return []
    rows = typed(SynonymsForm, request.POST)["groups"]
    return _parts(request.shop, [group for words, _meant in rows if (group := words_in(words))], taken)


def _parts(shop: Shop, mine: list[list[str]], taken: str = "") -> list[meanwhile.Part]:
    saved = {"synonyms": groups_of(shop)}
    return meanwhile.text_parts(meanwhile.SYNONYMS, {"synonyms": mine}, saved, taken=taken)


def _page(request: ShopRequest, form: SynonymsForm, *, status: int = 200, **more: Any) -> HttpResponse:
    """`more`: `unsaved` after a step within the form; `theirs`, `taken` and `apart` as in parts/theirs.html."""
    context = {
        "form": form,
        "rows": rows_of(form["groups"]),
        "added": "more" in request.POST,
        "most": GROUPS,
        **more,
    }
    return page(request, "synonyms", "_form.html", context, status=status)


urlpatterns = [
    path("synonyms/", synonyms, name="synonyms"),
    path("synonyms/suggest/", suggest, name="synonyms_suggest"),
]
