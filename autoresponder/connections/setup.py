"""A messenger connected for certain: what was typed works, and the platform sends what customers write to us."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import datetime
from ipaddress import ip_address
from typing import NamedTuple
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import reverse

from autoresponder import channels
from autoresponder.channels.base import Channel
from autoresponder.channels.errors import NotAccepted, SendError
from autoresponder.connections import find
from autoresponder.connections.connect import connect, disconnect, merged, path_of
from autoresponder.connections.find import secrets_of
from autoresponder.connections.models import Connection
from autoresponder.connections.secrets import readable, seal, unseal
from autoresponder.net.client import Client, NotSent, Unanswered
from autoresponder.shops.models import Shop

log = logging.getLogger(__name__)

# In the place of a connection's token: the one address of the operator's own app, for all shops.
APP = "app"


class Outcome(NamedTuple):
    """How far we got in having the platform send its messages to us; `field` is the one it is about, "" for none, and
    `detail` what the platform said.

    `code`: "" where the seller enters our address, or we fetch messages; "installed" once the platform has our address
    and has tested it. Anything else still has to be mended: "private" (our address cannot be reached from outside),
    "taken" (another program gets the messages), or a code of `NotAccepted`.
    """

    code: str = ""
    detail: str = ""
    field: str = ""

    @property
    def done(self) -> bool:
        return self.code in ("", "installed")


def set_up(
    shop: Shop, kind: str, given: Mapping[str, str], net: Client, *, take_over: bool = False
) -> tuple[Connection, Outcome]:
    """Connect a messenger, or change what was entered: check the format, ask the platform, store, register our address.

    Raises Refused (a value does not fit, or the account is another shop's), Locked, and NotAccepted (also for a
    platform that could not be asked, with a code of `SendError`): then nothing was stored or changed. What goes wrong
    after that is told by the outcome, and what was entered stays.
    """
    adapter = channels.get(kind)
    known = Connection.objects.filter(shop=shop, kind=kind).first()
    values = merged(adapter, unseal(known.sealed) if known else {}, given)
    try:
        told = adapter.check({**settings.PLATFORM_APPS.get(kind, {}), **values}, net)
    except Exception as error:
        raise _not_accepted(kind, error) from error
    connection = connect(shop, kind, given, told=told)
    return connection, register(connection, net, take_over=take_over)


def register(connection: Connection, net: Client, *, take_over: bool = False) -> Outcome:
    """Have the platform send this account's messages to us, and remember what came of it. May be repeated."""
    adapter, values = channels.get(connection.kind), secrets_of(connection)
    outcome = Outcome()
    if _registers(adapter):
        outcome = _registered(adapter, values, address_of(connection), net, take_over=take_over)
    remembered = {"setup": outcome.code, "setup_detail": outcome.detail[:200], "setup_field": outcome.field}
    kept = {name: value for name, value in unseal(connection.sealed).items() if name not in remembered}
    values = kept | {name: value for name, value in remembered.items() if value}
    connection.sealed = seal(values) if values else ""
    connection.save(update_fields=["sealed"])
    find.forget()
    return outcome


def outcome_of(values: Mapping[str, str]) -> Outcome:
    """What `register` remembered with the values of a connection."""
    return Outcome(values.get("setup", ""), values.get("setup_detail", ""), values.get("setup_field", ""))


def take_off(connection: Connection, net: Client, *, now: datetime) -> None:
    """Disconnect: the platform is asked to forget our address, and whatever it says, the messenger is off."""
    adapter = channels.get(connection.kind)
    try:
        adapter.remove(secrets_of(connection), address_of(connection), net)
    except Exception as error:  # a platform that is down or a token long dead must not keep a seller from leaving
        log.warning("%s could not be told that it is off: %s", connection.kind, type(error).__name__)
    disconnect(connection, now=now)


def address_of(connection: Connection) -> str:
    """Where the platform reaches us, in full."""
    apps = settings.PLATFORM_APPS.get(connection.kind, {})
    if channels.get(connection.kind).shared_hook and apps and not readable(connection.sealed).get("app_secret"):
        return settings.BASE_URL + reverse("hook", args=[connection.kind, APP])
    return settings.BASE_URL + path_of(connection)


def polled(connection: Connection) -> bool:
    """Whether we fetch the messages ourselves, so that nobody has to reach us."""
    return channels.get(connection.kind).poll_every(secrets_of(connection)) > 0


def reachable(base_url: str) -> bool:
    """Could a platform call this address: https, and no name that only this machine or this house knows?"""
    parts = urlsplit(base_url)
    host = parts.hostname or ""
    try:
        return parts.scheme == "https" and ip_address(host).is_global
    except ValueError:
        inside = host == "localhost" or host.endswith((".local", ".localhost", ".internal", ".test"))
        return parts.scheme == "https" and "." in host and not inside


def _registers(adapter: Channel) -> bool:
    """Whether the platform can be told our address by a program; elsewhere the seller enters it there."""
    return type(adapter).install is not Channel.install


def _registered(adapter: Channel, values: Mapping[str, str], address: str, net: Client, *, take_over: bool) -> Outcome:
    if not adapter.poll_every(values) and not reachable(settings.BASE_URL):
        return Outcome("private")
    try:
        if not take_over and adapter.installed(values, address, net) == "other":
            return Outcome("taken")
        adapter.install(values, address, net)
        # Without its app's own key a platform can be told of an account, and still needs our address from the seller.
        known = adapter.installed(values, address, net) != "unknown"
    except Exception as error:
        refusal = _not_accepted(adapter.kind, error)
        return Outcome(refusal.code, refusal.detail, refusal.field)
    return Outcome("installed" if known else "")


def _not_accepted(kind: str, error: Exception) -> NotAccepted:
    """Everything that can go wrong with a platform, in one shape; an answer that breaks our adapter is a fault."""
    if isinstance(error, NotAccepted):
        return error
    if isinstance(error, SendError):
        return NotAccepted(error.code, detail=error.detail)
    if isinstance(error, NotSent):
        return NotAccepted("inside" if error.code == "inside" else "unreachable", detail=error.code)
    if isinstance(error, Unanswered):
        return NotAccepted("unreachable", detail=error.code)
    log.error("the adapter of %s broke while it was set up", kind, exc_info=error)
    return NotAccepted("fault")
