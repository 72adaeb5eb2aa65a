"""A sheet with a column of customers' sentences: the Q&A list of a shop system, a chat as KakaoTalk on a Mac saves it
(Date,User,Message), or one of the shop's own.

The columns are known by their headings. Where none is known, the owner is asked (`Look.sure` is False).
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple
from zoneinfo import ZoneInfo

from autoresponder.insights.imported.lines import LONGEST, NAME_LENGTH, Line, split
from autoresponder.insights.imported.when import moment

# What a column may be called, the likeliest first: only letters and digits count, in small letters.
HEADINGS = {
    "text": "문의내용 질문내용 문의 질문 메시지내용 메시지 대화내용 상담내용 채팅내용 내용 손님말 손님이한말 문장 "
    "message text question inquiry content body",
    "at": "문의일시 문의일 작성일시 작성일 등록일시 등록일 접수일시 접수일 보낸시간 질문일 일시 날짜 시간 "
    "date datetime time timestamp createdat sentat",
    "who": "고객명 고객 고객아이디 고객id 손님 구매자명 구매자 구매자id 주문자 문의자 작성자 보낸사람 발신자 "
    "닉네임 이름 아이디 customer user sender name from",
    "answer": "답변내용 답변 답글내용 답글 판매자답변 answer reply response",
}
# Headings whose people may be the shop's own, too.
SPEAKERS = ("보낸사람", "발신자", "이름", "user", "sender", "name", "from")
DELIMITERS = ("\t", ",", ";")
# Of a workbook: its cells are not in doubt.
CELLS = ""
# Each with its number in the file.
Rows = Sequence[tuple[int, Sequence[str]]]
LOOKED_AT, SAMPLE_LENGTH, SHOWN = 20, 2_000, 30
# Sheets may have a title above their headings.
HEADINGS_WITHIN = 10


class Columns(NamedTuple):
    """Places from 0; None where there is no such column. `first`: how many rows stand before the sentences."""

    text: int
    at: int | None = None
    who: int | None = None
    answer: int | None = None
    first: int = 0


@dataclass(frozen=True, slots=True)
class Look:
    """How a sheet is read. `names`: of each column, its heading or what stands in it first. `speakers`: the people
    of `columns.who` may be the shop, too."""

    delimiter: str
    columns: Columns
    names: tuple[str, ...]
    sure: bool
    speakers: bool


def look(text: str, zone: ZoneInfo) -> Look | None:
    """How a text would be read; None where it is no sheet."""
    first = [line[:SAMPLE_LENGTH] for line in split(text[: 50 * SAMPLE_LENGTH]) if line.strip()][:LOOKED_AT]
    return _look({delimiter: _cells(first, delimiter) for delimiter in DELIMITERS}, zone)


def look_at(rows: Rows, zone: ZoneInfo) -> Look | None:
    """The same of a workbook's rows."""
    first = [cells for _, cells in rows[:LOOKED_AT]]
    width = max(map(len, first), default=0)
    return _look({CELLS: [[*cells, *[""] * (width - len(cells))] for cells in first]}, zone)


def read(rows: Rows, found: Look, *, zone: ZoneInfo, talk: int) -> Iterator[tuple[Line, bool]]:
    """Each row with a sentence, and whether it has a date nobody can read. Rows of the same customer have the same
    `talk`, numbered from the one given."""
    columns, talks = found.columns, dict[str, int]()
    for number, (_, cells) in enumerate(rows[columns.first :]):
        said, who = _cell(cells, columns.text, LONGEST), _cell(cells, columns.who, NAME_LENGTH)
        if not said:
            continue
        own = (
            talk
            if found.speakers and columns.who is not None
            else talks.setdefault(who or f"\n{number}", talk + number)
        )
        written = _cell(cells, columns.at, NAME_LENGTH)
        at = moment(written, zone) if written else None
        yield Line(own, who, at, said, _cell(cells, columns.answer, LONGEST)), bool(written) and at is None


def chosen(found: Look, columns: Columns) -> Look:
    """The same sheet with other columns, as the owner has said."""
    rows_above = found.columns.first
    return Look(found.delimiter, columns._replace(first=rows_above), found.names, True, columns.answer is None)


def _look(samples: Mapping[str, Sequence[Sequence[str]]], zone: ZoneInfo) -> Look | None:
    for delimiter, rows in samples.items():
        if found := _headed(rows, delimiter):
            return found
    for delimiter, rows in samples.items():
        if found := _guessed(rows, delimiter, zone):
            return found
    return None


def _headed(rows: Sequence[Sequence[str]], delimiter: str) -> Look | None:
    for number, cells in enumerate(rows[:HEADINGS_WITHIN]):
        folded = ["".join(filter(str.isalnum, cell.lower())) for cell in cells]
        places = {
            part: next((folded.index(name) for name in names.split() if name in folded), None)
            for part, names in HEADINGS.items()
        }
        text, who = places["text"], places["who"]
        if text is not None:
            speakers = places["answer"] is None and who is not None and folded[who] in SPEAKERS
            columns = Columns(text, places["at"], who, places["answer"], number + 1)
            return Look(delimiter, columns, _names(cells), True, speakers)
    return None


def _guessed(rows: Sequence[Sequence[str]], delimiter: str, zone: ZoneInfo) -> Look | None:
    """Sentences have commas, too: only rows of one width are a sheet, and two columns only with a date in one."""
    width = len(rows[0]) if rows else 0
    if len(rows) < 2 or width < 2 or any(len(cells) != width for cells in rows[1:]):
        return None
    dated = [sum(moment(cells[place], zone) is not None for cells in rows) for place in range(min(width, SHOWN))]
    at = next((place for place, count in enumerate(dated) if count * 5 >= len(rows) * 4), None)
    if width == 2 and at is None and delimiter in (",", ";"):
        return None
    lengths = {place: sum(len(cells[place]) for cells in rows) for place in range(min(width, SHOWN)) if place != at}
    headed = at is not None and moment(rows[0][at], zone) is None
    columns = Columns(max(lengths, key=lambda place: lengths[place]), at, first=int(headed))
    return Look(delimiter, columns, _names(rows[0]), False, False)


def _cells(lines: Sequence[str], delimiter: str) -> list[list[str]]:
    try:
        return [cells for cells in csv.reader(lines, delimiter=delimiter) if any(map(str.strip, cells))]
    except csv.Error:
        return []


def _cell(cells: Sequence[str], place: int | None, longest: int) -> str:
    return cells[place].strip()[:longest] if place is not None and place < len(cells) else ""


def _names(cells: Sequence[str]) -> tuple[str, ...]:
    return tuple(" ".join(cell[:NAME_LENGTH].split())[:24] for cell in cells[:SHOWN])
