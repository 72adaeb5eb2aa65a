"""What the log says of a version that is being tried, and of the stable one beside it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import Count, Q, QuerySet

from autoresponder.engine.rollout import is_among
from autoresponder.engine.types import Outcome
from autoresponder.inbox.models import Message
from autoresponder.insights.rollout import Arm, Customer, Numbers, arm
from autoresponder.insights.today import OUTCOMES
from autoresponder.rules.models import Release, Version

# Silences that no version has chosen: inbox.receive, and a person who has the talk.
NOT_ITS_OWN = ("with_human", "paused", "nothing_published", "unanswerable")
# The intent that packs give to the rule for upset customers.
UPSET = "angry"


def numbers(release: Release) -> Numbers:
    """Both columns since the try of this release began; two queries.

    Each customer counts on the side where the share of now puts them: one who came over when it grew is no stable
    customer any more, with nothing they wrote, or both sides would not be dealt by chance alone. While only testers
    have the candidate they are its column, for looking at; else they count nowhere.
    """
    assert release.candidate is not None
    return Numbers(_arm(release, release.stable, tried=False), _arm(release, release.candidate, tried=True))


def _arm(release: Release, version: Version, *, tried: bool) -> Arm:
    return arm(
        Customer(**counts)
        for customer, tester, counts in _by_customer(release, version)
        if _side(release, customer, tester) is tried
    )


def _side(release: Release, customer: str, tester: bool) -> bool | None:
    """Whether this customer is one who tries; None for one who is not compared."""
    if tester:
        return None if release.share else True
    return is_among(release.salt, customer, release.share)


def _by_customer(release: Release, version: Version) -> Iterator[tuple[str, bool, dict[str, int]]]:
    upset = [rule["key"] for rule in version.document["rules"] if rule.get("intent") == UPSET]
    outcomes = {name: Q(outcome__in=OUTCOMES[name]) for name in ("answered", "handed_off", "asked_back", "missed")}
    wanted = outcomes | {
        "complained": Q(outcome=Outcome.HANDED_OFF, rule__in=upset),
        "liked": Q(liked=True),
        "disliked": Q(liked=False),
    }
    # Not by the names themselves: "liked" would then mean the count where the column is meant.
    counted = {f"n_{name}": Count("pk", filter=condition) for name, condition in wanted.items()}
    rows: QuerySet[Message, dict[str, Any]] = (
        Message.objects.filter(shop_id=release.shop_id, test=False, at__gte=release.candidate_at, version=version)
        .exclude(outcome=Outcome.SILENT, decision__trace__0__code__in=NOT_ITS_OWN)
        .order_by()
        .values("conversation_id", "conversation__customer", "conversation__tester")
        .annotate(n_messages=Count("pk"), **counted)
    )
    for row in rows.iterator():
        counts = {name[2:]: count for name, count in row.items() if name.startswith("n_")}
        yield row["conversation__customer"], row["conversation__tester"], counts
