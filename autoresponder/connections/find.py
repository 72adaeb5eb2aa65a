"""From an address to the line it belongs to, without asking the database for every message."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from threading import Lock

from cachetools import TTLCache, cached
from django.conf import settings
from django.db.models import QuerySet

from autoresponder import channels
from autoresponder.channels.base import Channel
from autoresponder.connections.models import Connection
from autoresponder.connections.secrets import readable
from autoresponder.engine.calendar import Calendar
from autoresponder.shops.calendar import calendar_of
from autoresponder.shops.values import values_of

# A change made in another process is seen within this many seconds; in this one at once (`forget`).
FRESH_SECONDS = 2

_lines: TTLCache[tuple[str, str, str], Line | None] = TTLCache(maxsize=10_000, ttl=FRESH_SECONDS)
_lock = Lock()


@dataclass(frozen=True, slots=True)
class Line:
    """All that the message path needs of a connection and its shop, read once every few seconds.

    `values` fill the replies, for a customer without a name (`shops.values`).
    """

    connection_id: int
    shop_id: int
    shop_name: str
    language: str
    account: str
    values: Mapping[str, str]
    channel: Channel
    secrets: Mapping[str, str]
    calendar: Calendar
    answering: bool
    paused: bool
    confirmed: bool

    @property
    def on(self) -> bool:
        """Whether the bot speaks here: neither the shop nor this messenger is switched off."""
        return self.answering and not self.paused


@cached(_lines, key=lambda kind, token: ("token", kind, token), lock=_lock)
def by_token(kind: str, token: str) -> Line | None:
    return _line(_live().filter(kind=kind, token=token).first())


@cached(_lines, key=lambda kind, slug: ("slug", kind, slug), lock=_lock)
def by_slug(kind: str, slug: str) -> Line | None:
    """For channels reached by the shop's own name (the web chat)."""
    return _line(_live().filter(kind=kind, shop__slug=slug).first())


@cached(_lines, key=lambda kind, account: ("account", kind, account), lock=_lock)
def by_account(kind: str, account: str) -> Line | None:
    """For platforms whose requests are about several shops' accounts at once."""
    return _line(_live().filter(kind=kind, account=account).exclude(account="").first())


def secrets_of(connection: Connection) -> Mapping[str, str]:
    """What the adapter may use: what the seller entered, with the operator's own app where the platform has one."""
    return {**settings.PLATFORM_APPS.get(connection.kind, {}), **readable(connection.sealed)}


def _live() -> QuerySet[Connection]:
    return Connection.objects.select_related("shop").filter(ended_at=None)


def forget() -> None:
    with _lock:
        _lines.clear()


def _line(connection: Connection | None) -> Line | None:
    if connection is None:
        return None
    shop = connection.shop
    return Line(
        connection_id=connection.pk,
        shop_id=shop.pk,
        shop_name=shop.name,
        language=shop.language,
        account=connection.account,
        values=values_of(shop),
        channel=channels.get(connection.kind),
        secrets=secrets_of(connection),
        calendar=calendar_of(shop),
        answering=shop.answering,
        paused=connection.paused,
        confirmed=connection.confirmed_at is not None,
    )
