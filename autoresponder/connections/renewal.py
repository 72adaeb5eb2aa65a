"""Tokens that run out by themselves are exchanged long before, so that no seller has to come back for it."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from autoresponder import channels
from autoresponder.channels.base import Channel
from autoresponder.channels.errors import NotAccepted
from autoresponder.connections import find, trouble
from autoresponder.connections.models import Connection
from autoresponder.connections.secrets import Locked, seal, unseal
from autoresponder.net.client import Client, NotSent, Unanswered

log = logging.getLogger(__name__)

EVERY = timedelta(days=7)
# Among the sealed values: when they were last renewed.
RENEWED_AT = "renewed_at"


def renew_due(net: Client, *, now: datetime) -> int:
    """Renew what is older than a week; how many were. A platform that does not answer is asked again next time."""
    kinds = [kind for kind in channels.KINDS if type(channels.get(kind)).renewed is not Channel.renewed]
    found = Connection.objects.select_related("shop").filter(kind__in=kinds, ended_at=None, trouble="")
    return sum(_renew(connection, net, now) for connection in found)


def _renew(connection: Connection, net: Client, now: datetime) -> bool:
    try:
        values = unseal(connection.sealed)
        since = values.get(RENEWED_AT)
        if now - (datetime.fromisoformat(since) if since else connection.created_at) < EVERY:
            return False
        new = channels.get(connection.kind).renewed(find.secrets_of(connection), net)
    except NotAccepted as refused:
        if refused.code == "token":
            trouble.stop(connection, "token", now=now)
        return False
    except (NotSent, Unanswered, Locked):
        return False
    except Exception:  # one platform's oddity must not keep the others from being renewed
        log.exception("a token of %s could not be renewed", connection.kind)
        return False
    if new:
        # Only while it still is what was asked about: the seller may just have entered another one.
        kept = Connection.objects.filter(pk=connection.pk, sealed=connection.sealed)
        kept.update(sealed=seal(values | new | {RENEWED_AT: now.isoformat()}))
        find.forget()
    return bool(new)
