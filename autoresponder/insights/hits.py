"""How often rules answered customers."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Count

from autoresponder.inbox.models import Message
from autoresponder.shops.models import Shop


def rule_hits(shop: Shop, *, since: datetime) -> dict[str, int]:
    """Rule key -> messages it answered since then. Rules without a hit are left out; tests do not count."""
    counted = Message.objects.filter(shop=shop, test=False, at__gte=since).exclude(rule="")
    return dict(counted.order_by().values_list("rule").annotate(hits=Count("id")))
