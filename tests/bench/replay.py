"""A long past through one book: every customer in turn, remembering what was said, as a replay of a shop's log does."""

from __future__ import annotations

import os
import time
from datetime import timedelta
from itertools import cycle, islice

from autoresponder.engine.decide import decide
from autoresponder.engine.types import Incoming, Talk
from tests.bench.matching import CALENDAR, NOW
from tests.bench.workload import workload

# BENCH_MESSAGES=1000000 for the whole million.
COUNT = int(os.environ.get("BENCH_MESSAGES", "200000"))
RULES = 30
CUSTOMERS = 5_000
EVERY = timedelta(seconds=7)


def measure() -> dict[str, float]:
    compiled, texts = workload(RULES)
    talks = [Talk()] * CUSTOMERS
    now, start = NOW, time.thread_time()
    for number, text in enumerate(islice(cycle(texts), COUNT)):
        customer = number % CUSTOMERS
        now += EVERY
        talks[customer] = decide(compiled, CALENDAR, talks[customer], Incoming("", "c", text), now=now).talk
    spent = time.thread_time() - start
    a_million = spent / COUNT * 1e6
    takes = "takes" if COUNT >= 10**6 else "would take"
    print(f"replay: {COUNT:,} messages in {spent:.1f} s; a million {takes} {a_million:.0f} s")
    return {"replay_messages_per_second": COUNT / spent}
