"""The rows of a long past, and the time it takes to replay them. Needs a database with the demo shop in it."""

from __future__ import annotations

import random
import resource
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from autoresponder.connections.models import Connection
from autoresponder.engine.compile import compile_book
from autoresponder.engine.decide import decide
from autoresponder.engine.document import load
from autoresponder.engine.talk import talk_to_json
from autoresponder.engine.trace import decision_to_json, reply_to_json
from autoresponder.engine.types import Incoming, Talk
from autoresponder.inbox.models import Conversation, Message
from autoresponder.insights.replay import replay
from autoresponder.management.demo_traffic import TALKS
from autoresponder.rules.models import Version
from autoresponder.shops.calendar import calendar_of
from autoresponder.shops.models import Shop
from autoresponder.shops.values import values_of
from tests.bench.workload import SYLLABLES

DAYS, CHUNK = 80, 1_000
OFTEN = [text for weight, talk in TALKS for text in talk * weight]
WORDS = ("혹시", "이번에", "주문한", "옷이", "언니가", "선물로", "받고", "싶대요", "그런데", "색이", "예뻐서", "어제")
ASKS = ("있나요", "되나요?", "궁금해요", "얼마예요", "알려 주세요", "인가요ㅠㅠ", "", "!")


def run(count: int) -> dict[str, Any]:
    """`count` messages more, then all of them by the published book with one rule taken out and one word added."""
    shop = Shop.objects.get(slug="demo")
    version = Version.objects.get(shop=shop)
    now = timezone.now()
    fill(shop, version, count, until=now)
    book = load(_changed(version.document))
    start = time.perf_counter()
    found = replay(shop, book, since=now - timedelta(days=90), until=now, published=version)
    spent = time.perf_counter() - start
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"seconds": spent, "messages": found["messages"], "changed": found["changed"], "mb": most}


def fill(shop: Shop, version: Version, count: int, *, until: datetime) -> None:
    dice = random.Random(7)
    connection = Connection.objects.filter(shop=shop).order_by("id")[0]
    made = 0
    while made < count:
        talks = [
            Conversation(shop=shop, connection=connection, customer=f"bench-{made}-{number}", last_at=until)
            for number in range(CHUNK // 3)
        ]
        Conversation.objects.bulk_create(talks)
        rows = [row for talk in talks for row in _messages(shop, talk, connection, version, dice, until)]
        Message.objects.bulk_create(rows)
        made += len(rows)


def _changed(document: dict[str, Any]) -> dict[str, Any]:
    """One more word for the first rule that answers, and the last rule taken out."""
    rules = document["rules"]
    place = next(place for place, rule in enumerate(rules) if rule["action"] == "answer")
    first, *others = rules[place]["groups"]
    edited = {**rules[place], "groups": [{**first, "words": [*first["words"], "언니가 선물로"]}, *others]}
    return {**document, "rules": [*rules[:place], edited, *rules[place + 1 : -1]]}


def _once(dice: random.Random) -> str:
    """A sentence that nobody else writes: a few known words around names that are invented."""
    names = ["".join(dice.choices(SYLLABLES, k=dice.choice((2, 3)))) for _ in range(2)]
    return " ".join([dice.choice(WORDS), *names, dice.choice(WORDS), dice.choice(ASKS)])


_books: dict[int, Any] = {}


def _messages(
    shop: Shop, talk: Conversation, connection: Connection, version: Version, dice: random.Random, until: datetime
) -> Iterator[Message]:
    if version.pk not in _books:
        _books[version.pk] = compile_book(load(version.document)), calendar_of(shop), values_of(shop)
    compiled, calendar, values = _books[version.pk]
    at, remembered = until - timedelta(days=DAYS) * dice.random() - timedelta(hours=1), Talk()
    for number in range(dice.choice((1, 1, 2, 3, 4, 7))):
        at += timedelta(seconds=dice.randint(5, 600))
        text = dice.choice(OFTEN) if dice.random() < 0.5 else _once(dice)
        incoming = Incoming("", "", text)
        decision = decide(compiled, calendar, remembered, incoming, now=at, channel=connection.kind, values=values)
        yield Message(
            shop=shop,
            connection=connection,
            conversation=talk,
            event_id=f"{talk.customer}-{number}",
            text=text,
            at=at,
            outcome=decision.outcome.value,
            rule=decision.answered_by[0] if decision.answered_by else "",
            version=version,
            replies=[reply_to_json(reply) for reply in decision.replies],
            decision=decision_to_json(decision),
            before=talk_to_json(remembered),
        )
        remembered = decision.talk
