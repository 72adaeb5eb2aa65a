"""A mail that came in, or one the seller sent by hand, as an event."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from email.message import Message
from hashlib import sha256
from typing import NamedTuple

from autoresponder.channels.base import Event, Notice
from autoresponder.channels.mail import charsets, loop, manners, text
from autoresponder.channels.mail.letter import LONGEST_ID, Letter, data_of, inside, is_address
from autoresponder.engine.types import Incoming, IncomingKind

_LONGEST_NAME = 60
# Bytes of References: RFC 5322 lets a line be 998 long.
_LONGEST_THREAD = 900


class Own(NamedTuple):
    """What is ours: the address, the key of our message ids, and whether only rules may answer."""

    address: str
    key: str
    only_asked: bool = True


def received(letter: Letter, own: Own, at: datetime | None = None) -> Event | None:
    """What a mail in the inbox means; None for our own come back and for what needs no record. `at`: when the server
    got it, which no sender can bend."""
    _, customer = letter.sender
    if loop.is_ours(letter, own.key) or own.address in letter.addresses("from") or not customer:
        return None
    if manners.is_report(letter):
        return bounce(letter, at)
    reason = manners.why_not(letter)
    words = text.words(letter)
    return Incoming(
        event_id=letter.message_id if 0 < len(letter.message_id) <= LONGEST_ID else fingerprint(letter),
        customer=customer,
        text=words,
        kind=_kind(letter, words),
        name=letter.sender[0][:_LONGEST_NAME],
        at=at or letter.date,
        reply_to={"message_id": letter.message_id, "references": thread(letter), "subject": letter.subject[:300]},
        with_person=reason in manners.OF_A_MACHINE,
        unanswerable=reason,
        # Written to many, or forwarded here from another address: no greeting (RFC 3834 2, RFC 5230 4.5).
        only_asked=own.only_asked or own.address not in letter.addresses("to", "cc", "resent-to", "resent-cc"),
    )


def sent(letter: Letter, own: Own, at: datetime | None = None) -> Iterator[Notice]:
    """Whom somebody of the shop answered with this mail, by hand, in the mailbox itself.

    Only answers count: what a seller writes on their own account to whomever is none of our business.
    """
    if loop.is_ours(letter, own.key) or not letter.ids("in-reply-to", "references") or manners.why_not(letter):
        return
    known = letter.message_id if 0 < len(letter.message_id) <= LONGEST_ID else fingerprint(letter)
    for customer in dict.fromkeys(letter.addresses("to")):
        if customer != own.address:
            words = text.own_body(letter)[: text.LONGEST]
            yield Notice("person_answered", customer, words, known, at=at or letter.date)


def bounce(letter: Letter, at: datetime | None = None) -> Notice | None:
    """That a mail of ours could not be delivered for good; None for every other report (RFC 3464)."""
    status: dict[str, str] = {}
    original: Letter | None = None
    for part in letter.message.walk():
        kind = part.get_content_type()
        if kind == "message/delivery-status":
            status |= _fields(part)
        elif kind in ("message/rfc822", "text/rfc822-headers") and original is None:
            original = _original(part, kind)
    if status.get("action", "").lower() != "failed" or original is None or not original.message_id:
        return None
    told = (status.get("original-recipient", ""), status.get("final-recipient", ""))
    named = [each.rpartition(";")[2].strip().lower() for each in told]
    customer = next((each for each in [*original.addresses("to"), *named] if is_address(each)), "")
    code = status.get("status", "")
    said = status.get("diagnostic-code") or code
    # RFC 3463: 5.1 and 5.2.1 speak of the address; a full box or a spam filter leaves it alive.
    gone = code.startswith(("5.1.", "5.0.", "5.2.1"))
    about = Notice("failed", customer, said[:200], original.message_id[:LONGEST_ID], "gone" if gone else "refused", at)
    return about if customer else None


def fingerprint(letter: Letter) -> str:
    """In place of a missing or endless message id: the same for the same mail."""
    body = letter.body("text/plain") or letter.body("text/html")
    told = "\0".join([letter.value("from"), letter.value("date"), letter.subject, body])
    return "sha256:" + sha256(told.encode("utf-8", "replace")).hexdigest()


def thread(letter: Letter) -> str:
    """The References of an answer, blanks between: the first id and as many of the last as fit (RFC 5322 3.6.4)."""
    before = letter.ids("references") or letter.ids("in-reply-to")[:1]
    ids = [each for each in dict.fromkeys([*before, letter.message_id]) if each.isascii() and each.isprintable()]
    first, rest = ids[:1], ids[1:]
    while len(" ".join([*first, *rest])) + 3 * len(ids) > _LONGEST_THREAD and (first or rest):
        first, rest = (first, rest[1:]) if rest else ([], [])
    return " ".join(filter(None, [*first, *rest]))


def _kind(letter: Letter, words: str) -> IncomingKind:
    if words:
        return "text"
    return "image" if letter.has_picture else "other"


def _fields(part: Message) -> dict[str, str]:
    """The fields of all blocks of a report, of which each but the first is about one recipient."""
    known: dict[str, str] = {}
    for block in inside(part):
        known |= {name.lower(): charsets.header(str(value)) for name, value in block.raw_items()}
    return known


def _original(part: Message, kind: str) -> Letter | None:
    if kind == "text/rfc822-headers":
        return Letter(data_of(part))
    # Only its headers: writing out a whole mail of a stranger's can fail.
    headers = [f"{name}: {value}" for each in inside(part)[:1] for name, value in each.raw_items()]
    return Letter("\r\n".join(headers).encode("utf-8", "surrogateescape")) if headers else None
