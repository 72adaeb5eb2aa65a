"""Nobody is shut out: every page, in both languages, light and dark, on a phone and on a desk."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer
from sesame.utils import get_query_string

from autoresponder.connections.models import Connection
from autoresponder.rules import draft
from autoresponder.rules.models import Version
from autoresponder.shops.models import Shop, User
from tests.conftest import DESKTOP, PHONE
from tests.console.talking import say
from tests.routes import ROUTES, address

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(240)]

Open = Callable[..., Page]


def pages(client: Client, *, pk: int) -> Iterator[str]:
    """Every address of the console that shows a whole page to the owner."""
    for name, route in ROUTES:
        path = address(name, route, pk=pk)
        answer = client.get(path)
        if answer.status_code == 200 and b"<html" in answer.content:
            yield path
    yield from ("/inbox/", "/log/?q=nothing")


# Every pair of language, colours and size stands together once. The checker takes most of the time, and what it sees
# (names, roles, contrast) belongs to the language or to the colours; only the width depends on two of them together.
@pytest.mark.parametrize(
    ("locale", "scheme", "viewport", "thorough"),
    [
        ("ko-KR", "light", PHONE, True),
        ("ko-KR", "dark", DESKTOP, False),
        ("en-US", "light", DESKTOP, False),
        ("en-US", "dark", PHONE, True),
    ],
    ids=["ko-light-phone", "ko-dark-desktop", "en-light-desktop", "en-dark-phone"],
)
def test_every_page_can_be_used_by_everyone(
    browser_page: Open,
    signed_in_page: Open,
    shop: Shop,
    owner: User,
    owner_client: Client,
    published: Version,
    webchat: Connection,
    kakao: Connection,
    live_server: LiveServer,
    axe: Callable[[Page], None],
    viewport: dict[str, int],
    scheme: str,
    locale: str,
    thorough: bool,
) -> None:
    say(webchat, "제주도 배송비 얼마예요", now=timezone.now())
    say(webchat, "재입고 언제 돼요", now=timezone.now())
    waits = say(webchat, "상담원 불러 주세요", now=timezone.now())
    draft.set_enabled(shop, "r-return", False)
    guest = browser_page(viewport, color_scheme=scheme, locale=locale)
    page = signed_in_page(viewport, color_scheme=scheme, locale=locale)

    # The sign-in pages send a signed-in owner away, so a guest looks at them.
    walk = [(guest, "/sign-in/"), (guest, "/sign-in/link/" + get_query_string(owner))]
    walk += [(page, path) for path in pages(owner_client, pk=waits.conversation_id)]
    assert len(walk) > 15
    hosts: set[str] = set()
    for who in (guest, page):
        who.on("request", lambda request: hosts.add(urlsplit(request.url).netloc))
    for who, path in walk:
        who.set_viewport_size(viewport)
        who.goto(path)
        print(path)  # a failure below names its page
        if thorough:
            # Seen whole: a bar that sticks to the thumb always covers half of what a scroll brings out again.
            who.set_viewport_size({**viewport, "height": who.evaluate("document.documentElement.scrollHeight")})
            axe(who)
        assert who.evaluate("document.documentElement.scrollWidth") <= viewport["width"], f"{path} is too wide"
    assert hosts == {urlsplit(live_server.url).netloc}, "a page asks somebody else for something"
