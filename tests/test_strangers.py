"""Every page of the console refuses a stranger, and every change of state asks for POST with a CSRF token."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import URLPattern, reverse

from autoresponder import models
from autoresponder.connections.models import Connection
from autoresponder.rules.models import Version
from autoresponder.shops.models import Membership, User
from tests.routes import ROUTES, address

pytestmark = pytest.mark.django_db

# Open to everyone by design; each has its own tests.
OPEN = {
    "console:sign_in",
    "console:sign_in_mail",
    "console:sign_in_link",
    "console:language",
}
BACKEND = "django.contrib.auth.backends.ModelBackend"
METHODS = ("get", "post", "put", "patch", "delete")


def test_the_walk_finds_the_screens() -> None:
    names = {name for name, _ in ROUTES}

    assert {"console:home", "console:rules", "console:hours", "console:log", "console:channels"} <= names


@pytest.mark.parametrize(("name", "route"), ROUTES, ids=[name for name, _ in ROUTES])
def test_nobody_sees_a_screen_without_signing_in(name: str, route: URLPattern, published: Version) -> None:
    if name in OPEN:
        return
    for method in METHODS:
        response = getattr(Client(), method)(address(name, route))
        assert response.status_code in (302, 405), f"{method} gave {response.status_code}"
        if response.status_code == 302:
            assert response["Location"].startswith(reverse("console:sign_in"))


@pytest.mark.parametrize(("name", "route"), ROUTES, ids=[name for name, _ in ROUTES])
def test_a_person_without_a_shop_is_refused(name: str, route: URLPattern, published: Version) -> None:
    if name in OPEN or name == "console:sign_out":
        return
    nobody = Client()
    nobody.force_login(User.objects.create_user("nobody@example.com"), backend=BACKEND)

    assert nobody.get(address(name, route)).status_code in (403, 405)
    assert nobody.post(address(name, route)).status_code in (403, 405)


@pytest.mark.parametrize(("name", "route"), ROUTES, ids=[name for name, _ in ROUTES])
def test_another_shops_owner_sees_nothing_of_this_one(
    name: str, route: URLPattern, published: Version, kakao: Connection, stranger_client: Client
) -> None:
    response = stranger_client.get(address(name, route))

    assert response.status_code < 500
    assert "오후의 서랍" not in response.content.decode()
    assert "r-fee" not in response.content.decode() or response.status_code == 404


@pytest.mark.parametrize(("name", "route"), ROUTES, ids=[name for name, _ in ROUTES])
def test_a_change_without_the_csrf_token_is_refused(
    name: str, route: URLPattern, published: Version, owner: User
) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(owner, backend=BACKEND)

    assert strict.post(address(name, route)).status_code in (403, 405)


@pytest.mark.parametrize(("name", "route"), ROUTES, ids=[name for name, _ in ROUTES])
def test_nothing_changes_by_looking(name: str, route: URLPattern, published: Version, owner_client: Client) -> None:
    before = _snapshot()
    owner_client.get(address(name, route))

    assert _snapshot() == before


def _snapshot() -> list[object]:
    tables = [getattr(models, table) for table in models.__all__]
    return [list(table.objects.order_by("pk").values()) for table in tables]


@pytest.mark.parametrize("role", ["manager", "agent"])
def test_an_agent_cannot_publish(role: str, published: Version, owner_client: Client) -> None:
    Membership.objects.update(role=role)

    expected = 302 if role == "manager" else 403
    assert owner_client.post(reverse("console:roll_back")).status_code in (expected, 200 if role == "manager" else 403)
