"""Fetches a calendar from an address that a seller gave, and from nowhere that an address could be made to lead to.

The name is resolved once, judged, and that very address is connected to, so no second answer of a name server counts.
"""

from __future__ import annotations

import time
from ipaddress import ip_address, ip_network
from threading import BoundedSemaphore, Event, Thread
from typing import Any
from urllib.parse import urlsplit

import requests
from requests_hardened import Config, HTTPSession
from requests_hardened.ip_filter import InvalidIPAddress
from requests_hardened.ip_filter_adapter import IPFilterAdapter

BYTES, SECONDS = 1_000_000, 10.0
LONGEST = 1_000
PORTS = {"http": 80, "https": 443}
# What the library lets pass and no public calendar lives in: Azure's inner address, site-local, IPv4 in IPv6.
INSIDE = tuple(map(ip_network, ("168.63.129.16/32", "fec0::/10", "::/96")))
AT_ONCE = 4

_slots = BoundedSemaphore(AT_ONCE)


class Refused(Exception):
    """`code`: "bad_address", "inside" (leads into a private network), "redirected", "status" (with `status`),
    "too_large", "too_slow", "unreachable"."""

    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(code)
        self.code, self.params = code, params


class _OnlyOutside(IPFilterAdapter):
    def build_connection_pool_key_attributes(self, *args: Any, **options: Any) -> tuple[Any, Any]:
        host, pool = super().build_connection_pool_key_attributes(*args, **options)
        address = ip_address(host["host"].strip("[]"))
        if not address.is_global or any(address.version == net.version and address in net for net in INSIDE):
            raise InvalidIPAddress(address)
        return host, pool


def fetch(address: str) -> bytes:
    """The body behind an http(s) or webcal address: at most 1 MB, within ten seconds. Raises Refused."""
    address = checked(address)
    # Never more threads than these wait for foreign servers: customers' messages come first.
    if not _slots.acquire(blocking=False):
        raise Refused("too_slow")
    given_up, told = Event(), list[bytes | Refused]()
    # In a thread, because a server that drips its headers out holds every read for less than a time-out.
    Thread(target=_answer, args=(address, given_up, told), name="calendar feed", daemon=True).start()
    deadline = time.monotonic() + SECONDS
    while not told and time.monotonic() < deadline:
        time.sleep(0.02)
    given_up.set()
    answer = told[0] if told else Refused("too_slow")
    if isinstance(answer, Refused):
        raise answer
    return answer


def checked(address: str) -> str:
    """The address to ask, webcal as https. Raises Refused for what cannot be a public calendar's address."""
    address = address.strip()
    if address.lower().startswith("webcal:"):
        address = "https:" + address[len("webcal:") :]
    if len(address) > LONGEST or any(sign.isspace() or not sign.isprintable() or sign == "\\" for sign in address):
        raise Refused("bad_address")
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        raise Refused("bad_address") from None
    usual = PORTS.get(parts.scheme)
    if usual is None or not parts.hostname or "@" in parts.netloc or port not in (None, usual):
        raise Refused("bad_address")
    return address


def _answer(address: str, given_up: Event, told: list[bytes | Refused]) -> None:
    try:
        told.append(_get(address, given_up))
    except Refused as refused:
        told.append(refused)
    except InvalidIPAddress:
        told.append(Refused("inside"))
    except requests.Timeout:
        told.append(Refused("too_slow"))
    except Exception:  # whatever a foreign server makes the client stumble over
        told.append(Refused("unreachable"))
    finally:
        _slots.release()


def _get(address: str, given_up: Event) -> bytes:
    with _session() as session, session.get(address, stream=True, timeout=SECONDS / 2) as response:
        if response.is_redirect or 300 <= response.status_code < 400:
            raise Refused("redirected")
        if response.status_code != requests.codes.ok:
            raise Refused("status", status=response.status_code)
        # Unpacked it could be of any size, and it was asked for as it is.
        if response.headers.get("Content-Encoding", "identity").lower() != "identity":
            raise Refused("unreachable")
        body = bytearray()
        while piece := response.raw.read1(64 * 1024):
            body += piece
            if len(body) > BYTES:
                raise Refused("too_large", at_most=BYTES)
            if given_up.is_set():
                raise Refused("too_slow")
    return bytes(body)


def _session() -> HTTPSession:
    config = Config(
        ip_filter_enable=True, ip_filter_allow_loopback_ips=False, never_redirect=True, default_timeout=SECONDS / 2
    )
    session = HTTPSession(config)
    session.mount("http://", _OnlyOutside(is_https_proto=False))
    session.mount("https://", _OnlyOutside(is_https_proto=True))
    session.trust_env = False
    session.headers = {"User-Agent": "Dapjigi calendar", "Accept": "text/calendar", "Accept-Encoding": "identity"}
    return session
