"""Runs every benchmark and ends with one line of JSON: {"bench": {"name": figure, ...}}.

`python -m tests.bench matching memory` runs only those parts.
"""

from __future__ import annotations

import json
import sys

from tests.bench import evidence, hours, matching, memory, mistyped, neighbours, replay, serve, tolerant

_ALL = (matching, tolerant, mistyped, hours, replay, evidence, memory, serve, neighbours)
PARTS = {part.__name__.rpartition(".")[2]: part for part in _ALL}

# name -> (goal, whether the figure must be at least or at most that)
GOALS = {
    **{f"core_over_fold_and_scan_{size}": (1.6, "at most") for size in matching.SIZES},
    **{f"decide_over_core_{size}": (3.0, "at most") for size in matching.SIZES},
    "errbot_over_core_1000": (45.0, "at least"),
    "rivescript_over_core_1000": (1_500.0, "at least"),
    "layers_over_core_1000": (14.0, "at most"),
    "unmatched_p99_us_1000": (200.0, "at most"),
    **{f"mistyped_{kind.replace(' ', '_')}_left": (0.9, "at least") for kind in mistyped.KINDS},
    **{f"mistyped_{kind.replace(' ', '_')}_points_lost": (1.0, "at most") for kind in mistyped.KINDS},
    "replay_million_seconds": (60.0, "at most"),
    "replay_slowest_million_seconds": (60.0, "at most"),
    "state_again_over_astimezone": (2.0, "at most"),
    "state_anew_over_astimezone": (40.0, "at most"),
    "evidence_ms": (300.0, "at most"),
    "book_30_kb": (40.0, "at most"),
    "book_30_build_ms": (1.0, "at most"),
    "shops_kept_of_10000": (10_000.0, "at least"),
    "shops_kept_mb": (320.0, "at most"),
    "webhook_rps_over_bare": (0.15, "at least"),
    "webhook_p99_over_p50_half_load": (5.0, "at most"),
    "neighbours_p95_hung_over_well": (1.2, "at most"),
    "webhook_p99_with_slow_pages_over_without": (2.0, "at most"),
}


def main() -> int:
    figures: dict[str, float] = {}
    for name in sys.argv[1:] or PARTS:
        figures |= PARTS[name].measure()
    for name, figure in figures.items():
        goal, way = GOALS.get(name, (None, ""))
        met = goal is None or (figure >= goal if way == "at least" else figure <= goal)
        note = f"   goal: {way} {goal:g}{'' if met else '   MISSED'}" if goal is not None else ""
        print(f"{name:45} {figure:12.3f}{note}")
    print(json.dumps({"bench": {name: round(figure, 4) for name, figure in figures.items()}}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
