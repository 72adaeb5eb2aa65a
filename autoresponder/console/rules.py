"""The rules: their list and order, and writing one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.http import Http404, HttpResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from django_htmx.http import trigger_client_event

from autoresponder.connections.models import Connection
from autoresponder.console import meanwhile
from autoresponder.console.fields import typed, with_row_changed
from autoresponder.console.insertions import insertions, lack_words, told_values
from autoresponder.console.rule_form import MANNERS, RuleForm, blank, initial_of, rule_typed, words_of
from autoresponder.console.shell import page, redirect_to, toast, wants_fragment
from autoresponder.console.understood_words import LAYERS
from autoresponder.console.when_words import say_when, window_status
from autoresponder.console.words import channel_name
from autoresponder.engine.text import fold
from autoresponder.insights.hits import rule_hits
from autoresponder.rules import draft, shelf
from autoresponder.rules.models import Rule
from autoresponder.shops.access import Role, ShopRequest, shop_required
from autoresponder.shops.models import Shop

HITS_SINCE = timedelta(days=7)
SHOWN_WORDS = 6
KEYWORD_LENGTH = 50
# Of an answer in an address.
ANSWER_LENGTH = 300
QUERY_LENGTH = 100


@dataclass(frozen=True, slots=True)
class Row:
    """A rule as it stands in the list."""

    rule: Rule
    number: int
    words: list[str]
    more_words: int
    excerpt: str
    hits: int
    channels: str
    lacks: str
    when: str
    status: str


@shop_required(Role.MANAGER)
def rules(request: ShopRequest) -> HttpResponse:
    return page(request, "rules", "_list.html", _list_context(request))


@shop_required(Role.MANAGER)
def rule_new(request: ShopRequest) -> HttpResponse:
    if request.method != "POST":
        initial = blank(_keyword(request), request.GET.get("answer", "").strip()[:ANSWER_LENGTH])
        return _editor(request, RuleForm(initial=initial, connected=_connected(request.shop)))
    return _typed_rule(request, None, lambda form: draft.create_rule(request.shop, form.document()))


@shop_required(Role.MANAGER)
def rule(request: ShopRequest, key: str) -> HttpResponse:
    if request.method == "POST" and "any_words" in request.POST and _was_taken_out(request.shop, key):
        return _gone(request)
    stored = _kept(request.shop, key)
    if request.method != "POST":
        initial = initial_of(stored)
        if keyword := _keyword(request):
            initial["any_words"] = list(dict.fromkeys([*initial["any_words"], keyword]))
        return _editor(request, RuleForm(initial=initial, rule=stored, connected=_connected(request.shop)))

    def save(form: RuleForm) -> Rule:
        number = form.cleaned_data["edit_number"] or 0
        return draft.edit_rule(request.shop, key, form.document(), edit_number=number)

    return _typed_rule(request, stored, save)


@shop_required(Role.MANAGER)
@require_POST
def rule_toggle(request: ShopRequest, key: str) -> HttpResponse:
    _found(lambda: draft.set_enabled(request.shop, key, request.POST.get("on") == "1"))
    return _listed(request)


@shop_required(Role.MANAGER)
@require_POST
def rule_order(request: ShopRequest) -> HttpResponse:
    draft.order_rules(request.shop, request.POST.get("order", "").split(","))
    return _listed(request)


@shop_required(Role.MANAGER)
@require_POST
def rule_move(request: ShopRequest, key: str) -> HttpResponse:
    """One place up or down, or to the top, among the rules of its own band."""
    band = _kept(request.shop, key).band
    keys = [other.key for other in draft.rules_of(request.shop) if other.band == band]
    place = keys.index(key)
    keys.remove(key)
    places = {"up": max(place - 1, 0), "down": place + 1, "top": 0}
    keys.insert(places.get(request.POST.get("to", ""), place), key)
    draft.order_rules(request.shop, keys)
    return _listed(request, moved=key)


@shop_required(Role.MANAGER)
@require_POST
def rule_duplicate(request: ShopRequest, key: str) -> HttpResponse:
    name = _("{name} 복사본").format(name=_kept(request.shop, key).name)
    _found(lambda: draft.duplicate_rule(request.shop, key, name=name))
    toast(request, _("복사했어요. 고친 뒤에 켜 주세요."))
    return _listed(request)


@shop_required(Role.MANAGER)
@require_POST
def rule_delete(request: ShopRequest, key: str) -> HttpResponse:
    gone = _found(lambda: draft.delete_rule(request.shop, key, now=timezone.now()))
    sentence = _("‘{name}’ 규칙을 지웠어요.").format(name=gone.name)
    toast(request, sentence, undo_url=reverse("console:rule_restore", args=[key]))
    return _listed(request)


@shop_required(Role.MANAGER)
@require_POST
def rule_restore(request: ShopRequest, key: str) -> HttpResponse:
    back = _found(lambda: draft.restore_rule(request.shop, key))
    toast(request, _("‘{name}’ 규칙을 되살렸어요.").format(name=back.name))
    return redirect_to(request, reverse("console:rules"))


def _keyword(request: ShopRequest) -> str:
    """A customer's words the editor was opened with, as a keyword not yet saved."""
    return request.GET.get("keyword", "").strip()[:KEYWORD_LENGTH]


