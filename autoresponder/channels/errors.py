"""What can go wrong between a platform and us, and what follows from it."""

from __future__ import annotations

from typing import Literal


class BadSignature(Exception):
    """The request does not prove that it comes from the platform: answer 401, store nothing."""


class BadRequest(Exception):
    """The body is not what the platform sends: answer 400 (413 when too large), store nothing."""

    def __init__(self, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.status = status


# Why something was not delivered, in the few words that the screens can explain (console/delivery_words.py).
Code = Literal[
    "busy",  # the platform is overloaded, slow, or asked us to wait
    "unreachable",  # no connection to the platform
    "unsure",  # the request went out and no answer came back
    "fault",  # a fault of ours
    "refused",  # the platform does not take this message
    "window",  # the platform's time for free answers to this customer is over
    "gone",  # the customer has blocked the shop, left, or closed the account
    "token",  # key, token or password is wrong, revoked or expired
    "permission",  # the account may not do this (a right or a plan is missing)
    "quota",  # what the account may send this day or month is used up
    "suspended",  # the platform has restricted the account
    "taken_over",  # another program uses the same token
    "inside",  # the address leads into a private network
    "late",  # its moment has passed
]


class SendError(Exception):
    """A delivery failed. `detail` is what the platform said; it never holds a secret. Raise one of the subclasses."""

    def __init__(self, code: Code, detail: str = "", *, retry_after: float | None = None) -> None:
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code: Code = code
        self.detail = detail
        self.retry_after = retry_after


class TryAgain(SendError):
    """Surely nothing was delivered, and later it may work. `retry_after`: seconds the platform asked for."""


class MaybeSent(SendError):
    """It may have been delivered or not. Sent again only where the platform knows the key (`Channel.keyed`)."""


class Refused(SendError):
    """This message will never be taken; the customer can be written to otherwise."""


class Unreachable(SendError):
    """This customer cannot be written to until they write again."""


class ChannelDown(SendError):
    """Nothing can be sent here until the seller does something (token, permission, quota, suspended, taken_over)."""


class TooLate(SendError):
    """The adapter knows that the moment of this answer has passed (a reply token that has run out)."""


class NotAccepted(Exception):
    """The platform does not accept what the seller entered. `field` is the field it is about, "" for all.

    Codes beside those of SendError: "format", "not_found", "other_kind" (a token of something else),
    "already_used" (the address or account serves another program), "address" (the platform cannot reach ours),
    "switched_off" (a switch at the platform, which only the seller can turn), "app_password" (a password made for
    programs is wanted), "no_passwords" (no program may sign in with a password there).
    """

    def __init__(self, code: str, field: str = "", detail: str = "") -> None:
        super().__init__(f"{code} {field}".strip())
        self.code, self.field, self.detail = code, field, detail
