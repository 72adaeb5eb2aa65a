"""One TCP or TLS connection on which every wait ends at a given moment, however the other side behaves."""

from __future__ import annotations

import io
import select
import socket
import ssl
import time
from collections.abc import Sequence
from contextlib import suppress
from functools import cache
from typing import Any

import certifi

from autoresponder.net.errors import NotSent
from autoresponder.net.guard import Machine

# A machine that does not pick up within this long leaves time for the name's next one.
CONNECT_SECONDS = 3.0
# The most that one TLS record holds (RFC 8446 5.1): a TLS socket grants its time-out to each of them.
_PIECE = 16 * 1024


class Wire:
    """`deadline` is in time.monotonic() and set anew for each request.

    Not a time-out of the socket, which starts again with every byte: before each read or write the socket may wait for
    what is left. So a server that drips is given up in time without any thread watching.
    """

    def __init__(self, sock: socket.socket, deadline: float) -> None:
        self.sock = sock
        self.deadline = deadline

    def send(self, data: bytes) -> None:
        for start in range(0, len(data), _PIECE):
            self.sock.settimeout(left(self.deadline))
            self.sock.sendall(data[start : start + _PIECE])

    def makefile(self, *_mode: Any) -> io.BufferedReader:
        """For http.client, which reads an answer from the file of a socket."""
        return io.BufferedReader(_Reader(self))

    def is_quiet(self) -> bool:
        """Whether it can be used again. Closed by the other side, or full of what nobody asked for, it is readable."""
        poll = select.poll()
        poll.register(self.sock, select.POLLIN)
        return not poll.poll(0) and not (isinstance(self.sock, ssl.SSLSocket) and self.sock.pending())

    def close(self) -> None:
        with suppress(OSError):
            self.sock.close()


class _Reader(io.RawIOBase):
    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self._wire.sock.settimeout(left(self._wire.deadline))
        return self._wire.sock.recv_into(buffer)


def left(deadline: float) -> float:
    """Seconds until then; TimeoutError when it has passed."""
    seconds = deadline - time.monotonic()
    if seconds <= 0:
        raise TimeoutError
    return seconds


def dial(machines: Sequence[Machine], deadline: float) -> socket.socket:
    """Connected to the first of these that picks up. Raises NotSent."""
    code = "unreachable"
    for machine in machines:
        sock = socket.socket(socket.AF_INET6 if ":" in machine[0] else socket.AF_INET)
        try:
            sock.settimeout(min(left(deadline), CONNECT_SECONDS))
            sock.connect(machine)
            # The head and the body of a request must not wait for each other's receipt.
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            return sock
        except OSError as error:
            sock.close()
            code = "too_slow" if isinstance(error, TimeoutError) else "unreachable"
    raise NotSent(code)


def secured(sock: socket.socket, name: str, deadline: float) -> ssl.SSLSocket:
    """TLS on top, with a certificate for this very name. Raises NotSent and closes the socket."""
    try:
        sock.settimeout(left(deadline))
        return trust().wrap_socket(sock, server_hostname=name.rstrip("."))
    except (OSError, ValueError) as error:
        sock.close()
        code = "too_slow" if isinstance(error, TimeoutError) else "unreachable"
    raise NotSent(code)


@cache
def trust() -> ssl.SSLContext:
    """TLS 1.2 or later, certificates of the authorities that Mozilla trusts: the same on every machine."""
    return ssl.create_default_context(cafile=certifi.where())