def _typed_rule(request: ShopRequest, stored: Rule | None, save: Callable[[RuleForm], Rule]) -> HttpResponse:
    """Another row, a save, or the form again with what is wrong."""
    connected = _connected(request.shop)
    if "more" in request.POST or "less" in request.POST:
        changed = typed(RuleForm, with_row_changed(request.POST))
        form = RuleForm(initial=changed, rule=stored, connected=connected)
        return _editor(request, form, apart=_apart(request, stored))
    if stored and (taken := meanwhile.taken_in(request.POST)):
        again = meanwhile.chosen(RuleForm, request.POST, initial_of(stored), meanwhile.RULE)
        form = RuleForm(initial=again, rule=stored, connected=connected)
        return _editor(request, form, theirs=True, taken=taken, apart=_apart(request, stored, taken))
    form = RuleForm(request.POST, rule=stored, connected=connected)
    if not form.is_valid():
        return _editor(request, form, apart=_apart(request, stored), status=422)
    try:
        save(form)
    except draft.Stale as stale:
        again = {**form.cleaned_data, "edit_number": stale.current.edit_number}
        apart = meanwhile.rule_parts(form.document(), stale.current) if isinstance(stale.current, Rule) else []
        form = RuleForm(initial=again, rule=stored, connected=connected)
        return _editor(request, form, theirs=True, apart=apart, status=422)
    toast(request, _("저장했어요. 게시하면 손님에게 적용돼요."))
    return redirect_to(request, reverse("console:rules"))


def _apart(request: ShopRequest, stored: Rule | None, taken: str = "") -> list[meanwhile.Part]:
    """While somebody chooses between two people's words, what is still to be chosen."""
    if stored is None or "choosing" not in request.POST:
        return []
    return meanwhile.rule_parts(rule_typed(request.POST, stored), stored, taken=taken)


def _gone(request: ShopRequest) -> HttpResponse:
    """The rule was deleted while it was written: the words are kept as those of a new one."""
    form = RuleForm(initial={**typed(RuleForm, request.POST), "edit_number": 0}, connected=_connected(request.shop))
    return _editor(request, form, gone=True, status=422)


def _editor(request: ShopRequest, form: RuleForm, *, status: int = 200, **more: Any) -> HttpResponse:
    key = form.rule.key if form.rule else ""
    values = told_values(request.shop)
    context = {
        "form": form,
        "rule": form.rule,
        "added": request.POST.get("more", ""),
        "address": reverse("console:rule", args=[key]) if key else reverse("console:rule_new"),
        "insertions": insertions(request.shop),
        "lacks": lack_words(form["texts"].value(), values),
        "manners": MANNERS,
        "layers": LAYERS,
        **more,
    }
    response = page(request, "rules/editor", "_form.html", context, status=status)
    return trigger_client_event(response, "preview")


