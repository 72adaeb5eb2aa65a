"""What a rule's words get in the way of, told while it is written: other rules, and words that say too little."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from autoresponder.console import rehearse
from autoresponder.console.rule_form import rule_typed
from autoresponder.console.shell import page, redirect_to, toast, wants_fragment
from autoresponder.engine import lint
from autoresponder.engine.book import Book
from autoresponder.engine.book import Rule as BookRule
from autoresponder.engine.text import flat_of
from autoresponder.inbox.models import Message
from autoresponder.rules.draft import document_of, order_rules, rules_of
from autoresponder.rules.models import Rule
from autoresponder.shops.access import Role, ShopRequest, shop_required
from autoresponder.shops.models import Shop

NEW = "new"
DAYS = timedelta(days=30)
LOOK_AT = 2000
# A word in fewer messages says nothing yet; one in every tenth of them says little.
FEW, TENTH = 20, 10
TOLD = 5


@dataclass(frozen=True, slots=True)
class Rival:
    """Another rule that the word calls too. `except_word` keeps this rule out of what only the other is about; `above`
    is the address that puts this rule before the other; "" where they do not help."""

    word: str
    name: str
    url: str
    wins: bool
    except_word: str
    above: str


@dataclass(frozen=True, slots=True)
class Weak:
    """A word that says too little. `count` of the `seen` latest messages have it; `all`: those are the last 30 days."""

    word: str
    short: bool
    count: int
    seen: int
    all: bool


@shop_required(Role.MANAGER)
@require_POST
def rule_conflicts(request: ShopRequest) -> HttpResponse:
    """For the rule form as typed so far; `conflicts_of` is its key, "" for a new rule."""
    return _answer(request, request.POST.get("conflicts_of", ""))


@shop_required(Role.MANAGER)
@require_POST
def rule_above(request: ShopRequest, key: str) -> HttpResponse:
    """Puts a rule just before the rule `other`, and looks again."""
    other = request.POST.get("other", "")
    bands = {rule.key: rule.band for rule in rules_of(request.shop)}
    if key not in bands or bands.get(other) != bands[key]:
        raise Http404
    order = [each for each in bands if each != key]
    order.insert(order.index(other), key)
    order_rules(request.shop, order)
    toast(request, _("먼저 살펴보게 옮겼어요. 게시하면 손님에게 적용돼요."))
    if not wants_fragment(request):
        return redirect_to(request, reverse("console:rule", args=[key]))
    return page(request, "conflicts", "_found.html", _context(request, key))


def _answer(request: ShopRequest, key: str) -> HttpResponse:
    # Not by page(): looking changes nothing, so the bar of unpublished changes need not be counted at every key.
    return render(request, "console/conflicts/_found.html", _context(request, key))


def _context(request: ShopRequest, key: str) -> dict[str, Any]:
    shop, stored = request.shop, Rule.objects.kept().filter(shop=request.shop, key=key).first()
    typed = {"key": stored.key if stored else NEW, **rule_typed(request.POST, stored)}
    book = rehearse.book_in(shop, rehearse.with_rule(document_of(shop), typed))
    names = {rule.key: rule.name for rule in book.rules}
    mine = next((rule for rule in book.rules if rule.key == typed["key"]), None)
    found = lint.unheard(book) if mine else []
    return {
        "rivals": rivals(book, mine, stored)[:TOLD] if mine else [],
        "weak": weak(shop, mine, now=timezone.now())[:TOLD] if mine else [],
        "covered_by": next((_link(each.by, names) for each in found if each.rule == typed["key"]), None),
        "rule_key": key,
        "covers": [_link(each.rule, names) for each in found if each.by == typed["key"]][:TOLD],
    }


def rivals(book: Book, mine: BookRule, stored: Rule | None) -> list[Rival]:
    rules = {rule.key: rule for rule in book.rules}
    return [_rival(each, mine, rules[each.other], stored) for each in lint.shared(book, mine.key)]


def _rival(found: lint.Shared, mine: BookRule, other: BookRule, stored: Rule | None) -> Rival:
    movable = not found.wins and stored is not None and stored.band == other.band == mine.band
    own = {flat_of(word) for group in mine.groups for word in group.words}
    theirs = (word for group in other.groups if group.mode != "none" for word in group.words)
    return Rival(
        word=found.word,
        name=other.name,
        url=reverse("console:rule", args=[other.key]),
        wins=found.wins,
        except_word=next((word for word in theirs if flat_of(word) not in own), "") if found.wins else "",
        above=other.key if movable else "",
    )


def weak(shop: Shop, mine: BookRule, *, now: datetime) -> list[Weak]:
    """The rule's words that are too short, or stand in too many of the shop's latest messages."""
    words = list(dict.fromkeys(word for group in mine.groups if group.mode == "any" for word in group.words))
    if not words:
        return []
    recent = Message.objects.filter(shop=shop, test=False, at__gte=now - DAYS, kind="text").order_by("-at")
    texts = list(recent.values_list("text", flat=True)[: LOOK_AT + 1])
    every, texts = len(texts) <= LOOK_AT, texts[:LOOK_AT]
    counts = lint.counted(words, texts)
    looked = [Weak(word, lint.too_short(word), counts[word], len(texts), every) for word in words]
    return [each for each in looked if each.short or (each.count >= FEW and each.count * TENTH >= each.seen)]


def _link(key: str, names: dict[str, str]) -> tuple[str, str]:
    return names[key], reverse("console:rule", args=[key])


urlpatterns = [
    path("rules/conflicts/", rule_conflicts, name="rule_conflicts"),
    path("rules/<slug:key>/above/", rule_above, name="rule_above"),
]
