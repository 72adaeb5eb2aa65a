"""The texts that are no rule: away greeting, standard answer, what is said when a person is called."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django_htmx.http import trigger_client_event

from autoresponder.console import meanwhile
from autoresponder.console.fields import typed, with_row_changed
from autoresponder.console.insertions import insertions, lack_words, told_values
from autoresponder.console.shell import page, redirect_to, toast
from autoresponder.console.texts_form import TEXTS_OF, TextsForm, initial_of, texts_of, texts_typed
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
        return _form_page(request, TextsForm(initial=changed, stored=_stored(draft)), apart=_apart(request, draft))
    if taken := meanwhile.taken_in(request.POST):
        saved = {**initial_of(_stored(draft)), "edit_number": draft.edit_number}
        again = meanwhile.chosen(TextsForm, request.POST, saved, meanwhile.TEXTS)
        form = TextsForm(initial=again, stored=_stored(draft))
        return _form_page(request, form, theirs=True, taken=taken, apart=_apart(request, draft, taken))
    return _save(request, draft)


def _save(request: ShopRequest, draft: Draft) -> HttpResponse:
    form = TextsForm(request.POST, stored=_stored(draft))
    if not form.is_valid():
        return _form_page(request, form, apart=_apart(request, draft), status=422)
    typed_texts = texts_of(form.cleaned_data, form.stored)
    number = form.cleaned_data["edit_number"] or 0
    try:
        edit_texts(request.shop, typed_texts, edit_number=number)
    except Stale as stale:
        current = draft_of(request.shop)
        again = {**form.cleaned_data, "edit_number": stale.current.edit_number}
        apart = meanwhile.text_parts(meanwhile.TEXTS, typed_texts, _stored(current))
        form = TextsForm(initial=again, stored=_stored(current))
        return _form_page(request, form, theirs=True, apart=apart, status=422)
    toast(request, _("저장했어요. 게시하면 손님에게 적용돼요."))
    return redirect_to(request, reverse("console:texts"))


def _form_page(request: ShopRequest, form: TextsForm, *, status: int = 200, **more: Any) -> HttpResponse:
    """`more`: `theirs`, `taken` and `apart` as in parts/theirs.html."""
    context = {
        "form": form,
        "insertions": insertions(request.shop),
        "lacks": _lacks(form, told_values(request.shop)),
        "added": request.POST.get("more", ""),
        **more,
    }
    return trigger_client_event(page(request, "texts", "_form.html", context, status=status), "preview")


def _apart(request: ShopRequest, draft: Draft, taken: str = "") -> list[meanwhile.Part]:
    """While somebody chooses between two people's words, what is still to be chosen."""
    if "choosing" not in request.POST:
        return []
    saved = _stored(draft)
    return meanwhile.text_parts(meanwhile.TEXTS, texts_typed(request.POST, saved), saved, taken=taken)


def _lacks(form: TextsForm, values: Mapping[str, str]) -> dict[str, str]:
    """Why a text of this field of the document stays unsaid; "" where it does not."""
    return {
        name: lack_words([form[field].value() or "" for field in fields], values) for name, fields in TEXTS_OF.items()
    }


def _stored(draft: Draft) -> dict[str, Any]:
    return {name: getattr(draft, name) for name in TEXT_FIELDS}


urlpatterns = [path("greetings/", texts, name="texts")]
