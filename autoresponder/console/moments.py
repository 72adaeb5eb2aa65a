"""A shop's hours at a moment, as a seller would say it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils import formats
from django.utils.translation import gettext as _

from autoresponder.engine.hours import Calendar
from autoresponder.engine.types import State


@dataclass(frozen=True, slots=True)
class HoursNow:
    """`title` says what it is now, `detail` until when ("" when it never changes), `by_hand` that a tap made it so."""

    open: bool
    title: str
    detail: str
    by_hand: bool


def hours_now(calendar: Calendar, state: State, *, now: datetime) -> HoursNow:
    zone = ZoneInfo(calendar.timezone)
    by_hand = state.reason == "override"
    return HoursNow(state.open, _title(state), _detail(state, by_hand, zone, now), by_hand)


def moment(at: datetime, *, zone: ZoneInfo, now: datetime) -> str:
    """ "13:30" today, "내일 10:00" tomorrow, else "11월 25일 수요일 10:00", in the shop's zone."""
    local, today = at.astimezone(zone), now.astimezone(zone).date()
    time = local.strftime("%H:%M")
    if local.date() == today:
        return time
    if local.date() == today + timedelta(days=1):
        return _("내일 %(time)s") % {"time": time}
    return f"{formats.date_format(local.date(), _('n월 j일 l'))} {time}"


def _title(state: State) -> str:
    if state.open:
        return _("지금은 영업 중이에요")
    titles = {
        "break": _("지금은 쉬는 시간이에요"),
        "before": _("아직 문 열기 전이에요"),
        "after": _("오늘 영업이 끝났어요"),
        "day_off": _("오늘은 쉬는 날이에요"),
        "override": _("지금은 닫아 두었어요"),
    }
    if state.reason == "holiday":
        return _("오늘은 쉬는 날이에요 · %(holiday)s") % {"holiday": state.name}
    return titles.get(state.reason, _("지금은 부재중이에요"))


def _detail(state: State, by_hand: bool, zone: ZoneInfo, now: datetime) -> str:
    at = state.next_change if state.open else state.next_open
    if at is None:
        return ""
    words = {"when": moment(at, zone=zone, now=now)}
    if state.open:
        return _("직접 열었어요 · %(when)s까지") % words if by_hand else _("%(when)s까지 열어요") % words
    if state.reason in ("before", "after", "day_off", "holiday"):
        return _("%(when)s에 열어요") % words
    return _("%(when)s에 다시 열어요") % words
