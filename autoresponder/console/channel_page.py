"""The page of one messenger: how far its connection has got, what is to be done, and how its answers fare."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _

from autoresponder import channels as register
from autoresponder.channels.base import Channel
from autoresponder.connections import setup
from autoresponder.connections.models import Connection
from autoresponder.connections.secrets import mask, readable
from autoresponder.console.channel_health import health_of
from autoresponder.console.channel_words import ABOUT
from autoresponder.console.connect_form import ConnectForm, asks_first
from autoresponder.console.setup_words import said
from autoresponder.console.shell import page
from autoresponder.inbox.models import Message
from autoresponder.rules.release import stable_of
from autoresponder.shops.access import ShopRequest

State = Literal["none", "trouble", "unfinished", "paused", "waiting", "on"]
# Under this name the session keeps which secrets may be shown in full once: their names, never the secrets.
REVEAL = "reveal_secrets"


@dataclass(frozen=True, slots=True)
class Card:
    """`name` is what the platform calls the connected account."""

    kind: str
    label: str
    about: str
    state: State
    name: str = ""


@dataclass(frozen=True, slots=True)
class Secret:
    """A value we made, to be pasted at the platform. `text` is masked unless `whole`."""

    name: str
    label: str
    help: str
    text: str
    whole: bool


def card_of(kind: str, connection: Connection | None) -> Card:
    state = state_of(connection)
    name = connection.name if connection and state != "none" else ""
    return Card(kind, _(register.get(kind).label), str(ABOUT.get(kind, "")), state, name)


def state_of(connection: Connection | None) -> State:
    if connection is None or connection.ended_at:
        return "none"
    if connection.trouble:
        return "trouble"
    if connection.paused:
        return "paused"
    if not setup.outcome_of(readable(connection.sealed)).done:
        return "unfinished"
    return "on" if connection.confirmed_at else "waiting"


def adapter_of(kind: str) -> Channel:
    """404 for a kind nobody registered."""
    if kind not in register.KINDS:
        raise Http404
    return register.get(kind)


def connection_of(request: ShopRequest, kind: str) -> Connection | None:
    """The shop's connection, None before it is made and after it was ended."""
    return Connection.objects.select_related("shop").filter(shop=request.shop, kind=kind, ended_at=None).first()


def connected(request: ShopRequest, kind: str) -> Connection:
    """404 where there is none: another shop's is none."""
    live = Connection.objects.select_related("shop").filter(ended_at=None)
    return get_object_or_404(live, shop=request.shop, kind=adapter_of(kind).kind)


def values_of(connection: Connection | None) -> dict[str, str]:
    return readable(connection.sealed) if connection else {}


def channel_page(
    request: ShopRequest, adapter: Channel, form: ConnectForm | None = None, *, fragment: str = "", status: int = 200
) -> HttpResponse:
    connection = connection_of(request, adapter.kind)
    values = values_of(connection)
    context: dict[str, Any] = {
        "card": card_of(adapter.kind, connection),
        "form": form or ConnectForm(adapter, values),
        "guide": f"console/channels/guide/{adapter.kind}.html",
        "asks_first": asks_first(adapter),
        "base_url": settings.BASE_URL,
        "reachable": setup.reachable(settings.BASE_URL),
    }
    if connection:
        context |= check_of(connection) | {
            "secrets": _secrets(request, adapter, values),
            "published": stable_of(request.shop) is not None,
            "health": health_of(connection, now=timezone.now()),
        }
    return page(request, "channels/one", fragment or "_steps.html", context, status=status)


def check_of(connection: Connection) -> dict[str, Any]:
    """`check`: "green" after the first real message, "tested" when only the platform's own test has come, "waiting"."""
    messages = Message.objects.filter(connection=connection).order_by("id")
    since = connection.confirmed_at
    first = messages.filter(test=False, at__gte=since).first() if since else None
    tested = connection.confirmed_at is None and messages.filter(test=True).exists()
    check = "green" if connection.confirmed_at else "tested" if tested else "waiting"
    card = card_of(connection.kind, connection)
    return {"card": card, "check": check, "first": first, "connection": connection, **_far(connection)}


def reveal(request: ShopRequest, kind: str, names: list[str]) -> None:
    """Show these secrets in full, once, on the next page."""
    request.session[REVEAL] = {"kind": kind, "names": names}


def _far(connection: Connection) -> dict[str, Any]:
    """How far the set-up has got: `problem` (Said) is what keeps messages from coming in; `by_hand`: the seller enters
    our address at the platform."""
    outcome, polled = setup.outcome_of(values_of(connection)), setup.polled(connection)
    return {
        "address": setup.address_of(connection),
        "polled": polled,
        "by_hand": not (outcome.code or polled),
        "installed": outcome.code == "installed",
        "taken": outcome.code == "taken",
        "problem": None if outcome.done else said(connection.kind, outcome.code, outcome.field),
        "of_field": outcome.field,
        "told": outcome.detail,
        "trouble": said(connection.kind, connection.trouble) if connection.trouble else None,
    }


def _secrets(request: ShopRequest, adapter: Channel, values: Mapping[str, str]) -> list[Secret]:
    revealed = request.session.pop(REVEAL, {})
    names = revealed.get("names", []) if revealed.get("kind") == adapter.kind else []
    return [
        Secret(
            name=field.name,
            label=_(field.label),
            help=_(field.help) if field.help else "",
            text=values.get(field.name, "") if field.name in names else mask(values.get(field.name, "")),
            whole=field.name in names,
        )
        for field in adapter.fields
        if field.generated and field.name in values
    ]
