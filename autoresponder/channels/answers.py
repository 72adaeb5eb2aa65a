"""What the status of a platform's answer says about one message, where the platform has no codes of its own."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from autoresponder.channels.errors import ChannelDown, MaybeSent, Refused, SendError, TryAgain, Unreachable
from autoresponder.net.client import Answer

LONGEST_WAIT = 3600.0
_DETAIL = 200


def raise_for(answer: Answer, *, keyed: bool = False, now: datetime | None = None) -> None:
    """Nothing for 2xx, else a SendError. `keyed`: sending again with the same key delivers once.

    An adapter reads its platform's own codes first; this is for all the rest.
    """
    if not answer.ok:
        raise failure(answer, keyed=keyed, now=now)


def failure(answer: Answer, *, keyed: bool = False, now: datetime | None = None) -> SendError:
    """The error that an answer without success stands for."""
    status, said = answer.status, detail(answer)
    if status in (429, 503):
        return TryAgain("busy", said, retry_after=retry_after(answer, now or datetime.now(UTC)))
    if status in (408, 425, 502, 504):
        return TryAgain("busy", said)
    if status >= 500:
        # Broken while it was at work: it may have delivered before.
        return TryAgain("busy", said) if keyed else MaybeSent("unsure", said)
    if status in (401, 403):
        return ChannelDown("token" if status == 401 else "permission", said)
    # 410: what the request names is gone for good (RFC 9110 15.5.11), and platforms' requests name the customer.
    return Unreachable("gone", said) if status == 410 else Refused("refused", said)


def retry_after(answer: Answer, now: datetime) -> float | None:
    """Seconds that Retry-After asks for (RFC 9110 10.2.3: seconds or a date), an hour at most; None without one."""
    value = answer.headers.get("retry-after", "").strip()
    if value.isascii() and value.isdigit():
        return min(float(value[:9]), LONGEST_WAIT)
    try:
        at = parsedate_to_datetime(value)
    except (ValueError, IndexError):
        return None
    seconds = ((at if at.tzinfo else at.replace(tzinfo=UTC)) - now).total_seconds()
    return min(max(seconds, 0.0), LONGEST_WAIT)


def detail(answer: Answer, text: str = "") -> str:
    """ "400 " and what the platform said, on one line of at most 200 printable characters. `text`: the words of its
    answer that say why; without it the whole body."""
    # Decoded in part only, for a body may be a megabyte.
    words = text or answer.body[: _DETAIL * 4].decode("utf-8", "replace")
    line = " ".join("".join(sign if sign.isprintable() else " " for sign in words[: _DETAIL * 4]).split())
    return f"{answer.status} {line}".strip()[:_DETAIL]
