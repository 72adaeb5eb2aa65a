"""Messengers that cannot send now: what an owner has to know before anything else."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q
from django.utils.translation import gettext as _

from autoresponder.connections.models import Connection
from autoresponder.console.setup_words import said
from autoresponder.console.words import channel_name
from autoresponder.inbox import strain
from autoresponder.shops.models import Shop

# Shorter than this a platform's hiccup mends itself, and is nobody's business.
WORTH_TELLING = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class Ailing:
    """`mend`: the seller can do something; else it is the platform that is down, and we go on trying."""

    kind: str
    name: str
    what: str
    do: str
    mend: bool


def ailing(shop: Shop, *, now: datetime) -> list[Ailing]:
    """One query. In the order in which they were connected."""
    live = Connection.objects.filter(shop=shop, ended_at=None, paused=False)
    found = live.filter(~Q(trouble="") | Q(open_until__gt=now)).order_by("pk")
    return [one for connection in found if (one := _one(connection, now))]


def _one(connection: Connection, now: datetime) -> Ailing | None:
    name = channel_name(connection.kind)
    if connection.trouble:
        words = said(connection.kind, connection.trouble)
        return Ailing(connection.kind, name, words.what, words.do, mend=True)
    since = strain.failing_since(connection, now)
    if since is None or now - since < WORTH_TELLING:
        return None
    what = _("몇 분째 메신저 쪽에서 답을 받아 주지 않아요.")
    return Ailing(connection.kind, name, what, _("저희가 계속 다시 보내고 있어요."), mend=False)
