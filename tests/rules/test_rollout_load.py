"""Fifty moves of the pointer while customers write without a pause: nothing is dropped, nobody flips."""

from __future__ import annotations

import threading
import time
from collections import defaultdict
from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import count, pairwise
from random import Random
from typing import NamedTuple

import pytest
from django.db import connections

from autoresponder.connections import find
from autoresponder.connections.models import Connection
from autoresponder.engine.rollout import is_among
from autoresponder.engine.types import Incoming
from autoresponder.inbox.models import Message
from autoresponder.inbox.receive import receive
from autoresponder.rules import draft, release, rollout
from autoresponder.rules.models import Release, ReleaseEvent, Rule, Version
from autoresponder.shops.models import Shop

pytestmark = pytest.mark.django_db(transaction=True)

THREADS, CUSTOMERS, MOVES = 4, 2, 50
# Between two moves every customer writes about once, half of the time in a talk that is not over.
MESSAGES_A_MOVE = THREADS * CUSTOMERS


class Spell(NamedTuple):
    """What was in force from one move of the pointer to the next: by ticks of one counter, `began` lies before the
    move and `ended` after the one that followed."""

    stable: int
    candidate: int | None
    salt: str
    share: int
    began: int
    ended: int


class Written(NamedTuple):
    message: int
    customer: str
    started: int
    done: int


@pytest.fixture
def tick() -> Callable[[], int]:
    """Every call gives a higher number, in whatever thread."""
    counter = count()
    return lambda: next(counter)


def test_messages_under_fifty_moves(
    shop: Shop, published: Version, kakao: Connection, now: datetime, tick: Callable[[], int]
) -> None:
    stop = threading.Event()
    written: list[Written] = []
    failures: list[Exception] = []
    line = find.by_token(kakao.kind, kakao.token)
    assert line is not None

    def write(thread: int) -> None:
        try:
            for number in count():
                if stop.is_set():
                    break
                turn, who = divmod(number, CUSTOMERS)
                at = now + timedelta(minutes=45 * (turn // 2) + 5 * (turn % 2))
                customer, started = f"t{thread}-c{who}", tick()
                received = receive(line, Incoming(f"{thread}-{number}", customer, "배송비 얼마예요?"), now=at)
                written.append(Written(received.message_id, customer, started, tick()))
        except Exception as failure:
            failures.append(failure)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=write, args=[number]) for number in range(THREADS)]
    for thread in threads:
        thread.start()
    try:
        spells = move_about(shop, now, tick, lambda: len(written) if not failures else 10**9)
    finally:
        stop.set()
        for thread in threads:
            thread.join(20)

    assert failures == []
    stored = dict(Message.objects.values_list("pk", "version_id"))
    assert len(stored) == len(written) > (MOVES - 1) * MESSAGES_A_MOVE
    assert set(stored) == {each.message for each in written}
    assert ReleaseEvent.objects.filter(shop=shop).count() > MOVES
    check_versions(spells, written, stored)
    check_nobody_flips(spells, written, stored)


def move_about(shop: Shop, now: datetime, tick: Callable[[], int], count_written: Callable[[], int]) -> list[Spell]:
    random, spells = Random(4), [spell(shop, began=-1)]
    for number in range(MOVES):
        while count_written() < number * MESSAGES_A_MOVE:
            time.sleep(0.002)
        began = tick()
        move = random.choice(possible(shop))
        if move in ("publish", "try"):
            edited = Rule.objects.get(shop=shop, key="r-fee").edit_number
            draft.edit_rule(shop, "r-fee", {"name": f"이름 {number}"}, edit_number=edited)
        act(shop, move, random, now)
        spells[-1] = spells[-1]._replace(ended=tick())
        spells.append(spell(shop, began=began))
    return spells


def possible(shop: Shop) -> list[str]:
    held = Release.objects.get(shop=shop)
    moves = ["publish", "try", "try"]
    if release.earlier_than(held.stable):
        moves.append("roll_back")
    if held.candidate_id:
        moves += ["promote", "withdraw", "halt"]
        moves += ["widen"] * 6 if held.share < 9_000 else []
    return moves


def act(shop: Shop, move: str, random: Random, now: datetime) -> None:
    held = Release.objects.select_related("candidate").get(shop=shop)
    seen = held.candidate.number if held.candidate else 0
    if move == "publish":
        release.publish(shop, by=None, now=now)
    elif move == "try":
        rollout.try_out(shop, share=random.choice((0, 3_000, 6_000)), by=None, now=now)
    elif move == "roll_back":
        release.roll_back(shop, by=None, now=now)
    elif move == "widen":
        rollout.widen(shop, held.share + random.randrange(1, 1_500), seen=seen, by=None, now=now)
    elif move == "halt":
        rollout.halt(shop, seen=seen, why="handed_off 12", now=now)
    else:
        {"promote": rollout.promote, "withdraw": rollout.withdraw}[move](shop, seen=seen, by=None, now=now)


def spell(shop: Shop, *, began: int) -> Spell:
    held = Release.objects.get(shop=shop)
    return Spell(held.stable_id, held.candidate_id, held.salt, held.share, began, 2**60)


def check_versions(spells: list[Spell], written: list[Written], stored: dict[int, int | None]) -> None:
    """Each message was judged by a version that was in force for its customer while it was being taken.

    In the middle of a talk that may be the stable one for somebody who would get the candidate, never the reverse
    unless they got it already in the same try.
    """
    had: dict[tuple[str, int], bool] = defaultdict(bool)
    for each in sorted(written, key=lambda each: each.started):
        version = stored[each.message]
        meanwhile = [spell for spell in spells if spell.began <= each.done and each.started <= spell.ended]
        assert version in {v for spell in meanwhile for v in (spell.stable, spell.candidate)}
        for_all = any(version == spell.stable for spell in meanwhile)
        chosen = any(
            version == spell.candidate and is_among(spell.salt, each.customer, spell.share) for spell in meanwhile
        )
        assert version is not None
        assert for_all or chosen or had[each.customer, version]
        had[each.customer, version] = True


def check_nobody_flips(spells: list[Spell], written: list[Written], stored: dict[int, int | None]) -> None:
    """Whoever got a candidate got it until it was taken back."""
    by_customer = defaultdict(list)
    for each in sorted(written, key=lambda each: each.message):
        by_customer[each.customer].append(each)
    flips = 0
    for messages in by_customer.values():
        for before, after in pairwise(messages):
            had, got = stored[before.message], stored[after.message]
            if had != got and had is not None:
                flips += 1
                # The version they had is one that nobody gets any more at some moment up to this message.
                gone = any(
                    had not in (spell.stable, spell.candidate)
                    for spell in spells
                    if spell.ended >= before.started and spell.began <= after.done
                )
                grew = any(
                    had == spell.stable and got == spell.candidate
                    for spell in spells
                    if spell.ended >= before.started and spell.began <= after.done
                )
                assert gone or grew
    assert flips >= MOVES / 2, "the load never met a move"
