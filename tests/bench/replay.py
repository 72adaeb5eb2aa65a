"""A long past of a shop through another rule book, from the rows of its log to the result, on SQLite.

The shop is the demo shop with a changed draft. Half of the messages are sentences its customers often say, the others
are said only once; most customers write one to four messages.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from typing import Any

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
    found: dict[str, Any] = json.loads(told.splitlines()[-1])
    spent, messages = found["seconds"], found["messages"]
    takes = "takes" if messages >= 10**6 else "would take"
    print(f"replay: {messages:,} messages, {found['changed']:,} changed, in {spent:.1f} s; ", end="")
    print(f"a million {takes} {spent / messages * 1e6:.0f} s; {found['mb']:.0f} MB at most")
    return {"replay_messages_per_second": messages / spent}


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
