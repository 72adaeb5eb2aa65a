"""다른 곳에서 나눈 대화로 해 보기: files from other messengers are read, looked over, kept for a while and tried.

Nothing is stored until the seller has seen what was read, so the same form comes twice: to look, and to go on.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from autoresponder import tasks
from autoresponder.console.history_form import COLUMNS, HistoryForm, columns_in
from autoresponder.console.history_words import at_words, summary_words
from autoresponder.console.moments import moment
from autoresponder.console.replay import books, document_in
from autoresponder.console.shell import page, redirect_to, toast
from autoresponder.insights import runs
from autoresponder.insights.imported.keep import Sentences, called, keep, measured, sentences
from autoresponder.insights.imported.read import Found, read, shops_name, speakers
from autoresponder.insights.imported.table import Look
from autoresponder.insights.models import History
from autoresponder.insights.unreadable import Unreadable
from autoresponder.shops.access import Role, ShopRequest, shop_required
from autoresponder.shops.models import Shop

SHOWN, SPEAKERS = 6, 200


@dataclass(frozen=True, slots=True)
class Kept:
    id: int
    about: str
    when: str


@dataclass(frozen=True, slots=True)
class First:
    """A sentence as it was read. `who`: by number, and when; `answer`: the shop's own."""

    who: str
    text: str
    answer: str


@dataclass(frozen=True, slots=True)
class Column:
    """What a column of a sheet may be taken for. `part`: one of COLUMNS; `options`: (place, name)."""

    part: str
    label: str
    options: list[tuple[str, str]]
    value: str


@shop_required(Role.MANAGER)
@require_http_methods(["GET", "HEAD", "POST"])
def history(request: ShopRequest) -> HttpResponse:
    """POST `do`: "look" shows what was read; "again" the same with what was chosen (`shop`, `column_*`); "try" keeps
    it and tries the `book` on it, unless the files are others than those shown (`seen`)."""
    if request.method != "POST":
        return _page(request, HistoryForm())
    form = HistoryForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, form, status=422)
    same = request.POST.get("seen") == form.cleaned_data["seen"]
    try:
        found = _read(request, form, as_chosen=same)
        shop = _shops_name(request, found, as_chosen=same)
        said = sentences(found, shop)
    except Unreadable as error:
        form.refuse(error)
        return _page(request, form, status=422)
    if not said.said:
        form.add_error(None, _("손님 말을 찾지 못했어요. 손님의 말이 담긴 파일인지 봐 주세요."))
        return _page(request, form, status=422)
    if same and request.POST.get("do") == "try":
        return _try(request, keep(request.shop, said.said, channel=found.channel, now=timezone.now()))
    return _page(request, form, **_shown(request, found, said, shop), seen=form.cleaned_data["seen"])


@shop_required(Role.MANAGER)
@require_POST
def history_try(request: ShopRequest, pk: int) -> HttpResponse:
    return _try(request, get_object_or_404(_kept(request.shop), pk=pk))


@shop_required(Role.MANAGER)
@require_POST
def history_delete(request: ShopRequest, pk: int) -> HttpResponse:
    get_object_or_404(_kept(request.shop), pk=pk).delete()
    toast(request, _("가져온 대화와 그 결과를 지웠어요."))
    return redirect_to(request, reverse("console:replay_history"))


def _try(request: ShopRequest, kept: History) -> HttpResponse:
    shop, now = request.shop, timezone.now()
    document = document_in(shop, request.POST.get("book", ""))
    run = runs.start(shop, document, days=0, by=request.user, now=now, history=kept)
    tasks.wake(tasks.replay)
    return redirect_to(request, reverse("console:replay_run", args=[run.pk]))


def _read(request: ShopRequest, form: HistoryForm, *, as_chosen: bool) -> Found:
    columns = columns_in(request.POST) if as_chosen else None
    return read(form.cleaned_data["sources"], zone=ZoneInfo(request.shop.timezone), columns=columns)


def _shops_name(request: ShopRequest, found: Found, *, as_chosen: bool) -> str:
    """Whom the owner has chosen, even nobody (""); else a guess. Sheets of customers alone have no such speaker."""
    if not found.has_speakers:
        return ""
    chosen = request.POST.get("shop")
    if as_chosen and chosen is not None and chosen in {"", *(name for name, _count in speakers(found))}:
        return chosen
    return shops_name(found, request.shop.name)


def _shown(request: ShopRequest, found: Found, said: Sentences, shop: str) -> dict[str, Any]:
    zone = ZoneInfo(request.shop.timezone)
    first = [
        First(" · ".join(filter(None, [called(one.customer), at_words(one.at, zone)])), one.text, one.answer)
        for one in said.said[:SHOWN]
    ]
    return {
        "about": summary_words(measured(said.said)),
        "first": first,
        "more": len(said.said) - len(first),
        "left_out": said.left_out,
        "undated": found.undated,
        "speakers": speakers(found)[:SPEAKERS] if found.has_speakers else [],
        "shops_name": shop,
        "columns": _columns(found.look) if found.look else [],
        "unsure": found.look is not None and not found.look.sure,
    }


def _columns(look: Look) -> list[Column]:
    labels = {
        "text": _("손님 말이 있는 칸"),
        "at": _("날짜가 있는 칸"),
        "who": _("손님 이름이 있는 칸"),
        "answer": _("가게 답이 있는 칸"),
    }
    named = _("%(n)d번째 칸 · %(name)s")
    places = [(str(place), named % {"n": place + 1, "name": name}) for place, name in enumerate(look.names)]
    columns = []
    for part in COLUMNS:
        chosen = getattr(look.columns, part)
        none = [] if part == "text" else [("", _("없어요"))]
        columns.append(Column(part, labels[part], [*none, *places], "" if chosen is None else str(chosen)))
    return columns


def _page(request: ShopRequest, form: HistoryForm, *, status: int = 200, **more: Any) -> HttpResponse:
    now, zone = timezone.now(), ZoneInfo(request.shop.timezone)
    kept = [Kept(one.pk, summary_words(one), moment(one.created_at, zone=zone, now=now)) for one in _kept(request.shop)]
    context = {"form": form, "books": books(request.shop), "kept": kept, **more}
    return page(request, "replay/history", "_read.html", context, status=status)


def _kept(shop: Shop) -> QuerySet[History]:
    return History.objects.filter(shop=shop).defer("said")


urlpatterns = [
    path("replay/history/", history, name="replay_history"),
    path("replay/history/<int:pk>/try/", history_try, name="replay_history_try"),
    path("replay/history/<int:pk>/delete/", history_delete, name="replay_history_delete"),
]
