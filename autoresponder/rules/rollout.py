"""A new version for some customers first: begin a try, widen it, give it to all, or take it back."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from autoresponder.engine.rollout import WHOLE
from autoresponder.rules.draft import document_of
from autoresponder.rules.models import Release, Version
from autoresponder.rules.plan import Plan, plan_of
from autoresponder.rules.pointer import freeze, give_all, held, record, take_back
from autoresponder.rules.release import NothingToPublish, Unfit, problems
from autoresponder.shops.models import Shop, User


class NothingPublished(Exception):
    """The shop has no version for the other customers yet: its first one goes to all."""


class MovedOn(Exception):
    """What is being tried is not the version that was looked at any more."""


class NotWider(Exception):
    """A share only grows: a customer who got the new answers would fall back to the old ones."""


def try_out(
    shop: Shop,
    *,
    share: int,
    by: User | None,
    now: datetime,
    plan: Plan | None = None,
    note: str = "",
    document: dict[str, Any] | None = None,
) -> Version:
    """Freeze the draft, and let testers and `share` of 10,000 customers get it. Takes the place of any try before.

    `document`: the draft that was looked at. Raises Unfit, NothingPublished, or NothingToPublish when it is what
    customers get or what is being tried.
    """
    document = document_of(shop) if document is None else document
    if found := problems(document):
        raise Unfit(found)
    with held(shop) as release:
        if release is None:
            raise NothingPublished
        if document in (release.stable.document, release.candidate and release.candidate.document):
            raise NothingToPublish
        version = freeze(shop, document, by=by, note=note, now=now)
        take_back(release, "withdraw", by=by, at=now, instead=version)
        release.candidate, release.share, release.candidate_at = version, min(share, WHOLE - 1), now
        # Another salt, so that it is not always the same customers who try.
        release.salt = secrets.token_hex(8)
        release.plan = (plan or Plan(now)).from_now(now).dump()
        release.save()
        record(shop, "try", version, previous=release.stable, by=by, at=now, share=release.share)
    return version


def widen(shop: Shop, share: int, *, seen: int, by: User | None, now: datetime) -> None:
    """Give the candidate, the version with number `seen`, to more customers. Raises MovedOn or NotWider."""
    with _tried(shop, seen) as (release, candidate):
        if not release.share < share < WHOLE:
            raise NotWider
        release.share = share
        release.plan = plan_of(release.plan, since=now).from_now(now).dump()
        release.save()
        record(shop, "widen", candidate, previous=release.stable, by=by, at=now, share=share)


def promote(shop: Shop, *, seen: int, by: User | None, now: datetime) -> None:
    """The candidate is what all customers get from now on. Raises MovedOn."""
    with _tried(shop, seen) as (release, candidate):
        give_all(shop, candidate, previous=release.stable, action="promote", by=by, at=now)


def withdraw(shop: Shop, *, seen: int, by: User | None, now: datetime) -> None:
    """All customers get the stable version again, even in the middle of a talk. Raises MovedOn."""
    with _tried(shop, seen) as (release, _):
        take_back(release, "withdraw", by=by, at=now)


def halt(shop: Shop, *, seen: int, why: str, now: datetime) -> None:
    """What the automatic stop does: withdraw, with its reason on the record. Raises MovedOn."""
    with _tried(shop, seen) as (release, _):
        take_back(release, "halt", by=None, at=now, note=why)


def replan(shop: Shop, plan: Plan, *, seen: int) -> None:
    """Go on by another plan. Raises MovedOn."""
    with _tried(shop, seen) as (release, _):
        release.plan = plan.dump()
        release.save()


@contextmanager
def _tried(shop: Shop, seen: int) -> Iterator[tuple[Release, Version]]:
    """The held pointer while this version is its candidate."""
    with held(shop) as release:
        if release is None or release.candidate is None or release.candidate.number != seen:
            raise MovedOn
        yield release, release.candidate
