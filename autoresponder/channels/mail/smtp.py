"""Handing one mail over by SMTP (RFC 5321), such that it is known at every step whether it can have been taken."""

from __future__ import annotations

import re
import smtplib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

from autoresponder.channels.errors import ChannelDown, MaybeSent, Refused, SendError, TryAgain, Unreachable
from autoresponder.channels.mail.account import Account
from autoresponder.channels.mail.line import Line
from autoresponder.channels.mail.providers import STARTTLS, Place
from autoresponder.channels.mail.write import Written
from autoresponder.net.client import Client

# A day's limit does not end in minutes; the answer's own deadline ends the waiting.
QUOTA_SECONDS = 1800.0
_ENHANCED = re.compile(r"[245]\.\d{1,3}\.\d{1,3}")
_QUOTA = re.compile(
    r"(sending|daily|sent|message|rate).{0,30}(limit|quota)|발송 ?(한도|제한)|too many (messages|mails)", re.IGNORECASE
)
_SUSPENDED = re.compile(r"account.{0,30}(disabled|suspended|restricted|blocked)", re.IGNORECASE)


class Post(smtplib.SMTP):
    """Raises NotSent, OSError and smtplib's errors."""

    def __init__(self, place: Place, net: Client, seconds: float, name: str) -> None:
        self._dialled = (place, net, seconds)
        super().__init__(place.host, place.port, local_hostname=name)

    def _get_socket(self, *_: Any) -> Any:
        return Line(*self._dialled)

    def enter(self, account: Account) -> None:
        """EHLO, STARTTLS where the port wants it, and the login. Raises a SendError of "token" for a bad one."""
        if self._dialled[0].port in STARTTLS:
            self._secure()
        try:
            self.login(account.user, account.password)
        except smtplib.SMTPAuthenticationError as error:
            failure = _failure("login", error.smtp_code, _text(error.smtp_error), account)
        except UnicodeEncodeError:
            failure = ChannelDown("token")
        except (smtplib.SMTPServerDisconnected, smtplib.SMTPResponseException):
            raise
        except smtplib.SMTPException:
            failure = ChannelDown("permission", "the server offers no login by password")
        else:
            return
        raise failure

    def _secure(self) -> None:
        self.ehlo_or_helo_if_needed()
        code, said = self.docmd("STARTTLS")
        if code != 220:
            raise smtplib.SMTPResponseException(code, said)
        line: Any = self.sock
        line.secure()
        # What the server said in the clear counts no more (RFC 3207 4.2).
        self.file = None
        self.ehlo_resp = self.helo_resp = None
        self.esmtp_features = {}


@contextmanager
def session(account: Account, net: Client, seconds: float) -> Iterator[Post]:
    """Logged in. Everything that goes wrong inside, but for what says otherwise, means that nothing was sent."""
    post: Post | None = None
    if account.smtp is None:
        raise ChannelDown("permission", "no SMTP server")
    try:
        post = Post(account.smtp, net, seconds, account.address.rpartition("@")[2] or "localhost")
        post.enter(account)
        yield post
        with suppress(OSError, smtplib.SMTPException):
            post.send("QUIT\r\n")
    except smtplib.SMTPResponseException as error:
        raise _failure("talk", error.smtp_code, _text(error.smtp_error), account) from None
    except (OSError, smtplib.SMTPException):
        raise TryAgain("unreachable") from None
    finally:
        if post is not None:
            post.close()


def deliver(written: Written, account: Account, net: Client, seconds: float) -> None:
    """Raises a SendError or NotSent."""
    with session(account, net, seconds) as post:
        # An automatic answer has no sender to bounce to (RFC 3834 3.3); where that is refused, the account's address.
        failure = _hand_over(post, "" if written.automatic else account.address, written, account)
        if written.automatic and isinstance(failure, (Refused, Unreachable)):
            post.rset()
            failure = _hand_over(post, account.address, written, account)
    if failure is not None:
        raise failure


def _hand_over(post: Post, sender: str, written: Written, account: Account) -> SendError | None:
    """One try in an open session; the error where the server says no."""
    steps: list[tuple[str, int, Callable[[], tuple[int, bytes]]]] = [
        ("sender", 2, lambda: post.mail(sender)),
        ("recipient", 2, lambda: post.rcpt(written.to)),
        ("data", 3, lambda: post.docmd("DATA")),
        ("content", 2, lambda: _content(post, written.raw)),
    ]
    for step, wanted, act in steps:
        code, said = act()
        if code // 100 != wanted:
            return _failure(step, code, _text(said), account)
    return None


def _content(post: Post, raw: bytes) -> tuple[int, bytes]:
    """The mail, and apart from it the dot that hands it over: before the dot nothing was sent, after it who knows."""
    post.send(re.sub(rb"(?m)^\.", b"..", raw))
    try:
        post.send(b"\r\n.\r\n" if not raw.endswith(b"\r\n") else b".\r\n")
        code, said = post.getreply()
    except (OSError, smtplib.SMTPException):
        raise MaybeSent("unsure") from None
    if code < 0:
        raise MaybeSent("unsure")
    return code, said


def _failure(step: str, code: int, said: str, account: Account) -> SendError:
    """RFC 5321 4.2 and RFC 3463; the words of Gmail and Naver where the numbers do not tell."""
    found = _ENHANCED.search(said)
    enhanced, detail = found[0] if found else "", f"{code} {account.unspoken(said)}"[:200]
    if step == "login" or code in (530, 534, 535, 538):
        return ChannelDown("token", detail) if code >= 500 else TryAgain("busy", detail)
    if enhanced == "5.4.5" or _QUOTA.search(said):
        return TryAgain("quota", detail, retry_after=QUOTA_SECONDS)
    # A refusal before a mail was named is about the connection, and another time it may be taken.
    if code < 500 or step == "talk":
        return TryAgain("busy", detail)
    if _SUSPENDED.search(said) and step != "recipient":
        return ChannelDown("suspended", detail)
    # 5.7 is a matter of rules and not of this address, though it comes as 550 too.
    if step == "recipient" and code in (550, 551, 553) and not enhanced.startswith("5.7"):
        return Unreachable("gone", detail)
    return Refused("refused", detail)


def _text(said: bytes | str) -> str:
    return said.decode("utf-8", "replace") if isinstance(said, bytes) else said
