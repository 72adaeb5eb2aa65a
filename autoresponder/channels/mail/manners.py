"""Which mails no machine may answer, and why. RFC 3834 (section 2), RFC 5230, and the habits of mail programs.

The reasons stand in the order in which they are tested; the first counts. What came back to us and reports of
delivery are told apart before (read.py).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Literal

from autoresponder.channels.mail.letter import Letter

Reason = Literal["", "null_path", "report", "automatic", "list", "bulk", "suppressed", "no_person", "spam"]

# Of these only "suppressed" has a person behind it for certain: Exchange asks for no automatic answers in the name of
# people who write by hand (MS-OXPROPS, PidTagAutoResponseSuppress). Nobody waits for an answer to the others.
OF_A_MACHINE = frozenset({"null_path", "report", "automatic", "list", "bulk", "no_person", "spam"})

_LIST = ("list-id", "list-post", "list-unsubscribe", "list-help", "list-subscribe", "list-owner", "list-archive")
_HOME_MADE = ("x-autorespond", "x-autoreply-from")
_REPORTS = {"delivery-status", "disposition-notification", "feedback-report"}
_NOBODY = re.compile(
    r"mailer-daemon|postmaster|(do[-_.]?)?not?[-_.]?reply([-_.+].*)?|(.*[-_.+])?no[-_.]?reply"
    r"|bounce.*|.*-bounces?|owner-.*|.*-request|listserv|majordomo"
)


def why_not(letter: Letter) -> Reason:
    """Why this mail must not be answered automatically; "" when it may be."""
    return next((reason for reason, holds in _TESTS if holds(letter)), "")


def is_report(letter: Letter) -> bool:
    """A bounce, a receipt or a complaint, which speaks of a mail we sent (RFC 6522)."""
    kind = str(letter.message.get_param("report-type") or "").lower()
    return letter.message.get_content_type() == "multipart/report" and kind in _REPORTS


def _has_null_path(letter: Letter) -> bool:
    paths = letter.values("return-path")
    return bool(paths) and paths[0] in ("", "<>")


def _is_automatic(letter: Letter) -> bool:
    # "auto-replied (vacation)", "no; owner=..." and the like (RFC 3834 5.1, RFC 5436).
    said = letter.values("auto-submitted")
    if any((re.split(r"[\s;(]", value.strip().lower()) or [""])[0] != "no" for value in said if value.strip()):
        return True
    return letter.value("x-autoreply").lower() not in ("", "no") or any(letter.values(name) for name in _HOME_MADE)


def _is_list(letter: Letter) -> bool:
    return any(letter.values(name) for name in _LIST)


def _is_bulk(letter: Letter) -> bool:
    return letter.value("precedence").lower() in ("bulk", "junk", "list", "auto_reply")


def _is_suppressed(letter: Letter) -> bool:
    asked = {word.strip().lower() for value in letter.values("x-auto-response-suppress") for word in value.split(",")}
    return bool(asked & {"all", "autoreply", "oof"})


def _is_nobody(letter: Letter) -> bool:
    return any(_NOBODY.fullmatch(each.split("@")[0]) for each in letter.addresses("from", "reply-to", "return-path"))


def _is_spam(letter: Letter) -> bool:
    return letter.value("x-spam-flag").lower() == "yes" or letter.value("x-spam-status").lower().startswith("yes")


_TESTS: tuple[tuple[Reason, Callable[[Letter], bool]], ...] = (
    ("null_path", _has_null_path),
    ("report", is_report),
    ("automatic", _is_automatic),
    ("list", _is_list),
    ("bulk", _is_bulk),
    ("suppressed", _is_suppressed),
    ("no_person", _is_nobody),
    ("spam", _is_spam),
)
