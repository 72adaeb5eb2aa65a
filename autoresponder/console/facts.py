"""가게 정보: what replies quote of the shop ({배송기간}, {반품주소}), written down once and in force at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _

from autoresponder.connections import find
from autoresponder.console.insertions import users_of
from autoresponder.console.shell import page, redirect_to, toast
from autoresponder.engine.facts import FACTS, LENGTH, TOPICS, Fact
from autoresponder.engine.variables import SHIPPING, used
from autoresponder.rules.draft import document_of
from autoresponder.shops.access import Role, ShopRequest, shop_required
from autoresponder.shops.models import Shop
from autoresponder.shops.profile import tell_facts

SHOWN_USERS = 3


@dataclass(frozen=True, slots=True)
class Row:
    """One fact on the page. `used`: some reply names it; `missing`: one that cannot do without it, and it is empty."""

    field: forms.BoundField
    used: bool
    missing: bool


@dataclass(frozen=True, slots=True)
class Group:
    title: str
    rows: Sequence[Row]


class FactsForm(forms.Form):
    """A field for each fact, named in English.

    The values a person saw come back with the form, so that a save touches only what that person changed.
    """

    def __init__(self, *args: Any, shop: Shop) -> None:
        super().__init__(*args, initial={fact.english: shop.facts.get(fact.name, "") for fact in FACTS})
        for fact in FACTS:
            self.fields[fact.english] = _field(fact)

    def told(self) -> dict[str, str]:
        """The changed facts by their Korean names. Only after a clean without errors."""
        changed = [fact for fact in FACTS if fact.english in self.changed_data]
        return {fact.name: " ".join(self.cleaned_data[fact.english].split()) for fact in changed}


@shop_required(Role.MANAGER)
def facts(request: ShopRequest) -> HttpResponse:
    if request.method != "POST":
        return _page(request, FactsForm(shop=request.shop))
    form = FactsForm(request.POST, shop=request.shop)
    if not form.is_valid():
        return _page(request, form, status=422)
    tell_facts(request.shop, form.told())
    find.forget()
    toast(request, _("저장했어요. 손님은 지금부터 이 정보로 답을 받아요."))
    return redirect_to(request, reverse("console:facts"))


def _page(request: ShopRequest, form: FactsForm, *, status: int = 200) -> HttpResponse:
    document = document_of(request.shop)
    users, needed = users_of(document), users_of(document, used)
    rows = {fact: _row(form, fact, users.get(fact.name, ()), needed=fact.name in needed) for fact in FACTS}
    for fact in rows if request.shop.hours.get("shipping") else ():
        if fact.name in SHIPPING:
            rows[fact] = _worked_out(rows[fact])
    context = {
        "form": form,
        "used": _groups(rows, lambda row: row.used),
        "others": _groups(rows, lambda row: not row.used),
        "missing": sum(row.missing for row in rows.values()),
        "others_wrong": any(row.field.errors for row in rows.values() if not row.used),
    }
    return page(request, "facts", "page.html", context, status=status)


def _groups(rows: dict[Fact, Row], wanted: Callable[[Row], bool]) -> list[Group]:
    """The wanted rows under their topics; a topic without any is left out."""
    groups = [
        Group(_(topic), [row for fact, row in rows.items() if fact.topic == topic and wanted(row)]) for topic in TOPICS
    ]
    return [group for group in groups if group.rows]


def _row(form: FactsForm, fact: Fact, users: Sequence[str], *, needed: bool) -> Row:
    field = form[fact.english]
    field.help_text = _users_words(users)
    return Row(field, bool(users), needed and not (field.value() or "").strip())


def _worked_out(row: Row) -> Row:
    """The cut-off where shipping days are set: what is written here is not said."""
    row.field.help_text = _("‘영업시간’ 화면의 출고 마감에서 그때그때 정해져요.")
    return replace(row, missing=False)


def _users_words(users: Sequence[str]) -> str:
    shown, more = ", ".join(users[:SHOWN_USERS]), len(users) - SHOWN_USERS
    if more > 0:
        return _("쓰는 곳: {places} 외 {n}곳").format(places=shown, n=more)
    return _("쓰는 곳: {places}").format(places=shown) if users else ""


def _field(fact: Fact) -> forms.CharField:
    example = _("예: {example}").format(example=_(fact.example))
    return forms.CharField(
        label=_(fact.label),
        required=False,
        max_length=LENGTH,
        show_hidden_initial=True,
        validators=[_no_braces],
        error_messages={"max_length": _("{n}자까지 적을 수 있어요.").format(n=LENGTH)},
        widget=forms.TextInput(attrs={"placeholder": example}),
    )


def _no_braces(text: str) -> None:
    """Facts are not filled in turn, and braces must not reach a customer."""
    if "{" in text or "}" in text:
        raise ValidationError(_("중괄호({ })는 빼고, 손님에게 보일 말 그대로 적어 주세요."))


urlpatterns = [path("settings/facts/", facts, name="facts")]
