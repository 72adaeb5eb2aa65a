"""A generated past of a shop, sent through the real door: nights, holidays, repeats, hand-offs, floods, people."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

from autoresponder.connections import find
from autoresponder.connections.models import Connection
from autoresponder.engine.types import Incoming
from autoresponder.inbox import handoff, notice
from autoresponder.inbox.models import Conversation, Message
from autoresponder.inbox.receive import receive
from autoresponder.shops.models import Shop, User

# A Thursday evening before the New Year, so that a public holiday lies within a day.
BEGINS = datetime(2026, 12, 31, 8, 0, tzinfo=UTC)
SAID = [
    *("배송비 얼마예요?", "배송 언제 와요", "반품 되나요", "교환 반품 되나요", "상담원 불러 주세요", "포장 되나요?"),
    *(
        "ㅁㄴㅇㄹ",
        "고래는 왜 울어요",
        "하늘이 파래요",
        "배송비 배송비",
        "qothdql djfakdPdy",
        "주차 되나요?",
        "쿠폰 있어요?",
    ),
]


def send(connection: Connection, customer: str, text: str, *, at: datetime, **more: object) -> Message:
    line = find.by_token(connection.kind, connection.token)
    assert line is not None
    incoming = Incoming("", customer, text, at=at)._replace(**more)  # type: ignore[arg-type]
    return Message.objects.get(pk=receive(line, incoming, now=at).message_id)


def live(shop: Shop, connections: list[Connection], owner: User, *, seed: int, count: int) -> datetime:
    """`count` messages of six customers; now and then a person takes over, gives back or answers. When it ends."""
    dice = random.Random(seed)
    at = BEGINS
    for _ in range(count):
        at += timedelta(seconds=dice.choice((3, 5, 9, 20, 60, 600, 3_000, 20_000)))
        customer = f"c{dice.randrange(6)}"
        connection = dice.choice(connections)
        for _again in range(dice.choice((1, 1, 1, 1, 7))):
            at += timedelta(seconds=2)
            kind = dice.choice(("text", "text", "text", "text", "image", "button"))
            with_person = dice.random() < 0.03
            send(connection, customer, dice.choice(SAID), at=at, kind=kind, with_person=with_person)
        talk = Conversation.objects.get(connection=connection, customer=customer)
        _person(talk, owner, dice, at)
    return at + timedelta(seconds=1)


def _person(talk: Conversation, owner: User, dice: random.Random, at: datetime) -> None:
    chance = dice.random()
    if chance < 0.10:
        handoff.resolve(talk)
    elif chance < 0.15 and handoff.can_reply(talk):
        handoff.reply_as_person(talk, "네, 확인해 드릴게요.", by=owner, now=at)
    elif chance < 0.18:
        notice._with_person(talk, at + timedelta(minutes=dice.choice((1, 30, 300))))
