"""Signing in: by password, or by a one-time link sent by e-mail; both with limits that every web process sees."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from ipaddress import IPv6Address, ip_address
from threading import Thread
from typing import cast

from django.contrib.auth import authenticate
from django.core.mail import EmailMessage
from sesame.utils import get_user

from autoresponder.shops.models import SignInFailure, User

log = logging.getLogger(__name__)

WINDOW = timedelta(minutes=15)
WRONG_PASSWORDS = 10
LINKS_AN_ACCOUNT, LINKS_AN_ADDRESS = 3, 10


class TooMany(Exception):
    """The limit is reached. `until`: when the next try is welcome."""

    def __init__(self, until: datetime) -> None:
        super().__init__("too many tries")
        self.until = until


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `most` tries in 15 minutes by whoever `who` is. Names are kept as a digest: nobody can read them."""

    what: str
    who: str
    most: int

    @property
    def key(self) -> str:
        return f"{self.what}:{sha256(self.who.encode()).hexdigest()}"


def by_password(email: str, password: str, *, address: str, now: datetime) -> User | None:
    """The person, or None for a wrong address or password alike. Raises TooMany after ten wrong ones."""
    account = Limit("password", email.casefold(), WRONG_PASSWORDS)
    tries = _try([account, Limit("password-from", _network(address), WRONG_PASSWORDS)], now)
    user = cast(User | None, authenticate(None, username=email, password=password))
    if user is not None:
        SignInFailure.objects.filter(key=account.key).delete()
        _take_back(tries)
    return user


def count_link(email: str, *, address: str, now: datetime) -> None:
    """Counts a wish for a sign-in link, whether the account exists or not. Raises TooMany."""
    account = Limit("link", email.casefold(), LINKS_AN_ACCOUNT)
    _try([account, Limit("link-from", _network(address), LINKS_AN_ADDRESS)], now)


def send_in_background(message: EmailMessage) -> None:
    """Hands the mail over in a thread of its own: a slow mail server must not tell which accounts exist."""
    Thread(target=_send, args=[message], name="sign-in mail", daemon=True).start()


def link_owner(token: str) -> User | None:
    """Whose link this is, or None when it is wrong, used or too old. Looking does not use it up."""
    return cast(User | None, get_user(token, update_last_login=False))


def by_link(token: str, *, now: datetime) -> User | None:
    """The person, and the link is used up: of two taps at once, one gets in."""
    user = link_owner(token)
    if user is None:
        return None
    # The signature covers last_login, so moving it is what makes every earlier link worthless.
    used = User.objects.filter(pk=user.pk, last_login=user.last_login).update(last_login=now)
    return user if used else None


def _try(limits: Sequence[Limit], now: datetime) -> list[SignInFailure]:
    """Writes the try down first and counts then, so that tries at the same moment see each other."""
    SignInFailure.objects.filter(at__lt=now - WINDOW).delete()
    rows = SignInFailure.objects.bulk_create(SignInFailure(key=limit.key, at=now) for limit in limits)
    until = [_blocked_until(limit, row) for limit, row in zip(limits, rows, strict=True)]
    blocked = [moment for moment in until if moment]
    if blocked:
        _take_back(rows)
        raise TooMany(max(blocked))
    return rows


def _blocked_until(limit: Limit, mine: SignInFailure) -> datetime | None:
    earlier = SignInFailure.objects.filter(key=limit.key).exclude(pk=mine.pk).order_by("-at")
    nth = earlier.values_list("at", flat=True)[limit.most - 1 : limit.most].first()
    return nth + WINDOW if nth else None


def _take_back(rows: Sequence[SignInFailure]) -> None:
    SignInFailure.objects.filter(pk__in=[row.pk for row in rows]).delete()


def _network(address: str) -> str:
    """One household has one IPv4 address, but 2^64 IPv6 addresses: those count by their /64."""
    try:
        ip = ip_address(address)
    except ValueError:
        return address
    return ip.exploded[:19] if isinstance(ip, IPv6Address) else str(ip)


def _send(message: EmailMessage) -> None:
    try:
        message.send()
    except Exception:  # every mail library fails in its own way; the person asks for another link
        log.exception("a sign-in link could not be sent")
