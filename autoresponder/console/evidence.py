"""Under the editor of a rule: what the edit would have done to real messages, with what is typed but not yet saved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from autoresponder.console.log import said_without_words
from autoresponder.console.rehearse import with_rule
from autoresponder.console.reworded import Spans, reworded
from autoresponder.console.rule_form import rule_typed
from autoresponder.console.words import outcome_name, reasons, spans_of
from autoresponder.engine.document import Invalid, load
from autoresponder.engine.types import Decision
from autoresponder.insights.effect import Moved, effect
from autoresponder.rules.draft import document_of
from autoresponder.rules.models import Rule
from autoresponder.rules.release import stable_of
from autoresponder.shops.access import Role, ShopRequest, shop_required
from autoresponder.shops.models import Shop

DAYS = 30


@dataclass(frozen=True, slots=True)
class Case:
    """A real message, what it got and what it would get. `marks`: the words that hit now; `gone`, `come`: where the
    words of one rule's answer differ.
    """

    text: str
    marks: Sequence[tuple[int, int]]
    before: str
    after: str
    why: Sequence[str]
    gone: Spans = ()
    come: Spans = ()


@shop_required(Role.MANAGER)
@require_POST
def evidence(request: ShopRequest, key: str) -> HttpResponse:
    """Not by page(): nothing changes here, so the bar of unpublished changes need not be counted at every key."""
    context = context_of(request.shop, key, request.POST, now=timezone.now())
    return render(request, "console/rules/editor/_evidence.html", context)


def context_of(shop: Shop, key: str, data: QueryDict, *, now: datetime) -> dict[str, Any]:
    """Against the draft with this rule as customers have it now, or without it where they do not have it yet."""
    draft = document_of(shop)
    old, new = _as_published(shop, draft, key), _as_typed(shop, draft, key, data)
    try:
        found = effect(shop, load(old), load(new), since=now - timedelta(days=DAYS))
    except Invalid:
        return {"unfinished": True}
    names = {rule["key"]: rule["name"] for rule in (*old["rules"], *new["rules"])}
    return {"effect": found, "days": DAYS, "cases": [_case(one, names, shop.timezone) for one in found.moved]}


def _as_typed(shop: Shop, draft: Mapping[str, Any], key: str, data: QueryDict) -> dict[str, Any]:
    typed = rule_typed(data, Rule.objects.kept().filter(shop=shop, key=key).first())
    typed["name"] = typed["name"] or _("쓰고 있는 규칙")
    return with_rule(draft, {"key": key, **typed})


def _as_published(shop: Shop, draft: Mapping[str, Any], key: str) -> dict[str, Any]:
    stable = stable_of(shop)
    published = stable.document["rules"] if stable else []
    own = next((rule for rule in published if rule["key"] == key), None)
    if own is not None:
        return with_rule(draft, own)
    return {**draft, "rules": [rule for rule in draft["rules"] if rule["key"] != key]}


def _case(one: Moved, names: Mapping[str, str], zone: str) -> Case:
    before, after = _words(one.before, names), _words(one.after, names)
    gone, come = reworded(before, after) if one.before.rules == one.after.rules else ((), ())
    return Case(
        text=one.text or said_without_words(one.kind),
        marks=spans_of(one.after.matched),
        before=before,
        after=after,
        why=reasons(one.after, names, zone=zone),
        gone=gone,
        come=come,
    )


def _words(decision: Decision, names: Mapping[str, str]) -> str:
    """What is said; without words what happened."""
    return " ".join(reply.text for reply in decision.replies) or outcome_name(decision.outcome)


# "new" is the key of a rule that is not saved yet.
urlpatterns = [path("rules/<slug:key>/evidence/", evidence, name="evidence")]
