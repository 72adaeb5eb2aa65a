"""A calendar is fetched only from where calendars live. Every server here is our own, on this machine."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from autoresponder.net import guard
from autoresponder.net.client import Client
from autoresponder.shops import feed
from autoresponder.shops.feed import Refused, checked, fetch


class Canary(BaseHTTPRequestHandler):
    """Answers by path and counts who came."""

    visits: list[str]
    answers: dict[str, Callable[[Canary], None]]

    def do_GET(self) -> None:
        self.visits.append(self.path)
        self.answers[self.path](self)

    def log_message(self, *args: object) -> None:
        pass

    def say(self, status: int, body: bytes = b"", **headers: str) -> None:
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)


def large(canary: Canary) -> None:
    canary.say(200, b"x" * (feed.BYTES + 1))


def drip(canary: Canary) -> None:
    canary.wfile.write(b"HTTP/1.1 200 OK\r\n")
    for _second in range(50):
        try:
            canary.wfile.write(b"X-Slow: 1\r\n")
            canary.wfile.flush()
        except OSError:
            return
        time.sleep(0.1)


Canary.answers = {
    "/ok": lambda canary: canary.say(200, b"BEGIN:VCALENDAR"),
    "/moved": lambda canary: canary.say(302, Location="/ok"),
    "/gone": lambda canary: canary.say(404),
    "/large": large,
    "/packed": lambda canary: canary.say(200, b"x", Content_Encoding="gzip"),
    "/drip": drip,
}


@pytest.fixture
def canary() -> Iterator[ThreadingHTTPServer]:
    Canary.visits = []
    server = ThreadingHTTPServer(("127.0.0.1", 0), Canary)
    Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def outside(canary: ThreadingHTTPServer, monkeypatch: pytest.MonkeyPatch) -> str:
    """The canary taken for a public server, to see what happens after the address was judged."""
    port = canary.server_address[1]
    monkeypatch.setitem(guard.PORTS, "http", port)
    monkeypatch.setattr(feed, "_outside", Client(allowed=["127.0.0.0/8"]))
    return f"http://127.0.0.1:{port}"


HERE = [
    "127.0.0.1",
    "127.1",
    "2130706433",
    "0x7f000001",
    "0177.0.0.1",
    "localhost",
    "localhost.",
    "[::1]",
    "[::ffff:127.0.0.1]",
    "[::127.0.0.1]",
    "0.0.0.0",
    "0",
    "[::]",
]
INSIDE = [
    "10.0.0.1",
    "172.16.0.1",
    "192.168.0.1",
    "169.254.169.254",
    "100.64.0.1",
    "168.63.129.16",
    "192.0.0.192",
    "198.18.0.1",
    "224.0.0.1",
    "255.255.255.255",
    "[fe80::1]",
    "[fc00::1]",
    "[fec0::1]",
    "[64:ff9b::a9fe:a9fe]",
    "[2002:7f00:1::1]",
    "[::ffff:169.254.169.254]",
    "[fd00:ec2::254]",
]


@pytest.mark.parametrize("host", HERE)
def test_this_machine_is_never_asked(host: str, canary: ThreadingHTTPServer, monkeypatch: pytest.MonkeyPatch) -> None:
    port = canary.server_address[1]
    monkeypatch.setitem(guard.PORTS, "http", port)
    with pytest.raises(Refused) as refused:
        fetch(f"http://{host}:{port}/ok")
    assert refused.value.code in {"inside", "unreachable", "bad_address"}
    assert Canary.visits == []


@pytest.mark.parametrize("host", INSIDE)
def test_no_private_network_is_asked(host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    connected: list[object] = []
    monkeypatch.setattr(socket.socket, "connect", lambda _self, address: connected.append(address))
    with pytest.raises(Refused) as refused:
        fetch(f"http://{host}/feed.ics")
    assert refused.value.code == "inside" and connected == []


def test_a_name_that_leads_inside_is_refused_and_only_the_first_answer_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = iter(["10.0.0.5", "93.184.216.34"])

    def resolve(*args: object, **options: object) -> list[tuple[object, ...]]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (next(answers), 80))]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    with pytest.raises(Refused) as refused:
        fetch("http://calendar.example/feed.ics")
    assert refused.value.code == "inside"
    assert next(answers) == "93.184.216.34"


@pytest.mark.parametrize(
    "address",
    [
        "",
        "calendar.example/feed.ics",
        "ftp://calendar.example/feed.ics",
        "file:///etc/passwd",
        "gopher://127.0.0.1:6379/_x",
        "http://calendar.example:22/",
        "https://calendar.example:80/",
        "http://calendar.example:99999/",
        "http://user:secret@calendar.example/",
        "http://calendar.example\\@127.0.0.1/",
        "http://cal endar.example/",
        "http://calendar.example/\r\nHost: inner",
        "http:///feed.ics",
        "http://[::1/",
        "https://calendar.example/" + "x" * 1_000,
    ],
)
def test_what_is_no_calendars_address_is_refused_unasked(address: str) -> None:
    with pytest.raises(Refused) as refused:
        checked(address)
    assert refused.value.code == "bad_address"


def test_a_calendar_address_of_a_phone_is_understood() -> None:
    assert checked(" webcal://calendar.example/feed.ics ") == "https://calendar.example/feed.ics"


def test_a_calendar_is_fetched(outside: str) -> None:
    assert fetch(f"{outside}/ok") == b"BEGIN:VCALENDAR"


@pytest.mark.parametrize(
    ("path", "code"),
    [("/moved", "redirected"), ("/gone", "status"), ("/large", "too_large"), ("/packed", "unreachable")],
)
def test_an_answer_that_is_no_calendar_is_refused(outside: str, path: str, code: str) -> None:
    with pytest.raises(Refused) as refused:
        fetch(f"{outside}{path}")
    assert refused.value.code == code
    assert Canary.visits == [path], "a redirect is not followed"


def test_a_server_that_drips_is_given_up(outside: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feed, "SECONDS", 0.6)
    started = time.monotonic()
    with pytest.raises(Refused) as refused:
        fetch(f"{outside}/drip")
    assert refused.value.code == "too_slow" and time.monotonic() - started < 3


def test_the_environment_names_no_proxy(outside: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    assert fetch(f"{outside}/ok")
