"""`manage.py connect`: a messenger connected, its address and secrets as JSON."""

from __future__ import annotations

import json
from collections.abc import Callable
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command

from autoresponder.connections.models import Connection
from autoresponder.connections.secrets import unseal
from autoresponder.shops.models import Shop

pytestmark = pytest.mark.django_db


def connect(*argv: str) -> dict[str, Any]:
    out = StringIO()
    call_command("connect", *argv, "--shop", "demo", stdout=out)
    answer: dict[str, Any] = json.loads(out.getvalue())
    return answer


@pytest.mark.parametrize("kind", ["kakao", "webhook"])
def test_a_messenger_gets_an_address_and_a_secret_that_stay(shop: Shop, kind: str) -> None:
    first, again = connect(kind), connect(kind)

    assert first == again
    assert first["kind"] == kind
    assert first["path"] == f"/hooks/{kind}/{first['token']}/"
    assert len(first["secrets"]["secret"]) >= 32
    assert Connection.objects.count() == 1


def test_the_web_chat_is_reached_by_the_shops_name(shop: Shop) -> None:
    assert connect("webchat") | {"token": ""} == {"kind": "webchat", "token": "", "path": "/chat/demo/", "secrets": {}}


def test_a_field_can_be_set(shop: Shop) -> None:
    connect("kakao", "--set", "secret=a=secret-that-we-chose-ourselves-1234")

    assert unseal(Connection.objects.get().sealed)["secret"] == "a=secret-that-we-chose-ourselves-1234"


@pytest.mark.parametrize(
    ("argv", "words"),
    [
        ([], "KIND, --shop"),
        (["kakao"], "--shop"),
        (["kakao", "--shop", "nope"], "nope"),
        (["fax", "--shop", "demo"], "kakao, line, navertalk"),
        (["kakao", "--shop", "demo", "--set", "colour=red"], "colour"),
        (["kakao", "--shop", "demo", "--set", "secret"], "FIELD=VALUE"),
        (["kakao", "--shop", "demo", "--set", "secret="], "FIELD=VALUE"),
        (["kakao", "--shop", "demo", "--set", "secret=a", "--set", "secret=b"], "twice"),
        (["kakao", "--shop", "demo", "--set", "secret=\udcff"], "UTF-8"),
    ],
)
def test_bad_input_is_one_line_exit_code_2_and_nothing_connected(
    shop: Shop, run: Callable[..., tuple[int, str]], argv: list[str], words: str
) -> None:
    code, line = run("connect", *argv)

    assert (code, line.count("\n")) == (2, 1)
    assert words in line
    assert not Connection.objects.exists()
