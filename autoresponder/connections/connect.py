"""Connect a messenger, change its secrets, pause it, take it off."""

from __future__ import annotations

import secrets as random_source
from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.urls import reverse

from autoresponder import channels
from autoresponder.channels import signing
from autoresponder.channels.base import Field
from autoresponder.connections import find
from autoresponder.connections.models import Connection
from autoresponder.connections.secrets import generate, readable, seal, unseal
from autoresponder.shops.models import Shop


class Refused(Exception):
    """A field is missing or unknown. `field` is its name; the message is for the person who typed it."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


def connect(shop: Shop, kind: str, given: Mapping[str, str] | None = None) -> Connection:
    """The shop's connection of this kind, made with fresh secrets if there is none; `given` sets fields.

    Raises KeyError for an unknown kind, Refused for a field that does not fit, and Locked (nothing is overwritten)
    when the stored secrets cannot be read.
    """
    adapter = channels.get(kind)
    given = dict(given or {})
    names = {field.name for field in adapter.fields}
    for name in given:
        if name not in names:
            raise Refused(name, f"{kind} has no field {name!r}; it takes: {', '.join(sorted(names)) or 'none'}")
    with transaction.atomic():
        connection = Connection.objects.filter(shop=shop, kind=kind).first()
        values = unseal(connection.sealed) if connection else {}
        for field in adapter.fields:
            if given.get(field.name):
                values[field.name] = _fitting(field, given[field.name])
            elif field.generated and field.name not in values:
                values[field.name] = generate(field)
            elif field.required and not values.get(field.name):
                raise Refused(field.name, f"{field.name} is missing")
        if connection is None:
            connection = Connection(shop=shop, kind=kind, token=random_source.token_urlsafe(24))
        connection.sealed = seal(values) if values else ""
        connection.save()
    find.forget()
    return connection


def _fitting(field: Field, value: str) -> str:
    if field.generated == "whsec" and not signing.is_key(value):
        raise Refused(field.name, f"{field.name} must be whsec_ and 24 to 64 bytes in base64")
    return value


def renew_secret(connection: Connection, name: str) -> str:
    """A new secret; the old one keeps working beside it until the next renewal, so nothing stops meanwhile."""
    field = next(field for field in channels.get(connection.kind).fields if field.name == name and field.generated)
    values = readable(connection.sealed)
    values |= {f"old_{name}": values.get(name, ""), name: generate(field)}
    connection.sealed = seal(values)
    connection.save(update_fields=["sealed"])
    find.forget()
    return values[name]


def set_paused(connection: Connection, paused: bool) -> None:
    connection.paused = paused
    connection.save(update_fields=["paused"])
    find.forget()


def confirm(connection_id: int, *, now: datetime) -> None:
    """The first real message has come: from now on this messenger counts as connected."""
    Connection.objects.filter(pk=connection_id, confirmed_at=None).update(confirmed_at=now)
    find.forget()


def path_of(connection: Connection) -> str:
    """Where the platform (or the visitor's browser) reaches this connection."""
    if channels.get(connection.kind).has_hook:
        return reverse("hook", args=[connection.kind, connection.token])
    return reverse("chat", args=[connection.shop.slug])
