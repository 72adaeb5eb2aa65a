"""One loopback server for all dialects, each under its own first path part. See `Dialect.mode` for what it can do."""

from __future__ import annotations

from autoresponder.net.client import Client
from tests.platforms.dialect import Dialect


class Platforms:
    """`platforms["line"]` is the dialect; `client` reaches it; `strayed` are calls that followed a redirect.

    `patience`: seconds `client` waits for an answer. `urls`: origin -> loopback origin, for settings.PLATFORM_URLS.
    """

    patience: float = 5.0
    strayed: list[str]
    urls: dict[str, str]

    def __getitem__(self, kind: str) -> Dialect:
        raise NotImplementedError

    @property
    def client(self) -> Client:
        raise NotImplementedError
