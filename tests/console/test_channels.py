"""연결: a card for each messenger, a guided page, a secret shown once, and green at the first real message."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

import pytest
from django.conf import settings
from django.template.loader import get_template
from django.test import Client
from django.urls import reverse
from django.utils.html import escape

from autoresponder import channels
from autoresponder.channels import kakao as kakao_adapter
from autoresponder.channels.base import Field
from autoresponder.channels.webchat import WebChat
from autoresponder.connections import find
from autoresponder.connections.models import Connection
from autoresponder.connections.secrets import unseal
from autoresponder.connections.setup import reachable
from autoresponder.console import channel_words
from autoresponder.console.connect_form import asks_first
from autoresponder.engine.types import Incoming
from autoresponder.inbox.receive import receive
from autoresponder.rules.models import Version
from autoresponder.shops.models import Shop

KINDS = list(channels.KINDS)
ACTS = ["setup", "mended", "disconnect", "health"]


def url(kind: str, act: str = "") -> str:
    return reverse(f"console:channel{'_' + act if act else ''}", args=[kind])


def body_of(client: Client, address: str) -> str:
    return client.get(address).content.decode()


def say(connection: Connection, now: datetime, **more: Any) -> None:
    line = find.by_token(connection.kind, connection.token)
    assert line
    receive(line, Incoming("e1", "c1", "배송비 <얼마>예요?", **more), now=now)


def test_every_messenger_has_its_card_in_words(owner_client: Client, shop: Shop, webchat: Connection) -> None:
    body = body_of(owner_client, reverse("console:channels"))
    for kind in KINDS:
        assert url(kind) in body and f"channels/{kind}.svg" in body
    connected, _, rest = body.partition("한국에서 많이 써요")
    assert "연결한 메신저" in connected and "첫 메시지를 기다려요" in connected and url("webchat") in connected
    assert url("kakao") in rest.partition("그 밖의 메신저")[0] and url("webhook") in rest.partition("그 밖의 메신저")[2]


@pytest.mark.parametrize("kind", [kind for kind in KINDS if not asks_first(channels.get(kind))])
def test_connecting_leads_to_the_steps_with_the_address(
    owner_client: Client, shop: Shop, settings: Any, kind: str
) -> None:
    settings.BASE_URL = "https://shop.example.com"
    assert "연결 시작하기" in body_of(owner_client, url(kind))
    body = owner_client.post(url(kind, "connect"), follow=True).content.decode()
    connection = Connection.objects.get(shop=shop, kind=kind)
    path = f"/hooks/{kind}/{connection.token}/" if channels.get(kind).has_hook else "/chat/demo/"
    assert f'data-copy="https://shop.example.com{path}"' in body
    assert "연결하는 순서" in body and "연결 확인" in body


@pytest.mark.parametrize("kind", ["kakao", "webhook"])
def test_a_secret_is_shown_in_full_once_and_masked_later(owner_client: Client, shop: Shop, kind: str) -> None:
    first = owner_client.post(url(kind, "connect"), follow=True).content.decode()
    secret = unseal(Connection.objects.get(shop=shop, kind=kind).sealed)["secret"]
    assert f'data-copy="{secret}"' in first
    again = body_of(owner_client, url(kind))
    assert secret not in again and "••••" + secret[-4:] in again
    assert secret not in str(dict(owner_client.session))


def test_a_new_secret_is_shown_once_and_the_old_one_keeps_working(
    owner_client: Client, shop: Shop, kakao: Connection
) -> None:
    old = unseal(kakao.sealed)["secret"]
    body = owner_client.post(url("kakao", "renew"), {"name": "secret"}, follow=True).content.decode()
    kakao.refresh_from_db()
    values = unseal(kakao.sealed)
    assert values["secret"] in body and values["old_secret"] == old != values["secret"]
    assert owner_client.post(url("kakao", "renew"), {"name": "old_secret"}).status_code == 404


def test_connecting_twice_changes_no_secret(owner_client: Client, shop: Shop, kakao: Connection) -> None:
    before = unseal(kakao.sealed)
    body = owner_client.post(url("kakao", "connect"), follow=True).content.decode()
    kakao.refresh_from_db()
    assert unseal(kakao.sealed) == before and before["secret"] not in body


def test_the_check_waits_and_turns_green_at_the_first_real_message(
    owner_client: Client, shop: Shop, published: Version, kakao: Connection, now: datetime
) -> None:
    check = url("kakao", "check")
    htmx = {"HX-Request": "true"}
    page = body_of(owner_client, url("kakao"))
    assert 'hx-trigger="every 3s"' in page and f'{check}?seen=waiting"' in page
    assert owner_client.get(check + "?seen=waiting", headers=htmx).status_code == 204
    say(kakao, now, test=True)
    tested = owner_client.get(check + "?seen=waiting", headers=htmx).content.decode()
    assert "테스트는 잘 왔어요" in tested and "every 3s" in tested
    line = find.by_token("kakao", kakao.token)
    assert line
    receive(line, Incoming("e2", "c2", "배송비 <얼마>예요?"), now=now)
    green = owner_client.get(check + "?seen=tested", headers=htmx).content.decode()
    assert "연결됐어요" in green and "every 3s" not in green
    assert "배송비 &lt;얼마&gt;예요?" in green
    assert 'hx-trigger="every 3s"' not in body_of(owner_client, url("kakao"))


def test_a_plain_visit_to_the_check_leads_to_the_page(owner_client: Client, shop: Shop, kakao: Connection) -> None:
    assert owner_client.get(url("kakao", "check")).headers["Location"] == url("kakao")


def test_pausing_and_resuming(owner_client: Client, shop: Shop, webchat: Connection) -> None:
    body = owner_client.post(url("webchat", "pause"), follow=True).content.decode()
    webchat.refresh_from_db()
    assert webchat.paused and "멈춰 두었어요" in body and "다시 켜기" in body
    owner_client.post(url("webchat", "resume"))
    webchat.refresh_from_db()
    assert not webchat.paused


def test_a_shop_that_never_published_is_told_so(owner_client: Client, shop: Shop, webchat: Connection) -> None:
    assert "아직 게시한 답변이 없어서" in body_of(owner_client, url("webchat"))


@pytest.mark.parametrize(
    ("address", "can"),
    [
        ("https://shop.example.com", True),
        ("http://shop.example.com", False),
        ("http://localhost:8000", False),
        ("https://localhost", False),
        ("https://192.168.0.4", False),
        ("https://8.8.8.8", True),
        ("https://[::1]:8000", False),
        ("https://printer.local", False),
        ("https://intranet", False),
    ],
)
def test_an_address_only_this_house_knows_is_told(address: str, can: bool) -> None:
    assert reachable(address) is can


def test_the_kakao_guide_warns_about_a_home_address(owner_client: Client, kakao: Connection, settings: Any) -> None:
    settings.BASE_URL = "http://localhost:8000"
    assert "밖에서 찾아올 수 없어요" in body_of(owner_client, url("kakao"))
    settings.BASE_URL = "https://shop.example.com"
    assert "밖에서 찾아올 수 없어요" not in body_of(owner_client, url("kakao"))


def test_the_kakao_guide_names_the_header_the_adapter_checks(owner_client: Client, kakao: Connection) -> None:
    assert f'data-copy="{kakao_adapter.HEADER}"' in body_of(owner_client, url("kakao"))


def test_the_web_chat_guide_gives_one_line_for_the_own_site(
    owner_client: Client, webchat: Connection, settings: Any
) -> None:
    settings.BASE_URL = "https://shop.example.com"
    line = escape('<script src="https://shop.example.com/widget.js" data-shop="demo" async></script>')
    assert f'data-copy="{line}"' in body_of(owner_client, url("webchat"))


def test_every_messenger_has_its_own_guide_mark_and_words() -> None:
    for kind in KINDS:
        assert kind in channel_words.ABOUT
        assert (settings.BASE_DIR / "static" / "channels" / f"{kind}.svg").exists()
        assert get_template(f"console/channels/guide/{kind}.html")


class Postbox(WebChat):
    """A messenger whose seller has to type something in."""

    kind = "webchat"
    fields = (Field("box", "우편함 이름"), Field("key", "열쇠", secret=True))


@pytest.fixture
def postbox(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(channels, "get", lambda kind: Postbox())


def test_fields_to_type_are_drawn_from_the_adapter_and_kept_on_an_error(
    owner_client: Client, shop: Shop, postbox: None
) -> None:
    assert "우편함 이름" in body_of(owner_client, url("webchat"))
    response = owner_client.post(url("webchat", "connect"), {"box": "가게 앞"})
    body = response.content.decode()
    assert response.status_code == 422 and 'value="가게 앞"' in body and 'aria-invalid="true"' in body
    assert not Connection.objects.filter(shop=shop).exists()


def test_a_typed_secret_is_never_shown_again_and_may_stay_blank(
    owner_client: Client, shop: Shop, postbox: None
) -> None:
    owner_client.post(url("webchat", "connect"), {"box": "가게 앞", "key": "hush-hush-123"})
    assert "hush-hush-123" not in body_of(owner_client, url("webchat"))
    owner_client.post(url("webchat", "connect"), {"box": "뒷문", "key": ""})
    assert unseal(Connection.objects.get(shop=shop).sealed) == {"box": "뒷문", "key": "hush-hush-123"}


@pytest.mark.parametrize("act", ["", "connect", "pause", "resume", "renew", "check", *ACTS])
def test_an_unknown_messenger_is_not_found(owner_client: Client, shop: Shop, act: str) -> None:
    for answer in (owner_client.get(url("pigeon", act)), owner_client.post(url("pigeon", act))):
        assert answer.status_code in (404, 405)


@pytest.mark.parametrize("act", ["pause", "resume", "renew", "check", *ACTS])
def test_another_shops_connection_is_out_of_reach(stranger_client: Client, kakao: Connection, act: str) -> None:
    method = stranger_client.get if act in ("check", "health") else stranger_client.post
    assert method(url("kakao", act)).status_code == 404
    kakao.refresh_from_db()
    assert not kakao.paused
    assert kakao.token not in body_of(stranger_client, url("kakao"))


@pytest.mark.parametrize("act", ["connect", "pause", "resume", "renew", "setup", "mended", "disconnect"])
def test_a_get_changes_nothing_and_a_visitor_has_to_sign_in(
    client: Client, owner_client: Client, shop: Shop, act: str
) -> None:
    assert owner_client.get(url("kakao", act)).status_code == 405
    assert client.post(url("kakao", act)).status_code == 302
    assert not Connection.objects.filter(shop=shop).exists()


def test_no_machine_words_outside_the_developers_part(owner_client: Client, shop: Shop) -> None:
    """What stands in <details class="technical"> is for a developer; attributes and addresses are not read aloud."""
    for kind in KINDS:
        if not asks_first(channels.get(kind)):
            owner_client.post(url(kind, "connect"))
        body = body_of(owner_client, url(kind)).split("<main")[1].split("</main>")[0]
        body = re.sub(r'<details class="technical">.*?</details>', "", body, flags=re.DOTALL)
        # A drawing shows the platform's own screen.
        body = re.sub(r'<div class="sketch.*?</div>', "", body, flags=re.DOTALL)
        # A platform's own screen may say it, and then the seller has to find that very word: ‘Use webhook’.
        text = re.sub(r"<[^>]+>|https?://\S+|‘[^’]*’", " ", body).lower()
        for word in ("webhook", "json", "token", "regex", "payload", "cron", "queue"):
            assert word not in text, (kind, word)
