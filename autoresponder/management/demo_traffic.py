"""Thirty believable days of an invented shop, sent through the real door at past moments. Same seed, same days."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from autoresponder.connections import find
from autoresponder.connections.models import Connection
from autoresponder.engine.types import Incoming
from autoresponder.inbox import handoff
from autoresponder.inbox.models import Conversation, Delivery
from autoresponder.inbox.receive import receive
from autoresponder.shops.models import Shop, User

DAYS = 30
SEED = 20261122
# How likely a message is to come in each hour of the day: quiet mornings, a long evening, and the 2 a.m. shopper.
BY_HOUR = [5, 3, 2, 1, 1, 1, 1, 2, 4, 7, 9, 8, 8, 9, 9, 8, 7, 7, 7, 8, 10, 12, 12, 9]

# (weight, what one customer writes in a row)
TALKS: list[tuple[int, list[str]]] = [
    (14, ["배송 언제 와요?"]),
    (8, ["어제 주문했는데 언제 도착하나요?"]),
    (6, ["택배 아직 출발 안 했나요", "네 감사합니다"]),
    (5, ["배송비 얼마예요?"]),
    (4, ["제주도도 무료배송인가요?"]),
    (6, ["송장번호는 어디서 봐요?"]),
    (8, ["반품은 어떻게 해요?"]),
    (4, ["반품 배송비는 누가 내나요", "감사합니다"]),
    (6, ["사이즈 교환 되나요?"]),
    (7, ["M 사이즈 실측 알려주세요"]),
    (4, ["환불 언제 들어오나요?"]),
    (4, ["방금 주문한 거 취소할게요"]),
    (3, ["현금영수증 되나요"]),
    (3, ["첫 구매 쿠폰 있어요?"]),
    (2, ["선물 포장 가능한가요?"]),
    (3, ["오늘 몇 시까지 상담하세요?"]),
    (3, ["안녕하세요", "니트 품절인가요?"]),
    (2, ["급한데 내일까지 받을 수 있을까요"]),
    (3, ["상담원 연결해 주세요"]),
    (2, ["받은 컵이 깨져서 왔어요"]),
    (1, ["주문한 거랑 다른 상품이 왔어요"]),
    (1, ["배송지 잘못 적었는데 바꿀 수 있나요"]),
    (6, ["재입고 언제 돼요?"]),
    (3, ["크림색은 재입고 안 하나요"]),
    (3, ["세탁기에 돌려도 되나요?"]),
    (2, ["이거 비치나요?", "안감 있는지 궁금해요"]),
    (2, ["오프라인 매장 있어요?"]),
    (2, ["ㅎㅇ"]),
    (1, ["단체 주문도 받으시나요", "50벌 정도요"]),
]
PERSON_WORDS = [
    "안녕하세요, 확인해 보니 오늘 오후에 출발했어요. 내일 받으실 수 있어요.",
    "불편을 드려 죄송해요. 새 상품으로 오늘 바로 보내 드릴게요.",
    "네, 바꿔 두었어요. 다른 궁금한 점 있으시면 편하게 말씀해 주세요.",
]
STILL_WAITING = ["받은 컵이 깨져서 왔어요", "상담원이랑 이야기하고 싶어요"]


@dataclass(frozen=True, slots=True)
class Visit:
    at: datetime
    connection: Connection
    customer: str
    texts: list[str]


def send(shop: Shop, connections: list[Connection], owner: User, *, now: datetime) -> int:
    """Send the thirty days before `now`, answer those who asked for a person, leave the last two waiting."""
    dice = random.Random(SEED)
    sent = 0
    for visit in _visits(shop, connections, dice, now):
        sent += _write(visit, dice)
        _attend(visit, owner, dice)
    for minutes, text in zip((18, 4), STILL_WAITING, strict=True):
        at = now - timedelta(minutes=minutes)
        sent += _write(Visit(at, connections[minutes % 2], f"demo-waiting-{minutes}", [text]), dice)
    return sent


def _visits(shop: Shop, connections: list[Connection], dice: random.Random, now: datetime) -> Iterator[Visit]:
    zone = ZoneInfo(shop.timezone)
    today = now.astimezone(zone).date()
    visits = []
    for back in range(DAYS, -1, -1):
        for number in range(dice.randint(14, 24)):
            hour = dice.choices(range(24), BY_HOUR)[0]
            clock = time(hour, dice.randrange(60), dice.randrange(60), tzinfo=zone)
            at = datetime.combine(today - timedelta(days=back), clock)
            texts = dice.choices([talk for _, talk in TALKS], [weight for weight, _ in TALKS])[0]
            connection = connections[0] if dice.random() < 0.6 else connections[1]
            if at < now - timedelta(minutes=30):
                visits.append(Visit(at, connection, f"demo-{back}-{number}", texts))
    return iter(sorted(visits, key=lambda visit: visit.at))


def _write(visit: Visit, dice: random.Random) -> int:
    line = find.by_token(visit.connection.kind, visit.connection.token)
    if line is None:
        raise LookupError("the demo connection is gone")
    at = visit.at
    for number, text in enumerate(visit.texts):
        receive(line, Incoming(f"{visit.customer}-{number}", visit.customer, text, at=at), now=at)
        _arrive(visit.connection, at)
        at += timedelta(seconds=dice.randint(20, 90))
    return len(visit.texts)


def _attend(visit: Visit, owner: User, dice: random.Random) -> None:
    """A person looks after those who wait: by writing where the messenger allows it, else only by marking it done."""
    talk = Conversation.objects.get(connection=visit.connection, customer=visit.customer)
    if talk.waiting_since is None:
        return
    if handoff.can_reply(talk, now=visit.at):
        at = visit.at + timedelta(minutes=dice.randint(3, 40))
        handoff.reply_as_person(talk, dice.choice(PERSON_WORDS), by=owner, now=at)
        _arrive(visit.connection, at)
    handoff.resolve(talk)


def _arrive(connection: Connection, at: datetime) -> None:
    """What the worker would have done a second later, long ago."""
    ready = Delivery.objects.filter(connection=connection, state=Delivery.State.READY)
    ready.update(state=Delivery.State.SENT, sent_at=at + timedelta(seconds=1), attempts=1)
