"""Alive, ready, and the numbers for monitors."""

from datetime import timedelta

import pytest
from celery import Celery
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from autoresponder import health
from autoresponder.connections.models import Connection
from autoresponder.inbox.models import Conversation, Delivery
from autoresponder.shops.models import Heartbeat

TOKEN = {"Authorization": "Bearer letmein"}


def test_alive_needs_no_database(client: Client) -> None:
    answer = client.get("/healthz")
    assert (answer.status_code, answer.content) == (200, b"ok")


@pytest.mark.both
@pytest.mark.django_db
def test_ready_once_the_worker_was_seen(client: Client) -> None:
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()) == (503, {"database": True, "broker": True, "worker": False})
    Heartbeat.objects.create(name="worker", at=timezone.now())
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()) == (200, {"database": True, "broker": True, "worker": True})


@pytest.mark.django_db
def test_not_ready_when_the_worker_fell_silent(client: Client) -> None:
    Heartbeat.objects.create(name="worker", at=timezone.now() - timedelta(minutes=1))
    Heartbeat.objects.create(name="poller", at=timezone.now())
    assert client.get("/readyz").status_code == 503


@pytest.mark.django_db
def test_not_ready_without_a_broker(client: Client, settings: Settings) -> None:
    Heartbeat.objects.create(name="worker", at=timezone.now())
    settings.CELERY_BROKER_URL = "filesystem://"
    settings.BROKER_FOLDER = settings.DATA_DIR / "gone"
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["broker"]) == (503, False)


@pytest.mark.parametrize("url", ["redis://127.0.0.1:1/0", "amqp://127.0.0.1:1//"])
@pytest.mark.django_db
def test_not_ready_while_the_broker_is_down(
    url: str, client: Client, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.CELERY_BROKER_URL = url
    monkeypatch.setattr(health, "current_app", Celery(broker=url, set_as_current=False))
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["broker"]) == (503, False)


def test_numbers_are_not_there_without_a_token_in_the_settings(client: Client, settings: Settings) -> None:
    settings.METRICS_TOKEN = ""
    assert client.get("/metrics", headers={"Authorization": "Bearer "}).status_code == 404


@pytest.mark.parametrize("given", [{}, {"Authorization": "Bearer wrong"}, {"Authorization": "Bearer \xff"}])
def test_numbers_are_refused_to_a_stranger(given: dict[str, str], client: Client, settings: Settings) -> None:
    settings.METRICS_TOKEN = "letmein"
    assert client.get("/metrics", headers=given).status_code == 401


@pytest.mark.both
@pytest.mark.django_db
def test_numbers_come_from_the_database(client: Client, settings: Settings, webchat: Connection) -> None:
    settings.METRICS_TOKEN = "letmein"
    now = timezone.now()
    Heartbeat.objects.create(name="worker", at=now - timedelta(seconds=7))
    talk = Conversation.objects.create(shop=webchat.shop, connection=webchat, customer="c1", last_at=now)
    times = {"due_at": now, "deadline": now + timedelta(minutes=1), "created_at": now - timedelta(seconds=40)}
    Delivery.objects.create(shop=webchat.shop, connection=webchat, conversation=talk, calls=[], **times)
    lines = client.get("/metrics", headers=TOKEN).content.decode().splitlines()
    assert 'dapjigi_deliveries{state="ready"} 1.0' in lines
    assert 'dapjigi_deliveries{state="sent"} 0.0' in lines
    assert 40 <= _value(lines, "dapjigi_oldest_delivery_seconds") < 60
    assert 7 <= _value(lines, 'dapjigi_heartbeat_age_seconds{name="worker"}') < 30


def _value(lines: list[str], name: str) -> float:
    return next(float(line.rsplit(" ", 1)[1]) for line in lines if line.startswith(name + " "))
