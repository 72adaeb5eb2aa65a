"""Publishing: freeze the draft into a version, and move the pointer to it or back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from autoresponder.engine.check import Invalid, Problem, validate
from autoresponder.engine.document import load
from autoresponder.rules import examples
from autoresponder.rules.draft import TEXT_FIELDS, document_of
from autoresponder.rules.models import Release, ReleaseEvent, Version
from autoresponder.rules.pointer import freeze, give_all, held, take_back
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


def publish(
    shop: Shop, *, by: User | None, note: str = "", now: datetime, document: dict[str, Any] | None = None
) -> Version:
    """Freeze the draft and point all customers at it; a try ends, and if it was of just this draft it has become it.

    `document`: the draft that was looked at. Raises Unfit, or NothingToPublish when it would change nothing.
    """
    document = document_of(shop) if document is None else document
    if found := problems(document):
        raise Unfit(found)
    with held(shop) as release:
        stable = release.stable if release else None
        if stable is not None and stable.document == document:
            raise NothingToPublish
        candidate = release.candidate if release else None
        if candidate is not None and candidate.document == document:
            give_all(shop, candidate, previous=stable, action="promote", by=by, at=now)
            return candidate
        version = freeze(shop, document, by=by, note=note, now=now)
        if release is not None:
            take_back(release, "withdraw", by=by, at=now, instead=version)
        give_all(shop, version, previous=stable, action="publish", by=by, at=now)
    return version


def roll_back(shop: Shop, *, by: User | None, now: datetime) -> Version:
    """Point all customers at the version they had before the published one; a try ends. The draft stays as it is.

    Raises NoEarlierVersion.
    """
    with held(shop) as release:
        earlier = release and earlier_than(release.stable)
        if not release or not earlier:
            raise NoEarlierVersion
        take_back(release, "withdraw", by=by, at=now)
        examples.unsettle(release.stable)
        give_all(shop, earlier, previous=release.stable, action="roll_back", by=by, at=now)
    return earlier


def earlier_than(stable: Version) -> Version | None:
    """What all customers had before they first got this version: one that was only tried does not count."""
    given = ReleaseEvent.objects.filter(version=stable, action__in=("publish", "promote"))
    first = given.select_related("previous").order_by("pk").first()
    return first.previous if first else None


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
    """How many changes nobody gets yet: 0 while just this draft is being tried."""
    release = Release.objects.select_related("stable", "candidate").filter(shop=shop).first()
    document = document_of(shop)
    if release and release.candidate and release.candidate.document == document:
        return 0
    return len(compare(release.stable.document if release else None, document))


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
