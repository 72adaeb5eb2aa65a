"""Whole rule books put aside for a day: so that one that takes the draft's place can be looked over and taken back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from autoresponder.engine.document import dump, load
from autoresponder.rules.draft import document_of, fill_draft
from autoresponder.rules.models import Shelved
from autoresponder.shops.models import Shop, User

KEPT = timedelta(hours=24)
IMPORT, BEFORE = "import", "before"


def put_aside(shop: Shop, document: Mapping[str, Any], why: str, *, by: User | None, now: datetime) -> Shelved:
    """Keeps a document for `KEPT`; older ones go. `why`: IMPORT or BEFORE."""
    Shelved.objects.filter(shop=shop, at__lt=now - KEPT).delete()
    return Shelved.objects.create(shop=shop, by=by, at=now, why=why, document=document)


def on_shelf(shop: Shop, why: str, *, now: datetime) -> QuerySet[Shelved]:
    return Shelved.objects.filter(shop=shop, why=why, at__gte=now - KEPT)


def take(shop: Shop, document: Mapping[str, Any], *, by: User | None, now: datetime) -> Shelved:
    """Puts a document into the draft; gives the draft as it was before. Raises engine.check.Invalid."""
    # What a version from before some field lacks comes from the dump; the rest stays written as it was published.
    whole = {**dump(load(document)), **document}
    with transaction.atomic():
        before = put_aside(shop, document_of(shop), BEFORE, by=by, now=now)
        fill_draft(shop, whole)
    return before


def holds(shop: Shop, key: str) -> bool:
    """Whether the rule stood in a draft that was replaced lately."""
    drafts = Shelved.objects.filter(shop=shop, why=BEFORE).values_list("document", flat=True)
    return any(rule["key"] == key for document in drafts for rule in document["rules"])
