"""One loopback server for all dialects, each under its own first path part. See `Dialect.mode` for what it can do."""

from __future__ import annotations

import json
import os
import pkgutil
import socket
import struct
import sys
import time
from collections.abc import Mapping
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib import import_module
from socketserver import TCPServer
from threading import Event, Thread
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from autoresponder.net.client import Client
from tests import platforms
from tests.platforms.dialect import Call, Dialect, Mode, Told

STRAYED = "/strayed"
LOOPBACK = "127.0.0.0/8"


class Platforms:
    """`platforms["line"]` is the dialect; `client` reaches it; `strayed` are calls that followed a redirect.

    `patience`: seconds `client` waits for an answer. `urls`: origin -> loopback origin, for settings.PLATFORM_URLS.
    `faults`: what went wrong in a dialect itself. Every `reset` makes the dialects anew.
    """

    def __init__(self, dialects: Mapping[str, type[Dialect]] | None = None, *, port: int = 0) -> None:
        self._classes = found() if dialects is None else dict(dialects)
        self._server = _Server(self, port)
        self.port: int = self._server.server_address[1]
        self.urls = {
            origin: f"http://127.0.0.1:{self.port}/{kind}-{number}"
            for kind, dialect in self._classes.items()
            for number, origin in enumerate(dialect.origins)
        }
        self._over = Event()
        self.reset()
        Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def __getitem__(self, kind: str) -> Dialect:
        return self._dialects[kind]

    @property
    def client(self) -> Client:
        if self._client is None or self._client.seconds != self.patience:
            self._client = Client(instead=self.urls, allowed=[LOOPBACK], seconds=self.patience)
        return self._client

    def reset(self) -> None:
        """As at the beginning; calls that hang are let go without an answer."""
        self._over.set()
        self._over = Event()
        self.patience = 5.0
        self._client: Client | None = None
        self.strayed: list[str] = []
        self.faults: list[str] = []
        self._dialects = {kind: dialect() for kind, dialect in self._classes.items()}

    def stop(self) -> None:
        self._over.set()
        self._client = None
        self._server.shutdown()
        self._server.server_close()

    def dialect_at(self, path: str) -> tuple[Dialect, str] | None:
        """Who plays this path, and the path as the platform sees it."""
        first, _, rest = path.lstrip("/").partition("/")
        dialect = self._dialects.get(first.rpartition("-")[0])
        return (dialect, f"/{rest}") if dialect else None

    def player_of(self, call: Call, dialect: Dialect) -> Dialect:
        """Of the dialects that share an origin, the one whose call it is."""
        sharing = [one for one in self._dialects.values() if set(one.origins) & set(dialect.origins)]
        return next((one for one in sharing if one.plays(call)), dialect)

    def hang(self) -> None:
        self._over.wait()


@cache
def found() -> dict[str, type[Dialect]]:
    """Every dialect in a module of this package, by its kind."""
    names = [name for _, name, _ in pkgutil.iter_modules(platforms.__path__) if not name.startswith(("test_", "__"))]
    modules = [import_module(f"{platforms.__name__}.{name}") for name in names]
    return {
        value.kind: value
        for module in modules
        for value in vars(module).values()
        if isinstance(value, type) and issubclass(value, Dialect) and value.__module__ == module.__name__
        if hasattr(value, "kind")
    }


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, played: Platforms, port: int) -> None:
        self.played = played
        super().__init__(("127.0.0.1", port), _Handler)

    def server_bind(self) -> None:
        # Not HTTPServer's, which asks a name server what this machine is called.
        TCPServer.server_bind(self)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that goes while it is answered is nothing to tell of; anything else is a fault of the dialect's."""
        error = sys.exception()
        if not isinstance(error, OSError):
            self.played.faults.append(repr(error))


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Server

    def log_message(self, *args: object) -> None:
        pass

    def _any(self) -> None:
        url = urlsplit(self.path)
        played, query = self.server.played, dict(parse_qsl(url.query, keep_blank_values=True))
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if url.path == STRAYED:
            played.strayed.append(self.path)
            return self._say(Told())
        if url.path in _CONTROLS:
            return self._say(_CONTROLS[url.path](played, query))
        at = played.dialect_at(url.path)
        if at is None:
            return self._say(Told(404, {"error": "nobody lives here"}))
        dialect, path = at
        headers = {name.lower(): value for name, value in self.headers.items()}
        call = Call(self.command, path, query, headers, body)
        self._play(self.server.played.player_of(call, dialect), call)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = _any

    def _play(self, dialect: Dialect, call: Call) -> None:
        dialect.calls.append(call)
        mode = next_mode(dialect) if dialect.delivers(call) else "ok"
        if mode == "hang":
            self.close_connection = True
            return self.server.played.hang()
        if mode == "redirect":
            return self._say(Told(302, "", {"Location": f"http://127.0.0.1:{self.server.played.port}{STRAYED}"}))
        instead = {"busy": dialect.limited, "broken": dialect.failed, "error": dialect.refusal}.get(mode)
        told = instead() if instead else self._answer(dialect, call)
        if dialect.delay and dialect.delivers(call):
            time.sleep(dialect.delay)
        if mode == "reset":
            self._cut()
        elif mode == "endless":
            self._never_end()
        else:
            self._say(told)

    def _answer(self, dialect: Dialect, call: Call) -> Told:
        try:
            return dialect.answer(call)
        except Exception as error:
            self.server.played.faults.append(f"{call.method} {call.path}: {error!r}")
            return Told(500, {"error": "the dialect itself failed"})

    def _say(self, told: Told) -> None:
        is_json = isinstance(told.body, dict)
        body = (json.dumps(told.body, ensure_ascii=False) if is_json else str(told.body)).encode()
        self.send_response(told.status)
        kind = "application/json" if is_json else "text/plain; charset=utf-8"
        for name, value in {"Content-Type": kind, "Content-Length": str(len(body)), **told.headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(b"" if self.command == "HEAD" else body)

    def _cut(self) -> None:
        """Closed with a reset, as when a machine on the way has forgotten the connection."""
        self.close_connection = True
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        os.close(self.connection.detach())

    def _never_end(self) -> None:
        self.close_connection = True
        self.send_response(200)
        self.end_headers()
        while True:  # until the client goes: writing to it fails then
            self.wfile.write(b"0" * 65536)


def next_mode(dialect: Dialect) -> Mode:
    """What to do with the call that has just come; one less is to come like this."""
    with dialect._lock:
        mode = dialect.mode
        if dialect.times is not None:
            dialect.times -= 1
            if dialect.times <= 0:
                dialect.mode, dialect.times = "ok", None
        return mode


def _accepted(played: Platforms, query: Mapping[str, str]) -> Told:
    return Told(200, json.dumps([said._asdict() for said in played[query["kind"]].accepted], ensure_ascii=False))


def _set_mode(played: Platforms, query: Mapping[str, str]) -> Told:
    played[query["kind"]].set(query["mode"], int(query["times"]) if "times" in query else None)  # type: ignore[arg-type]
    return Told(200, {"ok": True})


def _reset(played: Platforms, query: Mapping[str, str]) -> Told:
    played.reset()
    return Told(200, {"ok": True})


# For a program outside this process: see __main__.
_CONTROLS = {"/accepted": _accepted, "/mode": _set_mode, "/reset": _reset}
