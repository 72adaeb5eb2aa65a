"""What a compiled book of a small shop costs to build and to keep, and ten thousand of them in the product's own cache.

Memory once taken is rarely given back, so each part is measured in a process of its own.
"""

from __future__ import annotations

import gc
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

import django

from autoresponder.engine.book import Book
from autoresponder.engine.compile import compile_book
from autoresponder.engine.document import dump, load
from autoresponder.packs import document
from tests.bench.workload import book

RULES = 30
KEPT, SHOPS, PACKS, BUILT = 2_000, 10_000, 60, 60
KB, MB = 1024, 1024 * 1024


def measure() -> dict[str, float]:
    found: dict[str, float] = {}
    for part in PARTS:
        with tempfile.TemporaryDirectory(prefix="dapjigi-bench-") as folder:
            environ = {**os.environ, "DJANGO_SETTINGS_MODULE": "tests.bench.settings", "DAPJIGI_DATA": folder}
            command = [sys.executable, "-m", "tests.bench.memory", part]
            told = json.loads(subprocess.run(command, env=environ, check=True, stdout=subprocess.PIPE).stdout)
        print(f"{part}: " + ", ".join(f"{name} {value:.2f}" for name, value in told.items()))
        found |= told
    return found


def small() -> dict[str, float]:
    """A shop of 30 rules."""
    return _each("book_30", [json.dumps(dump(book(RULES, seed=seed))) for seed in range(KEPT)])


def pack() -> dict[str, float]:
    """A shop that starts with the pack of its trade, as most do."""
    return _each("book_pack", [json.dumps(document("online-shop"))] * PACKS)


def shops() -> dict[str, float]:
    """Ten thousand shops of 30 rules through the cache that serves customers: how many it keeps, at what real size."""
    django.setup()
    from autoresponder.rules.live import KEPT_BYTES, Shelf  # noqa: PLC0415

    # Read as from the database, or the books would share their texts with the lists of the workload.
    shelf = Shelf(lambda number: compile_book(load(json.loads(json.dumps(dump(book(RULES, seed=number)))))), KEPT_BYTES)
    shelf.take(0)
    before, counted = _resident(), shelf.bytes
    for number in range(1, SHOPS):
        shelf.take(number)
    real = _resident() - before
    return {
        "shops_kept_of_10000": len(shelf),
        "shops_kept_mb": real / MB,
        "shops_kept_estimate_over_real": (shelf.bytes - counted) / real,
    }


def _each(name: str, documents: list[str]) -> dict[str, float]:
    """Per shop: its book as read, what compiling adds, and what the first mistyped message adds."""
    assert compile_book(load(json.loads(documents[0]))).near
    start = _resident()
    books = [load(json.loads(document)) for document in documents]
    read = _resident()
    compiled = [compile_book(book) for book in books]
    built = _resident()
    times = [_milliseconds(book) for book in books[:BUILT]]
    again = _resident()
    near = [one.near for one in compiled]
    grown = _resident()
    return {
        f"{name}_document_kb": (read - start) / len(books) / KB,
        f"{name}_kb": (built - read) / len(books) / KB,
        f"{name}_near_kb": (grown - again) / len(near) / KB,
        f"{name}_build_ms": median(times),
    }


def _milliseconds(book: Book) -> float:
    start = time.thread_time()
    compile_book(book)
    return (time.thread_time() - start) * 1e3


def _resident() -> int:
    """Bytes of memory this process holds (Linux)."""
    gc.collect()
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


PARTS = {"small": small, "pack": pack, "shops": shops}

if __name__ == "__main__":
    print(json.dumps(PARTS[sys.argv[1]]()))
