"""Starting and watching the real product from a test."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def environment(data: Path, port: int, *, embedded: bool = False) -> dict[str, str]:
    """The environment of a product of its own: nothing of the test's but its servers, if it has any."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("DAPJIGI_", "DJANGO_", "PYTEST_")) and name not in ("DATABASE_URL", "BROKER_URL")
    }
    for name in ("DATABASE_URL", "BROKER_URL"):
        if (given := os.environ.get(f"DAPJIGI_TEST_{name}")) and not embedded:
            kept[name] = given
    return kept | {"DAPJIGI_DATA": str(data), "PORT": str(port), "PYTHONUNBUFFERED": "1"}


def members(data: Path) -> dict[int, str]:
    """Every process of the product that runs on this data folder: process id -> command line. Linux only."""
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if f"DAPJIGI_DATA={data}\0".encode() in (folder / "environ").read_bytes() + b"\0":
                found[int(folder.name)] = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()
        except (OSError, ValueError):
            continue
    return {pid: line for pid, line in found.items() if line}


def wait_for(what: Callable[[], bool], seconds: float, message: str) -> None:
    deadline = time.monotonic() + seconds
    while not what():
        if time.monotonic() > deadline:
            raise AssertionError(message)
        time.sleep(0.1)


@contextmanager
def serve(
    data: Path, port: int, *command: str, more: Mapping[str, str] | None = None
) -> Iterator["subprocess.Popen[bytes]"]:
    """`manage.py serve`, or another command that leads to it, with `more` in its environment; writes to `data.log`.
    Ends whatever is left."""
    with open(log_of(data), "wb") as log:
        process = subprocess.Popen(
            command or [sys.executable, "manage.py", "serve"],
            cwd=ROOT,
            env=environment(data, port) | dict(more or {}),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )
    try:
        yield process
    finally:
        for pid in members(data):
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
        process.wait(10)


def log_of(data: Path) -> Path:
    return data.with_name(data.name + ".log")


def written(data: Path) -> str:
    return log_of(data).read_text()
