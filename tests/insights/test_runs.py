"""A replay in the background: taken once, followed, left behind by a killed worker, taken up again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from autoresponder import tasks
from autoresponder.connections.connect import connect
from autoresponder.connections.models import Connection
from autoresponder.insights import runs
from autoresponder.insights.models import Replay
from autoresponder.rules.models import Version
from autoresponder.shops.models import Shop, User
from tests.insights.history import send

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)


@pytest.fixture
def chat(shop: Shop, published: Version, now: datetime) -> Connection:
    chat = connect(shop, "webchat")
    for number in range(5):
        send(chat, f"c{number}", "반품 되나요", at=now - timedelta(hours=number + 1))
    return chat


def clock(now: datetime, step: timedelta = timedelta()) -> Callable[[], datetime]:
    """Goes on by `step` each time it is read."""
    moments = [now]

    def read() -> datetime:
        moments.append(moments[-1] + step)
        return moments[-2]

    return read


def begin(shop: Shop, version: Version, now: datetime, **changes: Any) -> Replay:
    document = {**version.document, "rules": [one for one in version.document["rules"] if one["key"] != "r-return"]}
    return runs.start(shop, {**document, **changes}, days=30, by=None, now=now)


def test_a_run_ends_with_its_result(shop: Shop, chat: Connection, published: Version, now: datetime) -> None:
    run = begin(shop, published, now)
    assert (run.state, run.total) == (runs.WAITING, 0)

    assert runs.work(clock(now)) == 1

    run.refresh_from_db()
    assert (run.state, run.done, run.total) == (runs.DONE, 5, 5)
    assert (run.result["messages"], run.result["changed"], run.result["answered_after"]) == (5, 5, 0)
    assert runs.work(clock(now)) == 0


def test_the_same_run_is_not_begun_twice_and_another_is(
    shop: Shop, chat: Connection, published: Version, now: datetime
) -> None:
    first = begin(shop, published, now)

    assert begin(shop, published, now + SECOND) == first
    assert runs.start(shop, first.document, days=90, by=None, now=now) != first
    assert begin(shop, published, now, ignored=["입고"]) != first
    runs.work(clock(now))
    assert begin(shop, published, now + SECOND) != first


def test_only_the_newest_are_kept(shop: Shop, chat: Connection, published: Version, now: datetime) -> None:
    made = [begin(shop, published, now, ignored=[f"말{number}"]) for number in range(runs.KEPT + 3)]

    assert set(Replay.objects.values_list("pk", flat=True)) == {run.pk for run in made[3:]}


def test_progress_is_written_while_it_works(
    shop: Shop, chat: Connection, published: Version, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("autoresponder.insights.past.TOGETHER", 2)
    run = begin(shop, published, now)
    seen: list[tuple[int, int]] = []
    write = runs._write

    def watched(run: Replay, moment: datetime, **fields: Any) -> None:
        write(run, moment, **fields)
        kept = Replay.objects.get(pk=run.pk)
        seen.append((kept.done, kept.total))

    monkeypatch.setattr(runs, "_write", watched)
    runs.work(clock(now, SECOND))

    assert seen[:3] == [(0, 5), (2, 5), (4, 5)]
    run.refresh_from_db()
    assert run.state == runs.DONE


def test_a_run_that_nobody_touches_is_taken_up_again(
    shop: Shop, chat: Connection, published: Version, now: datetime
) -> None:
    run = begin(shop, published, now)
    # A worker that was killed after it had taken it.
    Replay.objects.filter(pk=run.pk).update(state=runs.RUNNING, touched_at=now, done=3)

    assert runs.work(clock(now + timedelta(seconds=59))) == 0
    assert runs.work(clock(now + timedelta(seconds=61))) == 1
    run.refresh_from_db()
    assert (run.state, run.done) == (runs.DONE, 5)


def test_whoever_lost_a_run_stops_and_writes_nothing_more(
    shop: Shop, chat: Connection, published: Version, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("autoresponder.insights.past.TOGETHER", 2)
    run = begin(shop, published, now)
    taken_over = now + timedelta(minutes=5)
    real = runs.replay

    def slow(*args: Any, **kwargs: Any) -> Any:
        Replay.objects.filter(pk=run.pk).update(touched_at=taken_over, done=1)
        return real(*args, **kwargs)

    monkeypatch.setattr(runs, "replay", slow)
    runs.work(clock(now, SECOND))

    run.refresh_from_db()
    assert (run.state, run.done, run.touched_at, run.result) == (runs.RUNNING, 1, taken_over, {})


def test_two_workers_never_take_the_same_run(shop: Shop, chat: Connection, published: Version, now: datetime) -> None:
    run = begin(shop, published, now)
    assert runs._take(now) == run
    assert runs._take(now + SECOND) is None


def test_a_book_nobody_can_read_fails_and_says_so(
    shop: Shop, chat: Connection, published: Version, now: datetime
) -> None:
    run = begin(shop, published, now, schema=99)

    runs.work(clock(now))

    run.refresh_from_db()
    assert run.state == runs.FAILED


def test_one_that_breaks_does_not_keep_the_next_from_its_turn(
    shop: Shop, chat: Connection, published: Version, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken, fine = begin(shop, published, now), begin(shop, published, now, ignored=["입고"])
    real = runs.replay

    def breaks_once(*args: Any, **kwargs: Any) -> Any:
        monkeypatch.setattr(runs, "replay", real)
        raise RuntimeError("broken")

    monkeypatch.setattr(runs, "replay", breaks_once)
    runs.work(clock(now))

    broken.refresh_from_db()
    fine.refresh_from_db()
    assert (broken.state, fine.state) == (runs.FAILED, runs.DONE)


@pytest.mark.django_db(transaction=True)
def test_the_sweep_rings_for_what_is_due(
    shop: Shop, owner: User, published: Version, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    rung: list[str] = []
    monkeypatch.setattr(tasks.replay, "apply_async", lambda **_: rung.append("replay"))
    tasks.sweep()
    assert rung == []
    begin(shop, published, now)

    tasks.sweep()

    assert rung == ["replay"]
