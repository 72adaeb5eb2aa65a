"""When a rule answers, in an owner's words: by the shop's hours, and in a window of its own that may have ended."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from autoresponder.console.clocks import say_clock
from autoresponder.console.moments import SHORT_DAYS, say_day
from autoresponder.engine.calendar import DAY

Names = Mapping[str, str]
Params = Mapping[str, Any]
# A rule's `window` as in the document: weekdays, start, end, first, last.
Window = Mapping[str, Any]

WHEN = (
    ("always", gettext_lazy("항상")),
    ("open", gettext_lazy("영업 중에만")),
    ("closed", gettext_lazy("쉬는 시간에만")),
    ("night", gettext_lazy("밤에만")),
    ("holiday", gettext_lazy("쉬는 날에만")),
)
WHEN_NAMES = dict(WHEN)
WEEKDAYS, WEEKEND = [0, 1, 2, 3, 4], [5, 6]


def say_when(when: str, window: Window | None) -> str:
    """ "영업 중에만 · 3월 1일 (월)~3월 7일 (일)"; "" for a rule that answers at any time."""
    parts = [str(WHEN_NAMES.get(when, ""))] if when != "always" else []
    return " · ".join([*parts, *([say_window(window)] if window else [])])


def say_window(window: Window) -> str:
    return " ".join(filter(None, (_dates(window), _weekdays(window), _clock(window)))) or _("항상")


def window_status(window: Window | None, *, today: date) -> str:
    """ "ended", "coming" (its first day is still to come), or ""."""
    if not window:
        return ""
    if window.get("last") and date.fromisoformat(window["last"]) < today:
        return "ended"
    return "coming" if window.get("first") and date.fromisoformat(window["first"]) > today else ""


def _dates(window: Window) -> str:
    first, last = (date.fromisoformat(text) if (text := window.get(name)) else None for name in ("first", "last"))
    if first and last:
        return say_day(first) if first == last else f"{say_day(first)}~{say_day(last)}"
    if first:
        return _("%(day)s부터") % {"day": say_day(first)}
    return _("%(day)s까지") % {"day": say_day(last)} if last else ""


def _weekdays(window: Window) -> str:
    days = sorted(window.get("weekdays") or [])
    if days in ([], list(range(7))):
        return ""
    if days in (WEEKDAYS, WEEKEND):
        return _("평일") if days == WEEKDAYS else _("주말")
    return "·".join(str(SHORT_DAYS[day]) for day in days)


def _clock(window: Window) -> str:
    start, end = window.get("start"), window.get("end")
    if start is None and end is None:
        return ""
    start, end = start or 0, DAY if end is None else end
    return f"{say_clock(start)}~{say_clock(end if end > start else end + DAY)}"


def _hours(params: Params, names: Names, zone: ZoneInfo) -> str:
    sentences = {
        "open": _("말은 맞지만 영업 중에만 답하는 규칙이에요."),
        "closed": _("말은 맞지만 쉬는 시간에만 답하는 규칙이에요."),
        "night": _("말은 맞지만 밤에만 답하는 규칙이에요."),
        "holiday": _("말은 맞지만 쉬는 날에만 답하는 규칙이에요."),
    }
    return sentences.get(params["when"], _("말은 맞지만 다른 때에 답하는 규칙이에요."))


def _window(params: Params, names: Names, zone: ZoneInfo) -> str:
    sentences = {
        "ended": _("말은 맞지만 기간이 끝난 규칙이에요(%(window)s)."),
        "not_yet": _("말은 맞지만 아직 시작하지 않은 규칙이에요(%(window)s)."),
    }
    other = _("말은 맞지만 정한 때(%(window)s)에만 답하는 규칙이에요.")
    return sentences.get(params["why"], other) % {"window": say_window(params)}


ABOUT_RULE = {"hours": _hours, "window": _window}
