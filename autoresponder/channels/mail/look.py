"""A look into the mailbox: what customers wrote, and whom somebody of the shop answered by hand."""

from __future__ import annotations

import imaplib
import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from autoresponder.channels.base import Event, Polled
from autoresponder.channels.errors import ChannelDown, Code, SendError, TryAgain
from autoresponder.channels.mail import read
from autoresponder.channels.mail.account import Account
from autoresponder.channels.mail.imap import OLDEST, Found, LoginRefused, Mailbox, Mark
from autoresponder.channels.mail.letter import Letter
from autoresponder.net.client import Client, NotSent

log = logging.getLogger(__name__)


def poll(own: Account, cursor: Mapping[str, Any], net: Client, now: datetime) -> Polled:
    """Cursor: {"of": address, "inbox": mark, "sent": mark, "folder": name}, marks as in mail/imap.py. Raises a
    SendError."""
    if cursor.get("of") != own.address:  # another mailbox begins anew, or its old mail would be answered
        cursor = {}
    with _telling(own), _mailbox(own, net) as box:
        # What a person sent by hand comes first: it silences the bot about what it answers.
        folder = cursor.get("folder") or box.sent_folder()
        sent, sent_mark = _look_sent(box, folder, cursor.get("sent"), now)
        inbox, inbox_mark = _look(box, "INBOX", cursor.get("inbox"), now)
    events = [event for found in sent for event in _events(found, own, now, by_hand=True)]
    events += [event for found in inbox for event in _events(found, own, now, by_hand=False)]
    return Polled(
        events, {"of": own.address, "inbox": inbox_mark} | ({"sent": sent_mark, "folder": folder} if sent_mark else {})
    )


@contextmanager
def _mailbox(own: Account, net: Client) -> Iterator[Mailbox]:
    if own.imap is None:
        raise ChannelDown("permission", "no IMAP server")
    # Up to a hundred mails come; a mailbox is no platform's API, and nobody waits.
    with Mailbox(own.imap, net, 3 * net.seconds) as box:
        box.enter(own.user, own.password)
        yield box


@contextmanager
def _telling(own: Account) -> Iterator[None]:
    """What goes wrong in the mailbox as a SendError; reading again is always safe."""
    failure: SendError
    try:
        yield
        return
    except LoginRefused as error:
        codes: dict[str, Code] = {"token": "token", "switched_off": "permission"}
        said = own.unspoken(error.said)
        failure = ChannelDown(codes[error.code], said) if error.code in codes else TryAgain("busy", said)
    except NotSent as error:
        failure = ChannelDown("inside") if error.code == "inside" else TryAgain("unreachable", error.code)
    except TimeoutError:
        failure = TryAgain("busy", "too_slow")
    except (OSError, imaplib.IMAP4.error) as error:
        failure = TryAgain("unreachable", own.unspoken(str(error)))
    raise failure


def _look(box: Mailbox, folder: str, mark: Mark | None, now: datetime) -> tuple[list[Found], Mark]:
    """At first only where the folder ends: nothing old is ever answered."""
    return ([], box.end_of(folder)) if mark is None else box.look(folder, mark, now)


def _look_sent(box: Mailbox, folder: str, mark: Mark | None, now: datetime) -> tuple[list[Found], Mark | None]:
    """A mailbox without a readable folder for sent mails is read all the same."""
    if not folder:
        return [], None
    try:
        return _look(box, folder, mark, now)
    except imaplib.IMAP4.abort:
        raise
    except imaplib.IMAP4.error:
        return [], None


def _events(found: Found, own: Account, now: datetime, *, by_hand: bool) -> list[Event]:
    """The events of one mail. A mail that breaks us must not stand in the way of all that come after it."""
    try:
        letter = Letter(found.raw)
        # Mail fetched from another account comes with today's arrival and its own old date.
        if letter.date and letter.date < now - OLDEST:
            return []
        if by_hand:
            return list(read.sent(letter, own.own, found.at))
        event = read.received(letter, own.own, found.at)
        return [event] if event else []
    except Exception:
        log.exception("a mail could not be read")
        return []
