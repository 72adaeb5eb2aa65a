"""Connect a messenger, change what was entered, pause it, take it off."""

from __future__ import annotations

import re
import secrets as random_source
from collections.abc import Mapping
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from autoresponder import channels
from autoresponder.channels import signing
from autoresponder.channels.base import Channel, Field
from autoresponder.connections import find
from autoresponder.connections.models import Connection
from autoresponder.connections.secrets import generate, readable, seal, unseal
from autoresponder.shops.models import Shop


class Refused(Exception):
    """A field is missing, unknown or malformed, or the account is another shop's ("taken"). `field` is its name."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


def connect(
    shop: Shop, kind: str, given: Mapping[str, str] | None = None, *, told: Mapping[str, str] | None = None
) -> Connection:
    """The shop's connection of this kind, made with fresh secrets if there is none; `given` sets fields, `told` is what
    the platform said of the account (`Channel.check`). What was in trouble is taken to be mended.

    Raises KeyError for an unknown kind, Refused for a field that does not fit, and Locked (nothing is overwritten)
    when the stored secrets cannot be read.
    """
    adapter = channels.get(kind)
    given, told = dict(given or {}), dict(told or {})
    _refuse_unknown(adapter, given)
    with transaction.atomic():
        # The lock row: two people connecting at once make one connection, one after the other.
        Shop.objects.select_for_update().get(pk=shop.pk)
        connection = Connection.objects.filter(shop=shop, kind=kind).first()
        values = merged(adapter, unseal(connection.sealed) if connection else {}, given) | told
        account = adapter.account_of(values)
        if account and Connection.objects.filter(kind=kind, account=account).exclude(shop=shop).exists():
            raise Refused("", f"the {kind} account {account} is connected to another shop")
        if connection is None or connection.ended_at:
            connection = connection or Connection(shop=shop, kind=kind)
            connection.token, connection.created_at = random_source.token_urlsafe(24), timezone.now()
            connection.ended_at = connection.confirmed_at = None
        connection.sealed = seal(values) if values else ""
        connection.account, connection.name = account, told.get("name", connection.name)[:120]
        connection.trouble, connection.trouble_at, connection.strain, connection.open_until = "", None, {}, None
        connection.save()
    find.forget()
    return connection


def _refuse_unknown(adapter: Channel, given: Mapping[str, str]) -> None:
    names = {field.name for field in adapter.fields}
    for name in given:
        if name not in names:
            takes = ", ".join(sorted(names)) or "none"
            raise Refused(name, f"{adapter.kind} has no field {name!r}; it takes: {takes}")


def merged(adapter: Channel, known: Mapping[str, str], given: Mapping[str, str]) -> dict[str, str]:
    """The stored values with what was given. A changed secret that proves requests keeps the old one beside it.

    A blank takes back a choice or an optional value; of anything else it means "as before". Raises Refused.
    """
    values = dict(known)
    operators = settings.PLATFORM_APPS.get(adapter.kind, {})
    for field in adapter.fields:
        if value := given.get(field.name, "").strip():
            if field.proves and values.get(field.name, value) != value:
                values[f"old_{field.name}"] = values[field.name]
            values[field.name] = fitting(field, value)
        elif field.name in given and (field.choices or not (field.secret or field.required or field.generated)):
            values[field.name] = ""
        elif field.generated and field.name not in values and field.name not in operators:
            values[field.name] = generate(field)
        elif field.required and not values.get(field.name) and field.name not in operators:
            raise Refused(field.name, f"{field.name} is missing")
    return values


def fitting(field: Field, value: str) -> str:
    """The value as it is kept; Refused when it cannot be one."""
    if field.generated == "whsec" and not signing.is_key(value):
        raise Refused(field.name, f"{field.name} must be whsec_ and 24 to 64 bytes in base64")
    if field.pattern and not re.fullmatch(field.pattern, value):
        raise Refused(
            field.name, f"{field.name} does not look like one" + (f" ({field.example})" * bool(field.example))
        )
    if field.choices and value not in dict(field.choices):
        raise Refused(field.name, f"{field.name} must be one of: {', '.join(name for name, _ in field.choices)}")
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


def disconnect(connection: Connection, *, now: datetime) -> None:
    """The messenger's secrets are gone for good and its address is dead; what was said stays."""
    connection.sealed, connection.account, connection.ended_at = "", "", now
    connection.token = random_source.token_urlsafe(24)
    connection.paused, connection.trouble, connection.trouble_at = False, "", None
    connection.strain, connection.open_until, connection.cursor = {}, None, {}
    connection.save()
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
