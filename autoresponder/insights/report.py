"""The numbers of a span of time: what became of the messages, which rules answered, which questions nobody had a rule
for."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from autoresponder.engine.evaluate import share
from autoresponder.inbox.models import Message
from autoresponder.insights.hits import rule_hits
from autoresponder.insights.likeness import Alike
from autoresponder.insights.today import OUTCOMES, count
from autoresponder.rules.models import Rule, Version
from autoresponder.shops.models import Shop

# Groups of questions that are told; the counts of the rest are in `missed`.
GROUPS = 20


def report(shop: Shop, *, since: datetime) -> dict[str, Any]:
    """Counts and shares (of all messages) by what a seller calls the outcomes; `rules` by hits; `unmatched` groups."""
    summary = count(Message.objects.filter(shop=shop, at__gte=since))
    counts = {name: getattr(summary, name) for name in OUTCOMES}
    return {
        "messages": summary.messages,
        **counts,
        "shares": {name: share(part, summary.messages) for name, part in counts.items()},
        "rules": _rules(shop, since),
        "unmatched": unmatched(shop, since=since),
    }


def unmatched(shop: Shop, *, since: datetime) -> list[dict[str, Any]]:
    """The questions not understood since then, those asked most first: {"text", "count"}, alike ones as one."""
    alike = Alike()
    missed = Message.objects.filter(shop=shop, test=False, at__gte=since, kind="text", outcome__in=OUTCOMES["missed"])
    for id, text in missed.order_by("pk").values_list("id", "text").iterator():
        alike.add(text, id)
    return [{"text": kind.text, "count": kind.count} for kind in alike.most(GROUPS)]


def _rules(shop: Shop, since: datetime) -> Sequence[dict[str, Any]]:
    hits = sorted(rule_hits(shop, since=since).items(), key=lambda item: (-item[1], item[0]))
    names = names_of(shop)
    return [{"key": key, "name": names.get(key, ""), "hits": number} for key, number in hits]


def names_of(shop: Shop) -> dict[str, str]:
    """The rules' names by key, as they are in the draft, else as the newest version has them."""
    names = dict(Rule.objects.filter(shop=shop).values_list("key", "name"))
    newest = Version.objects.filter(shop=shop).values_list("document", flat=True).first()
    published = {rule["key"]: rule["name"] for rule in newest["rules"]} if newest else {}
    return published | names
