"""The operator's admin: shops and people can be made, records only read, secrets never seen."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.contrib import admin
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from autoresponder.connections.models import Connection
from autoresponder.inbox.models import Conversation, Delivery, Message
from autoresponder.rules.models import ReleaseEvent, Version
from autoresponder.shops.models import Membership, Shop, User
from tests.console.talking import say

pytestmark = pytest.mark.django_db

RECORDS = [Connection, Conversation, Message, Delivery, Version, ReleaseEvent]


@pytest.fixture
def operator_client(db: None) -> Client:
    client = Client()
    operator = User.objects.create_superuser("operator@example.com", "a long enough pass phrase")
    client.force_login(operator, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def records(webchat: Connection, published: Version, now: datetime) -> None:
    for number in range(3):
        say(webchat, "배송비 얼마예요", now=now, customer=f"c{number}")


def address(model: type, page: str, *args: int) -> str:
    return reverse(f"admin:autoresponder_{model._meta.model_name}_{page}", args=args)  # type: ignore[attr-defined]


def test_strangers_and_sellers_stay_outside(client: Client, owner_client: Client) -> None:
    assert client.get("/admin/", follow=True).redirect_chain[-1][0] == "/sign-in/?next=/admin/"
    assert owner_client.get("/admin/", follow=True).status_code == 403


def test_the_admins_own_door_takes_no_password(client: Client, operator_client: Client) -> None:
    given = {"username": "operator@example.com", "password": "a long enough pass phrase"}

    assert client.post("/admin/login/", given)["Location"].startswith("/sign-in/")
    assert client.get("/admin/").status_code == 302


def test_an_operator_makes_a_shop_with_its_owner(operator_client: Client) -> None:
    operator_client.post(
        address(User, "add"),
        {
            "email": "New.Owner@Example.com",
            "name": "새벽",
            "usable_password": "false",
            "memberships-TOTAL_FORMS": "0",
            "memberships-INITIAL_FORMS": "0",
        },
    )
    owner = User.objects.get(email="new.owner@example.com")
    operator_client.post(
        address(Shop, "add"),
        {
            "name": "새벽 빵집",
            "slug": "dawn",
            "language": "ko",
            "timezone": "Asia/Seoul",
            "answering": "on",
            "members-TOTAL_FORMS": "1",
            "members-INITIAL_FORMS": "0",
            "members-0-user": owner.pk,
            "members-0-role": "owner",
        },
    )
    seller = Client()
    seller.force_login(owner, backend="django.contrib.auth.backends.ModelBackend")

    assert Membership.objects.get(user=owner).shop.slug == "dawn"
    assert seller.get("/settings/").status_code == 200


def test_one_address_in_two_cases_is_one_person(operator_client: Client, owner: User) -> None:
    given = {"email": "OWNER@example.com", "usable_password": "false"}
    empty = {"memberships-TOTAL_FORMS": "0", "memberships-INITIAL_FORMS": "0"}

    assert operator_client.post(address(User, "add"), given | empty).status_code == 200
    assert User.objects.filter(email__iexact="owner@example.com").count() == 1


@pytest.mark.parametrize("model", RECORDS)
def test_records_are_read_and_never_changed(operator_client: Client, records: None, model: type) -> None:
    row = model.objects.first()  # type: ignore[attr-defined]

    assert operator_client.get(address(model, "changelist"), {"q": "배송"}).status_code == 200
    assert operator_client.get(address(model, "change", row.pk)).status_code == 200
    assert operator_client.post(address(model, "change", row.pk), {"text": "x"}).status_code == 403
    assert operator_client.post(address(model, "delete", row.pk), {"post": "yes"}).status_code == 403
    assert operator_client.get(address(model, "add")).status_code == 403


@pytest.mark.parametrize("model", [*RECORDS, Shop, User])
def test_a_longer_list_costs_no_more_questions(
    operator_client: Client, records: None, model: type, now: datetime
) -> None:
    url = address(model, "changelist")
    with CaptureQueriesContext(connection) as few:
        operator_client.get(url)
    other = Connection.objects.get()
    for number in range(5):
        say(other, "반품", now=now, customer=f"more-{number}")
    shop = Shop.objects.get()
    for number in range(2, 7):
        Version.objects.create(shop=shop, number=number, document={}, created_at=now)
        User.objects.create_user(f"more{number}@example.com")
    with CaptureQueriesContext(connection) as many:
        operator_client.get(url)

    assert len(many) <= len(few) <= 12


def test_secrets_are_nowhere(operator_client: Client, kakao: Connection) -> None:
    pages = [address(Connection, "changelist"), address(Connection, "change", kakao.pk)]

    for page in pages:
        text = operator_client.get(page).content.decode()
        assert kakao.sealed not in text
        assert kakao.token not in text


def test_every_table_of_the_list_is_registered_on_purpose() -> None:
    mine = {model.__name__ for model in admin.site._registry if model._meta.app_label == "autoresponder"}

    assert mine == {"Shop", "User", *(model.__name__ for model in RECORDS)}


def test_shops_and_people_cannot_be_deleted(operator_client: Client, owner: User, shop: Shop) -> None:
    assert operator_client.post(address(Shop, "delete", shop.pk), {"post": "yes"}).status_code == 403
    assert operator_client.post(address(User, "delete", owner.pk), {"post": "yes"}).status_code == 403
