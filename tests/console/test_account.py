"""Signing in: the password, the link by mail, and the limits of both."""

from __future__ import annotations

import time
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from sesame.utils import get_query_string

from autoresponder.shops.models import SignInFailure, User
from tests.fixtures import PASSWORD

pytestmark = pytest.mark.django_db

SIGN_IN, MAIL, LINK = "/sign-in/", "/sign-in/mail/", "/sign-in/link/"


def signed_in(client: Client) -> bool:
    return client.get(reverse("console:settings")).status_code == 200


def give(client: Client, email: str = "owner@example.com", password: str = PASSWORD, **more: str):  # type: ignore[no-untyped-def]
    return client.post(SIGN_IN, {"email": email, "password": password, **more})


def mails_sent(count: int) -> list[mail.EmailMessage]:
    """The mails, once `count` have left their thread (at most five seconds)."""
    until = time.monotonic() + 5
    while len(mail.outbox) < count and time.monotonic() < until:
        time.sleep(0.01)
    return list(mail.outbox)


def test_a_right_password_signs_in_whatever_the_case_of_the_address(owner: User, client: Client) -> None:
    before = client.session.session_key
    response = give(client, "Owner@Example.com")

    assert (response.status_code, response["Location"]) == (302, "/")
    assert signed_in(client)
    assert client.session.session_key != before


@pytest.mark.parametrize("email", ["owner@example.com", "nobody@example.com"])
def test_a_wrong_password_and_an_unknown_account_read_the_same(owner: User, client: Client, email: str) -> None:
    response = give(client, email, "not the password")

    assert response.status_code == 422
    assert "이메일이나 비밀번호가 맞지 않아요" in response.content.decode()
    assert f'value="{email}"' in response.content.decode()
    assert "not the password" not in response.content.decode()
    assert not signed_in(client)


def test_an_inactive_person_does_not_get_in(owner: User, client: Client) -> None:
    User.objects.filter(pk=owner.pk).update(is_active=False)

    assert give(client).status_code == 422


@pytest.mark.parametrize("email", ["owner@example.com", "nobody@example.com"])
def test_after_ten_wrong_passwords_even_the_right_one_waits(owner: User, client: Client, email: str) -> None:
    for _try in range(10):
        assert give(client, email, "wrong").status_code == 422
    response = give(client, email)

    assert response.status_code == 429
    assert "15분 뒤에" in response.content.decode()
    assert not signed_in(client)


def test_the_limit_ends_by_itself_and_asking_meanwhile_does_not_lengthen_it(owner: User, client: Client) -> None:
    for _try in range(12):
        give(client, password="wrong")
    SignInFailure.objects.update(at=timezone.now() - timedelta(minutes=15, seconds=1))

    assert give(client).status_code == 302
    assert SignInFailure.objects.count() == 0


def test_one_address_trying_many_accounts_is_stopped_and_others_are_not(owner: User, client: Client) -> None:
    for number in range(10):
        client.post(SIGN_IN, {"email": f"a{number}@example.com", "password": "x"}, REMOTE_ADDR="192.0.2.1")

    assert (
        client.post(SIGN_IN, {"email": owner.email, "password": PASSWORD}, REMOTE_ADDR="192.0.2.1").status_code == 429
    )
    assert (
        client.post(SIGN_IN, {"email": owner.email, "password": PASSWORD}, REMOTE_ADDR="192.0.2.2").status_code == 302
    )


def test_the_addresses_of_one_ipv6_network_count_together(owner: User, client: Client) -> None:
    for number in range(10):
        who = {"email": f"a{number}@example.com", "password": "x"}
        client.post(SIGN_IN, who, REMOTE_ADDR=f"2001:db8:0:1::{number}")

    right = {"email": owner.email, "password": PASSWORD}
    assert client.post(SIGN_IN, right, REMOTE_ADDR="2001:db8:0:1:ffff::1").status_code == 429


def test_a_forged_forwarding_header_is_not_believed(owner: User, client: Client) -> None:
    for number in range(10):
        who = {"email": f"a{number}@example.com", "password": "x"}
        client.post(SIGN_IN, who, headers={"X-Forwarded-For": f"198.51.100.{number}"})

    assert give(client).status_code == 429


def test_a_success_forgets_the_wrong_passwords_of_the_account(owner: User, client: Client) -> None:
    for _try in range(9):
        give(client, password="wrong")
    give(client)

    assert not SignInFailure.objects.filter(key__startswith="password:").exists()


def test_who_tried_is_not_readable_in_the_table(client: Client) -> None:
    give(client, "somebody@example.com", "wrong")

    assert not SignInFailure.objects.filter(key__contains="somebody").exists()


