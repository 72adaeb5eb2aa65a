"""A small HTTP load generator on raw sockets: cheap enough to share two cores with the server it measures."""

from __future__ import annotations

import selectors
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass, field

Requests = Callable[[int], bytes]


@dataclass
class Result:
    """`latencies` in seconds, from the moment a request should have been sent. `wrong`: answers other than 200."""

    seconds: float = 0.0
    latencies: list[float] = field(default_factory=list)
    wrong: int = 0

    @property
    def rps(self) -> float:
        return len(self.latencies) / self.seconds

    def percentile(self, share: float) -> float:
        ordered = sorted(self.latencies)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


@dataclass
class Line:
    sock: socket.socket
    due: float = 0.0
    busy: bool = False
    received: bytes = b""


def request(path: str, headers: dict[str, str], body: bytes) -> bytes:
    lines = [f"POST {path} HTTP/1.1", "Host: localhost", "Content-Type: application/json"]
    lines += [f"{name}: {value}" for name, value in headers.items()] + [f"Content-Length: {len(body)}", "", ""]
    return "\r\n".join(lines).encode() + body


def closed(port: int, make: Requests, *, connections: int, seconds: float, start: int = 0) -> Result:
    """As fast as the server answers, over `connections` kept-alive connections."""
    return _run(port, make, connections=connections, seconds=seconds, rate=None, start=start)


def open_loop(port: int, make: Requests, *, rate: float, connections: int, seconds: float, start: int = 0) -> Result:
    """`rate` requests a second whatever the answers do; waiting for a free connection counts as latency."""
    return _run(port, make, connections=connections, seconds=seconds, rate=rate, start=start)


def _run(port: int, make: Requests, *, connections: int, seconds: float, rate: float | None, start: int) -> Result:
    result = Result()
    chooser = selectors.DefaultSelector()
    lines = [Line(socket.create_connection(("127.0.0.1", port))) for _ in range(connections)]
    for line in lines:
        line.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        chooser.register(line.sock, selectors.EVENT_READ, line)
    began = time.perf_counter()
    sent = 0
    while True:
        now = time.perf_counter()
        over = now - began >= seconds
        if over and not any(line.busy for line in lines):
            break
        for line in lines:
            due = now if rate is None else began + sent / rate
            if over or line.busy or due > now:
                continue
            line.due, line.busy = due, True
            line.sock.sendall(make(start + sent))
            sent += 1
        wait = 0.05 if rate is None else max(0.0, min(0.05, began + sent / rate - time.perf_counter()))
        for key, _ in chooser.select(wait):
            _read(key.data, result)
    result.seconds = time.perf_counter() - began
    for line in lines:
        line.sock.close()
    return result


def _read(line: Line, result: Result) -> None:
    line.received += line.sock.recv(65536)
    head, found, body = line.received.partition(b"\r\n\r\n")
    if not found:
        return
    length = next(int(h.split(b":")[1]) for h in head.lower().split(b"\r\n") if h.startswith(b"content-length"))
    if len(body) >= length:
        result.latencies.append(time.perf_counter() - line.due)
        result.wrong += not head.startswith(b"HTTP/1.1 200")
        line.busy, line.received = False, b""
