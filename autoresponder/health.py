"""For load balancers and monitors: alive, ready, and numbers. Nothing here is for sellers."""

import hmac
import os
from datetime import datetime, timedelta

from celery import current_app
from django.conf import settings
from django.db import DatabaseError, connection
from django.db.models import Count, Min, Q
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from kombu.exceptions import OperationalError
from prometheus_client import CollectorRegistry, Gauge, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4

from autoresponder.inbox.models import Delivery, Message
from autoresponder.shops.models import Heartbeat

# Six missed sweeps.
WORKER_SEEN_WITHIN = timedelta(seconds=30)
OPEN = Q(state__in=[Delivery.State.READY, Delivery.State.SENDING])


@require_safe
@never_cache
def healthz(_: HttpRequest) -> HttpResponse:
    """The process answers. Looks at nothing else, so that a slow database never gets a healthy process killed."""
    return HttpResponse("ok", content_type="text/plain")


@require_safe
@never_cache
def readyz(_: HttpRequest) -> JsonResponse:
    """200 or 503 with {"database": bool, "broker": bool, "worker": bool}."""
    database = _database_answers()
    parts = {
        "database": database,
        "broker": _broker_answers(),
        "worker": database and _worker_seen(timezone.now()),
    }
    return JsonResponse(parts, status=200 if all(parts.values()) else 503)


@require_safe
@never_cache
def metrics(request: HttpRequest) -> HttpResponse:
    """Prometheus text for who brings `Authorization: Bearer $DAPJIGI_METRICS_TOKEN`; 404 while that is unset."""
    if not settings.METRICS_TOKEN:
        raise Http404
    given = request.headers.get("Authorization", "").encode()
    if not hmac.compare_digest(given, f"Bearer {settings.METRICS_TOKEN}".encode()):
        return HttpResponse(status=401, headers={"WWW-Authenticate": "Bearer"})
    registry = CollectorRegistry()
    now = timezone.now()
    _count_deliveries(registry, now)
    _count_messages(registry, now)
    _measure_heartbeats(registry, now)
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_PLAIN_0_0_4)


def _database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return False
    return True


def _broker_answers() -> bool:
    if settings.CELERY_BROKER_URL.startswith("filesystem:"):
        return os.access(settings.BROKER_FOLDER / "messages", os.W_OK)
    try:
        with current_app.connection_for_write() as broker:
            broker.ensure_connection(max_retries=1, interval_start=0, timeout=2)
            broker.default_channel.close()
    except (OperationalError, OSError):
        return False
    return True


def _worker_seen(now: datetime) -> bool:
    try:
        return Heartbeat.objects.filter(name="worker", at__gte=now - WORKER_SEEN_WITHIN).exists()
    except DatabaseError:
        return False


def _count_deliveries(registry: CollectorRegistry, now: datetime) -> None:
    by_state = Gauge("dapjigi_deliveries", "Answers in the outbox", ["state"], registry=registry)
    counts = dict(Delivery.objects.values_list("state").annotate(Count("pk")))
    for state in Delivery.State.values:
        by_state.labels(state).set(counts.get(state, 0))
    oldest = Delivery.objects.filter(OPEN).aggregate(Min("created_at"))["created_at__min"]
    waiting = Gauge("dapjigi_oldest_delivery_seconds", "Age of the oldest answer not yet sent", registry=registry)
    waiting.set((now - oldest).total_seconds() if oldest else 0)


def _count_messages(registry: CollectorRegistry, now: datetime) -> None:
    midnight = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    today = Gauge("dapjigi_messages_today", "Customer messages since midnight", ["outcome"], registry=registry)
    for outcome, count in Message.objects.filter(at__gte=midnight).values_list("outcome").annotate(Count("pk")):
        today.labels(outcome).set(count)


def _measure_heartbeats(registry: CollectorRegistry, now: datetime) -> None:
    age = Gauge(
        "dapjigi_heartbeat_age_seconds", "Since a background process was last seen", ["name"], registry=registry
    )
    for name, at in Heartbeat.objects.values_list("name", "at"):
        age.labels(name).set((now - at).total_seconds())
