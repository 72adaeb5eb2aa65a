"""Times of day as an owner types and reads them."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from django.utils.translation import gettext as _

from autoresponder.engine.hours import DAY, Span

LONGEST = 20

_NIGHT_FROM = 6
_TIME = re.compile(
    r"(?P<next>다음날|익일|nextday)?"
    r"(?P<half>오전|오후|아침|새벽|낮|점심|저녁|밤|am|pm)?"
    r"(?P<hour>[0-9]{1,2})(?:(?P<mark>[:.])(?P<sharp>[0-9]{2})|(?P<packed>[0-9]{2})|시(?:(?P<loose>[0-9]{1,2})분?|(?P<thirty>반))?)?"
    r"(?P<after>am|pm)?"
)
_AFTERNOON = {"오후", "낮", "점심", "저녁", "밤", "pm"}


@dataclass(frozen=True, slots=True)
class Clock:
    """A time of day in minutes; from 1440 on it is of the next day. `loose`: "7" may well mean seven in the evening."""

    minutes: int
    loose: bool = False


def read_clock(text: str) -> Clock | None:
    """Reads "10", "10:30", "1030", "오후 7시 반", "7pm", "26:00", "다음날 02:00", "정오"; None for anything else."""
    plain = re.sub(r"\s+", "", unicodedata.normalize("NFKC", text).lower()) if len(text) <= LONGEST else ""
    plain = {"정오": "12:00", "자정": "24:00", "noon": "12:00", "midnight": "24:00"}.get(plain, plain)
    found = _TIME.fullmatch(plain.replace("a.m.", "am").replace("p.m.", "pm"))
    if found is None:
        return None
    minute = 30 if found["thirty"] else int(found["sharp"] or found["packed"] or found["loose"] or 0)
    half = found["half"] or found["after"] or ""
    hour = _hour(int(found["hour"]), half)
    minutes = hour * 60 + minute + (DAY if found["next"] else 0)
    if minute > 59 or minutes > 2 * DAY:
        return None
    loose = not (half or found["next"] or found["mark"] or found["packed"]) and 1 <= hour <= 11
    return Clock(minutes, loose)


def _hour(hour: int, half: str) -> int:
    if half == "밤" and hour < _NIGHT_FROM:
        return hour
    if half == "밤" and hour == 12:
        return 24
    if half in _AFTERNOON and hour < 12:
        return hour + 12
    return 0 if half in {"오전", "새벽", "am"} and hour == 12 else hour


def say_clock(minutes: int) -> str:
    """How a stored time stands in its field; `read_clock` understands it again."""
    text = f"{minutes % DAY // 60:02}:{minutes % 60:02}"
    if minutes == DAY:
        return "24:00"
    return _("다음날 %(time)s") % {"time": text} if minutes > DAY else text


def say_span(span: Span) -> str:
    return f"{say_clock(span.start)}~{say_clock(span.end)}"
