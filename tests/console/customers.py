"""For each messenger: what a seller pastes, and how a customer's first words come in as its platform sends them."""

from __future__ import annotations

import base64
import hmac
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any
from urllib.parse import urlsplit

from django.utils import timezone
from playwright.sync_api import Page

from autoresponder.channels import signing
from autoresponder.connections.models import Connection
from autoresponder.inbox import poll
from autoresponder.net.client import Answer, Client
from tests.channels.mails import raw
from tests.platforms import email, line, meta, telegram, whatsapp
from tests.platforms.server import Platforms

QUESTION = "배송비 얼마예요?"


@dataclass(slots=True)
class World:
    """One test: the platforms, the product's address here, the seller's page, and how far its clock is ahead."""

    platforms: Platforms
    url: str
    page: Page
    ahead: timedelta = timedelta()

    def now(self) -> datetime:
        return timezone.now() + self.ahead

    def connection(self, kind: str) -> Connection:
        return Connection.objects.get(kind=kind)

    def post(self, path: str, body: object, headers: Mapping[str, str]) -> Answer:
        """As a platform calls us; `path` is what it was told, on this machine."""
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        heads = {"Content-Type": "application/json", **headers}
        here = Client(allowed=["127.0.0.0/8", "::1/128"])
        answer = here.request("POST", self.url + urlsplit(path).path, body=data, headers=heads)
        assert answer.status == 200, answer.body
        return answer

    def copied(self, label: str) -> str:
        """What the seller copies from the page."""
        return self.page.get_by_role("button", name=f"{label} 복사하기").get_attribute("data-copy") or ""


Fill = Callable[[World], Mapping[str, str]]
# The answer, where it is in the response to the request.
Write = Callable[[World], str]


@dataclass(frozen=True, slots=True)
class Customer:
    """`fill`: the form, field by field; None where there is nothing to type."""

    kind: str
    write: Write
    fill: Fill | None = None
    public: bool = True


def _kakao(world: World) -> str:
    body = {"userRequest": {"utterance": QUESTION, "user": {"id": "kakao-user"}}, "bot": {"id": "b"}}
    return world.post(world.copied("연결 주소"), body, {"X-Dapjigi-Key": world.copied("헤더값")}).body.decode()


def _webhook(world: World) -> str:
    now, secret = str(int(time.time())), world.copied("연결 비밀번호")
    body = json.dumps({"type": "message.received", "data": {"sender_id": "c1", "text": QUESTION}}).encode()
    signature = signing.sign(secret, "m1", now, body)
    headers = {"webhook-id": "m1", "webhook-timestamp": now, "webhook-signature": signature}
    return world.post(world.copied("연결 주소"), body, headers).body.decode()


def _navertalk(world: World) -> str:
    event = {
        "event": "send",
        "user": "al-2eGuGr5WQOnco1_V-FQ",
        "textContent": {"text": QUESTION, "inputType": "typing"},
    }
    return world.post(world.copied("연결 주소"), event, {}).body.decode()


def _webchat(world: World) -> str:
    chat = world.page.context.new_page()
    chat.goto("/chat/demo/")
    chat.get_by_role("textbox").fill(QUESTION)
    chat.get_by_role("textbox").press("Enter")
    chat.get_by_text(QUESTION).wait_for()
    chat.close()
    return ""


def _line(world: World) -> str:
    platform = world.platforms["line"]
    assert isinstance(platform, line.LinePlatform)
    platform.give("reply-token", "U1")
    event = {
        "type": "message",
        "mode": "active",
        "timestamp": int(time.time() * 1000),
        "source": {"type": "user", "userId": "U1"},
        "webhookEventId": "01FZ74A0TDDPYRVKNK77XKC3ZR",
        "deliveryContext": {"isRedelivery": False},
        "replyToken": "reply-token",
        "message": {"id": "444573844083572737", "type": "text", "text": QUESTION},
    }
    body = json.dumps({"destination": line.BOT_ID, "events": [event]}).encode()
    proof = base64.b64encode(hmac.digest(b"0" * 32, body, "sha256")).decode()
    world.post(platform.endpoint, body, {"x-line-signature": proof})
    return ""


