"""What a person writes reaches the shop's own system once, whatever happens on the way there."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from autoresponder.connections import find
from autoresponder.connections.connect import connect, renew_secret
from autoresponder.connections.models import Connection
from autoresponder.connections.secrets import unseal
from autoresponder.engine.types import Incoming
from autoresponder.inbox import handoff, outbox
from autoresponder.inbox.models import Conversation, Delivery
from autoresponder.inbox.receive import receive
from autoresponder.rules.models import Version
from autoresponder.shops.models import Shop, User
from tests.platforms.dialect import Mode
from tests.platforms.server import Platforms
from tests.platforms.webhook import ShopSystem

pytestmark = pytest.mark.django_db

URL = "https://shop-system.example.com/dapjigi"


@pytest.fixture
def clock() -> datetime:
    """The real time: the other side refuses signatures that are not of now."""
    return datetime.now(UTC)


@pytest.fixture
def talk(shop: Shop, published: Version, platforms: Platforms, clock: datetime) -> Conversation:
    """A customer of a shop system that takes answers."""
    connection = connect(shop, "webhook", {"url": URL})
    played = platforms["webhook"]
    assert isinstance(played, ShopSystem)
    played.secret = unseal(connection.sealed)["secret"]
    line = find.by_token("webhook", connection.token)
    assert line
    received = receive(line, Incoming("e1", "cust-1", "상담원"), now=clock)
    assert not received.queued, "the automatic answer is in the response"
    return Conversation.objects.get()


def write(talk: Conversation, platforms: Platforms, owner: User, clock: datetime) -> Delivery:
    delivery = handoff.reply_as_person(talk, "네, 오늘 출발해요.", by=owner, now=clock)
    outbox.drain(lambda: clock, net=platforms.client)
    delivery.refresh_from_db()
    return delivery


def test_a_persons_words_arrive_at_the_shops_system(
    talk: Conversation, platforms: Platforms, owner: User, clock: datetime
) -> None:
    delivery = write(talk, platforms, owner, clock)
    (said,) = platforms["webhook"].accepted
    assert (said.to, said.text) == ("cust-1", "네, 오늘 출발해요.")
    assert (delivery.state, delivery.platform_ids) == (Delivery.State.SENT, said.key)


@pytest.mark.parametrize("mode", ["reset", "endless", "broken", "busy", "hang"])
def test_what_went_wrong_on_the_way_is_sent_again_and_arrives_once(
    talk: Conversation, platforms: Platforms, owner: User, clock: datetime, mode: Mode
) -> None:
    platforms.patience = 0.3
    platforms["webhook"].set(mode, times=1)
    delivery = write(talk, platforms, owner, clock)
    assert delivery.state == Delivery.State.READY

    platforms.patience = 5.0
    Delivery.objects.update(due_at=clock)
    outbox.drain(lambda: clock + timedelta(seconds=1), net=platforms.client)

    delivery.refresh_from_db()
    assert delivery.state == Delivery.State.SENT
    assert platforms["webhook"].texts() == ["네, 오늘 출발해요."]


def test_a_renewed_secret_stops_nothing(talk: Conversation, platforms: Platforms, owner: User, clock: datetime) -> None:
    renew_secret(Connection.objects.get(), "secret")
    assert write(talk, platforms, owner, clock).state == Delivery.State.SENT


def test_an_address_that_leads_inside_stops_the_messenger_until_it_is_mended(
    talk: Conversation, platforms: Platforms, owner: User, clock: datetime, shop: Shop
) -> None:
    connect(shop, "webhook", {"url": "https://169.254.169.254/latest"})
    talk = Conversation.objects.get()
    assert write(talk, platforms, owner, clock).state == Delivery.State.READY
    assert Connection.objects.get().trouble == "inside"

    connect(shop, "webhook", {"url": URL})
    outbox.drain(lambda: clock, net=platforms.client)
    assert platforms["webhook"].texts() == ["네, 오늘 출발해요."]


def test_without_an_address_a_person_cannot_write(
    webhook: Connection, published: Version, owner: User, now: datetime
) -> None:
    line = find.by_token("webhook", webhook.token)
    assert line
    receive(line, Incoming("e1", "cust-1", "상담원"), now=now)
    talk = Conversation.objects.get()

    assert not handoff.can_reply(talk, now=now)
    with pytest.raises(handoff.CannotReply):
        handoff.reply_as_person(talk, "안녕하세요", by=owner, now=now)
