"""The mail that carries an answer: RFC 3834 section 3 for automatic ones, RFC 5322 for threads."""

from __future__ import annotations

import re
from email.header import Header
from email.mime.text import MIMEText
from email.policy import compat32
from email.utils import format_datetime, formataddr
from typing import NamedTuple

from autoresponder.channels.base import Outgoing
from autoresponder.channels.errors import Refused
from autoresponder.channels.mail import loop, text
from autoresponder.channels.mail.letter import is_address

# The answer says by itself which language the customer reads.
_HANGUL = re.compile("[가-힣]")
_CLOSING = {
    True: "자동으로 보내 드린 답변이에요. 더 궁금하신 점은 이 메일에 답장해 주시면 담당자가 확인할게요.",
    False: "This is an automatic answer. Reply to this mail if there is more, and a person will look at it.",
}
_SUBJECT = {True: "문의하신 내용에 답변드려요", False: "Your question"}
# RFC 2822 line ends; no folding by the library, which would tear ids apart or encode them.
_POLICY = compat32.clone(linesep="\r\n", max_line_length=0)


class Written(NamedTuple):
    """`raw` is what DATA carries; `automatic`: no person wrote it."""

    to: str
    message_id: str
    raw: bytes
    automatic: bool


def compose(outgoing: Outgoing, address: str, name: str, key: str) -> Written:
    """The mail, the same to the byte on every attempt but for its date. Raises Refused for an address that is none."""
    if not is_address(outgoing.to):
        raise Refused("refused", "no address to write to")
    answers = outgoing.reply_to
    automatic = not outgoing.by_person
    said = str(outgoing.call.get("text", ""))
    korean = bool(_HANGUL.search(said))
    answered = _id(answers.get("message_id"))
    known = loop.message_id(key, outgoing.key or "0", answered, address.rpartition("@")[2])
    body = f"{said}\n\n-- \n{_CLOSING[korean]}" if automatic else said
    # Lines of text end in CRLF also inside base64 (RFC 2045 6.8).
    mail = MIMEText("".join(f"{line}\r\n" for line in body.splitlines()), "plain", "utf-8")
    mail["From"] = formataddr((name, address))
    mail["To"] = outgoing.to
    mail["Subject"] = Header(_subject(str(answers.get("subject", "")), korean), "utf-8", header_name="Subject").encode()
    mail["Date"] = format_datetime(outgoing.now)
    mail["Message-ID"] = f"<{known}>"
    if answered:
        mail["In-Reply-To"] = f"<{answered}>"
        mail["References"] = "\n ".join(f"<{each}>" for each in _ids(answers) or [answered])
    if automatic:
        mail["Auto-Submitted"] = "auto-replied"
        mail["X-Auto-Response-Suppress"] = "All"
    return Written(outgoing.to, known, mail.as_bytes(policy=_POLICY), automatic)


def _subject(given: str, korean: bool) -> str:
    bare = text.bare_subject(" ".join(given.split()))
    return f"Re: {bare}" if bare else _SUBJECT[korean]


def _ids(answers: object) -> list[str]:
    told = answers.get("references", "") if hasattr(answers, "get") else ""
    return [each for each in map(_id, str(told).split()) if each]


def _id(value: object) -> str:
    """An id as it may stand between angle brackets; "" for anything that would break the header."""
    found = value if isinstance(value, str) else ""
    return found if found.isascii() and found.isprintable() and not set(found) & set(" <>") else ""
