"""A server of bytes: what it does with each connection is a plain function, and everything it got is kept."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from threading import Event, Thread

Script = Callable[["Line"], None]


class Line:
    """One accepted connection. `over` is set when the test ends."""

    def __init__(self, sock: socket.socket, server: Server) -> None:
        self.sock, self._server, self.over = sock, server, server.over

    def read_request(self) -> bytes:
        """One whole request with a Content-Length or without a body; b"" when the client has gone."""
        data = b""
        while b"\r\n\r\n" not in data:
            if not (piece := self.sock.recv(65536)):
                return b""
            data += piece
        head, _, body = data.partition(b"\r\n\r\n")
        lengths = [line[15:] for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
        while lengths and len(body) < int(lengths[0]):
            body += self.sock.recv(65536)
        self._server.requests.append(head + b"\r\n\r\n" + body)
        return self._server.requests[-1]

    def say(self, text: str | bytes) -> None:
        self.sock.sendall(text.encode() if isinstance(text, str) else text)

    def drip(self, piece: str, every: float = 0.02) -> None:
        """The same again and again, until the client has had enough."""
        while not self.over.wait(every):
            self.say(piece)


class Server:
    def __init__(self, script: Script, host: str, context: ssl.SSLContext | None) -> None:
        self.script, self.context, self.over = script, context, Event()
        self.requests: list[bytes] = []
        self.connections = 0
        self.listener = socket.create_server((host, 0), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
        self.port: int = self.listener.getsockname()[1]
        self._thread = Thread(target=self._accept, daemon=True)
        self._thread.start()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                sock, _ = self.listener.accept()
                self.connections += 1
                Thread(target=self._serve, args=(sock,), daemon=True).start()

    def _serve(self, sock: socket.socket) -> None:
        with suppress(OSError), sock:
            if self.context:
                with self.context.wrap_socket(sock, server_side=True) as secured:
                    self.script(Line(secured, self))
            else:
                self.script(Line(sock, self))

    def stop(self) -> None:
        self.over.set()
        with suppress(OSError):
            self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        self._thread.join(2)


@contextmanager
def serving(script: Script, *, host: str = "127.0.0.1", context: ssl.SSLContext | None = None) -> Iterator[Server]:
    server = Server(script, host, context)
    try:
        yield server
    finally:
        server.stop()


def whole(status: str = "200 OK", body: str = "ok", **headers: str) -> str:
    lines = {"Content-Length": str(len(body.encode())), **{name.replace("_", "-"): headers[name] for name in headers}}
    return f"HTTP/1.1 {status}\r\n" + "".join(f"{name}: {value}\r\n" for name, value in lines.items()) + f"\r\n{body}"


def answering(answer: str, *, times: int = 100) -> Script:
    """The same answer to every request on a connection that stays open."""

    def script(line: Line) -> None:
        for _ in range(times):
            if not line.read_request():
                return
            line.say(answer)

    return script
