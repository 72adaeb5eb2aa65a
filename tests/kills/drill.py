"""The drill: a shop on three messengers, load, a nemesis, and the record compared with what the platforms took in."""

from __future__ import annotations

import os
import random
import signal
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event
from typing import Any

from django.core.management import call_command
from django.db import connection
from django.db.models import F
from django.utils import timezone

from autoresponder import packs
from autoresponder.connections.connect import connect, path_of
from autoresponder.connections.secrets import unseal
from autoresponder.inbox.handoff import reply_as_person
from autoresponder.inbox.models import Conversation, Delivery, Message
from autoresponder.rules.draft import fill_draft
from autoresponder.rules.release import publish
from autoresponder.shops.models import Membership, Shop, User, unset_hours
from tests.kills.load import CHANNEL_SECRET, Load
from tests.platforms.line import ACCESS_TOKEN, LinePlatform
from tests.platforms.server import Platforms
from tests.platforms.telegram import TOKEN
from tests.processes import members, serve, wait_for, written

# The supervisor's own back-off would make a hundred kills last an hour.
IMPATIENT = (
    "import sys; import config.supervisor as s; s.BACK_OFF_SECONDS = (0.2,); "
    "sys.argv = ['manage.py', 'serve']; exec(open('manage.py').read())"
)
SETTLED_WITHIN = 90.0


def open_shop() -> tuple[dict[str, str], dict[str, str]]:
    """A shop with published rules on three messengers, made through the product's own code in this process."""

    call_command("migrate", verbosity=0, interactive=False)
    week = [[[0, 1440]]] * 7
    shop = Shop.objects.create(slug="kills", name="가게", hours={**unset_hours(), "week": week, "country": ""})
    Shop.objects.filter(pk=shop.pk).update(facts={"배송비": "3,000원", "무료배송기준": "50,000원"})
    owner = User.objects.create_user("owner@example.com", name="주인")
    Membership.objects.create(shop=shop, user=owner, role=Membership.Role.OWNER)
    fill_draft(shop, packs.document("online-shop"))
    publish(shop, by=owner, now=timezone.now())
    connections = {
        "telegram": connect(shop, "telegram", {"bot_token": TOKEN}),
        "kakao": connect(shop, "kakao"),
        "line": connect(shop, "line", {"channel_secret": CHANNEL_SECRET, "access_token": ACCESS_TOKEN}),
    }
    secrets = {kind: unseal(connection.sealed).get("secret", "") for kind, connection in connections.items()}
    return {kind: path_of(connection) for kind, connection in connections.items()}, secrets


def kill_at_random(data: Path, kills: int, dice: random.Random, stop: Event, killed: Counter[str]) -> None:
    """SIGKILL to the web server, one of its workers, the worker or whoever polls; never to who starts them again."""
    while sum(killed.values()) < kills and not stop.is_set():
        time.sleep(dice.uniform(0.4, 1.6))
        parts = {
            pid: line for pid, line in members(data).items() if "granian" in line or "celery" in line or "poll" in line
        }
        if parts:
            pid, line = dice.choice(sorted(parts.items()))
            killed["web" if "granian" in line else "worker" if "celery" in line else "poller"] += 1
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue


def answer_as_person(stop: Event, said: list[str]) -> None:
    """A person writes to customers on the messenger that knows keys: each of these must arrive exactly once."""

    owner = User.objects.get()
    while not stop.wait(0.4):
        talk = Conversation.objects.filter(connection__kind="line").order_by("?").first()
        if talk is not None:
            text = f"담당자예요. {len(said) + 1}번째로 답해요."
            reply_as_person(talk, text, by=owner, now=timezone.now())
            said.append(text)
    connection.close()


def verdict(load: Load, platforms: Platforms, persons: list[str]) -> dict[str, Any]:
    """What broke. Every figure but `unknown`, `sent`, `expired` and `superseded` must be 0."""

    stored = set(Message.objects.values_list("connection__kind", "conversation__customer"))
    pushed = [kind for kind in load.paths if kind != "kakao"]
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA integrity_check")
        (integrity,) = cursor.fetchone()
    arrived = Counter((kind, said.to, said.text) for kind in pushed for said in platforms[kind].accepted)
    decided = set(Delivery.objects.values_list("connection__kind", "conversation__customer"))
    states = Counter(Delivery.objects.values_list("state", flat=True))
    by_person = Counter(said.text for said in platforms["line"].accepted if said.text.startswith("담당자예요"))
    speechless = Message.objects.filter(connection__kind__in=pushed, delivery=None).exclude(replies=[])
    late = Delivery.objects.filter(state="sent", sent_at__gt=F("deadline"))
    return {
        "lost": len(load.acked - stored),
        "torn": speechless.count(),
        "phantom": sum((kind, to) not in decided for kind, to, _ in arrived),
        "twice": sum(count - 1 for count in arrived.values()),
        "late": late.count(),
        "persons_words_missing": sum(text not in by_person for text in persons),
        "unsettled": states["ready"] + states["sending"],
        "damaged": int(integrity != "ok"),
        **{state: states[state] for state in ("sent", "unknown", "expired", "superseded", "refused")},
    }


def settled() -> bool:

    return not Delivery.objects.filter(state__in=["ready", "sending"]).exists()


def run(data: Path, port: int, platforms: Platforms, *, kills: int, rate: float, seed: int) -> dict[str, Any]:
    """Figures by name; those of BROKEN must be 0. The environment already points at `data` and `platforms`."""
    dice = random.Random(seed)
    paths, secrets = open_shop()
    line = platforms["line"]
    assert isinstance(line, LinePlatform)
    # So that many a kill falls between a platform's taking a message in and its answer.
    line.delay = platforms["telegram"].delay = 0.15
    load, killed, persons, stop = Load(port, paths, secrets, line), Counter[str](), list[str](), Event()
    more = {name: os.environ[name] for name in ("DAPJIGI_PLATFORM_URLS", "DAPJIGI_ALLOWED_NETWORKS")}
    with serve(data, port, sys.executable, "-c", IMPATIENT, more=more), ThreadPoolExecutor(64) as threads:
        # Who is killed before the greeting was no start at all: the product gives up, and nobody is left to kill.
        wait_for(lambda: "Ctrl+C" in written(data), 60, "the product did not start")
        nemesis = threads.submit(kill_at_random, data, kills, dice, stop, killed)
        person = threads.submit(answer_as_person, stop, persons)
        number, begun = 0, time.monotonic()
        while not nemesis.done():
            threads.submit(load.send, number, dice.choice(sorted(paths)))
            number += 1
            time.sleep(max(0.0, begun + number / rate - time.monotonic()))
        stop.set()
        nemesis.result()
        person.result()
        threads.shutdown(wait=True)
        wait_for(settled, SETTLED_WITHIN, "something is still under way")
        found = verdict(load, platforms, persons)
    counts = {"kills": sum(killed.values()), **killed, "sent_in": number, "acknowledged": len(load.acked)}
    return {"seed": seed, **counts, "never_acknowledged": load.refused, "by_person": len(persons), **found}


BROKEN = ("lost", "torn", "phantom", "twice", "late", "persons_words_missing", "unsettled", "damaged")
