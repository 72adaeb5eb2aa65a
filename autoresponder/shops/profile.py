"""What a shop and a person say about themselves."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction

from autoresponder.shops.models import Shop, User


def describe_shop(shop: Shop, *, name: str, language: str) -> None:
    """`language`: what the words the engine fills in are written in ("ko" or "en"). Customers see both at once."""
    shop.name, shop.language = name, language
    shop.save(update_fields=["name", "language"])


def tell_facts(shop: Shop, told: Mapping[str, str]) -> None:
    """Write down some facts by their Korean names ("" takes one out); the others stay. Customers get them at once."""
    with transaction.atomic():
        stored = Shop.objects.select_for_update().get(pk=shop.pk)
        shop.facts = {name: text for name, text in {**stored.facts, **told}.items() if text}
        shop.save(update_fields=["facts"])


def rename_user(user: User, *, name: str) -> None:
    user.name = name
    user.save(update_fields=["name"])
