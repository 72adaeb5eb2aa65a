"""A roll-back with the real web server in two processes: each has its own memory, and neither is told by the other."""

from __future__ import annotations

import json
import os
import subprocess
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime
from http.client import HTTPConnection
from pathlib import Path
from threading import Event
from typing import NamedTuple
from urllib.parse import urlencode

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.urls import reverse

from autoresponder.connections.connect import path_of
from autoresponder.connections.models import Connection
from autoresponder.connections.secrets import unseal
from autoresponder.inbox.models import Message
from autoresponder.management.commands import serve
from autoresponder.rules import draft, release
from autoresponder.rules.models import Rule, Version
from autoresponder.shops.models import Shop, User
from tests.fixtures import ALWAYS, hours
from tests.processes import ROOT, environment, free_port, wait_for

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both]

# What is promised to whoever takes a version back, and how often each process is asked, in seconds.
IN_FORCE, EVERY = 5.0, 0.1
OLD, NEW = "배송비는 3,000원", "배송비는 4,000원"


class Asked(NamedTuple):
    """A message to the process that listens on `port`: when it was sent, and what was answered.

    Each is of another customer, or a process would learn of the roll-back earlier from whom the other one answered.
    """

    port: int
    customer: str
    at: float
    answer: str


def test_a_roll_back_is_in_force_in_every_process_within_five_seconds(
    shop: Shop, published: Version, owner: User, owner_client: Client, kakao: Connection, now: datetime
) -> None:
    Shop.objects.filter(pk=shop.pk).update(hours=hours(ALWAYS, country=""))
    newer = publish_other_fee(shop, owner, now)
    asked: list[Asked] = []
    ask, stop = asker(kakao, asked.append), Event()

    def all_got(answer: str) -> bool:
        return {one.port for one in asked if answer in one.answer} == {here, there}

    with web() as here, web() as there, ThreadPoolExecutor(2) as threads:
        wait_for(lambda: all(serve.web_answers("127.0.0.1", port) for port in (here, there)), 60, "no web server")
        asking = [threads.submit(ask, port, stop) for port in (here, there)]
        try:
            wait_for(lambda: all_got(NEW), 10, "no answer")
            back_at = time.monotonic()
            take_back(here, owner_client, newer)
            time.sleep(back_at + IN_FORCE - time.monotonic())
        finally:
            stop.set()
        for one in asking:
            one.result(10)

    seconds = [in_force_after(back_at, [one for one in asked if one.port == port]) for port in (here, there)]
    print(f"in force after {seconds[0]:.2f} s where it was done and after {seconds[1]:.2f} s in the other process")
    check_log(asked, published, newer)


def publish_other_fee(shop: Shop, owner: User, now: datetime) -> Version:
    edited = Rule.objects.get(shop=shop, key="r-fee").edit_number
    draft.edit_rule(shop, "r-fee", {"replies": [{"text": NEW, "buttons": []}]}, edit_number=edited)
    return release.publish(shop, by=owner, now=now)


def take_back(port: int, client: Client, version: Version) -> None:
    """The owner's one tap, at this process."""
    token, session = "t" * 32, client.cookies[settings.SESSION_COOKIE_NAME].value
    cookies = {settings.SESSION_COOKIE_NAME: session, settings.CSRF_COOKIE_NAME: token}
    headers = {
        "Content-Type": "application/x-www-form-urlencoded",
        "Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items()),
    }
    form = urlencode({"from": version.number, "csrfmiddlewaretoken": token})
    status, _ = post(port, reverse("console:roll_back"), form.encode(), headers)
    assert status == 302


def asker(kakao: Connection, told: Callable[[Asked], None]) -> Callable[[int, Event], None]:
    path, secret = path_of(kakao), unseal(kakao.sealed)["secret"]

    def ask(port: int, stop: Event) -> None:
        begun, number = time.monotonic(), 0
        while not stop.wait(max(0.0, begun + number * EVERY - time.monotonic())):
            at, customer = time.monotonic(), f"{port}-{number}"
            spoken = {"utterance": "배송비 얼마예요?", "user": {"id": customer, "type": "botUserKey"}}
            body = json.dumps({"bot": {"id": "b"}, "userRequest": spoken}).encode()
            headers = {"Content-Type": "application/json", "X-Dapjigi-Key": secret, "X-Request-Id": "1"}
            status, answer = post(port, path, body, headers)
            assert status == 200
            told(Asked(port, customer, at, answer))
            number += 1

    return ask


def post(port: int, path: str, body: bytes, headers: dict[str, str]) -> tuple[int, str]:
    asked = HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        asked.request("POST", path, body, {"Host": "localhost", **headers})
        answer = asked.getresponse()
        return answer.status, answer.read().decode()
    finally:
        asked.close()


def in_force_after(back_at: float, asked: list[Asked]) -> float:
    """The seconds from the roll-back to the last message of this process that still got the new answer; from the next
    on all got the old one, up to the end."""
    since = [one for one in asked if one.at >= back_at]
    assert all((OLD in one.answer) != (NEW in one.answer) for one in since)
    still = [one for one in since if NEW in one.answer]
    assert len(since) > IN_FORCE / EVERY / 3
    assert since[len(still) :]
    assert all(OLD in one.answer for one in since[len(still) :]), "it came back"
    return still[-1].at - back_at if still else 0.0


def check_log(asked: list[Asked], old: Version, new: Version) -> None:
    """Each message stands there once, judged by the version whose answer went out."""
    logged = list(Message.objects.values_list("conversation__customer", "version_id"))
    said = {one.customer: old.pk if OLD in one.answer else new.pk for one in asked}
    assert len(logged) == len(asked)
    assert dict(logged) == said


@contextmanager
def web() -> Iterator[int]:
    """The port of a web server on this test's database, as the product starts it but for one thing: it has a single
    worker, so that who is asked is known."""
    port, name = free_port(), str(connection.settings_dict["NAME"])
    given = os.environ.get("DAPJIGI_TEST_DATABASE_URL", "")
    url = f"{given.rpartition('/')[0]}/{name}" if given else f"sqlite:///{name}"
    started = " ".join(serve.programs()[0].argv).replace(f"--port {settings.PORT}", f"--port {port}")
    argv = started.replace("--workers 2", "--workers 1").split()
    environ = environment(Path(settings.DATA_DIR), port) | {"DATABASE_URL": url}
    process = subprocess.Popen(argv, cwd=ROOT, env=environ, stdin=subprocess.DEVNULL)
    try:
        yield port
    finally:
        process.terminate()
        process.wait(10)
