"""The servers of well-known mail companies, so that a seller types an address and a password and nothing else.

Sources: support.google.com/mail/answer/7126229, help.naver.com (메일 > POP3/IMAP), cs.daum.net (메일 > IMAP),
helpdesk.nate.com, support.apple.com/102525, naver.worksmobile.com. Those of Korean companies are from memory.
"""

from __future__ import annotations

from typing import NamedTuple

IMAP_PORT, SMTP_PORT = 993, 465
# Where the conversation begins in the clear and must be secured by STARTTLS before anything is said (RFC 3207, 2595).
STARTTLS = frozenset({25, 143, 587})


class Place(NamedTuple):
    host: str
    port: int


class Provider(NamedTuple):
    """`app_password`: the password of the account itself is refused, one made for programs is wanted."""

    imap: str
    smtp: str
    app_password: bool = True
    password: bool = True


_NAVER = Provider("imap.naver.com", "smtp.naver.com")
_GMAIL = Provider("imap.gmail.com", "smtp.gmail.com")
_DAUM = Provider("imap.daum.net", "smtp.daum.net")
_KAKAO = Provider("imap.kakao.com", "smtp.kakao.com")
_ICLOUD = Provider("imap.mail.me.com", "smtp.mail.me.com:587")
# Microsoft has taken no passwords from programs since September 2024, only its own sign-in window (OAuth).
_OUTLOOK = Provider("outlook.office365.com", "smtp-mail.outlook.com:587", password=False)
_BY_DOMAIN = {
    "naver.com": _NAVER,
    "gmail.com": _GMAIL,
    "googlemail.com": _GMAIL,
    "daum.net": _DAUM,
    "hanmail.net": _DAUM,
    "kakao.com": _KAKAO,
    "nate.com": Provider("imap.nate.com", "smtp.mail.nate.com", app_password=False),
    "icloud.com": _ICLOUD,
    "me.com": _ICLOUD,
    "mac.com": _ICLOUD,
    **dict.fromkeys(["outlook.com", "outlook.kr", "hotmail.com", "live.com", "live.co.kr", "msn.com"], _OUTLOOK),
}


def of(address: str) -> Provider | None:
    return _BY_DOMAIN.get(address.rpartition("@")[2].lower())


def place(given: str, known: str, port: int) -> Place | None:
    """What was given ("mail.example.com" or "mail.example.com:587"), else the provider's; None without either."""
    host, _, number = (given or known).strip().partition(":")
    return Place(host, int(number) if number.isascii() and number.isdecimal() else port) if host else None
