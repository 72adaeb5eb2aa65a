"""An Instagram token lives for sixty days; a shop that connected once stays connected."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from autoresponder.connections.connect import connect
from autoresponder.connections.models import Connection
from autoresponder.connections.renewal import EVERY, renew_due
from autoresponder.connections.secrets import unseal
from autoresponder.shops.models import Shop
from tests.platforms.instagram import Instagram
from tests.platforms.meta import APP_SECRET
from tests.platforms.server import Platforms

pytestmark = pytest.mark.django_db


@pytest.fixture
def instagram(shop: Shop, now: datetime) -> Connection:
    values = {"access_token": Instagram.token, "app_secret": APP_SECRET, "account_id": Instagram.account}
    connection = connect(shop, "instagram", values)
    Connection.objects.filter(pk=connection.pk).update(created_at=now)
    return connection


def token_of(connection: Connection) -> str:
    connection.refresh_from_db()
    return unseal(connection.sealed)["access_token"]


def test_a_token_is_renewed_every_week_and_not_before(
    instagram: Connection, platforms: Platforms, now: datetime
) -> None:
    assert renew_due(platforms.client, now=now + EVERY - timedelta(hours=1)) == 0
    assert token_of(instagram) == Instagram.token

    assert renew_due(platforms.client, now=now + EVERY) == 1
    renewed = token_of(instagram)
    assert renewed != Instagram.token
    assert renew_due(platforms.client, now=now + EVERY + timedelta(days=6)) == 0
    assert renew_due(platforms.client, now=now + EVERY * 2) == 1
    assert token_of(instagram) != renewed
    assert unseal(instagram.sealed)["app_secret"] == APP_SECRET


def test_a_token_that_was_revoked_meanwhile_is_the_sellers_to_mend(
    instagram: Connection, platforms: Platforms, now: datetime
) -> None:
    dialect = platforms["instagram"]
    assert isinstance(dialect, Instagram)
    dialect.tokens = {"IGAAanother0000000000": Instagram.account}

    assert renew_due(platforms.client, now=now + EVERY) == 0
    assert token_of(instagram) == Instagram.token
    assert instagram.trouble == "token"


def test_a_platform_that_cannot_be_reached_is_asked_again_next_time(
    instagram: Connection, platforms: Platforms, now: datetime
) -> None:
    platforms.client.instead["https://graph.instagram.com"] = "http://127.0.0.1:9"
    assert renew_due(platforms.client, now=now + EVERY) == 0
    assert token_of(instagram) == Instagram.token
    assert instagram.trouble == ""
