"""One HTTP client for every platform and every address a seller types. Its promises are tested in tests/net."""

from __future__ import annotations

import json
import socket
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple


class NotSent(Exception):
    """Nothing has reached the other side. `code`: "bad_address", "inside" (leads into a private network),
    "unreachable" (no name, no connection, no TLS) or "too_slow"."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Unanswered(Exception):
    """The request went out and no whole answer came back. `code`: "too_slow", "cut_off" or "too_large"."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Answer(NamedTuple):
    """Any HTTP answer, a redirect or an error too. Header names are lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def ok(self) -> bool:
        return 200 <= self.status < 300

    def json(self) -> Mapping[str, Any]:
        """The body as a JSON object; {} for anything else."""
        try:
            value = json.loads(self.body)
        except (ValueError, RecursionError):
            return {}
        return value if isinstance(value, dict) else {}


class Client:
    """`instead`: origin -> origin to ask in its place; `allowed`: networks that may be reached though private;
    `seconds`: how long a whole request may take, from the first look at the name to the last byte."""

    def __init__(
        self, *, instead: Mapping[str, str] | None = None, allowed: Sequence[str] = (), seconds: float = 10.0
    ) -> None:
        self.instead = dict(instead or {})
        self.allowed = tuple(allowed)
        self.seconds = seconds

    def request(
        self,
        method: str,
        url: str,
        *,
        json: object = None,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        seconds: float | None = None,
        at_most: int = 1_000_000,
    ) -> Answer:
        raise NotImplementedError

    def connect(self, host: str, port: int, *, seconds: float | None = None) -> socket.socket:
        raise NotImplementedError
