"""A replay cut into parts: what they add up to is the same, however it is cut and whoever does it."""

from __future__ import annotations

import multiprocessing
import os
import pickle
from collections import deque
from collections.abc import Iterable
from concurrent.futures import Future
from contextlib import closing
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction

from autoresponder.connections.connect import connect
from autoresponder.engine.document import load
from autoresponder.engine.types import Talk
from autoresponder.insights import parts, runs
from autoresponder.insights.counts import SHOWN_OTHERS, SHOWN_SUSPECTS, Changed, Counts
from autoresponder.insights.likeness import Alike
from autoresponder.insights.models import Replay
from autoresponder.insights.parts import Job, apart, here
from autoresponder.insights.past import pages
from autoresponder.rules.models import Version
from autoresponder.rules.release import publish
from autoresponder.shops.models import Shop, User
from tests.fixtures import rule
from tests.insights import history
from tests.insights.test_runs import begin, clock

COUNT = 60


def many_changes(shop: Shop, owner: User) -> Job:
    """A past of two versions, and a book that differs from both in much."""
    history.busy_shop(shop, owner)
    connections = [connect(shop, "webchat"), connect(shop, "kakao")]
    until = history.live(shop, connections, owner, seed=3, count=COUNT)
    version = Version.objects.get(shop=shop)
    shop.rules.filter(key="r-wrap").delete()
    published = publish(shop, by=owner, now=until)
    assert published != version
    kept = [one for one in version.document["rules"] if one["key"] not in ("r-fee", "r-night", "r-wrap")]
    whale = rule("r-whale", "고래", ["고래", "하늘"], "바다를 좋아해서요.")
    book = load({**version.document, "rules": [*kept, whale], "aliases": [{"written": "상담", "meant": "반품"}]})
    return Job(shop, book, history.BEGINS - timedelta(days=1), until, published, 0)


def numbered(changes: Iterable[Changed]) -> dict[int, dict[str, Any]]:
    return {changed.id: {"talk": changed.talk} for changed in changes}


def added(found: Iterable[Counts]) -> dict[str, Any]:
    counts = Counts()
    for part in found:
        counts.merge(pickle.loads(pickle.dumps(part)))
    return counts.result(numbered)


@pytest.mark.django_db
def test_it_does_not_matter_where_it_is_cut(shop: Shop, owner: User) -> None:
    job = many_changes(shop, owner)
    (everybody,) = pages(shop, since=job.since)
    assert len(everybody) == 12

    whole = next(here(job, [everybody])).result(numbered)

    assert whole["messages"] > COUNT and whole["changed"] > whole["already"] > 0
    assert len(whole["groups"]) > 5 and whole["suspects"] > 0 and "r-fee" in whole["names"]
    for size in (1, 2, 5, 11):
        cut = [everybody[first : first + size] for first in range(0, len(everybody), size)]
        assert added(here(job, cut)) == whole


@pytest.mark.django_db
@pytest.mark.parametrize("rows", [1, 3])
def test_nor_does_it_how_many_messages_are_held(
    shop: Shop, owner: User, monkeypatch: pytest.MonkeyPatch, rows: int
) -> None:
    """A customer's talk goes on over the pages: what is remembered, and what they wrote next."""
    job = many_changes(shop, owner)
    everybody = list(pages(shop, since=job.since))
    whole = added(here(job, everybody))

    monkeypatch.setattr("autoresponder.insights.past.ROWS", rows)

    assert added(here(job, everybody)) == whole


def test_what_is_shown_and_what_is_alike_are_those_that_came_first() -> None:
    whole, cut = Counts(), [Counts() for _ in range(5)]
    for number in range(200):
        text = f"{'가나다라마'[number % 5]}방 있나요{'?' * (number % 3)}"
        changed = Changed(number, Talk(misses=number, answered_at={}), ("", "lost")[number % 2], already=False)
        for counts in (whole, cut[number // 40]):
            counts.add(("fallback", ()), ("answered", ("r-room",)), text, changed)

    assert added(cut) == whole.result(numbered)
    (group,) = whole.result(numbered)["groups"]
    assert (group["count"], group["suspects"]) == (200, 100)
    suspects = [one["id"] for one in group["examples"] if one["suspect"]]
    assert suspects == list(range(1, 2 * SHOWN_SUSPECTS, 2)) and SHOWN_OTHERS < SHOWN_SUSPECTS


def test_kinds_beyond_what_is_kept_are_only_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("autoresponder.insights.likeness.KEPT", 3)
    one, other = Alike(), Alike()
    for id, text in enumerate(("주차", "포장", "주차", "고래")):
        one.add(text, id)
    for id, text in enumerate(("하늘", "고래", "고래", "포장"), start=10):
        other.add(text, id)

    one.merge(other)

    assert one.count == 8
    found = [(kind.text, kind.count, kind.id) for kind in one.most(9)]
    assert found == [("고래", 3, 3), ("주차", 2, 0), ("포장", 2, 1)]


def test_whoever_waits_for_a_part_hears_that_we_are_at_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parts, "WAIT_SECONDS", 0.01)
    future: Future[Counts] = Future()
    under_way, done = deque([future]), Counts()
    told = parts._first(under_way)

    assert [next(told).seen, next(told).seen] == [0, 0]
    future.set_result(done)

    assert list(told) == [done]
    assert not under_way


@pytest.fixture
def same_database(monkeypatch: pytest.MonkeyPatch, transactional_db: None) -> None:
    """Other processes find the tests' own database where they look for the product's."""
    name, server = connection.settings_dict["NAME"], os.environ.get("DAPJIGI_TEST_DATABASE_URL")
    url = f"{server.rpartition('/')[0]}/{name}" if server else f"sqlite:///{name}"
    monkeypatch.setenv("DAPJIGI_TEST_DATABASE_URL", url)


@pytest.mark.both
@pytest.mark.usefixtures("same_database")
class TestInOtherProcesses:
    def test_several_find_what_one_finds(self, shop: Shop, owner: User, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("autoresponder.insights.past.TOGETHER", 2)
        with transaction.atomic():
            job = many_changes(shop, owner)

        with closing(apart(job, pages(shop, since=job.since))) as found:
            assert added(found) == added(here(job, pages(shop, since=job.since)))

        assert multiprocessing.active_children() == []

    def test_whoever_has_heard_enough_leaves_none_behind(self, shop: Shop, published: Version, now: datetime) -> None:
        job = Job(shop, load(published.document), now, now, published, 0)
        found = apart(job, ([number] for number in range(10_000)))

        next(found)
        assert multiprocessing.active_children()
        found.close()

        assert multiprocessing.active_children() == []

    def test_one_that_is_killed_ends_the_run_and_the_seller_is_told(
        self, shop: Shop, published: Version, now: datetime, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("autoresponder.insights.replay.MANY", 1)
        monkeypatch.setattr("autoresponder.insights.past.TOGETHER", 1)
        monkeypatch.setattr(parts, "AHEAD", 1)
        chat = connect(shop, "webchat")
        for number in range(5):
            history.send(chat, f"c{number}", "반품 되나요", at=now - timedelta(hours=number + 1))
        run, write = begin(shop, published, now), runs._write

        def kills(run: Replay, moment: datetime, **fields: Any) -> None:
            write(run, moment, **fields)
            for child in multiprocessing.active_children():
                child.kill()

        monkeypatch.setattr(runs, "_write", kills)
        runs.work(clock(now, timedelta(seconds=1)))

        run.refresh_from_db()
        assert (run.state, run.total) == (runs.FAILED, 5)
        assert run.done < run.total
        assert multiprocessing.active_children() == []
