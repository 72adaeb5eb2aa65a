"""The log as a seller asks for it: which messages, how many of them were answered, a page at a time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from autoresponder.inbox.models import Message
from autoresponder.insights.today import OUTCOMES
from autoresponder.shops.models import Shop

PAGE = 50


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to look for; "" or None means all. `outcome`: a key of OUTCOMES; `kind`: a messenger's; `rule`: a rule's."""

    rule: str = ""
    outcome: str = ""
    kind: str = ""
    text: str = ""
    since: datetime | None = None


def messages_of(shop: Shop, wanted: Wanted) -> QuerySet[Message]:
    found = Message.objects.filter(shop=shop)
    if wanted.since:
        found = found.filter(at__gte=wanted.since)
    if wanted.rule:
        found = found.filter(Q(rule=wanted.rule) | Q(also=wanted.rule))
    if wanted.outcome:
        found = found.filter(outcome__in=OUTCOMES[wanted.outcome])
    if wanted.kind:
        found = found.filter(connection__kind=wanted.kind)
    if wanted.text:
        found = found.filter(text__icontains=wanted.text)
    return found


def page_of(messages: QuerySet[Message], *, before: int | None = None, size: int = PAGE) -> tuple[list[Message], bool]:
    """The newest `size` messages older than message `before`, and whether there are more. At most four queries."""
    at = messages.filter(pk=before).values_list("at", flat=True).first() if before else None
    if at is not None:
        messages = messages.filter(Q(at__lt=at) | Q(at=at, pk__lt=before))
    rows = messages.select_related("shop", "connection", "conversation", "delivery").order_by("-at", "-pk")
    # Prefetched, not joined: a version's document can be large and is the same for most messages.
    found = list(rows.prefetch_related("version")[: size + 1])
    return found[:size], len(found) > size
