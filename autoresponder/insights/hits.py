"""How often rules answered customers."""

from __future__ import annotations

from collections import Counter
from datetime import datetime

from django.db.models import Count

from autoresponder.inbox.models import Message
from autoresponder.shops.models import Shop


def rule_hits(shop: Shop, *, since: datetime) -> dict[str, int]:
    """Rule key -> messages it answered since then. Rules without a hit are left out; tests do not count."""
    hits = Counter[str]()
    for place in ("rule", "also"):
        counted = Message.objects.filter(shop=shop, test=False, at__gte=since).exclude(**{place: ""})
        hits.update(dict(counted.order_by().values_list(place).annotate(hits=Count("id"))))
    return dict(hits)
