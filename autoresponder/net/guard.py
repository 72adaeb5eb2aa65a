"""Where a request may go: what an address says, and which machines its name leads to."""

from __future__ import annotations

import re
import socket
import time
from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from queue import Empty, SimpleQueue
from threading import Thread
from typing import NamedTuple
from urllib.parse import quote, urlsplit

from autoresponder.net.errors import NotSent

Network = IPv4Network | IPv6Network
Machine = tuple[str, int]

PORTS = {"http": 80, "https": 443}
MAIL_PORTS = frozenset({25, 143, 465, 587, 993, 995})
LONGEST = 2_000

# RFC 4291 2.4: addresses of the public internet. All forms that carry an IPv4 address in an IPv6 one (mapped,
# compatible, NAT64), site-local and unique local ones lie outside.
_PUBLIC_V6 = ip_network("2000::/3")
# Public by the word of some Python (is_global), and yet no way to a stranger's server: Azure's inner address, protocol
# assignments (Oracle's metadata), 6to4 and its relays, Teredo, documentation (RFC 9637).
_INSIDE: tuple[Network, ...] = tuple(
    map(ip_network, ("168.63.129.16/32", "192.0.0.0/24", "192.88.99.0/24", "2001::/23", "2002::/16", "3fff::/20"))
)
EVERYWHERE: tuple[Network, ...] = (ip_network("0.0.0.0/0"), ip_network("::/0"))
# Host and port and nothing else: urlsplit overlooks what stands between "]" and ":".
_AUTHORITY = re.compile(r"(\[[0-9a-f:.]+\]|[^\[\]:@]+)(:[0-9]*)?", re.ASCII | re.IGNORECASE)
_NAME = re.compile(r"[a-z0-9_-]+(\.[a-z0-9_-]+)*\.?", re.ASCII)
# What may stand in a path and query as it is (RFC 3986); "%" because it is taken to be quoted already.
_AS_IT_IS = "/?%:@!$&'()*+,;=-._~[]"


class Place(NamedTuple):
    """A taken-apart URL. `path` is with the query and without the fragment, as it stands in the request line."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def usual(self) -> bool:
        return self.port == PORTS[self.scheme]

    @property
    def authority(self) -> str:
        """The Host header."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.usual else f"{host}:{self.port}"

    @property
    def origin(self) -> str:
        return f"{self.scheme}://{self.authority}"


def place(url: str) -> Place:
    """What an http(s) URL says. Raises NotSent("bad_address"), also for everything that two programs might read in two
    ways: blanks, controls, backslashes, a user's name before the host."""
    if len(url) > LONGEST or any(sign.isspace() or not sign.isprintable() or sign == "\\" for sign in url):
        raise NotSent("bad_address")
    try:
        parts = urlsplit(url)
        port, name = parts.port, _host(parts.hostname or "")
    except ValueError:
        port, name, parts = 0, "", urlsplit("")
    if parts.scheme not in PORTS or not _AUTHORITY.fullmatch(parts.netloc) or not name or port == 0:
        raise NotSent("bad_address")
    path = quote(parts.path or "/", _AS_IT_IS) + (f"?{quote(parts.query, _AS_IT_IS)}" if parts.query else "")
    return Place(parts.scheme, name, port or PORTS[parts.scheme], path)


def find(host: str, port: int, *, allowed: Sequence[Network], deadline: float, usual: bool) -> list[Machine]:
    """The machines behind a name, all of which may be reached. `usual`: the port is one for this purpose; any other is
    for allowed networks only. Raises NotSent: one address that leads inside spoils all others, for a name that answers
    with both is an attack."""
    try:
        name = _host(host)
    except ValueError:
        name = ""
    if not name or not (usual or allowed):
        raise NotSent("bad_address")
    found = _look_up(name, port, deadline - time.monotonic())
    extra = [any(_within(address, network) for network in allowed) for address in found]
    if not all(exempt or is_outside(address) for address, exempt in zip(found, extra, strict=True)):
        raise NotSent("inside")
    if not usual and not all(extra):
        raise NotSent("bad_address")
    return [(str(address), port) for address in found]


def is_outside(address: IPv4Address | IPv6Address) -> bool:
    """Whether this is a machine of the public internet."""
    if isinstance(address, IPv6Address) and (address not in _PUBLIC_V6 or address.scope_id):
        return False
    odd = address.is_multicast or address.is_reserved or address.is_unspecified
    return address.is_global and not odd and not any(_within(address, network) for network in _INSIDE)


def _within(address: IPv4Address | IPv6Address, network: Network) -> bool:
    return address.version == network.version and address in network


def _host(host: str) -> str:
    """A name in lower case ASCII (IDNA), or an IPv6 address; ValueError for anything else."""
    if ":" in host:
        return str(IPv6Address(host))
    name = host.encode("idna").decode().lower()
    if not _NAME.fullmatch(name):
        raise ValueError("no name of a machine")
    return name


def _look_up(name: str, port: int, seconds: float) -> list[IPv4Address | IPv6Address]:
    """Every address of a name. Asking cannot be stopped (getaddrinfo has no time-out), only no longer waited for."""
    try:
        return [ip_address(name)]
    except ValueError:
        told = SimpleQueue[list[IPv4Address | IPv6Address]]()
    Thread(target=lambda: told.put(_resolve(name, port)), name="look up", daemon=True).start()
    try:
        found = told.get(timeout=max(seconds, 0))
    except Empty:
        found = None
    if not found:
        raise NotSent("too_slow" if found is None else "unreachable")
    return found


def _resolve(name: str, port: int) -> list[IPv4Address | IPv6Address]:
    try:
        entries = socket.getaddrinfo(name, port, type=socket.SOCK_STREAM)
        # The scope of a link-local address stands in the fourth place; such an address is refused anyway.
        return list(dict.fromkeys(ip_address(entry[4][0]) for entry in entries))
    except (OSError, ValueError):
        return []
