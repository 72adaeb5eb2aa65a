"""Moving what customers get: one person at a time, each move on the record, every process told of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db import transaction

from autoresponder.engine.rollout import WHOLE
from autoresponder.rules import examples, live
from autoresponder.rules.models import Release, ReleaseEvent, Version
from autoresponder.shops.models import Shop, User

# What gives all customers another version.
FOR_ALL = ("publish", "promote", "roll_back")


@contextmanager
def held(shop: Shop) -> Iterator[Release | None]:
    """The shop's pointer in a transaction, None before the first publish; nobody else moves it meanwhile.

    After the commit this process knows at once what customers get, any other within `live.FRESH_SECONDS`.
    """
    with transaction.atomic():
        # The lock row: of two people who publish at once the second sees what the first has done.
        Shop.objects.select_for_update().get(pk=shop.pk)
        yield Release.objects.select_related("stable", "candidate").filter(shop=shop).first()
        transaction.on_commit(lambda: live.forget(shop.pk))


def freeze(shop: Shop, document: dict[str, Any], *, by: User | None, note: str, now: datetime) -> Version:
    """A new version of the rule book. Only while the pointer is held, or two would get one number."""
    last = Version.objects.filter(shop=shop).values_list("number", flat=True).first() or 0
    return Version.objects.create(shop=shop, number=last + 1, document=document, note=note, author=by, created_at=now)


def give_all(
    shop: Shop, version: Version, *, previous: Version | None, action: str, by: User | None, at: datetime
) -> None:
    """All customers get this version, and no other is being tried any more."""
    tried_none = {"candidate": None, "share": 0, "salt": "", "candidate_at": None, "plan": {}}
    Release.objects.update_or_create(shop=shop, defaults={"stable": version, **tried_none})
    record(shop, action, version, previous=previous, by=by, at=at)


def take_back(
    release: Release,
    action: str,
    *,
    by: User | None,
    at: datetime,
    note: str = "",
    instead: Version | None = None,
) -> None:
    """Nobody gets the candidate any more, and no example expects it; `instead`: a version that takes its place."""
    candidate = release.candidate
    if candidate is None:
        return
    if instead:
        examples.pass_on(candidate, instead)
    else:
        examples.unsettle(candidate)
    release.candidate, release.share, release.salt, release.candidate_at, release.plan = None, 0, "", None, {}
    release.save()
    record(release.shop, action, candidate, previous=release.stable, by=by, at=at, share=0, note=note)


def record(
    shop: Shop,
    action: str,
    version: Version,
    *,
    previous: Version | None,
    by: User | None,
    at: datetime,
    share: int = WHOLE,
    note: str = "",
) -> None:
    ReleaseEvent.objects.create(
        shop=shop, action=action, version=version, previous=previous, by=by, at=at, share=share, note=note
    )
