"""설정: the shop's details, one's own account."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from sesame.utils import get_query_string

from autoresponder.connections import find
from autoresponder.connections.models import Connection
from autoresponder.rules.models import Version
from autoresponder.shops.models import Membership, Shop, User
from tests.console.talking import say
from tests.fixtures import PASSWORD

pytestmark = pytest.mark.django_db

PASSWORD_URL = "/settings/password/"


def test_the_page_leads_to_everything_that_is_set_up_once(owner_client: Client, webchat: Connection) -> None:
    page = owner_client.get("/settings/").content.decode()

    for name in ("channels", "releases", "simulator", "hours", "password"):
        assert f'href="{reverse(f"console:{name}")}"' in page
    assert "/chat/demo/" in page
    assert "아직 연결한 곳이 없어요" in page


def test_a_messenger_counts_as_connected_from_its_first_real_message(
    owner_client: Client, webchat: Connection, kakao: Connection, published: Version, now: datetime
) -> None:
    say(webchat, "배송비", now=now)

    assert "1곳에 연결되어 있어요" in owner_client.get("/settings/").content.decode()


def test_the_shops_name_is_in_force_for_the_next_message(owner_client: Client, webchat: Connection) -> None:
    assert find.by_token("webchat", webchat.token).shop_name == "오후의 서랍"  # type: ignore[union-attr]
    response = owner_client.post("/settings/shop/", {"name": "밤의 서랍", "language": "en"})

    line = find.by_token("webchat", webchat.token)
    assert response.status_code == 302
    assert line is not None
    assert (line.shop_name, line.language) == ("밤의 서랍", "en")


@pytest.mark.parametrize("given", [{"name": ""}, {"name": "가" * 61}, {"name": "가게", "language": "xx"}])
def test_a_bad_shop_form_keeps_what_was_typed_and_saves_nothing(owner_client: Client, given: dict[str, str]) -> None:
    response = owner_client.post("/settings/shop/", {"language": "ko", **given})

    assert response.status_code == 422
    assert f'value="{given["name"]}"' in response.content.decode() or not given["name"]
    assert 'aria-invalid="true"' in response.content.decode()
    assert Shop.objects.get().name == "오후의 서랍"


def test_somebody_who_only_answers_customers_cannot_change_the_shop(owner_client: Client, owner: User) -> None:
    Membership.objects.filter(user=owner).update(role=Membership.Role.AGENT)

    assert owner_client.post("/settings/shop/", {"name": "x", "language": "ko"}).status_code == 403
    page = owner_client.get("/settings/")
    assert page.status_code == 200
    assert "/settings/shop/" not in page.content.decode()


def test_my_name_is_mine_to_change(owner_client: Client, owner: User) -> None:
    owner_client.post("/settings/name/", {"name": "바다"})

    owner.refresh_from_db()
    assert owner.name == "바다"


def test_a_new_password_ends_every_other_session_but_not_this_one(owner_client: Client, owner: User) -> None:
    other = Client()
    other.force_login(owner, backend="django.contrib.auth.backends.ModelBackend")
    response = owner_client.post(PASSWORD_URL, {"old": PASSWORD, "new": "달빛이 드는 서랍 하나"})

    owner.refresh_from_db()
    assert response.status_code == 302
    assert owner.check_password("달빛이 드는 서랍 하나")
    assert owner_client.get("/settings/").status_code == 200
    assert other.get("/settings/").status_code == 302


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"old": "not it", "new": "달빛이 드는 서랍 하나"}, "지금 비밀번호가 맞지 않아요"),
        ({"old": PASSWORD, "new": "짧다"}, "8자 이상"),
        ({"old": PASSWORD, "new": "password"}, "너무 흔한"),
        ({"old": PASSWORD, "new": "owner@example.com"}, "너무 비슷해요"),
        ({"old": PASSWORD}, "새 비밀번호를 적어 주세요"),
    ],
)
def test_a_refused_password_is_explained_in_plain_words(
    owner_client: Client, owner: User, given: dict[str, str], words: str
) -> None:
    response = owner_client.post(PASSWORD_URL, given)

    owner.refresh_from_db()
    assert response.status_code == 422
    assert words in response.content.decode()
    assert owner.check_password(PASSWORD)


def test_guessing_the_old_password_is_limited(owner_client: Client) -> None:
    for _try in range(10):
        owner_client.post(PASSWORD_URL, {"old": "wrong", "new": "달빛이 드는 서랍 하나"})
    response = owner_client.post(PASSWORD_URL, {"old": PASSWORD, "new": "달빛이 드는 서랍 하나"})

    assert "잠시 멈췄어요" in response.content.decode()


def test_who_came_by_a_link_need_not_know_the_old_password(client: Client, owner: User) -> None:
    client.post("/sign-in/link/" + get_query_string(owner))
    response = client.post(PASSWORD_URL, {"new": "달빛이 드는 서랍 하나"})

    owner.refresh_from_db()
    assert response.status_code == 302
    assert owner.check_password("달빛이 드는 서랍 하나")


def test_the_link_stands_for_the_old_password_for_an_hour_only(client: Client, owner: User) -> None:
    client.post("/sign-in/link/" + get_query_string(owner))
    User.objects.update(last_login=timezone.now() - timedelta(minutes=61))
    response = client.post(PASSWORD_URL, {"new": "달빛이 드는 서랍 하나"})

    assert response.status_code == 422
    assert "지금 쓰는 비밀번호를 적어 주세요" in response.content.decode()


def test_a_stranger_changes_nothing(client: Client, shop: Shop) -> None:
    for path in ("/settings/shop/", "/settings/name/", PASSWORD_URL):
        assert client.post(path, {"name": "x", "language": "ko"})["Location"].startswith("/sign-in/")
    assert Shop.objects.get().name == "오후의 서랍"
