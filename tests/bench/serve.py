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
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from statistics import median
from threading import Event, Thread

from tests.bench.load import Requests, Result, closed, open_loop, request

GRANIAN = (
    "granian --interface wsgi --workers 2 --blocking-threads 4 --respawn-failed-workers --no-ws --log-level warning"
)
CELERY = "celery -A config worker -P threads -c 8 -B --without-gossip --without-mingle --loglevel WARNING"
CUSTOMERS = 200
# Each ratio is the median of so many turns: a machine shared with others has bad seconds.
TURNS = 5
TEXTS = ["배송 언제 와요?", "제주도 배송비 얼마예요?", "반품은 어떻게 해요?", "사이즈 교환 되나요?", "이거 비치나요?"]


def measure() -> dict[str, float]:
    with _server() as (port, hook, secret):
        make = _kakao(hook, secret)
        bare = _bare()
        closed(port, make, connections=8, seconds=1, start=0)
        ratios, capacity = [], []
        for turn in range(TURNS):
            bare_rps = closed(port, bare, connections=8, seconds=2).rps
            ours = closed(port, make, connections=8, seconds=2, start=100_000 * (turn + 1))
            if ours.wrong:
                raise SystemExit(f"{ours.wrong} webhooks were not answered with 200")
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
        }


def _paced(port: int, make: Requests, rate: float, start: int, name: str) -> Result:
    result = open_loop(port, make, rate=rate, connections=32, seconds=5, start=start)
    print(f"{name}: p50 {result.percentile(0.5) * 1e3:.1f} ms, p99 {result.percentile(0.99) * 1e3:.1f} ms")
    return result


def _kakao(path: str, secret: str) -> Requests:
    bodies = [
        json.dumps(
            {
                "bot": {"id": "bench", "name": "봇"},
                "userRequest": {"utterance": text, "user": {"id": f"{number:064d}", "type": "botUserKey"}},
            }
        ).encode()
        for number in range(CUSTOMERS)
        for text in TEXTS
    ]

    def make(number: int) -> bytes:
        headers = {"X-Dapjigi-Key": secret, "X-Request-Id": f"bench-{number}"}
        return request(path, headers, bodies[number % len(bodies)])

    return make


def _bare() -> Requests:
    body = json.dumps({"text": TEXTS[0]}).encode()
    return lambda number: request("/bench/bare", {}, body)


@contextmanager
def _server() -> Iterator[tuple[int, str, str]]:
    """The product on a free port with its own data folder, the demo shop and a Kakao connection."""
    folder = tempfile.mkdtemp(prefix="dapjigi-bench-")
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    environ = {
        **os.environ,
        "DAPJIGI_DATA": folder,
        "DJANGO_SETTINGS_MODULE": "tests.bench.settings",
        "PORT": str(port),
    }
    for command in (["migrate", "-v0"], ["demo", "-v0"]):
        subprocess.run([sys.executable, "manage.py", *command], env=environ, check=True, stdout=subprocess.DEVNULL)
    connected = subprocess.run(
        [sys.executable, "manage.py", "connect", "kakao", "--shop", "demo"],
        env=environ,
        check=True,
        capture_output=True,
    )
    found = json.loads(connected.stdout)
    programs = [f"{GRANIAN} --port {port} config.wsgi:application", CELERY]
    running = [
        subprocess.Popen([sys.executable, "-m", *program.split()], env=environ, start_new_session=True)
        for program in programs
    ]
    try:
        _wait(port)
        yield port, found["path"], found["secrets"]["secret"]
    finally:
        for process in running:
            process.terminate()
        for process in running:
            process.wait(20)
        shutil.rmtree(folder, ignore_errors=True)


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
