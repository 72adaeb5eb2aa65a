"""What a shop and a person say about themselves."""

from __future__ import annotations

from autoresponder.shops.models import Shop, User


def describe_shop(shop: Shop, *, name: str, language: str) -> None:
    """`language`: what the words the engine fills in are written in ("ko" or "en"). Customers see both at once."""
    shop.name, shop.language = name, language
    shop.save(update_fields=["name", "language"])


def rename_user(user: User, *, name: str) -> None:
    user.name = name
    user.save(update_fields=["name"])
