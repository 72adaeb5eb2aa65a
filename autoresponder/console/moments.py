"""A shop's hours at a moment, as a seller would say it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from autoresponder.console.holiday_words import holiday_words
from autoresponder.engine.calendar import Calendar, Night
from autoresponder.engine.types import State

SHORT_DAYS = (
    pgettext_lazy("weekday", "월"),
    pgettext_lazy("weekday", "화"),
    pgettext_lazy("weekday", "수"),
    pgettext_lazy("weekday", "목"),
    pgettext_lazy("weekday", "금"),
    pgettext_lazy("weekday", "토"),
    pgettext_lazy("weekday", "일"),
)
# A card is asked for again at least this often, whatever it says: a phone's timers are not to be trusted for days.
FRESH_SECONDS = 3600


@dataclass(frozen=True, slots=True)
class HoursNow:
    """`title` says what it is now, `detail` until when ("" when it never changes), `by_hand` that a tap made it so.
    `closable`: it is open today, now or later.

    `answers` is the sentence about what customers get now and when that changes; after `fresh_seconds` what stands
    here may no longer be true.
    """

    open: bool
    title: str
    detail: str
    by_hand: bool
    closable: bool
    answers: str = ""
    fresh_seconds: int = FRESH_SECONDS


def hours_now(calendar: Calendar, state: State, *, now: datetime) -> HoursNow:
    zone = ZoneInfo(calendar.timezone)
    by_hand = state.reason == "override"
    return HoursNow(
        state.open,
        _title(state),
        _detail(state, by_hand, zone, now),
        by_hand,
        state.open or (not by_hand and _opens_today(state, zone, now)),
        _answers(calendar, state, zone, now),
        _fresh_seconds(calendar, state, zone, now),
    )


def moment(at: datetime, *, zone: ZoneInfo, now: datetime) -> str:
    """ "13:30" today, "내일 10:00" tomorrow, else "11월 25일 수요일 10:00", in the shop's zone."""
    local, today = at.astimezone(zone), now.astimezone(zone).date()
    time = local.strftime("%H:%M")
    if local.date() == today:
        return time
    if local.date() == today + timedelta(days=1):
        return _("내일 %(time)s") % {"time": time}
    return f"{formats.date_format(local.date(), _('n월 j일 l'))} {time}"


def say_day(on: date, *, today: date | None = None) -> str:
    """ "12월 24일 (목)", with the year when it is not the one of `today`."""
    pattern = _("n월 j일") if today is None or on.year == today.year else _("Y년 n월 j일")
    return f"{formats.date_format(on, pattern)} ({SHORT_DAYS[on.weekday()]})"


def _title(state: State) -> str:
    if state.open:
        return _("지금은 영업 중이에요")
    titles = {
        "break": _("지금은 쉬는 시간이에요"),
        "before": _("아직 문 열기 전이에요"),
        "after": _("오늘 영업이 끝났어요"),
        "day_off": _("오늘은 쉬는 날이에요"),
        "holiday": _("오늘은 쉬는 날이에요"),
        "vacation": _("지금은 휴가 중이에요"),
        "override": _("지금은 닫아 두었어요"),
    }
    title = titles.get(state.reason, _("지금은 부재중이에요"))
    return f"{title} · {holiday_words(state.name)}" if state.name else title


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


def _opens_today(state: State, zone: ZoneInfo, now: datetime) -> bool:
    return state.next_open is not None and state.next_open.astimezone(zone).date() == now.astimezone(zone).date()


def _answers(calendar: Calendar, state: State, zone: ZoneInfo, now: datetime) -> str:
    sentences = {
        "open": _("지금 손님은 ‘영업 중’ 답을 받아요."),
        "vacation": _("지금 손님은 ‘휴가’ 인사와 답을 받아요."),
        "night": _("지금 손님은 ‘밤’ 인사와 답을 받아요."),
        "closed": _("지금 손님은 ‘부재중’ 인사와 답을 받아요."),
    }
    sentence = sentences[greeting_of(calendar, state, now)]
    if state.next_change is None:
        return sentence
    when = moment(state.next_change, zone=zone, now=now)
    if state.next_change.astimezone(zone).date() == now.astimezone(zone).date():
        when = _("오늘 %(time)s") % {"time": when}
    return f"{sentence} {_('다음 변경: %(when)s') % {'when': when}}"


def greeting_of(calendar: Calendar, state: State, now: datetime) -> str:
    """Which words customers meet: "open", or the greeting of a "vacation", of the "night", or of any "closed" time."""
    today = now.astimezone(ZoneInfo(calendar.timezone)).date()
    if state.open:
        return "open"
    if state.reason == "vacation" and any(
        one.greeting.strip() for one in calendar.vacations if one.first <= today <= one.last
    ):
        return "vacation"
    return "night" if state.night and calendar.night and calendar.night.greeting.strip() else "closed"


def _fresh_seconds(calendar: Calendar, state: State, zone: ZoneInfo, now: datetime) -> int:
    """Seconds, rounded up, until the state, the day or the night may turn."""
    local = now.astimezone(zone)
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    turns = [midnight, *([state.next_change] if state.next_change else []), *_night_turns(calendar.night, local)]
    if calendar.override and calendar.override.until > now:
        turns.append(calendar.override.until)
    waits = [(turn - now).total_seconds() for turn in turns]
    return min(FRESH_SECONDS, *(int(-(-wait // 1)) for wait in waits if wait > 0), FRESH_SECONDS)


def _night_turns(night: Night | None, local: datetime) -> list[datetime]:
    day = local.replace(hour=0, minute=0, second=0, microsecond=0)
    return [day + timedelta(minutes=minute) for minute in (night.start, night.end)] if night else []
