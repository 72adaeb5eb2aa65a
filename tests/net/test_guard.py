"""Whatever a seller types, whatever a name server answers: no machine inside is ever called.

Each address is tried at every door that leads out, and listeners on this machine prove that nobody came.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from ipaddress import ip_address
from typing import Any

import pytest

from autoresponder.channels.base import Outgoing
from autoresponder.channels.errors import NotAccepted, Refused
from autoresponder.channels.webhook import Webhook
from autoresponder.engine.types import Reply
from autoresponder.net import guard
from autoresponder.net.client import Client, NotSent
from autoresponder.shops import feed
from tests.net.raw import Line, Server, serving

# Every way to write this machine. PORT is that of a listener, so nothing but the guard stands between.
HERE = [
    "127.0.0.1",
    "127.0.0.2",
    "127.1",
    "127.0.1",
    "127.000.000.001",
    "0177.0.0.1",
    "0177.1",
    "00000177.0.0.1",
    "0x7f.0.0.1",
    "0x7f.1",
    "0x7f000001",
    "0X7F000001",
    "2130706433",
    "017700000001",
    "0",
    "0.0.0.0",
    "00.00.00.00",
    "localhost",
    "LOCALHOST",
    "localhost.",
    "127.0.0.1.",
    "127。0。0。1",
    "127．0．0．1",
    "１２７.0.0.1",
    "①②⑦.0.0.1",
    "ⓛocalhost",
    "[::1]",
    "[0:0:0:0:0:0:0:1]",
    "[::]",
    "[::127.0.0.1]",
    "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]",
    "[0:0:0:0:0:ffff:127.0.0.1]",
    "[64:ff9b::127.0.0.1]",
    "[64:ff9b:1::7f00:1]",
    "[2002:7f00:1::1]",
    "[2001:0:7f00:1::1]",
    "[::1%25lo]",
    "[fe80::1%25lo]",
]
# Private, shared, local, reserved, and where clouds keep their keys.
INSIDE = [
    "0.1.2.3",
    "10.0.0.1",
    "10.255.255.254",
    "012.0.0.1",
    "0xa.0.0.1",
    "167772161",
    "100.64.0.1",
    "100.127.255.254",
    "100.100.100.200",
    "168.63.129.16",
    "169.254.0.1",
    "169.254.169.254",
    "169.254.170.2",
    "0xa9fea9fe",
    "2852039166",
    "0251.0376.0251.0376",
    "172.16.0.1",
    "172.31.255.254",
    "192.0.0.1",
    "192.0.0.192",
    "192.0.2.1",
    "192.88.99.1",
    "192.168.0.1",
    "192.168.255.254",
    "198.18.0.1",
    "198.19.255.254",
    "198.51.100.1",
    "203.0.113.1",
    "224.0.0.1",
    "239.255.255.250",
    "240.0.0.1",
    "255.255.255.255",
    "[fc00::1]",
    "[fd00:ec2::254]",
    "[fdff:ffff::1]",
    "[fe80::1]",
    "[febf::1]",
    "[fec0::1]",
    "[ff02::1]",
    "[::10.0.0.1]",
    "[::ffff:10.0.0.1]",
    "[::ffff:169.254.169.254]",
    "[::ffff:a9fe:a9fe]",
    "[64:ff9b::a9fe:a9fe]",
    "[2002:a9fe:a9fe::1]",
    "[2001:db8::1]",
    "[3fff::1]",
    "[100::1]",
    "[4000::1]",
]
# No address at all, or one that two programs read in two ways.
NONSENSE = [
    "",
    "http://",
    "http:///path",
    "//127.0.0.1/",
    "127.0.0.1/",
    "http:127.0.0.1",
    "file:///etc/passwd",
    "ftp://example.com/",
    "gopher://127.0.0.1:6379/_INFO",
    "dict://127.0.0.1:11211/stat",
    "ldap://127.0.0.1/",
    "unix:/var/run/docker.sock",
    "javascript:alert(1)",
    "http://user@127.0.0.1:PORT/",
    "http://user:secret@127.0.0.1:PORT/",
    "http://example.com@127.0.0.1:PORT/",
    "http://127.0.0.1:PORT@example.com/",
    "http://127.0.0.1:PORT#@example.com/x y",
    "http://example.com\\@127.0.0.1:PORT/",
    "http://127.0.0.1:PORT\\.example.com/",
    "http://93.184.216.34/a\\@127.0.0.1/",
    "http://127.0.0.1:PORT\t/",
    " http://127.0.0.1:PORT/",
    "http://127.0.0.1:PORT/\r\nHost: example.com",
    "http://127.0.0.1\x00.example.com/",
    "http://127.0.0.1%00.example.com/",
    "http://127.0.0.1%2f@example.com/",
    "http://exa\u200bmple.com\u2028/",
    "http://[::1/",
    "http://::1/",
    "http://[::1]extra:PORT/",
    "http://[127.0.0.1]:PORT/",
    "http://.example.com/",
    "http://a..example.com/",
    "http://" + "a" * 64 + ".example.com/",
    "http://example.com:0/",
    "http://example.com:99999/",
    "http://example.com:-1/",
    "http://example.com:1e3/",
    "http://example.com/" + "x" * guard.LONGEST,
]
PORTS = [22, 25, 53, 110, 2375, 3306, 5432, 5672, 6379, 8000, 8080, 9200, 11211, 27017]

Door = Callable[[str], object]


def request(url: str) -> object:
    return Client().request("POST", url, json={"text": "hello"})


def calendar(url: str) -> object:
    return feed.fetch(url)


def answers(url: str) -> object:
    """To the address a seller gave for answers, whatever has been stored as one."""
    payload = Webhook().render([Reply("hello")])
    return Webhook().send(Outgoing(payload, "c", datetime.now(UTC), key="k"), {"secret": SECRET, "url": url}, Client())


def entered(url: str) -> object:
    """The look at that address before it is stored."""
    return Webhook().check({"url": url or "http://"}, Client())


SECRET = "whsec_c2FtcGxlLXNlY3JldC1rZXktMzItYnl0ZXMtbG9uZyE="
DOORS: Mapping[str, Door] = {"request": request, "calendar": calendar, "answers": answers, "entered": entered}


@pytest.fixture(autouse=True)
def canaries(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """Listens here, and keeps a list of every attempt to connect to anywhere."""
    real = socket.socket.connect

    def recorded(self: socket.socket, address: Any) -> None:
        attempts.append(address)
        if address[1] == server.port:
            return real(self, address)
        raise OSError("no test leaves this machine")

    with serving(Line.read_request) as server:
        monkeypatch.setattr(socket.socket, "connect", recorded)
        # The listener's port counts as the usual one: it must be the address that is refused.
        monkeypatch.setitem(guard.PORTS, "http", server.port)
        monkeypatch.setattr(guard, "MAIL_PORTS", {server.port})
        yield server


attempts: list[Any] = []


@pytest.fixture(autouse=True)
def nobody_came(canaries: Server) -> Iterator[None]:
    attempts.clear()
    yield
    assert (attempts, canaries.connections) == ([], 0)


def refusal(door: Door, url: str) -> str:
    with pytest.raises((NotSent, feed.Refused, NotAccepted, Refused)) as refused:
        door(url)
    # In the words of each door: "format" when it is entered, and no address at all is one that nothing is sent to.
    return {"format": "bad_address", "refused": "bad_address"}.get(refused.value.code, refused.value.code)


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("host", HERE)
def test_this_machine_is_not_called(door: str, host: str, canaries: Server) -> None:
    assert refusal(DOORS[door], f"http://{host}:{canaries.port}/") in {"inside", "bad_address", "unreachable"}


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("host", INSIDE)
def test_no_network_inside_is_called(door: str, host: str, canaries: Server) -> None:
    assert refusal(DOORS[door], f"http://{host}:{canaries.port}/") == "inside"


@pytest.mark.parametrize("host", [*HERE, *INSIDE])
def test_mail_is_fetched_from_no_machine_inside(host: str, canaries: Server) -> None:
    with pytest.raises(NotSent) as refused:
        Client().connect(host.strip("[]"), canaries.port)
    assert refused.value.code in {"inside", "bad_address", "unreachable"}


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("url", NONSENSE)
def test_what_is_no_address_is_not_asked_for(door: str, url: str, canaries: Server) -> None:
    # The blanks around what a seller pastes are taken off, so there it is the canary's own address.
    wanted = "inside" if door == "calendar" and url.startswith(" ") else "bad_address"
    assert refusal(DOORS[door], url.replace("PORT", str(canaries.port))) == wanted


@pytest.mark.parametrize("port", PORTS)
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_port_of_something_else_is_refused_before_its_name_is_looked_up(
    scheme: str, port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: pytest.fail("looked up"))
    assert refusal(request, f"{scheme}://shop.example.com:{port}/") == "bad_address"


@pytest.mark.parametrize("port", [22, 80, 443, 110, 3306, 6379])
def test_mail_comes_from_the_ports_of_mail(port: int) -> None:
    with pytest.raises(NotSent, match="bad_address"):
        Client().connect("mail.example.com", port)


def names(monkeypatch: pytest.MonkeyPatch, *answers: list[str]) -> list[str]:
    """A name server that gives these lists one after the other; returns what it was asked for."""
    asked: list[str] = []
    given = iter(answers)

    def resolve(host: str, port: int, **_: object) -> list[tuple[object, ...]]:
        asked.append(host)
        return [
            (socket.AF_INET6 if ":" in one else socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, port))
            for one in next(given)
        ]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    return asked


@pytest.mark.parametrize(
    "answer",
    [
        ["127.0.0.1"],
        ["10.1.2.3"],
        ["::1"],
        ["fe80::1%lo"],
        ["93.184.216.34", "127.0.0.1"],
        ["127.0.0.1", "93.184.216.34"],
        ["2606:2800:220:1::1", "93.184.216.34", "169.254.169.254"],
        ["93.184.216.34", "::ffff:10.0.0.1"],
    ],
)
@pytest.mark.parametrize("door", DOORS)
def test_a_name_that_leads_inside_with_one_of_its_answers_is_refused(
    door: str, answer: list[str], canaries: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = names(monkeypatch, answer)
    assert refusal(DOORS[door], f"http://shop.example.com:{canaries.port}/") == "inside"
    assert asked == ["shop.example.com"]


def test_a_second_answer_of_the_name_server_is_not_even_asked_for(
    canaries: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = names(monkeypatch, ["93.184.216.34", "93.184.216.35"], ["127.0.0.1"], ["127.0.0.1"])
    assert refusal(request, f"http://shop.example.com:{canaries.port}/") == "unreachable"
    assert asked == ["shop.example.com"]
    assert attempts == [("93.184.216.34", canaries.port), ("93.184.216.35", canaries.port)]
    attempts.clear()


def test_a_name_is_looked_up_in_ascii(canaries: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = names(monkeypatch, ["10.0.0.1"])
    assert refusal(request, f"http://우리가게.한국:{canaries.port}/") == "inside"
    assert asked == ["xn--o39akk294a1um.xn--3e0b707e"]


def test_only_the_allowed_network_is_open(canaries: Server) -> None:
    allowing = Client(allowed=["192.168.7.0/24"])
    with pytest.raises(NotSent, match="unreachable"):
        allowing.request("GET", "http://192.168.7.9:5678/hook")
    assert attempts == [("192.168.7.9", 5678)], "on any port"
    attempts.clear()
    for host in ("192.168.8.9", "127.0.0.1", "10.0.0.1"):
        with pytest.raises(NotSent, match="inside"):
            allowing.request("GET", f"http://{host}:5678/hook")
    with pytest.raises(NotSent, match="bad_address"):
        allowing.request("GET", "http://93.184.216.34:5678/hook")


def test_a_platform_elsewhere_opens_nothing_for_sellers(canaries: Server) -> None:
    moved = Client(instead={"https://api.example.com": f"http://10.0.0.5:{canaries.port + 1}"})
    with pytest.raises(NotSent, match="unreachable"):
        moved.request("GET", "https://api.example.com/me")
    assert attempts == [("10.0.0.5", canaries.port + 1)]
    attempts.clear()
    for url in (f"http://10.0.0.5:{canaries.port}/me", "https://api.example.com.evil.example:8443/"):
        with pytest.raises(NotSent, match=r"inside|bad_address"):
            moved.request("GET", url)


@pytest.mark.parametrize(
    "public", ["93.184.216.34", "1.1.1.1", "223.130.195.200", "2606:4700::1111", "2001:4860:4860::8888", "2400:cb00::1"]
)
def test_the_public_internet_is_outside(public: str) -> None:
    assert guard.is_outside(ip_address(public))
