"""Runs every benchmark and ends with one line of JSON: {"bench": {"name": ratio, ...}}."""

from __future__ import annotations

import json
import sys

from tests.bench import decide, serve

# name -> (goal, whether the ratio must be at least or at most that)
GOALS = {
    "webhook_rps_over_bare": (0.15, "at least"),
    "webhook_p99_over_p50_half_load": (5.0, "at most"),
    "webhook_p99_with_slow_pages_over_without": (2.0, "at most"),
}


def main() -> int:
    ratios = {**decide.measure(), **serve.measure()}
    for name, ratio in ratios.items():
        goal, way = GOALS.get(name, (None, ""))
        met = goal is None or (ratio >= goal if way == "at least" else ratio <= goal)
        note = f"   goal: {way} {goal}{'' if met else '   MISSED'}" if goal is not None else ""
        print(f"{name:45} {ratio:8.3f}{note}")
    print(json.dumps({"bench": {name: round(ratio, 4) for name, ratio in ratios.items()}}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
