"""Publishing: freeze the draft into a version, and move the pointer to it or back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from django.db import transaction

from autoresponder.engine.check import Invalid, Problem, validate
from autoresponder.engine.document import load
from autoresponder.rules import live
from autoresponder.rules.draft import TEXT_FIELDS, document_of
from autoresponder.rules.models import Release, ReleaseEvent, Version
from autoresponder.shops.models import Shop, User


class NothingToPublish(Exception):
    """The draft is what customers already get."""


class NoEarlierVersion(Exception):
    """There is no version before the published one."""


class Unfit(Exception):
    """The draft cannot be published as it stands; `problems` say why, rule by rule."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("the draft has problems")
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Change:
    """One difference between the draft and what customers get. `key` is a rule's key or a text's name."""

    kind: Literal["added", "edited", "removed", "switched_on", "switched_off", "order", "text"]
    key: str = ""
    name: str = ""
    before: dict[str, Any] = field(default_factory=dict)
    after: dict[str, Any] = field(default_factory=dict)


def stable_of(shop: Shop) -> Version | None:
    release = Release.objects.select_related("stable").filter(shop=shop).first()
    return release.stable if release else None


def publish(shop: Shop, *, by: User | None, note: str = "", now: datetime) -> Version:
    """Freeze the draft and point customers at it. Raises Unfit, or NothingToPublish when it would change nothing."""
    document = document_of(shop)
    if found := problems(document):
        raise Unfit(found)
    with transaction.atomic():
        # The lock row: two people publishing at once get two numbers, one after the other.
        Shop.objects.select_for_update().get(pk=shop.pk)
        stable = stable_of(shop)
        if stable is not None and stable.document == document:
            raise NothingToPublish
        last = Version.objects.filter(shop=shop).values_list("number", flat=True).first() or 0
        version = Version.objects.create(
            shop=shop, number=last + 1, document=document, note=note, author=by, created_at=now
        )
        _point(shop, version, previous=stable, action="publish", by=by, now=now)
    return version


def roll_back(shop: Shop, *, by: User | None, now: datetime) -> Version:
    """Point customers at the version before the published one. The draft stays as it is."""
    with transaction.atomic():
        Shop.objects.select_for_update().get(pk=shop.pk)
        stable = stable_of(shop)
        earlier = stable and Version.objects.filter(shop=shop, number__lt=stable.number).first()
        if not earlier:
            raise NoEarlierVersion
        _point(shop, earlier, previous=stable, action="roll_back", by=by, now=now)
    return earlier


def problems(document: dict[str, Any]) -> Sequence[Problem]:
    """What stops a draft's document from being published; empty when nothing does."""
    try:
        return validate(load(document))
    except Invalid as invalid:
        return invalid.problems


def changes(shop: Shop) -> list[Change]:
    """What publishing would change, in the draft's order; [] when customers already get the draft."""
    stable = stable_of(shop)
    return compare(stable.document if stable else None, document_of(shop))


def pending_count(shop: Shop) -> int:
    return len(changes(shop))


def compare(before: dict[str, Any] | None, after: dict[str, Any]) -> list[Change]:
    """The differences of two documents, as an owner would count them. `before` is None for a first publish."""
    old = {rule["key"]: rule for rule in before["rules"]} if before else {}
    new = {rule["key"]: rule for rule in after["rules"]}
    found = [_rule_change(old.get(key), rule) for key, rule in new.items() if old.get(key) != rule]
    found += [Change("removed", key, rule["name"], before=rule) for key, rule in old.items() if key not in new]
    if [key for key in old if key in new] != [key for key in new if key in old]:
        found.append(Change("order"))
    for name in TEXT_FIELDS:
        text = before.get(name) if before else None
        if text != after[name]:
            found.append(Change("text", name, before=text or {}, after=after[name]))
    return found


def _rule_change(old: dict[str, Any] | None, new: dict[str, Any]) -> Change:
    if old is None:
        return Change("added", new["key"], new["name"], after=new)
    if {**old, "enabled": new["enabled"]} == new:
        return Change("switched_on" if new["enabled"] else "switched_off", new["key"], new["name"], old, new)
    return Change("edited", new["key"], new["name"], old, new)


def _point(
    shop: Shop, version: Version, *, previous: Version | None, action: str, by: User | None, now: datetime
) -> None:
    Release.objects.update_or_create(shop=shop, defaults={"stable": version})
    ReleaseEvent.objects.create(shop=shop, action=action, version=version, previous=previous, by=by, at=now)
    transaction.on_commit(lambda: live.forget(shop.pk))
