"""The product's own parts for `tests.bench.neighbours`, imported once Django knows its data folder."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from threading import Event

from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from autoresponder import channels, packs
from autoresponder.connections import find
from autoresponder.connections.connect import connect
from autoresponder.connections.models import Connection
from autoresponder.engine.types import Incoming
from autoresponder.inbox import outbox
from autoresponder.inbox.models import Delivery
from autoresponder.inbox.receive import receive
from autoresponder.rules.draft import fill_draft
from autoresponder.rules.release import publish
from autoresponder.shops.models import Shop, User, unset_hours
from tests.bench.messengers import values_of
from tests.platforms.line import LinePlatform
from tests.platforms.server import Platforms

ALWAYS = [[[0, 1440]]] * 7

_number = count()
_bell = Event()
_platforms: list[Platforms] = []


def open_shops(platforms: Platforms, kinds: tuple[str, ...]) -> None:
    """A shop for every messenger, all with the same published rules."""
    _platforms.append(platforms)
    call_command("migrate", verbosity=0, interactive=False)
    owner = User.objects.create_user("owner@example.com")
    for kind in kinds:
        shop = Shop.objects.create(slug=kind, name=kind, hours={**unset_hours(), "week": ALWAYS, "country": ""})
        Shop.objects.filter(pk=shop.pk).update(facts={"배송비": "3,000원", "무료배송기준": "50,000원"})
        fill_draft(shop, packs.document("online-shop"))
        publish(shop, by=owner, now=timezone.now())
        fields = {field.name for field in channels.get(kind).fields}
        connect(shop, kind, {name: value for name, value in values_of(kind).items() if name in fields})


def ask(kind: str) -> None:
    """A new customer's question; the worker's bell is rung."""
    messenger = Connection.objects.get(kind=kind)
    line = find.by_token(kind, messenger.token)
    assert line is not None
    number, now = next(_number), timezone.now()
    reply_to = {"token": f"token-{number}", "until": (now + outbox.LEASE).isoformat()} if kind == "line" else {}
    dialect = _platforms[0]["line"]
    if reply_to and isinstance(dialect, LinePlatform):
        dialect.give(reply_to["token"], str(5_000_000 + number))
    incoming = Incoming(f"e{number}", str(5_000_000 + number), "배송비 얼마예요?", at=now, reply_to=reply_to)
    receive(line, incoming, now=now)
    _bell.set()


def work(stop: Event) -> None:
    while not stop.is_set():
        _bell.wait(0.2)
        _bell.clear()
        outbox.drain(timezone.now)
    connection.close()


def newest() -> int:
    return Delivery.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


def waits(since: int, kinds: tuple[str, ...]) -> Iterator[float]:
    """Seconds from decision to delivery; an answer that was not sent counts as the whole time it has waited."""
    now = timezone.now()
    found = Delivery.objects.filter(pk__gt=since, connection__kind__in=kinds)
    for created_at, sent_at in found.values_list("created_at", "sent_at"):
        yield ((sent_at or now) - created_at).total_seconds()
