"""The texts that are no rule: away greeting, standard answer, what is said when a person is called."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django_htmx.http import trigger_client_event

from autoresponder.console.fields import typed, with_row_changed
from autoresponder.console.insertions import insertions, lack_words, told_values
from autoresponder.console.shell import page, redirect_to, toast
from autoresponder.console.texts_form import TEXTS_OF, TextsForm, initial_of, texts_of
from autoresponder.rules.draft import TEXT_FIELDS, Stale, edit_texts
from autoresponder.rules.draft import texts_of as draft_of
from autoresponder.rules.models import Draft
from autoresponder.shops.access import Role, ShopRequest, shop_required


@shop_required(Role.MANAGER)
def texts(request: ShopRequest) -> HttpResponse:
    draft = draft_of(request.shop)
    if request.method != "POST":
        first = {**initial_of(_stored(draft)), "edit_number": draft.edit_number}
        return _form_page(request, TextsForm(initial=first, stored=_stored(draft)))
    if "more" in request.POST or "less" in request.POST:
        changed = typed(TextsForm, with_row_changed(request.POST))
        return _form_page(request, TextsForm(initial=changed, stored=_stored(draft)))
    return _save(request, draft)


def _save(request: ShopRequest, draft: Draft) -> HttpResponse:
    form = TextsForm(request.POST, stored=_stored(draft))
    if not form.is_valid():
        return _form_page(request, form, status=422)
    number = form.cleaned_data["edit_number"] or 0
    try:
        edit_texts(request.shop, texts_of(form.cleaned_data, form.stored), edit_number=number)
    except Stale as stale:
        current = stale.current
        again = {**form.cleaned_data, "edit_number": current.edit_number}
        theirs = initial_of(_stored(current)) if isinstance(current, Draft) else {}
        return _form_page(request, TextsForm(initial=again, stored=_stored(draft)), theirs=theirs, status=422)
    toast(request, _("저장했어요. 게시하면 손님에게 적용돼요."))
    return redirect_to(request, reverse("console:texts"))


def _form_page(
    request: ShopRequest, form: TextsForm, *, theirs: Mapping[str, Any] | None = None, status: int = 200
) -> HttpResponse:
    context = {
        "form": form,
        "theirs": theirs,
        "insertions": insertions(request.shop),
        "lacks": _lacks(form, told_values(request.shop)),
        "added": request.POST.get("more", ""),
    }
    return trigger_client_event(page(request, "texts", "_form.html", context, status=status), "preview")


def _lacks(form: TextsForm, values: Mapping[str, str]) -> dict[str, str]:
    """Why a text of this field of the document stays unsaid; "" where it does not."""
    return {
        name: lack_words([form[field].value() or "" for field in fields], values) for name, fields in TEXTS_OF.items()
    }


def _stored(draft: Draft) -> dict[str, Any]:
    return {name: getattr(draft, name) for name in TEXT_FIELDS}


urlpatterns = [path("greetings/", texts, name="texts")]
