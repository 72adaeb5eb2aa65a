"""Message ids that only we can have made, by which our own mails are known again when they come back.

<auto.NUMBER.TAG@shop.example.com>: TAG is the first 12 hex digits of HMAC-SHA256(key, "NUMBER:ID"), where ID is the
message id the mail answers ("" for one that answers none). The key is the connection's own.
"""

from __future__ import annotations

import hmac
import re
from hashlib import sha256

from autoresponder.channels.mail.letter import Letter

_OURS = re.compile(r"auto\.([0-9A-Za-z-]{1,64})\.([0-9a-f]{12})@.+")


def tag(key: str, number: str, answered: str) -> str:
    return hmac.new(key.encode(), f"{number}:{answered}".encode("utf-8", "replace"), sha256).hexdigest()[:12]


def message_id(key: str, number: str, answered: str, domain: str) -> str:
    return f"auto.{number}.{tag(key, number, answered)}@{domain}"


def is_ours(letter: Letter, key: str) -> bool:
    """Whether we wrote this mail ourselves."""
    found = _OURS.fullmatch(letter.message_id)
    if not found or not key:
        return False
    answered = next(iter(letter.ids("in-reply-to")), "")
    return hmac.compare_digest(found[2], tag(key, found[1], answered))
