"""Reading a mailbox by IMAP (RFC 3501), without leaving a trace in it: EXAMINE and BODY.PEEK never mark mail as read.

On the standard library's imaplib. imap-tools, its usual companion, connects by itself, past our guarded way out; of the
rest we would use three commands, and its parsing of mails loses Korean letters (mail/charsets.py).
"""

from __future__ import annotations

import base64
import imaplib
import io
import re
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from autoresponder.channels.mail.line import MOST, Line
from autoresponder.channels.mail.providers import STARTTLS, Place
from autoresponder.net.client import Client

# A look: so many mails, each by its first bytes, which hold the headers and the words; pictures come after them.
MAILS, BEGINNING = 50, 256 * 1024
OLDEST = timedelta(hours=24)
_GOODBYE_SECONDS = 2.0
_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
_LISTED = re.compile(rb'\(([^)]*)\) (?:"[^"]*"|NIL) (.+)')
# Where a server does not say which folder holds what was sent (RFC 6154), by the names that servers give it.
_SENT_NAMES = (
    *("sent", "sent messages", "sent items", "sent mail", "inbox.sent"),
    *("보낸메일함", "보낸 메일함", "보낸편지함", "보낸 편지함"),
)


# {"validity": UIDVALIDITY, "uid": the last one that was looked at}.
Mark = Mapping[str, int]


class Found(NamedTuple):
    """A mail by its beginning, and when the server got it (UTC)."""

    raw: bytes
    at: datetime | None


class LoginRefused(Exception):
    """`code`: "token", "switched_off" (IMAP is off in the mail's settings) or "busy"; `said`: the server's words."""

    def __init__(self, code: str, said: str) -> None:
        super().__init__(code)
        self.code, self.said = code, said


