"""The circuit breaker of a connection (`inbox.breaker`), kept in its row so that every worker sees it."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from autoresponder.connections.models import Connection
from autoresponder.inbox.breaker import Strain, after_failure, after_success, seconds_open, strain_of


def probing(connection: Connection) -> bool:
    """Whether it was open and has not proved yet that it works again."""
    return strain_of(connection.strain).opened > 0


def failing_since(connection: Connection, now: datetime) -> datetime | None:
    """Since when, at the latest, it has sent nothing but probes; None while it sends."""
    opened = strain_of(connection.strain).opened
    if not opened or connection.open_until is None or connection.open_until <= now:
        return None
    return connection.open_until - timedelta(seconds=sum(seconds_open(nth) for nth in range(opened)))


def failed(connection: Connection, now: datetime) -> None:
    with transaction.atomic():
        fresh = Connection.objects.select_for_update().get(pk=connection.pk)
        kept, open_until = after_failure(strain_of(fresh.strain), now)
        fresh.strain, fresh.open_until = kept.to_json(), open_until or fresh.open_until
        fresh.save(update_fields=["strain", "open_until"])


def eased(connection: Connection, now: datetime) -> None:
    """A delivery worked. Nothing is read or written while all is well."""
    if not connection.strain:
        return
    with transaction.atomic():
        fresh = Connection.objects.select_for_update().get(pk=connection.pk)
        fresh.strain = after_success(strain_of(fresh.strain), now).to_json()
        fresh.open_until = fresh.open_until if strain_of(fresh.strain) != Strain() else None
        fresh.save(update_fields=["strain", "open_until"])
