"""Connecting messengers and keeping their secrets."""

from __future__ import annotations

import pytest
from cryptography.fernet import Fernet
from pytest_django.fixtures import Settings

from autoresponder.connections import connect, find
from autoresponder.connections.models import Connection
from autoresponder.connections.secrets import mask, unseal
from autoresponder.shops.models import Shop

pytestmark = pytest.mark.django_db


def test_connecting_twice_changes_nothing(shop: Shop) -> None:
    first = connect.connect(shop, "kakao")
    again = connect.connect(shop, "kakao")

    assert (first.pk, first.token, unseal(first.sealed)) == (again.pk, again.token, unseal(again.sealed))


def test_secrets_are_made_and_never_stand_readable_in_the_database(webhook: Connection) -> None:
    secret = unseal(webhook.sealed)["secret"]

    assert secret.startswith("whsec_")
    assert secret not in Connection.objects.values_list("sealed", flat=True).get()


def test_a_renewed_secret_leaves_the_old_one_working(webhook: Connection) -> None:
    before = unseal(webhook.sealed)["secret"]
    after = connect.renew_secret(webhook, "secret")

    assert unseal(webhook.sealed) == {"secret": after, "old_secret": before}
    assert after != before


def test_an_unknown_field_is_refused_by_name(shop: Shop) -> None:
    with pytest.raises(connect.Refused) as refused:
        connect.connect(shop, "kakao", {"colour": "green"})

    assert refused.value.field == "colour"
    assert not Connection.objects.exists()


def test_an_unknown_messenger_is_refused(shop: Shop) -> None:
    with pytest.raises(KeyError):
        connect.connect(shop, "pager")


def test_a_line_is_found_by_its_token_and_kind_only(kakao: Connection) -> None:
    assert find.by_token("kakao", kakao.token) is not None
    assert find.by_token("webhook", kakao.token) is None
    assert find.by_token("kakao", kakao.token[:-1]) is None


def test_a_paused_connection_is_off_at_once(kakao: Connection) -> None:
    assert find.by_token("kakao", kakao.token).on  # type: ignore[union-attr]
    connect.set_paused(kakao, True)

    assert not find.by_token("kakao", kakao.token).on  # type: ignore[union-attr]


def test_a_lost_key_closes_the_line_instead_of_breaking_it(webhook: Connection, settings: Settings) -> None:
    settings.ENCRYPTION_KEYS = [Fernet.generate_key().decode()]

    line = find.by_token("webhook", webhook.token)
    assert line is not None
    assert line.secrets == {}


def test_masking_shows_no_more_than_the_last_letters() -> None:
    assert mask("whsec_0123456789abcdef") == "••••cdef"
    assert mask("short") == "••••"
