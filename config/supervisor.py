"""Runs a few programs side by side, restarts the ones that die, and ends them all. Knows nothing of Django.

Each program leads a process group of its own, so that Ctrl-C reaches only us and a program's helpers end with it.
"""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any

PR_SET_PDEATHSIG = 1
LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None
TICK_SECONDS = 0.1
BACK_OFF_SECONDS = (0.5, 1, 2, 5, 10, 30)
# Whoever ran this long was well; an older crash is forgiven.
WELL_AFTER_SECONDS = 60
# While starting there is nothing to finish, and a web worker that still imports hears no signal.
GRACE_SECONDS_WHILE_STARTING = 2
GRACE_SECONDS = 10
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@dataclass
class Program:
    name: str
    argv: Sequence[str]
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    due_at: float = 0.0
    crashes: int = 0


class Supervisor:
    """`with Supervisor(...) as s:` - the signals are ours inside, and nothing is left running after."""

    def __init__(self, programs: Sequence[Program], *, cwd: Path, log: Callable[[str], None]) -> None:
        self.programs = programs
        self._cwd = cwd
        self.stopping = False
        self.settled = False
        self._preparing = False
        self._log = log
        self._before: dict[signal.Signals, Any] = {}

    def __enter__(self) -> "Supervisor":
        self._before = {number: signal.signal(number, self._on_signal) for number in STOP_SIGNALS}
        return self

    def __exit__(self, *_: object) -> None:
        self._stop_all()
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        # Nothing is raised here: an exception out of nowhere would cut a migration in two or vanish in a callback.
        if self.stopping and self._preparing:
            os._exit(1)
        if self.stopping:
            self._kill_all()
        self.stopping = True

    def prepare(self, *steps: Callable[[], None]) -> None:
        """Take the steps in turn. After a signal the one under way is finished and the rest are left; a second one
        ends us on the spot."""
        self._preparing = True
        for step in steps:
            if not self.stopping:
                step()
        self._preparing = False

    def run(self, *, on_tick: Callable[[], None]) -> None:
        """Start everything and keep it running until a signal comes; calls `on_tick` ten times a second."""
        while not self.stopping:
            for program in self.programs:
                self._tend(program)
            on_tick()
            time.sleep(TICK_SECONDS)

    def _tend(self, program: Program) -> None:
        now = time.monotonic()
        if program.process is None:
            if now >= program.due_at:
                self._start(program, now)
        elif program.process.poll() is not None:
            code = program.process.returncode
            _signal_group(program.process, signal.SIGKILL)
            program.process = None
            program.crashes = 1 if now - program.started_at > WELL_AFTER_SECONDS else program.crashes + 1
            wait = BACK_OFF_SECONDS[min(program.crashes, len(BACK_OFF_SECONDS)) - 1]
            program.due_at = now + wait
            self._log(f"{program.name} ended ({code}); starting it again in {wait} s")

    def _start(self, program: Program, now: float) -> None:
        program.started_at = now
        program.process = subprocess.Popen(
            program.argv, cwd=self._cwd, stdin=subprocess.DEVNULL, process_group=0, preexec_fn=_end_with_parent
        )

    def _stop_all(self) -> None:
        """Ask politely, wait, then leave nothing of any group behind."""
        self.stopping = True
        alive = [program.process for program in self.programs if program.process is not None]
        for process in alive:
            process.terminate()
        deadline = time.monotonic() + (GRACE_SECONDS if self.settled else GRACE_SECONDS_WHILE_STARTING)
        while any(process.poll() is None for process in alive) and time.monotonic() < deadline:
            time.sleep(TICK_SECONDS)
        self._kill_all()
        for process in alive:
            process.wait()

    def _kill_all(self) -> None:
        for program in self.programs:
            if program.process is not None:
                _signal_group(program.process, signal.SIGKILL)


def _signal_group(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, number)


def _end_with_parent() -> None:
    """On Linux the program gets SIGTERM should we be killed outright. Runs between fork and exec."""
    if LIBC is not None:
        LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
