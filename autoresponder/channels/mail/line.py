"""A connection to a mail server: guarded, secured, and over at a given moment whatever the server does."""

from __future__ import annotations

import io
import time
from contextlib import suppress
from typing import Any

from autoresponder.channels.mail.providers import STARTTLS, Place
from autoresponder.net import wire
from autoresponder.net.client import Client
from autoresponder.net.wire import Wire

# Bytes one conversation may bring: fifty mails read by their beginnings and some talk.
MOST = 32 * 1024 * 1024


class Line(Wire):
    """Looks like a socket to imaplib and smtplib, as far as they use one."""

    def __init__(self, place: Place, net: Client, seconds: float) -> None:
        """Raises NotSent. A server on a STARTTLS port is in the clear until `secure`."""
        deadline = time.monotonic() + seconds
        super().__init__(net.connect(place.host, place.port, seconds=seconds), deadline)
        self.place, self.left = place, MOST
        if place.port not in STARTTLS:
            self.secure()

    def secure(self) -> None:
        """TLS from here on, with a certificate for the host's name; no password is said without. Raises NotSent."""
        self.sock = wire.secured(self.sock, self.place.host, self.deadline)

    def sendall(self, data: bytes) -> None:
        self.send(data)

    def makefile(self, *_mode: Any) -> io.BufferedReader:
        return io.BufferedReader(_Counted(self))

    def shutdown(self, how: int) -> None:
        with suppress(OSError):
            self.sock.shutdown(how)


class _Counted(io.RawIOBase):
    def __init__(self, line: Line) -> None:
        self._line = line

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        line = self._line
        if line.left <= 0:
            raise OSError("the server says more than anybody asked for")
        line.sock.settimeout(wire.left(line.deadline))
        count = line.sock.recv_into(buffer)
        line.left -= count
        return count
