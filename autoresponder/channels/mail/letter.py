"""One mail, read forgivingly: its headers, who it is from, and the text in it. RFC 5322, RFC 2045-2049."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import Message
from email.parser import BytesHeaderParser
from email.utils import getaddresses, parsedate_to_datetime
from functools import cached_property

from autoresponder.channels.mail import charsets

LONGEST_ADDRESS = 200
LONGEST_ID = 200
# No mail program nests deeper, or says "boundary" more often in the mails of a long thread.
_DEEP, _PARTED = 20, 12
_LONGEST_HEADER = 50_000
_ADDRESS = re.compile(r"[^\s@<>,;:\"()\[\]\\]+@[^\s@<>,;:\"()\[\]\\]+")
_MESSAGE_ID = re.compile(r"<([^<>\s]+)>")


class Letter:
    """Headers come decoded, ids without their angle brackets, addresses in lower case."""

    def __init__(self, raw: bytes) -> None:
        # The parser compares every line with the boundary of every part it is in, and goes as deep as it is told.
        bare = raw.lower().count(b"boundary") > _PARTED
        headers = BytesHeaderParser(policy=policy.compat32)
        self.message: Message = headers.parsebytes(raw) if bare else message_from_bytes(raw, policy=policy.compat32)

    def values(self, name: str) -> list[str]:
        """Every value of a header that may come several times, in order."""
        return [charsets.header(value) for each, value in self._raw if each == name.lower()]

    def value(self, name: str) -> str:
        """The first one; "" where there is none."""
        return next(iter(self.values(name)), "")

    @cached_property
    def _raw(self) -> list[tuple[str, str]]:
        return [(name.lower(), str(value)) for name, value in self.message.raw_items()]

    def people(self, *names: str) -> list[tuple[str, str]]:
        """(name, address) of everybody in these headers who has a real address."""
        # Taken apart before it is decoded: an encoded name may hold a comma or an "@".
        found = [pair for each, value in self._raw if each in names for pair in _people(value)]
        return [(charsets.header(name), address) for name, address in found if is_address(address)]

    def addresses(self, *names: str) -> list[str]:
        return [address for _, address in self.people(*names)]

    @property
    def sender(self) -> tuple[str, str]:
        """(name, address) of whom an answer goes to: Reply-To where it names one person (RFC 5322 3.6.2), else From.

        Both are as easily forged. A form on the shop's site writes with the site's From and the customer's Reply-To.
        """
        wanted = self.people("reply-to")
        writers = self.people("from")
        if len(wanted) == 1:
            name, address = wanted[0]
            return name or next((known for known, other in writers if other == address), ""), address
        return writers[0] if writers else ("", "")

    @property
    def message_id(self) -> str:
        return next(iter(self.ids("message-id")), "")

    def ids(self, *names: str) -> list[str]:
        """The message ids in these headers, in order."""
        return [each for name in names for value in self.values(name) for each in _MESSAGE_ID.findall(value)]

    @property
    def date(self) -> datetime | None:
        """When its writer says it was written, in UTC; None where that is missing or nonsense."""
        try:
            date = parsedate_to_datetime(self.value("date"))
            return date.astimezone(UTC) if date.tzinfo else date.replace(tzinfo=UTC)
        except (ValueError, TypeError, OverflowError, IndexError):
            return None

    @property
    def subject(self) -> str:
        return self.value("subject")

    def parts(self) -> Iterator[Message]:
        """The leaves, without attached mails and whatever lies too deep."""
        yield from _leaves(self.message, 0)

    def body(self, kind: str) -> str:
        """The first part of this kind ("text/plain") that says something and is no attachment; "" for none."""
        for part in self.parts():
            if part.get_content_type() == kind and part.get_content_disposition() != "attachment":
                text = charsets.decoded(data_of(part), _label(part))
                if text.strip():
                    return text
        return ""

    @property
    def has_picture(self) -> bool:
        return any(part.get_content_maintype() == "image" for part in self.parts())


def is_address(text: str) -> bool:
    return len(text) <= LONGEST_ADDRESS and text.isascii() and bool(_ADDRESS.fullmatch(text))


def data_of(part: Message) -> bytes:
    """The bytes of a part, its transfer encoding undone; b"" for one made of parts."""
    try:
        data = part.get_payload(decode=True)
    except (ValueError, LookupError):
        return b""
    return data if isinstance(data, bytes) else b""


def inside(part: Message) -> list[Message]:
    """The parts of a part. Not asked of a leaf: get_payload would decode that by whatever codec a stranger named."""
    return [each for each in part.get_payload() if isinstance(each, Message)] if part.is_multipart() else []


def _people(value: str) -> list[tuple[str, str]]:
    try:
        found = getaddresses([value[:_LONGEST_HEADER].replace("\r", "").replace("\n", "")])
    except (RecursionError, ValueError, IndexError):  # comments within comments, and whatever else it stumbles over
        return []
    return [(name, address.strip().lower()) for name, address in found]


def _leaves(part: Message, depth: int) -> Iterator[Message]:
    if part.get_content_maintype() == "message" or depth > _DEEP:
        return
    if not part.is_multipart():
        yield part
    for each in inside(part):
        yield from _leaves(each, depth + 1)


def _label(part: Message) -> str | None:
    try:
        label = part.get_param("charset")
    except (ValueError, TypeError, LookupError):
        return None
    return label if isinstance(label, str) else None
