"""One HTTP client for every platform and every address a seller types. Its promises are tested in tests/net.

Of HTTP libraries only the reading of answers (http.client) is used: connecting by ourselves is what makes it certain
that the address which was judged is the one connected to, and that `NotSent` means not a byte was sent. There is no
redirect, proxy, cookie or decompression that would have to be switched off, and no session shared by threads
(requests promises none, and its pools hide whether a request was written before it failed).
"""

from __future__ import annotations

import json as json_format
import re
import time
from collections.abc import Mapping, Sequence
from http.client import HTTPException, HTTPResponse
from ipaddress import ip_network
from socket import socket
from typing import Any, NamedTuple, cast

from autoresponder.net import guard, wire
from autoresponder.net.errors import NotSent, Unanswered
from autoresponder.net.pool import Pool
from autoresponder.net.wire import Wire

__all__ = ["Answer", "Client", "NotSent", "Unanswered"]

_TOKEN = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")  # RFC 9110 5.6.2
_VALUE = re.compile(r"[\t\x20-\x7e\x80-\xff]*")


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
            value = json_format.loads(self.body)
        except (ValueError, RecursionError):
            return {}
        return value if isinstance(value, dict) else {}


class Client:
    """`instead`: origin -> origin to ask in its place, wherever that is; `allowed`: networks that may be reached though
    private, on any port; `seconds`: how long a whole request may take, from the first look at the name to the last
    byte. Connections are kept open for a few seconds. For any number of threads."""

    def __init__(
        self, *, instead: Mapping[str, str] | None = None, allowed: Sequence[str] = (), seconds: float = 10.0
    ) -> None:
        self.instead = {origin: other.rstrip("/") for origin, other in (instead or {}).items()}
        self.allowed = tuple(ip_network(network, strict=False) for network in allowed)
        self.seconds = seconds
        self._pool = Pool()

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
        """The answer, whatever its status; redirects are not followed. `json` becomes the body, else `body` is it.
        `at_most`: bytes of the answer's body. Raises NotSent or Unanswered, which never hold the URL or a header."""
        deadline = time.monotonic() + (self.seconds if seconds is None else seconds)
        url, moved = self._instead(url)
        place = guard.place(url)
        headers = {name.lower(): value for name, value in (headers or {}).items()}
        if json is not None:
            body = json_format.dumps(json, ensure_ascii=False, allow_nan=False).encode()
            headers = {"content-type": "application/json", **headers}
        data = _request(method, place, headers, body)
        # A connection that needed no judging is none for an address that does.
        kept = f"{'platform' if moved else 'judged'} {place.origin}"
        line = self._pool.take(kept) or self._open(place, moved, deadline)
        line.deadline = deadline
        answer, again = _exchange(line, method, data, at_most)
        if again:
            self._pool.give(kept, line)
        else:
            line.close()
        return answer

    def connect(self, host: str, port: int, *, seconds: float | None = None) -> socket:
        """A plain TCP connection for mail, guarded like a request; the time-out of the socket is what is left of
        `seconds`. Raises NotSent."""
        deadline = time.monotonic() + (self.seconds if seconds is None else seconds)
        usual = port in guard.MAIL_PORTS
        machines = guard.find(host, port, allowed=self.allowed, deadline=deadline, usual=usual)
        sock = wire.dial(machines, deadline)
        sock.settimeout(max(deadline - time.monotonic(), 0.001))
        return sock

    def _instead(self, url: str) -> tuple[str, bool]:
        """The URL to ask in place of this one. Its path comes after whatever path the other origin has."""
        for origin, other in self.instead.items():
            if url == origin or url.startswith((f"{origin}/", f"{origin}?")):
                return other + url[len(origin) :], True
        return url, False

    def _open(self, place: guard.Place, moved: bool, deadline: float) -> Wire:
        # Who runs Dapjigi wrote down where else a platform is asked, so that place needs no judging, and making it
        # reachable opens nothing to the addresses that sellers type.
        allowed = guard.EVERYWHERE if moved else self.allowed
        machines = guard.find(place.host, place.port, allowed=allowed, deadline=deadline, usual=place.usual)
        sock = wire.dial(machines, deadline)
        return Wire(wire.secured(sock, place.host, deadline) if place.scheme == "https" else sock, deadline)


def _request(method: str, place: guard.Place, headers: Mapping[str, str], body: bytes | None) -> bytes:
    """The bytes to send. NotSent for a header that would be none, and could smuggle in another one."""
    length = {"content-length": str(len(body or b""))} if body is not None or method not in ("GET", "HEAD") else {}
    lines = {
        "host": place.authority,
        "user-agent": "Dapjigi",
        "accept": "*/*",
        **headers,
        "accept-encoding": "identity",
        **length,
    }
    if not all(_TOKEN.fullmatch(name) and _VALUE.fullmatch(value) for name, value in [(method, ""), *lines.items()]):
        raise NotSent("bad_address")
    head = f"{method} {place.path} HTTP/1.1\r\n" + "".join(
        f"{name.title()}: {value}\r\n" for name, value in lines.items()
    )
    return head.encode("latin-1") + b"\r\n" + (body or b"")


def _exchange(line: Wire, method: str, data: bytes, at_most: int) -> tuple[Answer, bool]:
    """The answer, and whether the connection can be used again. Anything that goes wrong from here on leaves open
    whether the other side acted, also on a connection that was kept: a second try could deliver twice."""
    try:
        line.send(data)
        # It wants a socket and uses no more of it than makefile.
        response = HTTPResponse(cast(socket, line), method=method)
        response.begin()
        return _answer(response, at_most), response.isclosed() and not response.will_close
    except Unanswered as error:
        code = error.code
    except TimeoutError:
        code = "too_slow"
    except (OSError, HTTPException, ValueError):
        code = "cut_off"
    line.close()
    raise Unanswered(code)


def _answer(response: HTTPResponse, at_most: int) -> Answer:
    if response.status < 200:
        raise Unanswered("cut_off")
    headers = {name.lower(): value for name, value in reversed(response.getheaders())}
    if headers.get("content-encoding", "identity").strip().lower() not in ("", "identity"):
        raise Unanswered("packed")
    length = response.length
    if length is not None and length > at_most:
        raise Unanswered("too_large")
    body = response.read(at_most + 1)
    if len(body) > at_most:
        raise Unanswered("too_large")
    if length is not None and len(body) < length:
        raise Unanswered("cut_off")
    return Answer(response.status, headers, body)
