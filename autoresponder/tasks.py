"""What Celery calls. A task carries no payload: the database knows what is due, the broker only rings the bell."""

from __future__ import annotations

import logging

from celery import Task, shared_task
from django.db import connection
from django.utils import timezone

from autoresponder.connections import feeds, renewal
from autoresponder.connections.outside import client
from autoresponder.inbox import outbox
from autoresponder.insights import runs
from autoresponder.insights.imported.keep import forget_old
from autoresponder.insights.watch import watch
from autoresponder.shops.models import Heartbeat

log = logging.getLogger(__name__)


@shared_task(name="autoresponder.tasks.deliver")
def deliver() -> None:
    outbox.drain(timezone.now)


@shared_task(name="autoresponder.tasks.sweep")
def sweep() -> None:
    """Every few seconds: say that we are alive, and deliver what a lost bell or a killed worker left behind."""
    Heartbeat.objects.update_or_create(name="worker", defaults={"at": timezone.now()})
    outbox.settle(timezone.now())
    outbox.drain(timezone.now)
    if runs.due(timezone.now()).exists():
        wake(replay)
    if connection.vendor == "sqlite":
        connection.checkpoint()


# Longer than the longest past takes; a worker that is killed meanwhile leaves the run to another one.
@shared_task(name="autoresponder.tasks.replay", time_limit=900)
def replay() -> None:
    runs.work(timezone.now)


@shared_task(name="autoresponder.tasks.refresh_feeds")
def refresh_feeds() -> None:
    """Calendars on the web that shops follow are looked at once a day, a few at a time."""
    feeds.refresh_due(timezone.now())


@shared_task(name="autoresponder.tasks.renew_secrets")
def renew_secrets() -> None:
    """Tokens that run out by themselves."""
    renewal.renew_due(client(), now=timezone.now())


@shared_task(name="autoresponder.tasks.watch_tries")
def watch_tries() -> None:
    """Every few minutes: take back a new version that does harm, and go on with the plans of the others."""
    watch(timezone.now())


@shared_task(name="autoresponder.tasks.forget_histories")
def forget_histories() -> None:
    """Talks from elsewhere are kept for a while only."""
    forget_old(timezone.now())


def wake(task: Task[[], None] = deliver) -> None:
    """Ring the bell after a commit. A broker that is down only costs the seconds until the next sweep."""
    try:
        task.apply_async(retry=False)
    except Exception:  # any transport may fail in its own way; what is due is safe in the database
        log.warning("the broker did not take the wake-up; the sweep will see to it", exc_info=True)
