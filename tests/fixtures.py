"""One small shop and the people around it. Time is always given: a Wednesday morning in Seoul."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.test import Client
from django.utils import translation
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from autoresponder.connections import find
from autoresponder.connections.connect import connect
from autoresponder.connections.models import Connection
from autoresponder.inbox import outbox
from autoresponder.rules import live
from autoresponder.rules.draft import fill_draft
from autoresponder.rules.models import Version
from autoresponder.rules.release import publish
from autoresponder.rules.starting import starting_texts
from autoresponder.shops.models import Membership, Shop, User, unset_hours

PASSWORD = "a long enough pass phrase"

# Monday to Friday 10:00-12:30 and 13:30-19:00, Saturday 11:00-15:00.
WEEK = [[[600, 750], [810, 1140]]] * 5 + [[[660, 900]], []]
ALWAYS = [[[0, 1440]]] * 7


def hours(week: list[list[list[int]]] = WEEK, country: str = "KR", **more: Any) -> dict[str, Any]:
    """A shop's hours as they are stored."""
    return {**unset_hours(), "week": week, "country": country, **more}


@pytest.fixture
def models_at(transactional_db: None) -> Iterator[Callable[[str], Any]]:
    """`models_at("0002_hours")` brings the tables to that migration and gives its models; afterwards they are new."""

    def move(name: str) -> Any:
        executor = MigrationExecutor(connection)
        executor.migrate([("autoresponder", name)])
        return executor.loader.project_state([("autoresponder", name)]).apps

    yield move
    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes())


@pytest.fixture
def now() -> datetime:
    """Wednesday 2026-11-25, 11:00 in Seoul: open."""
    return datetime(2026, 11, 25, 2, 0, tzinfo=UTC)


@pytest.fixture
def night() -> datetime:
    """Thursday 2026-11-26, 02:00 in Seoul: closed, opens at 10:00."""
    return datetime(2026, 11, 25, 17, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def no_stale_lines() -> None:
    """The message path keeps what it read and what it sends; each test starts with nothing of the one before."""
    find.forget()
    live._live.clear()
    live._compiled.clear()
    # Rows of the test before had the same numbers.
    outbox.slots = outbox.Slots()
    # A page that a test asked for in English leaves its thread speaking English.
    translation.activate(settings.LANGUAGE_CODE)


def rule(key: str, name: str, words: list[str], answer: str, **more: Any) -> dict[str, Any]:
    """A rule as a plain document: any of `words` gets `answer`."""
    return {
        "key": key,
        "name": name,
        "groups": [{"mode": "any", "words": words}, *more.pop("groups", [])],
        "replies": [{"text": answer, "buttons": more.pop("buttons", [])}] if answer else [],
        "band": "owner",
        "enabled": True,
        "when": "always",
        "channels": [],
        "action": "answer",
        "cooldown_minutes": 0,
        "intent": "",
        **more,
    }


RULES = [
    rule("r-person", "사람 부르기", ["상담원", "사람이랑"], "", band="safety", action="hand_off"),
    rule("r-fee", "배송비 안내", ["배송비", "택배비"], "배송비는 3,000원이고 5만원부터 무료예요."),
    rule("r-delivery", "배송 일정", ["배송", "언제 와요"], "오후 2시 전 주문은 오늘 출발해요. 보통 1~2일 걸려요."),
    rule(
        "r-return",
        "반품 안내",
        ["반품"],
        "받으신 날부터 7일 안에 알려 주시면 돼요.",
        groups=[{"mode": "none", "words": ["교환"]}],
    ),
]


@pytest.fixture
def shop(db: None) -> Shop:
    """An open shop with a draft of four rules, nothing published yet."""
    shop = Shop.objects.create(slug="demo", name="오후의 서랍", hours=hours())
    fill_draft(shop, {"rules": RULES, **starting_texts("ko")})
    return shop


@pytest.fixture
def always_open(shop: Shop) -> Shop:
    """The shop in tests that go by the real clock: when they are run must not matter."""
    shop.hours = hours(ALWAYS, country="")
    shop.save()
    return shop


@pytest.fixture
def owner(shop: Shop) -> User:
    owner = User.objects.create_user("owner@example.com", PASSWORD, name="하늘")
    Membership.objects.create(shop=shop, user=owner)
    return owner


@pytest.fixture
def published(shop: Shop, owner: User, now: datetime) -> Version:
    return publish(shop, by=owner, now=now)


@pytest.fixture
def owner_client(owner: User) -> Client:
    client = Client()
    client.force_login(owner, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def stranger(db: None) -> User:
    """The owner of another shop."""
    other = Shop.objects.create(slug="other", name="남의 가게", hours=hours())
    stranger = User.objects.create_user("stranger@example.com", PASSWORD)
    Membership.objects.create(shop=other, user=stranger)
    return stranger


@pytest.fixture
def stranger_client(stranger: User) -> Client:
    client = Client()
    client.force_login(stranger, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def webchat(shop: Shop) -> Connection:
    return connect(shop, "webchat")


@pytest.fixture
def kakao(shop: Shop) -> Connection:
    return connect(shop, "kakao")


@pytest.fixture
def webhook(shop: Shop) -> Connection:
    return connect(shop, "webhook")


@pytest.fixture
def signed_in_page(
    browser_page: Callable[..., Page], owner: User, owner_client: Client, live_server: LiveServer
) -> Callable[..., Page]:
    """Like `browser_page()`, with the owner signed in."""

    def open_page(*viewport: dict[str, int], **more: Any) -> Page:
        page = browser_page(*viewport, **more)
        session = owner_client.cookies[settings.SESSION_COOKIE_NAME].value
        page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}])
        return page

    return open_page
