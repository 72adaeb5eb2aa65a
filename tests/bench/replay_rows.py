"""The rows of a long past, and the time it takes to replay them. Needs a database with the demo shop in it."""

from __future__ import annotations

import random
import resource
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.utils import timezone

from autoresponder import packs
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
WHO = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
OFTEN = [text for weight, talk in TALKS for text in talk * weight]
WORDS = ("혹시", "이번에", "주문한", "옷이", "언니가", "선물로", "받고", "싶대요", "그런데", "색이", "예뻐서", "어제")
ASKS = ("있나요", "되나요?", "궁금해요", "얼마예요", "알려 주세요", "인가요ㅠㅠ", "", "!")


class Measured(NamedTuple):
    """`seconds` on the wall, `cpu` seconds of all processes together, `mb` of the largest of them at its most."""

    messages: int
    changed: int
    seconds: float
    cpu: float
    mb: float


def run(count: int) -> dict[str, dict[str, float]]:
    """`count` messages more, then all of them by books that differ from the published one, by what differs."""
    shop = Shop.objects.get(slug="demo")
    version = Version.objects.get(shop=shop)
    now = timezone.now()
    fill(shop, version, count, until=now)
    edits = {
        "edited": edited,
        "spelled": spelled,
        "rewritten": rewritten,
        "renamed": renamed,
        "halved": halved,
        "another trade's pack added": another_pack_added,
        "each rule rests": resting,
        "another trade's pack instead": another_pack,
    }
    return {name: _measured(shop, edit(version.document), version, now)._asdict() for name, edit in edits.items()}


def _measured(shop: Shop, document: dict[str, Any], version: Version, now: datetime) -> Measured:
    wall, cpu = time.perf_counter(), _cpu()
    found = replay(shop, load(document), since=now - timedelta(days=90), until=now, published=version)
    seconds, spent = time.perf_counter() - wall, _cpu() - cpu
    most = max(resource.getrusage(who).ru_maxrss for who in WHO) / 1024
    return Measured(found["messages"], found["changed"], seconds, spent, most)


def _cpu() -> float:
    used = map(resource.getrusage, WHO)
    return sum(one.ru_utime + one.ru_stime for one in used)


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


def edited(document: dict[str, Any]) -> dict[str, Any]:
    """One more word for the first rule that answers, and the last rule taken out."""
    rules = document["rules"]
    place = next(place for place, rule in enumerate(rules) if rule["action"] == "answer")
    first, *others = rules[place]["groups"]
    more = {**rules[place], "groups": [{**first, "words": [*first["words"], "언니가 선물로"]}, *others]}
    return {**document, "rules": [*rules[:place], more, *rules[place + 1 : -1]]}


def spelled(document: dict[str, Any]) -> dict[str, Any]:
    """One more way to write a word of several rules."""
    return {**document, "aliases": [*document["aliases"], {"written": "받고", "meant": "배송"}]}


def rewritten(document: dict[str, Any]) -> dict[str, Any]:
    """Every answer and every standard text says something else, so hardly an answer stays what it was."""
    rules = [{**rule, "replies": [_longer(reply) for reply in rule["replies"]]} for rule in document["rules"]]
    texts = {name: {**document[name], "reply": _longer(document[name]["reply"])} for name in ("away", "fallback")}
    hand_off = {name: _longer(document["hand_off"][name]) for name in ("open", "closed")}
    return {**document, **texts, "rules": rules, "hand_off": document["hand_off"] | hand_off}


def renamed(document: dict[str, Any]) -> dict[str, Any]:
    """No rule is one of those that answered, though they look for the same words."""
    return {**document, "rules": [{**rule, "key": f"other-{rule['key']}"} for rule in document["rules"]]}


def halved(document: dict[str, Any]) -> dict[str, Any]:
    return {**document, "rules": document["rules"][::2]}


def resting(document: dict[str, Any]) -> dict[str, Any]:
    """So that what is remembered differs after every answer."""
    return {**document, "rules": [{**rule, "cooldown_minutes": 30} for rule in document["rules"]]}


def another_pack_added(document: dict[str, Any]) -> dict[str, Any]:
    return {**document, "rules": [*document["rules"], *another_pack(document)["rules"]]}


def another_pack(document: dict[str, Any]) -> dict[str, Any]:
    """Hardly a message is read as it was."""
    rules = packs.document("food-delivery")["rules"]
    return {**document, "rules": [{**rule, "key": f"food-{rule['key']}"} for rule in rules]}


def _longer(reply: dict[str, Any]) -> dict[str, Any]:
    return {**reply, "text": f"{reply['text']} 고맙습니다."}


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
