"""What replies are filled with: the shop's name, the customer's, and the facts the owner has written down."""

from __future__ import annotations

from collections.abc import Mapping

from autoresponder.engine.variables import CUSTOMER, SHOP_NAME
from autoresponder.shops.models import Shop


def values_of(shop: Shop, customer_name: str = "") -> dict[str, str]:
    """The `values` of `engine.decide`; `customer_name` is "" where the messenger does not tell it."""
    return with_customer({**shop.facts, SHOP_NAME: shop.name, "language": shop.language}, customer_name)


def with_customer(values: Mapping[str, str], name: str) -> dict[str, str]:
    """The shop's values for one customer."""
    return {**values, CUSTOMER: name} if name else dict(values)
