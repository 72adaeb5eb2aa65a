"""The Bot API over plain HTTP: one call, its result, or the failure it stands for.

https://core.telegram.org/bots/api#making-requests. The token stands in the path, so no address is ever told on.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from autoresponder.channels.base import Payload
from autoresponder.channels.bodies import mapping, text
from autoresponder.channels.errors import ChannelDown, MaybeSent, Refused, SendError, TryAgain, Unreachable
from autoresponder.net.client import Answer, Client

ORIGIN = "https://api.telegram.org"

# What the customer has done; other refusals of a right (403) are about this one message.
_GONE = ("bot was blocked", "user is deactivated", "can't initiate conversation", "user not found")
# The seller has taken the bot off the own account, or does not let it answer there.
_UNLINKED = ("business connection", "business_connection", "not enough rights")


class Bot(NamedTuple):
    """One bot on its way to Telegram. `ask` raises a SendError, and lets pass what `net` raises."""

    token: str
    net: Client

    def ask(self, method: str, params: Payload, *, seconds: float | None = None, at_most: int = 1_000_000) -> Any:
        """The `result` of a call."""
        url = f"{ORIGIN}/bot{self.token}/{method}"
        answer = self.net.request("POST", url, json=params, seconds=seconds, at_most=at_most)
        body = answer.json()
        if answer.ok and body.get("ok") is True:
            return body.get("result")
        raise failure(answer)


def failure(answer: Answer) -> SendError:
    """What an answer that is no success means for the message it is about."""
    body = answer.json()
    detail = text(body.get("description")) or f"HTTP {answer.status}"
    if answer.ok:
        return MaybeSent("unsure", detail)
    if answer.status == 429:
        return TryAgain("busy", detail, retry_after=_wait(answer, body))
    if answer.status in (401, 404):  # 404 is what a token gets that never was one
        return ChannelDown("token", detail)
    if answer.status == 409:
        return ChannelDown("taken_over", detail)
    # A server that broke or ran out of time (500, 504) may have delivered before it did; Telegram knows no keys.
    if answer.status in (502, 503) or answer.status < 400:
        return TryAgain("busy", detail)
    if answer.status >= 500:
        return MaybeSent("unsure", detail)
    return _refusal(answer.status, detail)


def _refusal(status: int, detail: str) -> SendError:
    said = detail.lower()
    if status == 403 and any(words in said for words in _GONE):
        return Unreachable("gone", detail)
    if any(words in said for words in _UNLINKED):
        return Refused("permission", detail)
    # Also a group that has moved (`migrate_to_chat_id`): we never write to groups, so there is nowhere to follow.
    return Refused("refused", detail)


def _wait(answer: Answer, body: Mapping[str, Any]) -> float | None:
    """Seconds Telegram asks us to wait; the body and the header say the same."""
    told = mapping(body.get("parameters")).get("retry_after")
    if isinstance(told, int | float) and not isinstance(told, bool) and told >= 0:
        return float(told)
    header = answer.headers.get("retry-after", "")
    return float(header) if header.isascii() and header.isdecimal() else None
