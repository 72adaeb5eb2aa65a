"""Setting up a messenger: asked before it is stored, our address registered, and nothing typed ever lost."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from autoresponder.channels.errors import NotAccepted, TryAgain
from autoresponder.connections import setup
from autoresponder.connections.connect import Refused, connect
from autoresponder.connections.models import Connection
from autoresponder.connections.secrets import Locked, unseal
from autoresponder.net.client import Client, NotSent, Unanswered
from autoresponder.shops.models import Shop
from tests.console.pigeon import PUBLIC, Pigeon, keep

NET = Client()


@pytest.fixture
def pigeon(monkeypatch: pytest.MonkeyPatch, settings: Any) -> Pigeon:
    return keep(monkeypatch, settings)


def values(shop: Shop) -> dict[str, str]:
    return unseal(Connection.objects.get(shop=shop, kind="pigeon").sealed)


def test_what_the_platform_takes_is_stored_and_our_address_registered(shop: Shop, pigeon: Pigeon) -> None:
    connection, outcome = setup.set_up(shop, "pigeon", {"ring": "123456", "loft": "옥상"}, NET)

    assert outcome.code == "installed" and outcome.done
    assert pigeon.told == [f"{PUBLIC}/hooks/pigeon/{connection.token}/"]
    assert connection.name == "비둘기 123456"
    assert setup.outcome_of(values(shop)) == outcome


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (NotAccepted("token", "ring"), "token"),
        (TryAgain("busy"), "busy"),
        (NotSent("unreachable"), "unreachable"),
        (NotSent("inside"), "inside"),
        (Unanswered("too_slow"), "unreachable"),
        (KeyError("an answer nobody expected"), "fault"),
    ],
)
def test_what_the_platform_does_not_take_stores_nothing(
    shop: Shop, pigeon: Pigeon, error: Exception, code: str
) -> None:
    pigeon.says["check"] = error
    with pytest.raises(NotAccepted) as refused:
        setup.set_up(shop, "pigeon", {"ring": "123456"}, NET)

    assert refused.value.code == code
    assert not Connection.objects.exists()


def test_a_value_of_the_wrong_shape_is_refused_before_the_platform_is_asked(shop: Shop, pigeon: Pigeon) -> None:
    pigeon.says["check"] = AssertionError("asked")
    with pytest.raises(Refused) as refused:
        setup.set_up(shop, "pigeon", {"ring": "12345"}, NET)

    assert refused.value.field == "ring"


def test_a_failed_change_keeps_the_values_that_work(shop: Shop, pigeon: Pigeon) -> None:
    setup.set_up(shop, "pigeon", {"ring": "123456"}, NET)
    with pytest.raises(NotAccepted):
        setup.set_up(shop, "pigeon", {"ring": "000000"}, NET)

    assert values(shop)["ring"] == "123456"


def test_a_changed_secret_works_beside_the_old_one(shop: Shop, pigeon: Pigeon) -> None:
    setup.set_up(shop, "pigeon", {"ring": "123456"}, NET)
    setup.set_up(shop, "pigeon", {"ring": "654321"}, NET)

    assert (values(shop)["ring"], values(shop)["old_ring"]) == ("654321", "123456")


def test_an_optional_value_can_be_taken_back(shop: Shop, pigeon: Pigeon) -> None:
    setup.set_up(shop, "pigeon", {"ring": "123456", "loft": "옥상", "grain": "yes"}, NET)
    setup.set_up(shop, "pigeon", {"loft": "", "grain": ""}, NET)

    assert (values(shop)["loft"], values(shop)["grain"], values(shop)["ring"]) == ("", "", "123456")


def test_an_account_that_another_program_uses_is_only_taken_over_when_asked_to(shop: Shop, pigeon: Pigeon) -> None:
    pigeon.where = "other"
    connection, outcome = setup.set_up(shop, "pigeon", {"ring": "123456"}, NET)

    assert outcome.code == "taken" and pigeon.told == []
    assert setup.register(connection, NET, take_over=True).code == "installed"
    assert len(pigeon.told) == 1


def test_where_the_platform_cannot_tell_the_seller_is_not_told_that_it_is_registered(
    shop: Shop, pigeon: Pigeon
) -> None:
    pigeon.where = "unknown"
    _, outcome = setup.set_up(shop, "pigeon", {"ring": "123456"}, NET)

    assert (outcome.code, outcome.done) == ("", True)


@pytest.mark.parametrize("act", ["installed", "install"])
def test_a_failure_after_connecting_keeps_what_was_typed_and_can_be_tried_again(
    shop: Shop, pigeon: Pigeon, act: str
) -> None:
    pigeon.says[act] = NotAccepted("address", detail="could_not_connect")
    connection, outcome = setup.set_up(shop, "pigeon", {"ring": "123456"}, NET)

    assert (outcome.code, outcome.detail, outcome.done) == ("address", "could_not_connect", False)
    assert values(shop)["ring"] == "123456"
    del pigeon.says[act]
    assert setup.register(connection, NET).code == "installed"
    assert setup.outcome_of(values(shop)) == ("installed", "", "")


def test_an_address_nobody_outside_can_reach_is_not_registered(shop: Shop, pigeon: Pigeon, settings: Any) -> None:
    settings.BASE_URL = "http://localhost:8000"
    _, outcome = setup.set_up(shop, "pigeon", {"ring": "123456"}, NET)

    assert outcome.code == "private" and pigeon.told == []


def test_where_we_fetch_the_messages_nobody_has_to_reach_us(shop: Shop, pigeon: Pigeon, settings: Any) -> None:
    settings.BASE_URL = "http://localhost:8000"
    pigeon.every = 1
    connection, outcome = setup.set_up(shop, "pigeon", {"ring": "123456"}, NET)

    assert outcome.done and setup.polled(connection)


def test_secrets_that_cannot_be_read_are_not_written_over(shop: Shop, pigeon: Pigeon, settings: Any) -> None:
    connection, _ = setup.set_up(shop, "pigeon", {"ring": "123456"}, NET)
    sealed = connection.sealed
    settings.ENCRYPTION_KEYS = ["u0eMgjh3eDLFbGoIgOs5yrKQEJ3qnRw9mt41Lt77AAY="]
    for act in (lambda: setup.register(connection, NET), lambda: setup.set_up(shop, "pigeon", {"ring": "1" * 6}, NET)):
        with pytest.raises(Locked):
            act()

    assert Connection.objects.get(shop=shop).sealed == sealed


@pytest.mark.parametrize("error", [None, NotAccepted("token"), Unanswered("too_slow"), ValueError("odd")])
def test_leaving_works_whatever_the_platform_says(
    shop: Shop, pigeon: Pigeon, now: datetime, error: Exception | None
) -> None:
    connection, _ = setup.set_up(shop, "pigeon", {"ring": "123456"}, NET)
    old = connection.token
    if error:
        pigeon.says["remove"] = error
    setup.take_off(connection, NET, now=now)

    connection.refresh_from_db()
    assert (connection.ended_at, connection.sealed) == (now, "") and connection.token != old
    assert pigeon.removed == ([] if error else [f"{PUBLIC}/hooks/pigeon/{old}/"])


def test_no_secret_stands_in_the_log(shop: Shop, pigeon: Pigeon, caplog: pytest.LogCaptureFixture) -> None:
    pigeon.says["check"] = TypeError("broke")
    with pytest.raises(NotAccepted):
        setup.set_up(shop, "pigeon", {"ring": "123456"}, NET)

    assert "broke" in caplog.text and "123456" not in caplog.text


def test_the_operators_own_app_has_one_address_for_all_shops(shop: Shop, pigeon: Pigeon, settings: Any) -> None:
    connection = connect(shop, "pigeon", {"ring": "123456"})
    pigeon.shared_hook = True  # type: ignore[misc]
    assert setup.address_of(connection).endswith(f"/{connection.token}/")
    settings.PLATFORM_APPS = {"pigeon": {"app_secret": "of the operator"}}
    assert setup.address_of(connection) == f"{PUBLIC}/hooks/pigeon/app/"
