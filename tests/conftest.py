"""For every test: a browser on the running product, and the accessibility checker. Shops: tests/fixtures.py."""

import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.db.models.signals import post_migrate
from playwright.sync_api import Browser, ConsoleMessage, Page, Playwright
from pytest_django.live_server_helper import LiveServer

from autoresponder import messages
from tests import browser as chromium

pytest_plugins = ["tests.fixtures", "tests.platforms.fixtures"]

PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1280, "height": 800}
BEST_PRACTICE_IS_NOT_LAW = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# What is in order is only counted: to describe each element of it to us takes as long as to check the page. No rule
# of these reads style sheets, so they are not fetched again.
CHECKS = {"runOnly": BEST_PRACTICE_IS_NOT_LAW, "resultTypes": ["violations"], "preload": {"assets": ["media"]}}

# Playwright's loop runs in the test's own thread, and Django would take that for asynchronous code.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"


def pytest_configure(config: pytest.Config) -> None:
    """Compile the translations once, not in every worker of a parallel run."""
    if not hasattr(config, "workerinput"):
        messages.compile_all()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests that may take minutes begin first, so that no worker of a parallel run is left alone with them."""
    items.sort(key=lambda item: item.get_closest_marker("timeout") is None)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None) -> None:
    """After each test that commits, Django makes the permissions of its admin anew, which takes as long as many a
    test. We have none but a superuser there."""
    post_migrate.disconnect(dispatch_uid="django.contrib.auth.management.create_permissions")


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    """The system's Chromium in place of the one that Playwright would download."""
    path = chromium.find()
    if path is None:
        pytest.fail(chromium.HOW)
    started = playwright.chromium.launch(executable_path=path, args=list(chromium.FLAGS))
    yield started
    started.close()


def _is_fault(line: ConsoleMessage) -> bool:
    return line.type == "error" and "status of 422" not in line.text


@pytest.fixture
def browser_page(browser: Browser, live_server: LiveServer) -> Iterator[Callable[..., Page]]:
    """`browser_page()` opens a Korean phone; `browser_page(DESKTOP, color_scheme="dark")` any other.

    A console error, a failed script or a refused resource fails the test: under our policy it is always a fault.
    Only a form that came back with its errors (422) is none, though Chromium says so in red.
    """
    faults: list[str] = []
    contexts = []

    def open_page(viewport: dict[str, int] = PHONE, **more: Any) -> Page:
        context = browser.new_context(base_url=live_server.url, viewport=viewport, **{"locale": "ko-KR", **more})
        context.set_default_timeout(10_000)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda line: faults.append(line.text) if _is_fault(line) else None)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert faults == []


@pytest.fixture(scope="session")
def axe() -> Callable[[Page], None]:
    """`axe(page)` fails with the list of what a person using a screen reader, a keyboard or low vision would meet."""

    def check(page: Page) -> None:
        found = Axe().run(page, options=CHECKS)
        assert found.violations_count == 0, found.generate_report()

    return check
