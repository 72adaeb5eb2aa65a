"""The way out of the house as this installation is set up."""

from __future__ import annotations

from functools import cache

from django.conf import settings

from autoresponder.net.client import Client


@cache
def client() -> Client:
    """One for the whole process: it keeps connections to the platforms open."""
    return Client(instead=settings.PLATFORM_URLS, allowed=settings.ALLOWED_NETWORKS)
