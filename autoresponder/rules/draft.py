"""The draft: what the owner edits. Customers never see it until it is published."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F, Max

from autoresponder.engine.book import SCHEMA, Book
from autoresponder.engine.document import load
from autoresponder.rules.models import Draft, Rule
from autoresponder.rules.starting import starting_texts
from autoresponder.shops.models import Shop

# The fields a rule has in the document, besides its key and its place.
RULE_FIELDS = (
    "name",
    "band",
    "enabled",
    "groups",
    "replies",
    "when",
    "channels",
    "action",
    "cooldown_minutes",
    "intent",
    "manner",
    "without",
    "window",
)
TEXT_FIELDS = ("away", "fallback", "hand_off", "ask_back", "aliases", "ignored", "layers")
NAME_LENGTH = 60


class Stale(Exception):
    """Somebody saved this meanwhile. `current` is what they saved; nothing was overwritten."""

    def __init__(self, current: Rule | Draft) -> None:
        super().__init__("saved by someone else meanwhile")
        self.current = current


def document_of(shop: Shop) -> dict[str, Any]:
    """The draft as a plain document, in the shape `engine.document.load` reads."""
    texts = texts_of(shop)
    return {
        "schema": SCHEMA,
        "rules": [rule_document(rule) for rule in rules_of(shop)],
        **{name: getattr(texts, name) for name in TEXT_FIELDS},
    }


def rule_document(rule: Rule) -> dict[str, Any]:
    """A rule without a window of its own has no such field, like the versions from before there were any."""
    fields = {name: getattr(rule, name) for name in RULE_FIELDS}
    if fields["window"] is None:
        del fields["window"]
    return {"key": rule.key, **fields}


def book_of(shop: Shop) -> Book:
    return load(document_of(shop))


def rules_of(shop: Shop) -> Sequence[Rule]:
    return list(Rule.objects.kept().filter(shop=shop))


def texts_of(shop: Shop) -> Draft:
    return Draft.objects.get_or_create(shop=shop, defaults=starting_texts(shop.language))[0]


def create_rule(shop: Shop, fields: Mapping[str, Any]) -> Rule:
    """A new rule, at the top: what the owner has just thought of should be what answers."""
    with transaction.atomic():
        Rule.objects.filter(shop=shop).update(position=F("position") + 1)
        return Rule.objects.create(shop=shop, key=_new_key(), position=0, **_known(fields))


def edit_rule(shop: Shop, key: str, fields: Mapping[str, Any], *, edit_number: int) -> Rule:
    """Save a rule. Raises Rule.DoesNotExist, or Stale when `edit_number` is not the latest."""
    rule = Rule.objects.kept().get(shop=shop, key=key)
    known = _known(fields)
    saved = Rule.objects.filter(pk=rule.pk, edit_number=edit_number).update(**known, edit_number=edit_number + 1)
    rule.refresh_from_db()
    if not saved:
        raise Stale(rule)
    return rule


def set_enabled(shop: Shop, key: str, enabled: bool) -> Rule:
    rule = Rule.objects.kept().get(shop=shop, key=key)
    rule.enabled, rule.edit_number = enabled, rule.edit_number + 1
    rule.save(update_fields=["enabled", "edit_number", "updated_at"])
    return rule


def order_rules(shop: Shop, keys: Sequence[str]) -> None:
    """Put these rules in this order, among the places they hold now; the others stay, unknown keys do not count."""
    with transaction.atomic():
        order = list(Rule.objects.kept().filter(shop=shop))
        wanted = {key: number for number, key in enumerate(keys)}
        moved = iter(sorted((rule for rule in order if rule.key in wanted), key=lambda rule: wanted[rule.key]))
        order = [next(moved) if rule.key in wanted else rule for rule in order]
        for position, rule in enumerate(order):
            rule.position = position
        Rule.objects.bulk_update(order, ["position"])


def duplicate_rule(shop: Shop, key: str, *, name: str) -> Rule:
    """A copy right below the original, switched off until the owner has changed it."""
    original = Rule.objects.kept().get(shop=shop, key=key)
    with transaction.atomic():
        Rule.objects.filter(shop=shop, position__gt=original.position).update(position=F("position") + 1)
        fields = {field: getattr(original, field) for field in RULE_FIELDS}
        fields |= {"name": name[:NAME_LENGTH], "enabled": False}
        return Rule.objects.create(shop=shop, key=_new_key(), position=original.position + 1, **fields)


def delete_rule(shop: Shop, key: str, *, now: datetime) -> Rule:
    rule = Rule.objects.kept().get(shop=shop, key=key)
    rule.deleted_at = now
    rule.save(update_fields=["deleted_at"])
    return rule


def restore_rule(shop: Shop, key: str) -> Rule:
    rule = Rule.objects.get(shop=shop, key=key)
    rule.deleted_at = None
    rule.save(update_fields=["deleted_at"])
    return rule


def edit_texts(shop: Shop, texts: Mapping[str, Any], *, edit_number: int) -> Draft:
    """Save some of the texts, or the synonyms. Raises Stale when one of them was saved since `edit_number`."""
    known = {name: texts[name] for name in (*TEXT_FIELDS, "synonyms") if name in texts}
    while True:
        draft = texts_of(shop)
        if any(draft.changed.get(name, 0) > edit_number for name in known):
            raise Stale(draft)
        number = draft.edit_number + 1
        changed = draft.changed | {name: number for name, text in known.items() if text != getattr(draft, name)}
        mine = Draft.objects.filter(pk=draft.pk, edit_number=draft.edit_number)
        # Whoever was quicker may have saved other texts: then ours are saved after theirs.
        if mine.update(**known, changed=changed, edit_number=number):
            return texts_of(shop)


def fill_draft(shop: Shop, document: Mapping[str, Any]) -> None:
    """Put a whole document into the draft in place of what is there (demo shop, imports, restores).

    Edit numbers go on from the highest one, so that a form opened before is refused like after any other save.
    """
    with transaction.atomic():
        there = Rule.objects.filter(shop=shop).aggregate(top=Max("position"), edits=Max("edit_number"))
        top, edits = there["top"], there["edits"] or 0
        Rule.objects.filter(shop=shop).delete()
        start = 0 if top is None else top + 1
        Rule.objects.bulk_create(
            Rule(shop=shop, key=rule["key"], position=start + place, edit_number=edits + 1, **_known(rule))
            for place, rule in enumerate(document["rules"])
        )
        texts = {name: document[name] for name in TEXT_FIELDS}
        if not Draft.objects.filter(shop=shop).update(**texts, edit_number=F("edit_number") + 1):
            Draft.objects.create(shop=shop, **texts)
        draft = Draft.objects.get(shop=shop)
        draft.changed |= dict.fromkeys(TEXT_FIELDS, draft.edit_number)
        draft.save(update_fields=["changed"])


def _known(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {name: fields[name] for name in RULE_FIELDS if name in fields}


def _new_key() -> str:
    return "r" + secrets.token_hex(4)
