"""상담함: who waits for a person, and a talk with one customer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zlib import crc32
from zoneinfo import ZoneInfo

from django import forms
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from autoresponder import tasks
from autoresponder.console import delivery_words, words
from autoresponder.console.log import said_without_words
from autoresponder.console.moments import moment
from autoresponder.console.people import called
from autoresponder.console.shell import page, redirect_to, toast
from autoresponder.engine.talk import talk_from_json
from autoresponder.inbox.handoff import CannotReply, can_reply, reply_as_person, resolve, waiting
from autoresponder.inbox.models import Conversation, Message
from autoresponder.inbox.thread import Entry, thread
from autoresponder.shops.access import RANK, Role, ShopRequest, shop_required
from autoresponder.shops.models import Shop
from autoresponder.templatetags.dapjigi import since

RECENT = 30
LONGEST = 2000
# States of the last deliveries that the cheap look for news compares.
LOOK_AT = 20


class ReplyForm(forms.Form):
    text = forms.CharField(
        label=gettext_lazy("답장"),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={
            "required": gettext_lazy("보낼 말을 적어 주세요."),
            "max_length": gettext_lazy("한 번에 2,000자까지 보낼 수 있어요. 나눠서 보내 주세요."),
        },
    )


@dataclass(frozen=True, slots=True)
class Person:
    """One line of the list. `about`: who, where and why they wait; `how_long`: since then, or since they last wrote."""

    id: int
    text: str
    about: str
    how_long: str


@dataclass(frozen=True, slots=True)
class Said:
    """A group of bubbles in a talk. `by` is who said it, in words; `late` that it never reached the customer."""

    key: str
    who: str
    by: str
    when: str
    at: datetime
    bubbles: list[dict[str, Any]]
    why: list[str]
    delivery: str
    late: bool
    message: Message | None


@shop_required()
@require_GET
def inbox(request: ShopRequest) -> HttpResponse:
    """Both lists, or 204 when they still read as what the page shows (`seen`)."""
    context = _lists(request.shop, timezone.now())
    if request.GET.get("seen") == context["seen"]:
        return HttpResponse(status=204)
    return page(request, "inbox", "_lists.html", context)


@shop_required()
@require_GET
def conversation(request: ShopRequest, pk: int) -> HttpResponse:
    """The talk, or 204 when nothing has happened since `seen`."""
    found = _found(request.shop, pk)
    if request.GET.get("seen") == _seen(found):
        return HttpResponse(status=204)
    return _talk_page(request, found, ReplyForm(), "_talk.html")


@shop_required()
@require_POST
def reply(request: ShopRequest, pk: int) -> HttpResponse:
    found = _found(request.shop, pk)
    form = ReplyForm(request.POST)
    if not form.is_valid():
        return _talk_page(request, found, form, "_reply.html", status=422)
    text = form.cleaned_data["text"].replace("\r\n", "\n")
    try:
        reply_as_person(found, text, by=request.user, now=timezone.now())
    except CannotReply:
        form.add_error(None, _("이 메신저로는 여기서 답장을 보낼 수 없어요."))
        return _talk_page(request, found, form, "_reply.html", status=422)
    tasks.wake()
    if not request.htmx:  # type: ignore[attr-defined]
        return redirect_to(request, reverse("console:conversation", args=[pk]) + "#latest")
    return _talk_page(request, _found(request.shop, pk), ReplyForm(), "_replied.html")


@shop_required()
@require_POST
def resolved(request: ShopRequest, pk: int) -> HttpResponse:
    """The bot answers again. `stay` is 1 to go on reading, else it goes on to the next customer who waits."""
    resolve(_found(request.shop, pk))
    if request.POST.get("stay") == "1":
        toast(request, _("이제 다시 자동으로 답해요."))
        return redirect_to(request, reverse("console:conversation", args=[pk]) + "#latest")
    toast(request, _("처리한 것으로 적어 두었어요. 다음 말부터는 다시 자동으로 답해요."))
    return redirect_to(request, reverse("console:inbox"))


def _found(shop: Shop, pk: int) -> Conversation:
    return get_object_or_404(Conversation.objects.select_related("connection", "shop"), pk=pk, shop=shop)


def _lists(shop: Shop, now: datetime) -> dict[str, Any]:
    rest = Conversation.objects.filter(shop=shop, test=False, waiting_since=None).select_related("connection")
    people = [_person(one, now) for one in waiting(shop)]
    recent = [_person(one, now) for one in rest.order_by("-last_at")[:RECENT]]
    seen = f"{crc32(repr((people, recent)).encode()):08x}"
    return {"people": people, "recent": recent, "seen": seen}


def _person(one: Conversation, now: datetime) -> Person:
    about = [called(one), words.channel_name(one.connection.kind)]
    if one.waiting_since:
        about.append(words.why_waiting(one.waiting_reason))
    return Person(
        id=one.pk,
        text=one.last_text or _("(사진이나 스티커)"),
        about=" · ".join(about),
        how_long=since(one.waiting_since or one.last_at, now),
    )


def _seen(found: Conversation) -> str:
    """Changes with everything a talk shows. Two small queries, no message is read."""
    last = found.messages.order_by("-pk").values_list("pk", flat=True).first()
    sent = list(found.deliveries.order_by("-pk").values_list("pk", "state", "error")[:LOOK_AT])
    shown = (last, sent, found.waiting_since, found.talk.get("with_human_until"))
    return f"{crc32(repr(shown).encode()):08x}"


def _talk_page(
    request: ShopRequest, found: Conversation, form: ReplyForm, fragment: str, *, status: int = 200
) -> HttpResponse:
    now, zone = timezone.now(), ZoneInfo(request.shop.timezone)
    until = talk_from_json(found.talk).with_human_until
    context = {
        "conversation": found,
        "name": called(found),
        "where": words.channel_name(found.connection.kind),
        "kind": found.connection.kind,
        "seen": _seen(found),
        "said": [_said(entry, found, zone, now) for entry in thread(found)],
        "waits": since(found.waiting_since, now) if found.waiting_since else "",
        "why": words.why_waiting(found.waiting_reason),
        "quiet_until": moment(until, zone=zone, now=now) if until and until > now else "",
        "can_reply": can_reply(found, now=now),
        "may_choose": RANK.index(Role(request.role)) <= RANK.index(Role.MANAGER),
        "form": form,
    }
    return page(request, "conversation", fragment, context, status=status)


def _said(entry: Entry, found: Conversation, zone: ZoneInfo, now: datetime) -> Said:
    by_customer = entry.who == "customer"
    message = entry.message
    marks = words.spans_of_stored(message.decision) if by_customer and message else []
    text = entry.text or (said_without_words(message.kind) if message else "")
    silent = by_customer and message is not None and not message.replies
    return Said(
        key=entry.key,
        who=entry.who,
        by={"customer": called(found), "bot": _("자동 답변")}.get(entry.who, entry.author),
        when=moment(entry.at, zone=zone, now=now),
        at=entry.at,
        bubbles=[{"text": text, "marks": marks}]
        if by_customer
        else [{**bubble, "marks": []} for bubble in entry.bubbles],
        why=_why_said(entry, found) if entry.who == "bot" or silent else [],
        delivery="" if by_customer else delivery_words.state_words(entry.state, entry.error, entry.attempts),
        late=entry.state in delivery_words.LATE_STATES,
        message=message,
    )


def _why_said(entry: Entry, found: Conversation) -> list[str]:
    if entry.message is None:
        return []
    entry.message.shop = found.shop
    return [line for line in words.why(entry.message) if line]


urlpatterns = [
    path("inbox/", inbox, name="inbox"),
    path("inbox/<int:pk>/", conversation, name="conversation"),
    path("inbox/<int:pk>/reply/", reply, name="conversation_reply"),
    path("inbox/<int:pk>/resolve/", resolved, name="conversation_resolve"),
]
