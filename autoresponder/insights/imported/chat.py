"""A chat as KakaoTalk saves it. Which of the forms it has depends on the device:

    Windows    --------------- 2026년 11월 25일 수요일 ---------------
               [홍길동] [오후 3:12] 배송비 얼마예요?
    Android    2026년 11월 25일 오후 3:12, 홍길동 : 배송비 얼마예요?
    iPhone     2026. 11. 25. 오후 3:12, 홍길동 : 배송비 얼마예요?     (or 15:12)
    older      2026년 11월 25일 수요일
               오후 3:12, 홍길동 : 배송비 얼마예요?

On an English device months and AM/PM are in English. On a Mac it is a CSV (imported/table.py). A message of several
lines goes on until the next one begins. After the readers of others for these files: the package
kakaotalk-msg-preprocessor (Windows, Android), and github.com/small-goliath/autogram, batch/kakaotalk (iPhone).
"""

from __future__ import annotations

import re
from datetime import date, datetime
from itertools import islice
from typing import NamedTuple
from zoneinfo import ZoneInfo

from autoresponder.insights.imported.lines import LONGEST, Line, split
from autoresponder.insights.imported.when import moment, on_day

_TIME = r"(?:오전|오후)?\s?\d{1,2}:\d{2}(?:\s?[AP]M)?"
_DATE = r"(?:\d{4}\s?[년.]|[A-Z][a-z]{2,8}\s\d)"
_NAME = r"(?P<who>.{1,60}?)"
DAY = re.compile(r"-{3,}\s?(?P<ruled>.{8,40}?)\s?-{3,}|(?P<bare>\d{4}\s?[년.].{4,24})")
BRACKETS = re.compile(rf"\[{_NAME}\] \[(?P<time>{_TIME})\] ?(?P<text>.*)")
DATED = re.compile(rf"(?P<at>{_DATE}.{{4,36}}?\d:\d{{2}}(?:\s?[AP]M)?), {_NAME} : ?(?P<text>.*)")
TIMED = re.compile(rf"(?P<time>{_TIME}), {_NAME} : ?(?P<text>.*)")
# "2026. 11. 25. 오후 3:12: 홍길동님이 나갔습니다.": nobody says it.
NEWS = re.compile(rf"(?:{_DATE}.{{4,36}}?\d:\d{{2}}(?:\s?[AP]M)?|{_TIME})[,:] .*|.{{1,80}}님이 (?:들어왔|나갔)습니다\.")
PARTNER = re.compile(r"(?:Talk_.*|\ufeff)?(?P<ko>.{1,60}?) ?님과 카카오톡 대화|KakaoTalk Chats with (?P<en>.{1,60})")
# A chat begins within so many lines.
BEGINS = 30


class Chat(NamedTuple):
    """`partner`: with whom the owner of the phone talked, where the file says so; "" where not."""

    lines: list[Line]
    partner: str


class _Begun(NamedTuple):
    who: str
    at: datetime | None
    text: str


def is_chat(text: str) -> bool:
    first = islice((line for line in split(text[:20_000]) if line.strip()), BEGINS)
    return any(pattern.fullmatch(line.strip()) for line in first for pattern in (BRACKETS, DATED, TIMED))


def read(text: str, *, zone: ZoneInfo, talk: int, most: int) -> Chat:
    """All that anybody said, in the order of the file; somewhat more than `most` messages are not read any more."""
    lines: list[Line] = []
    day: date | None = None
    begun: _Begun | None = None
    more: list[str] = []
    partner = ""
    for raw in split(text):
        if len(lines) > most:
            break
        line = raw.strip()
        if found := _begins(line, day, zone):
            _end(lines, talk, begun, more)
            begun, more = found, []
        elif (new := _day(line, zone)) or NEWS.fullmatch(line[:200]):
            _end(lines, talk, begun, more)
            day, begun, more = new or day, None, []
        elif begun:
            more.append(line[:LONGEST])
        elif not lines and (named := PARTNER.fullmatch(line)):
            partner = (named["ko"] or named["en"]).strip()
    _end(lines, talk, begun, more)
    return Chat(lines, partner)


def _begins(line: str, day: date | None, zone: ZoneInfo) -> _Begun | None:
    if found := BRACKETS.fullmatch(line) or TIMED.fullmatch(line):
        return _Begun(found["who"].strip(), on_day(day, found["time"], zone) if day else None, found["text"])
    if found := DATED.fullmatch(line):
        at = moment(found["at"], zone)
        return _Begun(found["who"].strip(), at, found["text"]) if isinstance(at, datetime) else None
    return None


def _day(line: str, zone: ZoneInfo) -> date | None:
    found = DAY.fullmatch(line)
    day = moment(found["ruled"] or found["bare"], zone) if found else None
    return None if isinstance(day, datetime) else day


def _end(lines: list[Line], talk: int, begun: _Begun | None, more: list[str]) -> None:
    if begun:
        text = "\n".join([begun.text, *more]).strip()[:LONGEST]
        lines.append(Line(talk, begun.who, begun.at, text))
