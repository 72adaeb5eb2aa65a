"""Python processes of our own for long work. Knows nothing of what they do.

They give way to whoever answers customers, leave Ctrl-C to us, and end with us however we end.
"""

import gc
import multiprocessing
import os
import signal
from concurrent.futures import ProcessPoolExecutor
from threading import Thread

import django

# Each takes 100 MB and what its work takes besides (a long replay: 150).
MOST = 4
NICENESS = 2
# Objects made before the collector looks at the young ones: work over long lists makes many, and hardly a cycle.
COLLECTED = 500_000


def pool() -> ProcessPoolExecutor:
    """One process for each core, started anew: whoever calls may have threads, locks and connections to databases."""
    start = multiprocessing.get_context("spawn")
    return ProcessPoolExecutor(min(MOST, os.cpu_count() or 1), mp_context=start, initializer=_begin)


def _begin() -> None:
    """Nothing is asked for before this is done, so all that needs Django can be."""
    os.nice(NICENESS)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Thread(target=_end_with_parent, daemon=True).start()
    django.setup()
    # What is there now stays: the collector need not walk it again and again.
    gc.freeze()
    gc.set_threshold(COLLECTED)


def _end_with_parent() -> None:
    """A pool's processes would wait for work for ever if we were killed outright."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
