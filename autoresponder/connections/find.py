"""From an address to the line it belongs to, without asking the database for every message."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from threading import Lock

from cachetools import TTLCache, cached

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
    return _line(Connection.objects.select_related("shop").filter(kind=kind, token=token).first())


@cached(_lines, key=lambda kind, slug: ("slug", kind, slug), lock=_lock)
def by_slug(kind: str, slug: str) -> Line | None:
    """For channels reached by the shop's own name (the web chat)."""
    return _line(Connection.objects.select_related("shop").filter(kind=kind, shop__slug=slug).first())


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
        values=values_of(shop),
        channel=channels.get(connection.kind),
        secrets=readable(connection.sealed),
        calendar=calendar_of(shop),
        answering=shop.answering,
        paused=connection.paused,
        confirmed=connection.confirmed_at is not None,
    )
