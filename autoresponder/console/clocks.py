"""Times of day as an owner types and reads them."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from itertools import pairwise

from django.utils.translation import gettext as _

from autoresponder.engine.calendar import DAY, Span

LONGEST = 20
SPAN_LONGEST = 60

SEVERAL = re.compile(r"[,，、;]")
_ALL_DAY = {"24시간", "24시", "24h", "24hours", "하루종일", "종일", "allday"}
_FROM_TO = re.compile(r"[~\-–—∼〜]|부터|에서|to|until")
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


def read_span(text: str) -> Span | None:
    """Reads "10-19", "10~7" (seven in the evening), "오전 10시부터 오후 7시까지", "18-02" (the next day), "24시간"."""
    plain = re.sub(r"\s+", "", unicodedata.normalize("NFKC", text).lower()) if len(text) <= SPAN_LONGEST else ""
    if plain in _ALL_DAY:
        return Span(0, DAY)
    start, *rest = _FROM_TO.split(plain.removesuffix("까지"))
    if len(rest) != 1:
        return None
    opens, closes = read_clock(start), read_clock(rest[0])
    if opens is None or closes is None or opens.minutes > DAY:
        return None
    return spanning(opens.minutes % DAY, closes)


def spanning(opens: int, closes: Clock) -> Span | None:
    """From an opening time to a closing time at or before it: that evening, or the next day. None beyond 24 hours."""
    end = closes.minutes
    if end <= opens:
        evening = end + DAY // 2
        end = evening if closes.loose and evening > opens else end + DAY
    return Span(opens, end) if end - opens <= DAY else None


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
    """How stored hours stand in their field; `read_span` understands it again."""
    if (span.start, span.end) == (0, DAY):
        return _("24시간")
    return f"{say_clock(span.start)}~{say_clock(span.end)}"


def read_spans(text: str) -> tuple[Span, ...] | None:
    """One or several spans, with commas between ("10-14, 17-22"); None when one cannot be read or two overlap."""
    spans = [read_span(piece) for piece in SEVERAL.split(text[: 4 * SPAN_LONGEST]) if piece.strip()]
    read = sorted((span for span in spans if span), key=lambda span: span.start)
    if not read or len(read) < len(spans):
        return None
    apart = all(one.end <= after.start for one, after in pairwise(read))
    return tuple(read) if apart else None
