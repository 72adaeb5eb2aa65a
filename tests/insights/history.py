"""A generated past of a shop, sent through the real door: nights, holidays, repeats, hand-offs, floods, people."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from itertools import chain, groupby

from autoresponder.connections import find
from autoresponder.connections.models import Connection
from autoresponder.engine.types import Incoming
from autoresponder.inbox import handoff, notice
from autoresponder.inbox.models import Conversation, Message
from autoresponder.inbox.receive import receive
from autoresponder.insights.past import Past, written
from autoresponder.rules import draft
from autoresponder.rules.release import publish
from autoresponder.shops.models import Shop, User
from tests.fixtures import RULES, hours, rule

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
    *(
        "ㅂㅐㅅㅗㅇㅂㅣ 얼마예요",
        "어제 산 건데 반품 ㄷㅚㄴㅏㅇㅛ",
        "어제 산 건데 반품 해주헤요",
        "배송비 얼머라고 했지",
    ),
]


MORE = [
    rule("r-parking", "주차", ["주차"], "{주차안내} 찾아오시는 길은 {오시는길}", cooldown_minutes=0),
    rule("r-night", "밤 쿠폰", ["쿠폰"], "밤에만 쿠폰이 있어요.", when="night"),
    rule("r-wrap", "포장", ["포장"], "2,000원에 해 드려요.", cooldown_minutes=60),
]
NIGHT = {"start": 1320, "end": 420, "greeting": ""}


def busy_shop(shop: Shop, owner: User) -> Shop:
    """With a night, a rule that rests, one that lacks a fact, and a person called after two misses; published."""
    shop.hours = hours(night=NIGHT)
    shop.facts = {"주차안내": "건물 뒤에 대세요."}
    shop.save()
    texts = draft.texts_of(shop)
    fee = [{**one, "cooldown_minutes": 30} if one["key"] == "r-fee" else one for one in RULES]
    names = {name: getattr(texts, name) for name in draft.TEXT_FIELDS}
    draft.fill_draft(shop, {"rules": [*fee, *MORE], **names})
    publish(shop, by=owner, now=BEGINS - timedelta(days=1))
    return shop


def send(connection: Connection, customer: str, text: str, *, at: datetime, **more: object) -> Message:
    line = find.by_token(connection.kind, connection.token)
    assert line is not None
    incoming = Incoming("", customer, text, at=at)._replace(**more)  # type: ignore[arg-type]
    return Message.objects.get(pk=receive(line, incoming, now=at).message_id)


def live(
    shop: Shop, connections: list[Connection], owner: User, *, seed: int, count: int, at: datetime = BEGINS
) -> datetime:
    """`count` messages of six customers from `at` on; now and then a person takes over, gives back or answers. When it
    ends."""
    dice = random.Random(seed)
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


def customers(page: list[int], *, since: datetime, until: datetime) -> list[list[Past]]:
    """The messages of one customer after the other."""
    pasts = chain.from_iterable(written(page, since=since, until=until))
    return [list(own) for _, own in groupby(pasts, lambda past: past.row.conversation_id)]


def _person(talk: Conversation, owner: User, dice: random.Random, at: datetime) -> None:
    chance = dice.random()
    if chance < 0.10:
        handoff.resolve(talk)
    elif chance < 0.15 and handoff.can_reply(talk, now=at):
        handoff.reply_as_person(talk, "네, 확인해 드릴게요.", by=owner, now=at)
    elif chance < 0.18:
        notice._with_person(talk, at + timedelta(minutes=dice.choice((1, 30, 300))))