def _listed(request: ShopRequest, *, moved: str = "") -> HttpResponse:
    """After a change: the list for htmx, else back to the page, with the same search."""
    context = _list_context(request, moved=moved)
    if wants_fragment(request):
        return page(request, "rules", "_list.html", context)
    return redirect_to(request, reverse("console:rules") + context["tail"])


def _list_context(request: ShopRequest, *, moved: str = "") -> dict[str, Any]:
    """`moved`: the key of the rule whose menu stays open, so that the next press needs no search for it."""
    hits = rule_hits(request.shop, since=timezone.now() - HITS_SINCE)
    every = sorted(draft.rules_of(request.shop), key=lambda rule: rule.band != "safety")
    values = told_values(request.shop)
    rows = [_row(rule, number, hits, values, request.shop) for number, rule in enumerate(every, 1)]
    query = _query(request)
    wanted = fold(query).flat
    shown = [row for row in rows if wanted in fold(_searched(row.rule)).flat] if wanted else rows
    return {
        "first_rows": [row for row in shown if row.rule.band == "safety"],
        "rows": [row for row in shown if row.rule.band != "safety"],
        "total": len(rows),
        "query": query,
        "tail": f"?{urlencode({'q': query})}" if query else "",
        "keyword_tail": f"?{urlencode({'keyword': query})}",
        "moved": moved,
    }


def _row(rule: Rule, number: int, hits: Mapping[str, int], values: Mapping[str, str], shop: Shop) -> Row:
    groups = words_of(rule.groups)
    words = list(dict.fromkeys([*groups["any_words"], *groups["all_words"], *groups["also_words"]]))
    return Row(
        rule=rule,
        number=number,
        words=words[:SHOWN_WORDS],
        more_words=max(len(words) - SHOWN_WORDS, 0),
        excerpt=" ".join(reply["text"] for reply in rule.replies),
        hits=hits.get(rule.key, 0),
        channels=", ".join(channel_name(kind) for kind in rule.channels),
        lacks=lack_words([reply["text"] for reply in rule.replies], values) if rule.enabled else "",
        when=say_when(rule.when, rule.window),
        status=_status(rule, shop),
    )


def _status(rule: Rule, shop: Shop) -> str:
    if rule.when == "night" and not shop.hours.get("night"):
        return "no_night"
    return window_status(rule.window, today=timezone.now().astimezone(ZoneInfo(shop.timezone)).date())


def _searched(rule: Rule) -> str:
    words = [word for group in rule.groups for word in group["words"]]
    return " / ".join([rule.name, *words, *(reply["text"] for reply in rule.replies)])


def _query(request: ShopRequest) -> str:
    return request.POST.get("q", request.GET.get("q", "")).strip()[:QUERY_LENGTH]


def _connected(shop: Shop) -> list[str]:
    return list(Connection.objects.filter(shop=shop).order_by("id").values_list("kind", flat=True))


def _kept(shop: Shop, key: str) -> Rule:
    return _found(lambda: Rule.objects.kept().get(shop=shop, key=key))


def _was_taken_out(shop: Shop, key: str) -> bool:
    """Deleted, or gone with a draft that another book took the place of."""
    if Rule.objects.kept().filter(shop=shop, key=key).exists():
        return False
    return Rule.objects.filter(shop=shop, key=key).exists() or shelf.holds(shop, key)


def _found(act: Callable[[], Rule]) -> Rule:
    try:
        return act()
    except Rule.DoesNotExist:
        raise Http404 from None


urlpatterns = [
    path("rules/", rules, name="rules"),
    path("rules/new/", rule_new, name="rule_new"),
    path("rules/order/", rule_order, name="rule_order"),
    path("rules/<slug:key>/", rule, name="rule"),
    path("rules/<slug:key>/toggle/", rule_toggle, name="rule_toggle"),
    path("rules/<slug:key>/move/", rule_move, name="rule_move"),
    path("rules/<slug:key>/duplicate/", rule_duplicate, name="rule_duplicate"),
    path("rules/<slug:key>/delete/", rule_delete, name="rule_delete"),
    path("rules/<slug:key>/restore/", rule_restore, name="rule_restore"),
]