class Mailbox(imaplib.IMAP4):
    """Raises NotSent, OSError and imaplib's errors. Use it in `with`."""

    def __init__(self, place: Place, net: Client, seconds: float) -> None:
        self._dialled = (place, net, seconds)
        super().__init__(place.host, place.port)

    # What imaplib lets a subclass replace: the five ways in which it uses its connection.

    def open(self, host: str = "", port: int = 0, timeout: float | None = None) -> None:
        self.host, self.port = host, port
        self._line = Line(*self._dialled)
        self._stream: io.BufferedReader = self._line.makefile()

    def read(self, size: int) -> bytes:
        # Memory for the whole is taken at once, so a size that only a fault or an enemy would name is not believed.
        if size > MOST:
            raise self.abort("a part too large to be true")
        return self._stream.read(size)

    def readline(self) -> bytes:
        return self._stream.readline(BEGINNING)

    def send(self, data: Any) -> None:
        self._line.sendall(data)

    def shutdown(self) -> None:
        self._stream.close()
        self._line.close()

    def __exit__(self, *error: object) -> None:
        # Nobody waits for a long farewell.
        self._line.deadline = min(self._line.deadline, time.monotonic() + _GOODBYE_SECONDS)
        with suppress(OSError, imaplib.IMAP4.error):
            self.logout()
        self.shutdown()

    def enter(self, user: str, password: str) -> None:
        """Raises LoginRefused. The password is never said in the clear, nor is it in any error."""
        if self.port in STARTTLS:
            self._secure()
        if not password.isprintable() or not user.isprintable():
            raise LoginRefused("token", "")
        try:
            self.login(f'"{user}"' if '"' not in user and "\\" not in user else user, password)
        except UnicodeEncodeError:
            refused = LoginRefused("token", "")
        except imaplib.IMAP4.abort:
            raise
        except imaplib.IMAP4.error as error:
            refused = _refused(error)
        else:
            return
        raise refused

    def _secure(self) -> None:
        if self.xatom("STARTTLS")[0] != "OK":
            raise self.error("no STARTTLS")
        self._line.secure()
        # What came with the answer, still in the clear, is forgotten with the old stream.
        self._stream = self._line.makefile()

    def end_of(self, folder: str) -> Mark:
        """Where a folder ends now: what is there already counts no more."""
        validity, following = self._open_folder(folder)
        return {"validity": validity, "uid": following - 1 if following else max(self._search("UID *"), default=0)}

    def look(self, folder: str, mark: Mark, now: datetime) -> tuple[list[Found], Mark]:
        """What has come into a folder since `mark`, and the new mark. Mails older than OLDEST are left out."""
        validity, following = self._open_folder(folder)
        same = mark.get("validity") == validity
        last = mark.get("uid", 0) if same else 0
        if same and 0 < following <= last + 1:
            return [], mark
        # New numbers throughout: what came of late is looked at again, and known by its message id.
        uids = self._search(f"UID {last + 1}:*" if same else f"SINCE {_day(now - OLDEST - timedelta(days=1))}")
        # A server answers "7:*" with 6 where 6 is the last (RFC 3501 6.4.8).
        uids = sorted(uid for uid in uids if uid > last)[:MAILS]
        newest = max(uids, default=last or max(following - 1, 0))
        return self._fetch(uids, now), {"validity": validity, "uid": newest}

    def sent_folder(self) -> str:
        """The folder of sent mails as SELECT wants it; "" where there is none."""
        named = ""
        for line in self.list()[1]:
            listed = _LISTED.fullmatch(line) if isinstance(line, bytes) else None
            if listed is None or not listed[2].isascii():
                continue
            name = listed[2].decode()
            if rb"\sent" in listed[1].lower():
                return name
            if name.strip('"').lower() in _SENT_NAMES_ENCODED:
                named = named or name
        return named

    def _open_folder(self, folder: str) -> tuple[int, int]:
        """UIDVALIDITY and UIDNEXT, 0 where a server does not tell."""
        if self.select(folder, readonly=True)[0] != "OK":
            raise self.error("the folder cannot be opened")
        return self._number("UIDVALIDITY"), self._number("UIDNEXT")

    def _number(self, name: str) -> int:
        told = self.response(name)[1]
        value = told[-1] if told else None
        return int(value) if isinstance(value, bytes) and value.isdigit() else 0

    def _search(self, what: str) -> list[int]:
        kind, told = self.uid("SEARCH", what)
        if kind != "OK":
            raise self.error("SEARCH was refused")
        return [int(word) for line in told if isinstance(line, bytes) for word in line.split() if word.isdigit()]

    def _fetch(self, uids: Sequence[int], now: datetime) -> list[Found]:
        if not uids:
            return []
        dates = self._dates(uids)
        found = []
        for uid in uids:
            at = dates.get(uid)
            if at and at < now - OLDEST:
                continue
            told = self.uid("FETCH", str(uid), f"(BODY.PEEK[]<0.{BEGINNING}>)")[1]
            found += [Found(item[1], at) for item in told if isinstance(item, tuple)][:1]
        return found

    def _dates(self, uids: Sequence[int]) -> dict[int, datetime]:
        told = self.uid("FETCH", ",".join(map(str, uids)), "(UID INTERNALDATE)")[1]
        known: dict[int, datetime] = {}
        for line in told:
            uid = re.search(rb"UID (\d+)", line) if isinstance(line, bytes) else None
            moment = imaplib.Internaldate2tuple(line) if isinstance(line, bytes) else None
            if uid and moment:
                known[int(uid[1])] = datetime.fromtimestamp(time.mktime(moment), UTC)
        return known


def _refused(error: imaplib.IMAP4.error) -> LoginRefused:
    """RFC 5530 names the cases; Gmail says "[ALERT] Your account is not enabled for IMAP use" and the like."""
    told = error.args[0] if error.args else b""
    said = told.decode("utf-8", "replace") if isinstance(told, bytes) else str(told)
    low = said.lower()
    if any(sign in low for sign in ("[unavailable]", "[inuse]", "[limit]", "[serverbug]", "too many", "try again")):
        return LoginRefused("busy", said)
    off = "imap" in low and any(sign in low for sign in ("not enabled", "disabled", "turned off", "사용", "설정"))
    return LoginRefused("switched_off" if off else "token", said)


def _day(at: datetime) -> str:
    return f"{at.day}-{_MONTHS[at.month - 1]}-{at.year}"


def _encoded(name: str) -> str:
    """A folder's name as it travels: RFC 3501 5.1.3, for names all of one script."""
    if name.isascii():
        return name
    parts = [part if part.isascii() else "&" + _base64(part) + "-" for part in re.split("([^ -~]+)", name)]
    return "".join(parts)


def _base64(part: str) -> str:
    return base64.b64encode(part.encode("utf-16-be")).decode().rstrip("=").replace("/", ",")


_SENT_NAMES_ENCODED = {_encoded(name).lower() for name in _SENT_NAMES}
