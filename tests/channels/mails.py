"""Mails for tests, as they travel."""

from __future__ import annotations

from autoresponder.channels.mail.letter import Letter
from autoresponder.channels.mail.read import Own

OWN = Own("shop@example.com", "sample-mail-key", only_asked=False)
HUMAN = {
    "Return-Path": "<customer@example.net>",
    "From": "Customer A <customer@example.net>",
    "To": "shop@example.com",
    "Subject": "=?utf-8?b?67Cw7IahIOusuOydmA==?=",  # 배송 문의
    "Message-ID": "<q1@example.net>",
    "Date": "Wed, 25 Nov 2026 10:00:00 +0900",
    "Content-Type": 'text/plain; charset="utf-8"',
}


def raw(body: str | bytes = "배송 언제 오나요?", **headers: str | None) -> bytes:
    """A human's mail with these headers ("_" for "-") put over its own; None takes one out."""
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    told = {name: value for name, value in {**HUMAN, **given}.items() if value is not None}
    head = "".join(f"{name}: {value}\r\n" for name, value in told.items())
    data = body.encode() if isinstance(body, str) else body
    return head.encode("utf-8", "surrogateescape") + b"\r\n" + data.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


def letter(body: str | bytes = "배송 언제 오나요?", **headers: str | None) -> Letter:
    return Letter(raw(body, **headers))
