"""A long past of a shop through another rule book, from the rows of its log to the result, on SQLite.

The shop is the demo shop with a changed draft. Half of the messages are sentences its customers often say, the others
are said only once; most customers write one to four messages. What counts is how long an owner waits, by the clock on
the wall; the CPU time told beside it shows how much of that was spent on waiting for neighbours on the machine. Of less
than a million the start of the processes counts several times over.
"""

from __future__ import annotations

import os

from tests.bench.demo import measured

# BENCH_MESSAGES=1000000 for the whole million.
COUNT = int(os.environ.get("BENCH_MESSAGES", "200000"))


def measure() -> dict[str, float]:
    found: dict[str, dict[str, float]] = measured("tests.bench.replay_rows", COUNT)
    for name, one in found.items():
        messages, takes = one["messages"], "takes" if one["messages"] >= 10**6 else "would take"
        wall, cpu = (one[seconds] / messages * 1e6 for seconds in ("seconds", "cpu"))
        print(f"replay, {name}: {messages:,} messages, {one['changed']:,} changed, in {one['seconds']:.1f} s; ", end="")
        print(f"a million {takes} {wall:.0f} s and {cpu:.0f} s of CPU; {one['mb']:.0f} MB at most")
    edited = found["edited"]
    waits = {name: one["seconds"] / one["messages"] * 1e6 for name, one in found.items()}
    return {
        "replay_messages_per_second": edited["messages"] / edited["cpu"],
        "replay_million_seconds": waits["edited"],
        "replay_slowest_million_seconds": max(waits.values()),
    }
