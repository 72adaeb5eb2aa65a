"""What was said elsewhere, line by line, as every reader gives it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import NamedTuple

# Of one sentence; what is longer was pasted by mistake, and the beginning tells what it was about.
LONGEST = 2_000
NAME_LENGTH = 60
# What KakaoTalk writes in the place of what is no text.
_WITHOUT_WORDS = (
    r"사진(?: \d+장)?|동영상|이모티콘|\(이모티콘\)|음성메시지|(?:보이스톡|페이스톡|라이브톡) .{1,20}|파일: .{1,300}"
    r"|삭제된 메시지입니다\.|메시지가 삭제되었습니다\.|카카오톡 프로필|#?지도|연락처|\d+장의 사진을 보냈습니다\."
    r"|Photos?(?: \d+)?|\d+ photos|Video|Emoticons?|Voice message|File: .{1,300}|This message was deleted\.?"
)
WITHOUT_WORDS = re.compile(_WITHOUT_WORDS)


class Line(NamedTuple):
    """`talk`: lines of one customer, or of one chat, have the same. `who`: the name as written, "" where none is.
    `at`: a date where no time is known. `answer`: what the shop said to it, where that stands in the same row."""

    talk: int
    who: str
    at: date | datetime | None
    text: str
    answer: str = ""

    @property
    def has_words(self) -> bool:
        return bool(self.text) and not WITHOUT_WORDS.fullmatch(self.text)


def split(text: str) -> list[str]:
    """The lines as an editor numbers them."""
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def plain(lines: Iterable[str], *, talk: int) -> Iterator[Line]:
    """One sentence a line, each of another customer; `talk` is the number of the first."""
    for number, line in enumerate(lines):
        if said := line.strip():
            yield Line(talk + number, "", None, said[:LONGEST])