def _telegram(world: World) -> str:
    """As Telegram calls the address it was told, with the secret it was told."""
    bot = telegram.double(world.platforms)
    bot.says(QUESTION)
    headers = {"X-Telegram-Bot-Api-Secret-Token": bot.webhook["secret_token"]}
    world.post(bot.webhook["url"], bot.updates.pop(), headers)
    return ""


def _telegram_fetched(world: World) -> str:
    telegram.double(world.platforms).says(QUESTION)
    return _look(world, "telegram")


def _mail(world: World) -> str:
    company = world.platforms["email"]
    assert isinstance(company, email.Email)
    _look(world, "email")  # nothing that was there before is answered
    date = timezone.now().strftime("%a, %d %b %Y %H:%M:%S +0000")
    company.company.inbox.put(raw(QUESTION, Subject=None, Date=date), timezone.now())
    world.ahead = timedelta(minutes=1)
    return _look(world, "email")


def _look(world: World, kind: str) -> str:
    looked = poll.poll_once(world.connection(kind).pk, world.platforms.client, world.now, wake=lambda: None)
    assert looked.failures == 0
    return ""


def _meta(kind: str) -> Write:
    def write(world: World) -> str:
        platform = world.platforms[kind]
        assert isinstance(platform, meta.Graph)
        (hook,) = platform.hooks.values()
        now = int(time.time())
        if kind == "whatsapp":
            message = {"from": "15550000001", "id": "wamid.1", "timestamp": str(now), "type": "text"}
            value = {
                "messaging_product": "whatsapp",
                "metadata": {"phone_number_id": platform.account},
                "contacts": [{"wa_id": "15550000001", "profile": {"name": "민서"}}],
                "messages": [{**message, "text": {"body": QUESTION}}],
            }
            entry: dict[str, Any] = {"id": whatsapp.BUSINESS, "changes": [{"field": "messages", "value": value}]}
        else:
            said = {"sender": {"id": "9000000000000001"}, "recipient": {"id": platform.account}}
            said |= {"timestamp": now * 1000, "message": {"mid": "m_1", "text": QUESTION}}  # type: ignore[dict-item]
            entry = {"id": platform.account, "time": now * 1000, "messaging": [said]}
        body = json.dumps({"object": hook["object"], "entry": [entry]}).encode()
        proof = hmac.new(meta.APP_SECRET.encode(), body, sha256).hexdigest()
        world.post(hook["callback_url"], body, {"X-Hub-Signature-256": f"sha256={proof}"})
        return ""

    return write


def _meta_values(kind: str, **more: str) -> Fill:
    def fill(world: World) -> Mapping[str, str]:
        platform = world.platforms[kind]
        assert isinstance(platform, meta.Graph)
        values = {"access_token": platform.token, "app_secret": meta.APP_SECRET, "app_id": platform.app_id}
        return {name: platform.account if value == "account" else value for name, value in {**more, **values}.items()}

    return fill


def _mail_values(world: World) -> Mapping[str, str]:
    company = world.platforms["email"]
    assert isinstance(company, email.Email)
    given = company.secrets()
    return {name: given[name] for name in ("address", "password", "imap_host", "smtp_host")}


CUSTOMERS = {
    "kakao": Customer("kakao", _kakao),
    "webhook": Customer("webhook", _webhook),
    "navertalk": Customer("navertalk", _navertalk),
    "webchat": Customer("webchat", _webchat),
    "line": Customer("line", _line, lambda world: {"channel_secret": "0" * 32, "access_token": line.ACCESS_TOKEN}),
    "telegram": Customer("telegram", _telegram, lambda world: {"bot_token": telegram.TOKEN}),
    "telegram at home": Customer(
        "telegram", _telegram_fetched, lambda world: {"bot_token": telegram.TOKEN}, public=False
    ),
    "messenger": Customer("messenger", _meta("messenger"), _meta_values("messenger")),
    "instagram": Customer("instagram", _meta("instagram"), _meta_values("instagram")),
    "whatsapp": Customer(
        "whatsapp",
        _meta("whatsapp"),
        _meta_values("whatsapp", phone_number_id="account", business_id="100000000000009"),
    ),
    "email": Customer("email", _mail, _mail_values, public=False),
}
