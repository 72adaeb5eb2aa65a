"""팀 의견: what the shop's own people think of an answer, of a real one or of one they got while trying out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.core import signing
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from autoresponder.console import example_words
from autoresponder.console.moments import moment
from autoresponder.console.shell import page, redirect_to, toast, wants_fragment
from autoresponder.console.words import outcome_name
from autoresponder.engine.types import Decision
from autoresponder.inbox.models import Message
from autoresponder.rules.draft import document_of
from autoresponder.rules.models import Opinion
from autoresponder.shops.access import ShopRequest, shop_required

SALT = "console.opinions"
REMARK = 300
SHOWN = 100


@dataclass(frozen=True, slots=True)
class Row:
    """One opinion in the list. `where`: an address of the real talk, "" for a try; `rule_url`: "" without a rule."""

    at: datetime
    when: str
    text: str
    answer: str
    outcome: str
    liked: bool | None
    remark: str
    by: str
    rule: str
    rule_url: str
    where: str


@dataclass(frozen=True, slots=True)
class Rules:
    """What every row needs: rule names by key, the keys that can be opened, and the shop's zone."""

    names: dict[str, str]
    there: frozenset[str]
    zone: ZoneInfo


@shop_required()
@require_GET
def opinions(request: ShopRequest) -> HttpResponse:
    """The newest of both kinds; `liked=0` only what somebody disliked."""
    document = document_of(request.shop)
    known = Rules(
        example_words.names_of(request.shop, document),
        frozenset(rule["key"] for rule in document["rules"]),
        ZoneInfo(request.shop.timezone),
    )
    rows = [*_tries(request, known), *_of_messages(request, known)]
    rows.sort(key=lambda row: row.at, reverse=True)
    disliked = request.GET.get("liked") == "0"
    shown = [row for row in rows if not (disliked and row.liked is not False)][:SHOWN]
    return page(request, "opinions", "_list.html", {"rows": shown, "disliked": disliked})


@shop_required()
@require_POST
def opinion_try(request: ShopRequest) -> HttpResponse:
    """A thumb (`liked` 1 or 0) and a `remark` on an answer of the simulator; `told` names it, signed (`told_of`)."""
    try:
        told = signing.loads(request.POST.get("told", ""), salt=SALT, max_age=24 * 3600)
    except signing.BadSignature:
        return HttpResponse(status=400)
    Opinion.objects.create(
        shop=request.shop,
        by=request.user,
        at=timezone.now(),
        liked=request.POST.get("liked") == "1",
        remark=_remark(request),
        **told,
    )
    return _thanks(request)


@shop_required()
@require_POST
def opinion_message(request: ShopRequest, pk: int) -> HttpResponse:
    """The same on the answer to a real message; a thumb pressed again changes it."""
    message = get_object_or_404(Message, pk=pk, shop=request.shop)
    message.liked, message.remark = request.POST.get("liked") == "1", _remark(request)
    message.save(update_fields=["liked", "remark"])
    if wants_fragment(request):
        return page(request, "opinions", "_message.html", {"message": message, "thanked": True})
    toast(request, _("의견을 남겼어요."))
    return redirect_to(request, reverse("console:conversation", args=[message.conversation_id]) + f"#b{pk}")


def told_of(text: str, decision: Decision, book: str) -> str:
    """A decision of the simulator, signed, for the buttons under it."""
    told = {
        "text": text,
        "outcome": decision.outcome.value,
        "rule": decision.rules[0] if decision.rules else "",
        "answer": "\n".join(reply.text for reply in decision.replies),
        "book": book,
    }
    return signing.dumps(told, salt=SALT, compress=True)


def _thanks(request: ShopRequest) -> HttpResponse:
    if wants_fragment(request):
        return page(request, "opinions", "_thanks.html")
    toast(request, _("의견을 남겼어요."))
    return redirect_to(request, reverse("console:opinions"))


def _remark(request: ShopRequest) -> str:
    return " ".join(request.POST.get("remark", "").replace("\0", "").split())[:REMARK]


def _tries(request: ShopRequest, known: Rules) -> list[Row]:
    found = Opinion.objects.filter(shop=request.shop).select_related("by")[: 2 * SHOWN]
    tail = {"draft": _("연습 · 고치던 답변"), "live": _("연습 · 게시한 답변")}
    return [_row(known, one, one.answer, f"{one.by or ''} · {tail.get(one.book, '')}".strip(" ·")) for one in found]


def _of_messages(request: ShopRequest, known: Rules) -> list[Row]:
    found = Message.objects.filter(shop=request.shop, liked__isnull=False).order_by("-at")[: 2 * SHOWN]
    return [
        _row(
            known,
            one,
            " ".join(reply.get("text", "") for reply in one.replies),
            _("실제 대화"),
            reverse("console:conversation", args=[one.conversation_id]) + f"#m{one.pk}",
        )
        for one in found
    ]


def _row(known: Rules, one: Opinion | Message, answer: str, by: str, where: str = "") -> Row:
    return Row(
        at=one.at,
        when=moment(one.at, zone=known.zone, now=timezone.now()),
        text=one.text,
        answer=answer,
        outcome=outcome_name(one.outcome),
        liked=one.liked,
        remark=one.remark,
        by=by,
        rule=known.names.get(one.rule, ""),
        rule_url=reverse("console:rule", args=[one.rule]) if one.rule in known.there else "",
        where=where,
    )


urlpatterns = [
    path("opinions/", opinions, name="opinions"),
    path("opinions/try/", opinion_try, name="opinion_try"),
    path("opinions/message/<int:pk>/", opinion_message, name="opinion_message"),
]
