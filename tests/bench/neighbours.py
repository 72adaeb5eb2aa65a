"""One platform hangs: what its neighbours feel of it. Eight threads drain the outbox as the worker's do.

Five shops write on Telegram, Messenger, Instagram, WhatsApp and LINE over real HTTP to platforms on the loopback. First
all are well, then LINE takes every call and never answers. The figure is the 95th percentile of the time from decision
to delivery on the other four, hung over well: at most 1.2.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import tempfile
import time
from importlib import import_module
from pathlib import Path
from threading import Event, Thread
from typing import Any

import django

from tests.platforms.server import LOOPBACK, Platforms

SECONDS, RATE, THREADS = 12.0, 20.0, 8
HUNG = "line"
WELL = ("telegram", "messenger", "instagram", "whatsapp")


def measure() -> dict[str, float]:
    """In a program of its own, because Django must know its data folder before anything of it is imported."""
    with tempfile.TemporaryDirectory(prefix="dapjigi-bench-") as folder:
        environment = os.environ | {"DAPJIGI_DATA": str(Path(folder) / "data")}
        command = [sys.executable, "-m", __name__]
        told = subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout
    figures: dict[str, float] = json.loads(told.splitlines()[-1])
    return figures


def main() -> None:
    platforms = Platforms()
    os.environ |= {
        "DAPJIGI_PLATFORM_URLS": ",".join(f"{origin}={other}" for origin, other in platforms.urls.items()),
        "DAPJIGI_ALLOWED_NETWORKS": LOOPBACK,
        "DJANGO_SETTINGS_MODULE": "config.settings",
    }
    django.setup()
    drain: Any = import_module("tests.bench.draining")
    drain.open_shops(platforms, (*WELL, HUNG))
    for kind in (*WELL, HUNG):
        platforms[kind].delay = 0.05
    well = _play(drain)
    platforms[HUNG].set("hang")
    hung = _play(drain)
    platforms.stop()
    figures = {"neighbours_p95_hung_over_well": hung / well, "neighbours_p95_well_ms": well * 1000}
    print(json.dumps(figures))


def _play(drain: Any) -> float:
    """The 95th percentile, in seconds, of the answers of the platforms that are well."""
    stop = Event()
    threads = [Thread(target=drain.work, args=(stop,), daemon=True) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    dice, begun, number = random.Random(1), time.monotonic(), 0
    since = drain.newest()
    while time.monotonic() < begun + SECONDS:
        drain.ask(dice.choice((*WELL, HUNG)))
        number += 1
        time.sleep(max(0.0, begun + number / RATE - time.monotonic()))
    time.sleep(2)
    stop.set()
    waits = sorted(drain.waits(since, WELL))
    return waits[int(len(waits) * 0.95)]


if __name__ == "__main__":
    main()
