"""The master switch: whether this shop answers by itself at all."""

from __future__ import annotations

from autoresponder.shops.models import Shop


def set_answering(shop: Shop, *, on: bool) -> None:
    """In force at once in every process that reads the shop; where it is remembered, within two seconds."""
    shop.answering = on
    shop.save(update_fields=["answering"])
