"""One address of the operator's own Meta app for many shops: each gets what is theirs, and nobody anything else."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from autoresponder.connections.connect import connect, disconnect, path_of
from autoresponder.connections.models import Connection
from autoresponder.inbox import outbox
from autoresponder.inbox.models import Conversation, Delivery, Message
from autoresponder.rules.draft import fill_draft
from autoresponder.rules.models import Version
from autoresponder.rules.release import publish
from autoresponder.rules.starting import starting_texts
from autoresponder.shops.models import Shop
from tests.channels.meta_contract import NEW_SECRET, signature
from tests.fixtures import ALWAYS, RULES, hours
from tests.platforms import messenger as messenger_platform
from tests.platforms import whatsapp as whatsapp_platform
from tests.platforms.meta import APP_SECRET, error
from tests.platforms.server import Platforms

pytestmark = [pytest.mark.django_db, pytest.mark.both]

OURS = "/hooks/messenger/app/"
VERIFY = "operators-verify-token"
OPERATOR = {"app_id": "700000000000001", "app_secret": APP_SECRET, "verify_token": VERIFY}
ONE, OTHER, STRANGER = "100000000000001", "100000000000002", "100000000000009"


@pytest.fixture(autouse=True)
def operator(settings: Settings) -> None:
    settings.PLATFORM_APPS = dict.fromkeys(("messenger", "instagram", "whatsapp"), OPERATOR)


@pytest.fixture
def new_shop(db: None, now: datetime) -> Callable[[str], Shop]:
    def make(slug: str) -> Shop:
        shop = Shop.objects.create(slug=slug, name=slug, hours=hours(ALWAYS, country=""))
        fill_draft(shop, {"rules": RULES, **starting_texts("ko")})
        publish(shop, by=None, now=now)
        return shop

    return make


@pytest.fixture
def one(new_shop: Callable[[str], Shop]) -> Connection:
    return page_of(new_shop("one"), ONE)


@pytest.fixture
def other(new_shop: Callable[[str], Shop]) -> Connection:
    return page_of(new_shop("other"), OTHER)


def page_of(shop: Shop, page: str, **more: str) -> Connection:
    token = messenger_platform.Messenger.token
    return connect(shop, "messenger", {"page_id": page, "access_token": token, **more})


def entry(page: str, text: str, mid: str = "", customer: str = "9000000000000001") -> dict[str, Any]:
    stamp = int(time.time() * 1000)
    message = {"mid": mid or f"m_{page}", "text": text}
    event = {"sender": {"id": customer}, "recipient": {"id": page}, "timestamp": stamp, "message": message}
    return {"id": page, "time": stamp, "messaging": [event]}


def post(client: Client, path: str, *entries: dict[str, Any], secret: str = APP_SECRET, object: str = "page") -> int:
    body = json.dumps({"object": object, "entry": list(entries)}).encode()
    headers = {"X-Hub-Signature-256": signature(body, secret)}
    answer = client.post(path, body, content_type="application/json", headers=headers)
    assert answer.status_code != 200 or answer.json() == {}
    return int(answer.status_code)


def asked() -> set[tuple[str, str]]:
    return {(message.shop.slug, message.text) for message in Message.objects.select_related("shop")}


def test_each_shop_gets_its_own_and_a_stranger_costs_them_nothing(
    client: Client, one: Connection, other: Connection
) -> None:
    status = post(client, OURS, entry(ONE, "배송비"), entry(STRANGER, "누구세요"), entry(OTHER, "반품"))

    assert status == 200
    assert asked() == {("one", "배송비"), ("other", "반품")}
    assert {delivery.connection_id for delivery in Delivery.objects.all()} == {one.pk, other.pk}


def test_meta_sends_again_what_it_is_not_sure_of_and_nobody_is_answered_twice(client: Client, one: Connection) -> None:
    for _ in range(2):
        assert post(client, OURS, entry(ONE, "배송비")) == 200

    assert Message.objects.get().repeats == 1
    assert Delivery.objects.count() == 1


def test_a_shop_with_an_app_of_its_own_hears_nothing_from_the_operators(
    client: Client, one: Connection, new_shop: Callable[[str], Shop]
) -> None:
    page_of(new_shop("own-app"), OTHER, app_secret=NEW_SECRET)

    assert post(client, OURS, entry(ONE, "배송비"), entry(OTHER, "반품")) == 200
    assert asked() == {("one", "배송비")}


def test_a_shop_with_an_app_of_its_own_cannot_speak_for_others(
    client: Client, one: Connection, new_shop: Callable[[str], Shop]
) -> None:
    own = page_of(new_shop("own-app"), OTHER, app_secret=NEW_SECRET)

    assert post(client, path_of(own), entry(ONE, "배송비"), entry(OTHER, "반품"), secret=NEW_SECRET) == 200
    assert asked() == {("own-app", "반품")}
    assert post(client, path_of(own), entry(OTHER, "환불", "m_2"), secret=APP_SECRET) == 401
    assert post(client, OURS, entry(ONE, "배송비"), secret=NEW_SECRET) == 401


def test_the_kinds_of_one_app_are_kept_apart(client: Client, one: Connection) -> None:
    assert post(client, "/hooks/instagram/app/", entry(ONE, "배송비"), object="instagram") == 200
    assert post(client, OURS, entry(ONE, "배송비"), object="instagram") == 200
    assert not Message.objects.exists()


def test_a_disconnected_page_is_a_stranger(client: Client, one: Connection) -> None:
    disconnect(one, now=timezone.now())

    assert post(client, OURS, entry(ONE, "배송비")) == 200
    assert not Message.objects.exists()


def test_without_an_app_of_the_operators_there_is_no_such_address(client: Client, settings: Settings) -> None:
    settings.PLATFORM_APPS = {}

    assert post(client, OURS, entry(ONE, "배송비")) == 404


@pytest.mark.parametrize(("token", "status"), [(VERIFY, 200), ("guessed", 403), ("", 403)])
def test_meta_asks_whether_the_operators_address_is_ours(client: Client, token: str, status: int) -> None:
    query = {"hub.mode": "subscribe", "hub.verify_token": token, "hub.challenge": "1158201444"}
    answer = client.get(OURS, query)

    assert answer.status_code == status
    assert (answer.content == b"1158201444") is (status == 200)
    assert status != 200 or answer.headers["Content-Type"].startswith("text/plain")


def test_meta_asks_whether_a_shops_own_address_is_ours(client: Client, new_shop: Callable[[str], Shop]) -> None:
    own = page_of(new_shop("own-app"), OTHER, app_secret=NEW_SECRET, verify_token="shops-verify-token")
    query = {"hub.mode": "subscribe", "hub.challenge": "1158201444"}

    assert client.get(path_of(own), {**query, "hub.verify_token": "shops-verify-token"}).content == b"1158201444"
    assert client.get(path_of(own), {**query, "hub.verify_token": VERIFY}).status_code == 403


def test_an_answer_is_delivered_and_the_echo_of_it_silences_nobody(
    client: Client, one: Connection, platforms: Platforms
) -> None:
    post(client, OURS, entry(ONE, "배송비"))
    assert outbox.drain(timezone.now, net=platforms.client) == 1

    (said,) = platforms["messenger"].accepted
    assert "3,000원" in said.text
    echo = entry(ONE, said.text, said.message_id, customer=ONE)
    echo["messaging"][0]["recipient"]["id"] = said.to
    # Also when the platform leaves our mark out: the id of what we sent is known.
    echo["messaging"][0]["message"] |= {"is_echo": True, "app_id": 700000000000001}
    post(client, OURS, echo)
    post(client, OURS, entry(ONE, "반품", "m_2"))

    assert [message.outcome for message in Message.objects.order_by("pk")] == ["answered", "answered"]


def test_a_person_who_answers_in_the_pages_inbox_silences_the_bot(client: Client, one: Connection) -> None:
    post(client, OURS, entry(ONE, "배송비"))
    echo = entry(ONE, "제가 볼게요", "m_person", customer=ONE)
    echo["messaging"][0]["recipient"]["id"] = "9000000000000001"
    echo["messaging"][0]["message"] |= {"is_echo": True, "app_id": 263902037430900}
    post(client, OURS, echo)
    post(client, OURS, entry(ONE, "반품", "m_2"))

    assert [message.outcome for message in Message.objects.order_by("pk")] == ["answered", "silent"]


def test_a_closed_window_waits_for_a_person_and_stops_nothing_else(
    client: Client, one: Connection, platforms: Platforms
) -> None:
    platform = platforms["messenger"]
    platform.refusal = lambda: error(10, "outside of allowed window", 2018278)  # type: ignore[method-assign]
    platform.set("error", times=1)
    post(client, OURS, entry(ONE, "배송비"))
    post(client, OURS, entry(ONE, "배송비", "m_2", customer="9000000000000002"))
    outbox.drain(timezone.now, net=platforms.client)

    assert sorted(Delivery.objects.values_list("state", "error")) == [("refused", "window"), ("sent", "")]
    assert Conversation.objects.exclude(waiting_since=None).count() == 1
    one.refresh_from_db()
    assert one.trouble == ""


@pytest.mark.usefixtures("always_open")
def test_whatsapp_tells_of_a_failure_by_number_though_the_customer_has_a_user_id(
    client: Client, shop: Shop, published: Version, platforms: Platforms
) -> None:
    phone = whatsapp_platform.WhatsApp.account
    given = {"phone_number_id": phone, "business_id": whatsapp_platform.BUSINESS}
    connect(shop, "whatsapp", {**given, "access_token": whatsapp_platform.WhatsApp.token})

    def tell(**value: Any) -> None:
        change = {"field": "messages", "value": {"metadata": {"phone_number_id": phone}, **value}}
        told = {"id": whatsapp_platform.BUSINESS, "changes": [change]}
        assert post(client, "/hooks/whatsapp/app/", told, object="whatsapp_business_account") == 200

    contacts = [{"wa_id": "15550000001", "user_id": "KR.1", "profile": {"name": "바다"}}]
    message = {"from": "15550000001", "id": "wamid.1", "timestamp": str(int(time.time())), "type": "text"}
    tell(contacts=contacts, messages=[{**message, "text": {"body": "배송비"}}])
    outbox.drain(timezone.now, net=platforms.client)
    (said,) = platforms["whatsapp"].accepted
    sent = Delivery.objects.get()
    assert (said.to, sent.state) == ("15550000001", "sent")

    failure = {
        "status": "failed",
        "recipient_id": "15550000001",
        "errors": [{"code": 131026, "title": "Undeliverable"}],
    }
    tell(statuses=[{"id": "wamid.of-somebody-else", **failure}])
    sent.refresh_from_db()
    assert sent.state == "sent"
    tell(statuses=[{"id": sent.platform_ids, **failure}])
    sent.refresh_from_db()
    assert (sent.state, sent.error) == ("refused", "gone")
    assert Conversation.objects.get().waiting_since is not None
