"""`platforms`: every messenger platform on the loopback, as new for each test, with the product pointed at it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytest_django.fixtures import Settings

from autoresponder.connections import outside
from tests.platforms.server import LOOPBACK, Platforms


@pytest.fixture(scope="session")
def platform_server() -> Iterator[Platforms]:
    played = Platforms()
    yield played
    played.stop()


@pytest.fixture
def platforms(platform_server: Platforms, settings: Settings) -> Iterator[Platforms]:
    platform_server.reset()
    settings.PLATFORM_URLS = platform_server.urls
    settings.ALLOWED_NETWORKS = [LOOPBACK]
    outside.client.cache_clear()
    yield platform_server
    outside.client.cache_clear()
    faults = platform_server.faults
    platform_server.reset()
    assert faults == []
