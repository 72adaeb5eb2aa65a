"""The box under the editor of a rule: how many past answers an edit changes, asked for at every pause in typing.

On the demo shop and its thirty days, through the real view, with the editor's own fields.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from statistics import median, quantiles
from typing import Any

ROUNDS = 20


def measure() -> dict[str, float]:
    folder = tempfile.mkdtemp(prefix="dapjigi-bench-")
    environ = {**os.environ, "DAPJIGI_DATA": folder, "DJANGO_SETTINGS_MODULE": "config.settings", "DATABASE_URL": ""}
    try:
        child = [sys.executable, "-m", "tests.bench.evidence"]
        told = subprocess.run(child, env=environ, check=True, stdout=subprocess.PIPE, text=True).stdout
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    wall, cpu = [], []
    found: dict[str, dict[str, Any]] = json.loads(told.splitlines()[-1])
    for edit, one in found.items():
        wall, cpu = [*wall, *one["wall"]], [*cpu, *one["cpu"]]
        print(f"evidence, {edit}: {one['told']}; {median(one['wall']):.0f} ms, {median(one['cpu']):.0f} ms of CPU")
    return {"evidence_ms": _p95(wall), "evidence_cpu_ms": _p95(cpu)}


def _p95(times: list[float]) -> float:
    return quantiles(times, n=20)[-1]


def _child() -> None:
    import django  # noqa: PLC0415 (only in the process that has a data folder of its own)

    django.setup()
    from django.core.management import call_command  # noqa: PLC0415

    call_command("migrate", verbosity=0)
    call_command("demo", verbosity=0)
    from tests.bench import evidence_edits  # noqa: PLC0415

    print(json.dumps(evidence_edits.run(ROUNDS)))


if __name__ == "__main__":
    _child()
