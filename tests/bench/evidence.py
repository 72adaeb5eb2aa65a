"""The box under the editor of a rule: how many past answers an edit changes, asked for at every pause in typing.

On the demo shop and its thirty days, through the real view, with the editor's own fields.
"""

from __future__ import annotations

from statistics import median, quantiles
from typing import Any

from tests.bench.demo import measured

ROUNDS = 20


def measure() -> dict[str, float]:
    wall, cpu = [], []
    found: dict[str, dict[str, Any]] = measured("tests.bench.evidence_edits", ROUNDS)
    for edit, one in found.items():
        wall, cpu = [*wall, *one["wall"]], [*cpu, *one["cpu"]]
        print(f"evidence, {edit}: {one['told']}; {median(one['wall']):.0f} ms, {median(one['cpu']):.0f} ms of CPU")
    return {"evidence_ms": _p95(wall), "evidence_cpu_ms": _p95(cpu)}


def _p95(times: list[float]) -> float:
    return quantiles(times, n=20)[-1]
