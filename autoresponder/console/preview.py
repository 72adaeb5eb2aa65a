"""The chat preview beside every editor: what a customer would get, with what is typed but not yet saved."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from autoresponder.console import rehearse
from autoresponder.console.hours_check import typed_calendar
from autoresponder.console.losses import connected, losses
from autoresponder.console.moments import hours_now, say_day
from autoresponder.console.rehearse import Bubble, Stage
from autoresponder.console.rule_form import rule_typed
from autoresponder.console.shell import page, wants_fragment
from autoresponder.console.texts_form import texts_typed
from autoresponder.console.time_travel import LONGEST, read_moment
from autoresponder.console.understanding_form import understanding_typed
from autoresponder.engine import hours
from autoresponder.engine.calendar import Calendar
from autoresponder.engine.types import Talk
from autoresponder.rules.draft import document_of
from autoresponder.rules.models import Rule
from autoresponder.shops.access import ShopRequest, shop_required
from autoresponder.shops.calendar import calendar_of
from autoresponder.shops.models import Shop

NOW, CLOSED, FIRST, AT = "now", "closed", "first", "at"
SCENES = (
    (NOW, gettext_lazy("지금")),
    (CLOSED, gettext_lazy("밤·휴일")),
    (FIRST, gettext_lazy("처음 온 손님")),
    (AT, gettext_lazy("다른 때")),
)
# A few sentences show how a talk goes on; the simulator is there for longer ones.
SAID = 5
TEXT_LENGTH = 500
NEW_RULE = "new"
Document = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Scene:
    """When the rehearsed talk begins and what the shop remembers of the customer."""

    at: datetime
    talk: Talk
    note: str = ""
    when: str = ""


@shop_required()
@require_POST
def preview(request: ShopRequest) -> HttpResponse:
    context = context_of(request.shop, request.POST, now=timezone.now())
    if wants_fragment(request):
        # Not by page(): a preview changes nothing, so the bar of unpublished changes need not be counted at every key.
        return render(request, "console/preview/_room.html", context)
    return page(request, "preview", "_room.html", context)


def context_of(shop: Shop, data: QueryDict, *, now: datetime) -> dict[str, Any]:
    """What the room shows: the sentences said so far, answered by the draft with the unsaved fields laid over it."""
    document = _document(shop, data)
    channel = rehearse.messenger(shop, data.get("preview_channel", ""))
    on = rehearse.stage(shop, rehearse.book_in(shop, document), _calendar(shop, data), channel)
    typed_at = data.get("preview_at", "").strip()
    scene = scene_of(data.get("preview_scene", NOW), on.calendar, now=now, typed_at=typed_at)
    said = said_of(data)
    state = hours.state(on.calendar, scene.at)
    return {
        "bubbles": play(on, scene, said or sample_of(data, document)),
        "said": said,
        "look": on.look,
        "scene": data.get("preview_scene", NOW),
        "typed_at": typed_at,
        "when": scene.when,
        "note": scene.note,
        "hours": hours_now(on.calendar, state, now=scene.at),
        "losses": _losses(on, data, now=now),
    }


def _losses(on: Stage, data: QueryDict, *, now: datetime) -> list[str]:
    """What of the rule or the texts being written the shop's messengers, and the one looked at, would cut off."""
    of, key = data.get("preview_of", ""), data.get("preview_rule") or NEW_RULE
    if of not in ("rule", "texts"):
        return []
    kinds = list(dict.fromkeys([on.channel, *connected(on.shop)]))
    rules = [rule for rule in on.compiled.book.rules if of == "rule" and rule.key == key]
    found = losses(on.shop, replace(on.compiled.book, rules=tuple(rules)), kinds, now=now)
    return [lost.sentence for lost in found if bool(lost.rule) == (of == "rule")]


