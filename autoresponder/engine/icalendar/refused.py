"""Why a calendar file is not taken, for the screen to put into words."""

from __future__ import annotations

from typing import Any


class Refused(Exception):
    """`code` with `params`:

    too_large {bytes, at_most}     not_text {} (no UTF-8)          not_calendar {} (something else, or a web page)
    broken {line}                  cut off, or ends what never began
    too_deep {at_most}             too_many_events {at_most}       too_many_days {at_most} (days off from now on)
    repeats_too_often {every}      an event every hour, minute or second
    repeats_too_much {}            counting its repetitions would take too long
    """

    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(code)
        self.code, self.params = code, params
