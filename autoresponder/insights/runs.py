"""Replays in the background: started, taken by a worker, followed, and kept for a while.

A worker takes a row by compare-and-set on `state` and `touched_at`, and keeps it by writing both again: whoever finds
`touched_at` changed has lost the run and stops. A run nobody has written to for a minute is taken up from its start.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet

from autoresponder.engine.document import Invalid, load
from autoresponder.inbox.models import Message
from autoresponder.insights.imported.trial import try_out
from autoresponder.insights.models import History, Replay
from autoresponder.insights.replay import replay
from autoresponder.rules.models import Release
from autoresponder.shops.models import Shop, User

WAITING, RUNNING, DONE, FAILED = "waiting", "running", "done", "failed"
DAYS = (30, 90)
KEPT = 10
# A result is shown again for a day, until more than one in so many messages would be new.
FRESH, NEW = timedelta(days=1), 20
LEFT_AFTER, TELL_EVERY = timedelta(seconds=60), timedelta(seconds=1)

log = logging.getLogger(__name__)


class Lost(Exception):
    """Somebody else has this run now, or it is gone."""


def start(
    shop: Shop,
    document: Mapping[str, Any],
    *,
    days: int,
    by: User | None,
    now: datetime,
    history: History | None = None,
    asked: bool = True,
) -> Replay:
    """A new run of this book, over the shop's own past or over a history; the same one that is still to be done is not
    begun twice. Only the newest are kept, of those a person `asked` for and of the others each for itself.
    """
    mark = _mark(shop, document, days, history)
    with transaction.atomic():
        Shop.objects.select_for_update().get(pk=shop.pk)
        going = Replay.objects.filter(shop=shop, mark=mark, state__in=(WAITING, RUNNING))
        if run := going.first():
            if asked:
                going.update(asked=True)
            return run
        about = {"document": document, "days": days, "history": history, "mark": mark, "asked": asked}
        run = Replay.objects.create(shop=shop, by=by, state=WAITING, created_at=now, touched_at=now, **about)
        alike = Replay.objects.filter(shop=shop, asked=asked)
        alike.exclude(pk__in=list(alike.values_list("pk", flat=True)[:KEPT])).delete()
    return run


def at_hand(shop: Shop, document: Mapping[str, Any], *, days: int, by: User | None, now: datetime) -> Replay:
    """For a screen that shows it along with other things: a run whose result still holds, else a new one."""
    same = Replay.objects.filter(shop=shop, mark=_mark(shop, document, days), created_at__gte=now - FRESH)
    run = same.exclude(state=FAILED).first()
    return run if run and _holds(run) else start(shop, document, days=days, by=by, now=now, asked=False)


def _holds(run: Replay) -> bool:
    """Whether few enough messages have come since, or were imported."""
    there = Message.objects.filter(shop=run.shop_id, at__gte=run.created_at - timedelta(days=run.days))
    return run.state != DONE or (there.count() - run.total) * NEW <= run.total


def _mark(shop: Shop, document: Mapping[str, Any], days: int, history: History | None = None) -> str:
    """Hours and facts fill the answers, and the published version tells which of them are new."""
    published = Release.objects.filter(shop=shop).values_list("stable", flat=True).first()
    shops = (shop.name, shop.language, shop.timezone, shop.hours, shop.feed_days, shop.facts)
    depends_on = [document, days, history and history.pk, published, *shops]
    return sha256(json.dumps(depends_on, sort_keys=True).encode()).hexdigest()[:16]


def due(now: datetime) -> QuerySet[Replay]:
    left = Q(state=RUNNING, touched_at__lt=now - LEFT_AFTER)
    return Replay.objects.filter(Q(state=WAITING) | left).order_by("pk")


def work(clock: Callable[[], datetime]) -> int:
    """Run all that is due, one after the other. How many were done here."""
    count = 0
    while run := _take(clock()):
        count += 1
        try:
            _run(run, clock)
        except Lost:
            log.info("replay %s went to another worker", run.pk)
        except Exception:
            # Whatever is wrong with it, it would be wrong again; the seller is told, and may start another.
            log.exception("replay %s failed", run.pk)
            Replay.objects.filter(pk=run.pk, state=RUNNING, touched_at=run.touched_at).update(state=FAILED)
    return count


def _take(now: datetime) -> Replay | None:
    for run in due(now).select_related("shop"):
        mine = Replay.objects.filter(pk=run.pk, state=run.state, touched_at=run.touched_at)
        if mine.update(state=RUNNING, touched_at=now, done=0):
            run.state, run.touched_at = RUNNING, now
            return run
    return None


def _run(run: Replay, clock: Callable[[], datetime]) -> None:
    since = run.created_at - timedelta(days=run.days)
    logged = Message.objects.filter(shop=run.shop, at__gte=since, at__lt=run.created_at)
    total = run.history.messages if run.history else logged.count()
    _write(run, clock(), total=total)
    try:
        book = load(run.document)
    except Invalid:
        _write(run, clock(), state=FAILED)
        return

    def told(done: int) -> None:
        now = clock()
        if now - run.touched_at >= TELL_EVERY:
            _write(run, now, done=min(done, total))

    if run.history:
        result = try_out(run.shop, book, run.history, now=run.created_at, told=told)
    else:
        release = Release.objects.select_related("stable").filter(shop=run.shop).first()
        published = release.stable if release else None
        result = replay(run.shop, book, since=since, until=run.created_at, published=published, told=told)
    _write(run, clock(), state=DONE, done=total, result=result)


def _write(run: Replay, now: datetime, **fields: Any) -> None:
    """Writes to the row while it is ours, and says that we are alive. Raises Lost."""
    mine = Replay.objects.filter(pk=run.pk, state=RUNNING, touched_at=run.touched_at)
    if not mine.update(touched_at=now, **fields):
        raise Lost
    run.touched_at = now
