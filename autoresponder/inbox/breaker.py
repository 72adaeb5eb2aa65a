"""When a messenger keeps failing, stop asking it for a while: its answers go stale, and it gets air to recover.

Open after five failures in a row, or when half of ten or more attempts within a minute fail. Open for 30, 60, 120,
240, at most 300 seconds; then one message at a time is a probe, and two that arrive close it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple

IN_A_ROW = 5
WINDOW = timedelta(seconds=60)
ENOUGH, SHARE = 10, 0.5
OPEN_SECONDS = (30, 60, 120, 240, 300)
PROBES = 2
KEPT = 50


class Strain(NamedTuple):
    """What a connection remembers. `recent`: (Unix seconds, worked) of attempts since the first failure.
    `opened`: how often it was opened without closing; `proved`: probes that arrived since the last opening."""

    in_a_row: int = 0
    recent: tuple[tuple[float, bool], ...] = ()
    opened: int = 0
    proved: int = 0

    def to_json(self) -> dict[str, Any]:
        """{} when there is nothing to remember."""
        return {} if self == Strain() else self._asdict()


def strain_of(data: Mapping[str, Any]) -> Strain:
    recent = tuple((float(at), bool(worked)) for at, worked in data.get("recent", ()))
    return Strain(data.get("in_a_row", 0), recent, data.get("opened", 0), data.get("proved", 0))


def after_failure(strain: Strain, now: datetime) -> tuple[Strain, datetime | None]:
    """The memory after a failed attempt, and until when nothing is sent (None: go on)."""
    recent = _recent(strain, now, worked=False)
    in_a_row = strain.in_a_row + 1
    failed = sum(not worked for _, worked in recent)
    much = len(recent) >= ENOUGH and failed >= SHARE * len(recent)
    if not strain.opened and in_a_row < IN_A_ROW and not much:
        return strain._replace(in_a_row=in_a_row, recent=recent), None
    return Strain(opened=strain.opened + 1), now + timedelta(seconds=seconds_open(strain.opened))


def seconds_open(opened: int) -> int:
    """How long it stays open after it was opened `opened` times without closing."""
    return OPEN_SECONDS[min(opened, len(OPEN_SECONDS) - 1)]


def after_success(strain: Strain, now: datetime) -> Strain:
    if strain.opened:
        return Strain() if strain.proved + 1 >= PROBES else strain._replace(proved=strain.proved + 1)
    recent = _recent(strain, now, worked=True)
    return Strain() if all(worked for _, worked in recent) else strain._replace(in_a_row=0, recent=recent)


def _recent(strain: Strain, now: datetime, *, worked: bool) -> tuple[tuple[float, bool], ...]:
    since = (now - WINDOW).timestamp()
    return (*(each for each in strain.recent if each[0] > since), (now.timestamp(), worked))[-KEPT:]
