"""Sentences that are kept, in words: what is expected of them, what became of them on the draft."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from autoresponder.rules import examples
from autoresponder.rules.examples import ASKED, NONE, PERSON, Tried
from autoresponder.rules.models import Rule
from autoresponder.shops.models import Shop

EXPECTATIONS = {
    PERSON: gettext_lazy("사람에게 넘겨요"),
    ASKED: gettext_lazy("되물어요"),
    NONE: gettext_lazy("자동으로 답하지 않아요"),
}
Names = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Kept:
    """A sentence as the lists show it. `expected` and `now` in words; `wants` as stored; `rule_url` of what answers
    it now, else of what should, "" where there is none."""

    id: int
    text: str
    wants: str
    expected: str
    now: str
    holds: bool
    rule_url: str
    by: str


def names_of(shop: Shop, document: Mapping[str, Any]) -> dict[str, str]:
    """Rule names by key: those of the document, and of rules that were taken out of the draft."""
    stored = dict(Rule.objects.filter(shop=shop).values_list("key", "name"))
    return stored | {rule["key"]: rule["name"] for rule in document["rules"]}


def expectation(expected: str, names: Names) -> str:
    """ "‘배송 안내’로 답해요", or what else is expected."""
    if expected in EXPECTATIONS:
        return str(EXPECTATIONS[expected])
    return _("‘{name}’ 규칙으로 답해요").format(name=names.get(expected) or _("지운 규칙"))


def choices(shop: Shop) -> list[tuple[str, str]]:
    """What a sentence may expect, for a select: the rules in their order, then the rest."""
    rules = Rule.objects.kept().filter(shop=shop).values_list("key", "name")
    return [
        *(rule for rule in rules if rule[0] not in EXPECTATIONS),
        *((key, str(words)) for key, words in EXPECTATIONS.items()),
    ]


def rows(shop: Shop, document: Mapping[str, Any], tried: Sequence[Tried]) -> list[Kept]:
    names = names_of(shop, document)
    there = {rule["key"] for rule in document["rules"]}
    return [_row(one, names, there) for one in tried]


def _row(tried: Tried, names: Names, there: set[str]) -> Kept:
    example = tried.example
    leads = next((key for key in (tried.now, example.expected) if key in there), "")
    return Kept(
        id=example.pk,
        text=example.text,
        wants=example.expected,
        expected=expectation(example.expected, names),
        now=expectation(tried.now, names),
        holds=tried.holds,
        rule_url=reverse("console:rule", args=[leads]) if leads else "",
        by=str(example.by or ""),
    )


def sheet(shop: Shop, document: Mapping[str, Any], data: QueryDict) -> dict[str, Any]:
    """What releases/_examples.html shows of the sentences this document breaks, with the ticks of a refused sheet."""
    found = examples.broken(shop, document)
    return {
        "broken": rows(shop, document, found),
        "unconfirmed": bool(data) and not is_confirmed(found, data),
        "known": ids(data, "known"),
        "drop": ids(data, "drop"),
    }


def is_confirmed(broken: Sequence[Tried], data: QueryDict) -> bool:
    """Whether each broken sentence was ticked by name."""
    return {tried.example.pk for tried in broken} <= ids(data, "known")


def ids(data: QueryDict, name: str) -> frozenset[int]:
    return frozenset(int(pk) for pk in data.getlist(name) if pk.isascii() and pk.isdigit() and len(pk) < 19)