def play(on: Stage, scene: Scene, said: list[str]) -> list[Bubble]:
    """The talk from its beginning, a minute between the sentences."""
    bubbles: list[Bubble] = []
    talk = scene.talk
    for minutes, text in enumerate(said):
        decision = rehearse.turn(on, talk, text, now=scene.at + timedelta(minutes=minutes))
        bubbles += rehearse.bubbles_of(on, text, decision)
        talk = decision.talk
    return bubbles


def scene_of(name: str, calendar: Calendar, *, now: datetime, typed_at: str = "") -> Scene:
    if name == AT:
        return _at(typed_at, calendar, now)
    if name == FIRST:
        return Scene(now, Talk())
    if name == CLOSED:
        closed = rehearse.closed_moment(calendar, now)
        if closed is None:
            return Scene(now, Talk(), _("쉬는 시간이 없는 가게라 ‘지금’과 같아요."))
        return Scene(closed, Talk())
    return Scene(now, Talk(greeted_at=now))


def _at(typed: str, calendar: Calendar, now: datetime) -> Scene:
    """A new customer at the moment typed; now, with a word about it, while it cannot be read."""
    at = read_moment(typed, calendar, now=now)
    if at is not None:
        local = at.astimezone(ZoneInfo(calendar.timezone))
        return Scene(at, Talk(), when=f"{say_day(local.date(), today=now.date())} {local:%H:%M}")
    if not typed:
        return Scene(now, Talk(), _("언제로 가 볼까요? 아래에 적거나 골라 주세요."))
    told = _("‘%(text)s’ 때를 알아보지 못했어요. ‘12월 24일 밤 9시’처럼 적어 주세요.")
    return Scene(now, Talk(), told % {"text": typed[:LONGEST]})


def said_of(data: QueryDict) -> list[str]:
    """What the customer has said up to this request, the newest last."""
    if data.get("preview_reset"):
        return []
    said = data.getlist("preview_said")
    said += data.getlist("preview_text") if data.get("preview_add") else []
    said += data.getlist("preview_press")
    return [text.strip()[:TEXT_LENGTH] for text in said if text.strip()][-SAID:]


def sample_of(data: QueryDict, document: Document) -> list[str]:
    """The sentences while nobody has said one: the page's own ("one|two"), or a word of the rule being edited."""
    if sample := data.get("preview_sample", "").strip():
        return [text.strip()[:TEXT_LENGTH] for text in sample.split("|") if text.strip()][:SAID]
    key = data.get("preview_rule", "")
    rules = [rule for rule in document["rules"] if not key or rule["key"] == key]
    wanted = [group["words"] for rule in rules[:1] for group in rule["groups"] if group["mode"] != "none"]
    words = [word for group in wanted for word in group[:1]]
    return [" ".join(words)[:TEXT_LENGTH]] if words else []


def _document(shop: Shop, data: QueryDict) -> Document:
    overlay = OVERLAYS.get(data.get("preview_of", ""))
    document = document_of(shop)
    return overlay(shop, document, data) if overlay else document


def _with_rule(shop: Shop, document: Document, data: QueryDict) -> Document:
    key = data.get("preview_rule") or NEW_RULE
    rule = Rule.objects.kept().filter(shop=shop, key=key).first()
    typed = rule_typed(data, rule)
    typed["name"] = typed["name"] or _("쓰고 있는 규칙")
    return rehearse.with_rule(document, {"key": key, **typed})


def _with_texts(shop: Shop, document: Document, data: QueryDict) -> Document:
    return {**document, **texts_typed(data, document)}


def _with_understanding(shop: Shop, document: Document, data: QueryDict) -> Document:
    return {**document, **understanding_typed(data, document)}


def _calendar(shop: Shop, data: QueryDict) -> Calendar:
    typed = typed_calendar(shop, data) if data.get("preview_of") == "hours" else None
    return typed or calendar_of(shop)


OVERLAYS: dict[str, Callable[[Shop, Document, QueryDict], Document]] = {
    "rule": _with_rule,
    "texts": _with_texts,
    "understanding": _with_understanding,
}


urlpatterns = [path("preview/", preview, name="preview")]