@pytest.mark.parametrize(
    ("wanted", "reached"),
    [
        ("/log/?q=1", "/log/?q=1"),
        ("https://evil.example/", "/"),
        ("//evil.example/", "/"),
        ("javascript:alert(1)", "/"),
        ("", "/"),
    ],
)
def test_signing_in_goes_only_to_this_site(owner: User, client: Client, wanted: str, reached: str) -> None:
    assert give(client, next=wanted)["Location"] == reached


def test_a_stranger_is_sent_to_sign_in_and_back(owner: User, client: Client) -> None:
    sent = client.get(reverse("console:settings"))["Location"]
    page = client.get(sent)

    assert urlsplit(sent).path == SIGN_IN
    assert '<input type="hidden" name="next" value="/settings/">' in page.content.decode()


@pytest.mark.parametrize("email", ["owner@example.com", "nobody@example.com"])
def test_asking_for_a_link_says_the_same_for_every_account(owner: User, client: Client, email: str) -> None:
    response = client.post(MAIL, {"email": email})

    assert response.status_code == 200
    assert "메일을 확인해 주세요" in response.content.decode()
    assert [message.to for message in mails_sent(email == owner.email)] == ([[email]] if email == owner.email else [])


def test_the_link_in_the_mail_signs_in_once(owner: User, client: Client) -> None:
    client.post(MAIL, {"email": owner.email})
    link = next(word for word in str(mails_sent(1)[0].body).split() if word.startswith("http"))
    path = link.partition("//")[2].partition("/")[2]

    assert client.get("/" + path).status_code == 200
    assert not signed_in(client)
    assert client.post("/" + path).status_code == 302
    assert signed_in(client)
    other = Client()
    assert other.post("/" + path).status_code == 410
    assert not signed_in(other)


def test_looking_at_a_link_many_times_does_not_use_it_up(owner: User, client: Client) -> None:
    path = LINK + get_query_string(owner)
    for _look in range(3):
        assert client.get(path).status_code == 200

    assert client.post(path).status_code == 302


def test_an_older_link_is_worthless_once_somebody_signed_in(owner: User, client: Client) -> None:
    path = LINK + get_query_string(owner)
    give(Client())

    assert client.get(path).status_code == 410


@pytest.mark.parametrize("token", ["", "junk", "A" * 5000, "é\0", "AAAAAAAAAAAAAAAAAAAAAAAA"])
def test_a_wrong_link_is_explained(db: None, client: Client, token: str) -> None:
    for response in (client.get(LINK, {"sesame": token}), client.post(LINK + "?sesame=" + token.replace("\0", "%00"))):
        assert response.status_code == 410
        assert "새 링크 받기" in response.content.decode()


def test_a_link_ends_after_an_hour(owner: User, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    path = LINK + get_query_string(owner)
    later = time.time() + 3601
    monkeypatch.setattr("sesame.tokens_v2.time.time", lambda: later)

    assert client.get(path).status_code == 410


def test_links_are_limited_for_known_and_unknown_accounts_alike(owner: User, client: Client) -> None:
    for email in (owner.email, "nobody@example.com"):
        said = [client.post(MAIL, {"email": email}).status_code for _wish in range(4)]
        assert said == [200, 200, 200, 429]


def test_a_mail_server_that_is_down_stays_our_secret(owner: User, client: Client, settings: object) -> None:
    settings.EMAIL_BACKEND = "no.such.backend"  # type: ignore[attr-defined]

    assert client.post(MAIL, {"email": owner.email}).status_code == 200


def test_a_bad_address_keeps_what_was_typed(db: None, client: Client) -> None:
    response = client.post(MAIL, {"email": "shop.example.com"})

    assert response.status_code == 422
    assert 'value="shop.example.com"' in response.content.decode()
    assert "비밀번호를 적어 주세요" not in response.content.decode()


def test_signing_out_needs_a_post(owner_client: Client) -> None:
    assert owner_client.get("/sign-out/").status_code == 405
    assert signed_in(owner_client)
    assert owner_client.post("/sign-out/")["Location"] == SIGN_IN
    assert not signed_in(owner_client)


@pytest.mark.parametrize("path", [SIGN_IN, MAIL, LINK, "/sign-out/", "/language/"])
def test_every_change_needs_the_form_of_our_page(owner: User, path: str) -> None:
    assert Client(enforce_csrf_checks=True).post(path).status_code == 403


def test_the_chosen_language_is_kept_after_signing_in(owner: User, client: Client) -> None:
    client.post("/language/", {"language": "en", "next": "/sign-in/"})
    give(client)

    assert '<html lang="en">' in client.get(reverse("console:settings")).content.decode()
