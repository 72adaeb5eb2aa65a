"""Throw-away PostgreSQL and Redis for the second half of `make test`.

`python -m tests.servers COMMAND...` starts both on sockets in a temporary folder, runs the command with
DAPJIGI_TEST_DATABASE_URL and DAPJIGI_TEST_BROKER_URL set, and removes everything. Where a server is not installed it
says so and succeeds, unless DAPJIGI_REQUIRE_SERVERS is set. One suite run twice, not fixtures for two databases:
a test cannot tell which database it is on.
"""

import os
import pwd
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

STARTS_WITHIN_SECONDS = 30
UNPRIVILEGED = ("postgres", "nobody")
HOW = "Debian or Ubuntu: apt install postgresql redis-server; macOS: brew install postgresql redis"


class NotInstalled(Exception):
    """A server program is not on this machine."""


def postgres_programs() -> Path:
    """The folder with initdb and postgres: PG_BIN, Debian's, Homebrew's, then PATH. Raises NotInstalled."""
    on_path = shutil.which("initdb")
    candidates = [
        Path(os.environ.get("PG_BIN", "/nowhere")),
        *sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: float(path.parent.name), reverse=True),
        *sorted(Path("/opt/homebrew/opt").glob("postgresql*/bin"), reverse=True),
        *sorted(Path("/usr/local/opt").glob("postgresql*/bin"), reverse=True),
        *([Path(on_path).resolve().parent] if on_path else []),
    ]
    for folder in candidates:
        if (folder / "initdb").is_file() and (folder / "postgres").is_file():
            return folder
    raise NotInstalled("PostgreSQL")


@contextmanager
def postgres() -> Iterator[str]:
    """A cluster of our own; gives its URL. Reached through a socket only, and never synced: it lives for one run."""
    programs = postgres_programs()
    with _folder() as folder:
        as_user = _step_down(folder)
        data = folder / "data"
        init = ["initdb", "-D", data, "-U", "dapjigi", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"]
        subprocess.run([programs / init[0], *init[1:]], check=True, stdout=subprocess.DEVNULL, cwd=folder, **as_user)
        options = ["-c", "listen_addresses=", "-c", "fsync=off", "-c", "synchronous_commit=off"]
        with _running([programs / "postgres", "-D", data, "-k", folder, *options], folder, as_user):
            _wait_for(lambda: _answers(programs, folder), folder / "log")
            yield f"postgres://dapjigi@/{folder}/postgres"


@contextmanager
def redis() -> Iterator[str]:
    """A Redis of our own on a socket; gives its URL."""
    program = shutil.which("redis-server") or shutil.which("valkey-server")
    if program is None:
        raise NotInstalled("Redis")
    with _folder() as folder:
        socket = folder / "redis.sock"
        command = [program, "--port", "0", "--unixsocket", socket, "--save", "", "--dir", folder]
        with _running(command, folder, {}):
            _wait_for(socket.exists, folder / "log")
            yield f"redis+socket://{socket}"


@contextmanager
def _folder() -> Iterator[Path]:
    # A short path: the name of a Unix socket may have 104 characters, and macOS' own temporary folder eats half.
    with tempfile.TemporaryDirectory(prefix="dapjigi-", dir="/tmp", ignore_cleanup_errors=True) as name:
        yield Path(name)


def _step_down(folder: Path) -> dict[str, object]:
    """PostgreSQL refuses to run as root: give the folder to another user and run as that one."""
    if os.geteuid() != 0:
        return {}
    for name in UNPRIVILEGED:
        try:
            user = pwd.getpwnam(name)
        except KeyError:
            continue
        os.chown(folder, user.pw_uid, user.pw_gid)
        return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
    raise NotInstalled("PostgreSQL (no user to run it as)")


@contextmanager
def _running(command: Sequence[object], folder: Path, as_user: dict[str, object]) -> Iterator[None]:
    with open(folder / "log", "wb") as log:
        process = subprocess.Popen(
            [str(part) for part in command], stdout=log, stderr=log, stdin=subprocess.DEVNULL, cwd=folder, **as_user
        )
        try:
            yield
        finally:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _answers(programs: Path, folder: Path) -> bool:
    asked = [programs / "psql", "-h", folder, "-U", "dapjigi", "-d", "postgres", "-c", "SELECT 1"]
    return subprocess.run(asked, capture_output=True, check=False).returncode == 0


def _wait_for(ready: Callable[[], bool], log: Path) -> None:
    deadline = time.monotonic() + STARTS_WITHIN_SECONDS
    while not ready():
        if time.monotonic() > deadline:
            raise RuntimeError(f"a test server did not start:\n{log.read_text(errors='replace')}")
        time.sleep(0.05)


def main(command: Sequence[str]) -> int:
    with ExitStack() as stack:
        try:
            database = stack.enter_context(postgres())
            broker = stack.enter_context(redis())
        except NotInstalled as missing:
            print(f"{missing} is not installed, so its tests are skipped. {HOW}", file=sys.stderr)
            return 1 if os.environ.get("DAPJIGI_REQUIRE_SERVERS") else 0
        environment = {**os.environ, "DAPJIGI_TEST_DATABASE_URL": database, "DAPJIGI_TEST_BROKER_URL": broker}
        return subprocess.run(command, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
