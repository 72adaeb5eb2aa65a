"""Fetches a calendar from an address that a seller gave, and from nowhere that an address could be made to lead to."""

from __future__ import annotations

from threading import BoundedSemaphore
from typing import Any

from autoresponder.net import guard
from autoresponder.net.client import Client, NotSent, Unanswered

BYTES, SECONDS = 1_000_000, 10.0
LONGEST = 1_000
AT_ONCE = 4
HEADERS = {"User-Agent": "Dapjigi calendar", "Accept": "text/calendar"}

_slots = BoundedSemaphore(AT_ONCE)
# No network inside is open to it, not even one that the shops' own systems may live in.
_outside = Client()


class Refused(Exception):
    """`code`: "bad_address", "inside" (leads into a private network), "redirected", "status" (with `status`),
    "too_large", "too_slow", "unreachable"."""

    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(code)
        self.code, self.params = code, params


def fetch(address: str) -> bytes:
    """The body behind an http(s) or webcal address: at most 1 MB, within ten seconds. Raises Refused."""
    address = checked(address)
    # Never more threads than these wait for foreign servers: customers' messages come first.
    if not _slots.acquire(blocking=False):
        raise Refused("too_slow")
    try:
        return _get(address)
    finally:
        _slots.release()


def checked(address: str) -> str:
    """The address to ask, webcal as https. Raises Refused for what cannot be a public calendar's address."""
    address = address.strip()
    if address.lower().startswith("webcal:"):
        address = "https:" + address[len("webcal:") :]
    try:
        place = guard.place(address)
    except NotSent:
        raise Refused("bad_address") from None
    if len(address) > LONGEST or not place.usual:
        raise Refused("bad_address")
    return address


def _get(address: str) -> bytes:
    try:
        answer = _outside.request("GET", address, headers=HEADERS, seconds=SECONDS, at_most=BYTES)
    except NotSent as error:
        raise Refused(error.code) from None
    except Unanswered as error:
        if error.code == "too_large":
            raise Refused("too_large", at_most=BYTES) from None
        raise Refused("too_slow" if error.code == "too_slow" else "unreachable") from None
    if 300 <= answer.status < 400:
        raise Refused("redirected")
    if answer.status != 200:
        raise Refused("status", status=answer.status)
    return answer.body
