"""A long past of a shop through another rule book, from the rows of its log to the result, on SQLite.

The shop is the demo shop with a changed draft. Half of the messages are sentences its customers often say, the others
are said only once; most customers write one to four messages. What counts is how long an owner waits, by the clock on
the wall; the CPU time told beside it shows how much of that was spent on waiting for neighbours on the machine.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile

# BENCH_MESSAGES=1000000 for the whole million.
COUNT = int(os.environ.get("BENCH_MESSAGES", "200000"))


def measure() -> dict[str, float]:
    folder = tempfile.mkdtemp(prefix="dapjigi-bench-")
    environ = {**os.environ, "DAPJIGI_DATA": folder, "DJANGO_SETTINGS_MODULE": "config.settings", "DATABASE_URL": ""}
    try:
        child = [sys.executable, "-m", "tests.bench.replay"]
        told = subprocess.run(child, env=environ, check=True, stdout=subprocess.PIPE, text=True).stdout
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    found: dict[str, dict[str, float]] = json.loads(told.splitlines()[-1])
    for name, one in found.items():
        messages, takes = one["messages"], "takes" if one["messages"] >= 10**6 else "would take"
        wall, cpu = (one[seconds] / messages * 1e6 for seconds in ("seconds", "cpu"))
        print(f"replay, {name}: {messages:,} messages, {one['changed']:,} changed, in {one['seconds']:.1f} s; ", end="")
        print(f"a million {takes} {wall:.0f} s and {cpu:.0f} s of CPU; {one['mb']:.0f} MB at most")
    edited = found["edited"]
    return {
        "replay_messages_per_second": edited["messages"] / edited["cpu"],
        "replay_million_seconds": edited["seconds"] / edited["messages"] * 1e6,
    }


def _child() -> None:
    import django  # noqa: PLC0415 (only in the process that has a data folder of its own)

    django.setup()
    from django.core.management import call_command  # noqa: PLC0415

    call_command("migrate", verbosity=0)
    call_command("demo", verbosity=0)
    from tests.bench import replay_rows  # noqa: PLC0415

    print(json.dumps(replay_rows.run(COUNT)))


if __name__ == "__main__":
    _child()
