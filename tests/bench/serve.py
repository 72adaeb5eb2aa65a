"""The webhook path on the real server (2 workers x 4 threads, SQLite with synchronous=FULL), against a bare view."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.client import HTTPConnection
from statistics import median
from threading import Event, Thread

from tests.bench.load import Requests, Result, closed, open_loop, request
from tests.bench.messengers import KINDS, TEXTS, prepare, requests_of, values_of
from tests.platforms.server import LOOPBACK, found

GRANIAN = (
    "granian --interface wsgi --workers 2 --blocking-threads 4 --respawn-failed-workers --no-ws --log-level warning"
)
CELERY = "celery -A config worker -P threads -c 8 -B --without-gossip --without-mingle --loglevel WARNING"
# Nobody listens on the discard port.
NOWHERE = "http://127.0.0.1:9"
# Each ratio is the median of so many turns: a machine shared with others has bad seconds.
TURNS, ROUNDS = 5, 3


def measure() -> dict[str, float]:
    prepare()
    with _server() as (port, paths):
        make, bare = requests_of("kakao", paths["kakao"]), _bare()
        closed(port, make, connections=8, seconds=1, start=0)
        ratios, capacity = [], []
        for turn in range(TURNS):
            bare_rps = closed(port, bare, connections=8, seconds=1.5).rps
            ours = closed(port, make, connections=8, seconds=1.5, start=100_000 * (turn + 1))
            _refuse_wrong("kakao", ours)
            capacity.append(ours.rps)
            ratios.append(ours.rps / bare_rps)
            print(f"bare {bare_rps:.0f}/s, webhook {ours.rps:.0f}/s")
        tails, beside = [], []
        for turn in range(TURNS):
            start = 1_000_000 * (turn + 1)
            half = _paced(port, make, median(capacity) / 2, start, "half load")
            quiet = _paced(port, make, 60, start + 300_000, "60/s")
            with _slow_pages(port, visitors=2):
                slowed = _paced(port, make, 60, start + 600_000, "60/s beside slow pages")
            tails.append(half.percentile(0.99) / half.percentile(0.5))
            beside.append(slowed.percentile(0.99) / quiet.percentile(0.99))
        return {
            "webhook_rps_over_bare": median(ratios),
            "webhook_p99_over_p50_half_load": median(tails),
            "webhook_p99_with_slow_pages_over_without": median(beside),
            # Last: the answers that wait for their platforms must not slow down what is measured before.
            **_each(port, paths),
        }


def _each(port: int, paths: Mapping[str, str]) -> dict[str, float]:
    """Every messenger with its own proof and payload, as a share of the bare view in the same round."""
    bare, ratios = _bare(), defaultdict(list)
    makes = {kind: requests_of(kind, path) for kind, path in paths.items()}
    for turn in range(ROUNDS):
        bare_rps = closed(port, bare, connections=8, seconds=1).rps
        for kind, make in makes.items():
            ours = closed(port, make, connections=8, seconds=0.7, start=100_000 * (turn + 1) + 6_000_000)
            _refuse_wrong(kind, ours)
            ratios[kind].append(ours.rps / bare_rps)
    return {f"webhook_{kind}_over_bare": median(found) for kind, found in ratios.items()}


def _refuse_wrong(kind: str, result: Result) -> None:
    if result.wrong:
        raise SystemExit(f"{result.wrong} webhooks of {kind} were not answered with 200")


def _paced(port: int, make: Requests, rate: float, start: int, name: str) -> Result:
    result = open_loop(port, make, rate=rate, connections=32, seconds=5, start=start)
    print(f"{name}: p50 {result.percentile(0.5) * 1e3:.1f} ms, p99 {result.percentile(0.99) * 1e3:.1f} ms")
    return result


def _bare() -> Requests:
    body = json.dumps({"text": TEXTS[0]}).encode()
    return lambda number: request("/bench/bare", {}, body)


@contextmanager
def _server() -> Iterator[tuple[int, dict[str, str]]]:
    """The product on a free port with its own data folder and the demo shop, and the path of each of its messengers.

    The platforms themselves refuse every connection: what is measured is the way in.
    """
    folder = tempfile.mkdtemp(prefix="dapjigi-bench-")
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    environ = {
        **os.environ,
        "DAPJIGI_DATA": folder,
        "DJANGO_SETTINGS_MODULE": "tests.bench.settings",
        "PORT": str(port),
        "DAPJIGI_ALLOWED_NETWORKS": LOOPBACK,
        "DAPJIGI_PLATFORM_URLS": ",".join(f"{origin}={NOWHERE}" for one in found().values() for origin in one.origins),
    }
    for command in (["migrate", "-v0"], ["demo", "-v0"]):
        subprocess.run([sys.executable, "manage.py", *command], env=environ, check=True, stdout=subprocess.DEVNULL)
    paths = {kind: _connect(kind, environ) for kind in KINDS}
    programs = [f"{GRANIAN} --port {port} config.wsgi:application", CELERY]
    running = [
        subprocess.Popen([sys.executable, "-m", *program.split()], env=environ, start_new_session=True)
        for program in programs
    ]
    try:
        _wait(port)
        yield port, paths
    finally:
        for process in running:
            process.terminate()
        for process in running:
            process.wait(20)
        shutil.rmtree(folder, ignore_errors=True)


def _connect(kind: str, environ: Mapping[str, str]) -> str:
    given = [argument for name, value in values_of(kind).items() for argument in ("--set", f"{name}={value}")]
    command = [sys.executable, "manage.py", "connect", kind, "--shop", "demo", *given]
    connected = subprocess.run(command, env=environ, check=True, capture_output=True)
    return str(json.loads(connected.stdout)["path"])


def _wait(port: int) -> None:
    for _ in range(200):
        try:
            asked = HTTPConnection("127.0.0.1", port, timeout=2)
            asked.request("GET", "/healthz")
            if asked.getresponse().status == 200:
                return
        except OSError:
            time.sleep(0.1)
    raise SystemExit("the server did not start")


@contextmanager
def _slow_pages(port: int, *, visitors: int) -> Iterator[None]:
    done = Event()

    def visit() -> None:
        while not done.is_set():
            asked = HTTPConnection("127.0.0.1", port, timeout=10)
            asked.request("GET", "/bench/slow")
            asked.getresponse().read()

    threads = [Thread(target=visit) for _ in range(visitors)]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        done.set()
        for thread in threads:
            thread.join()
