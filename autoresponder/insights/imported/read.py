"""What sellers bring from elsewhere: files of any known form, pasted text, all together."""

from __future__ import annotations

from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import NamedTuple
from zoneinfo import ZoneInfo

from autoresponder.insights import workbook
from autoresponder.insights.examples import rows_of, text_in
from autoresponder.insights.imported import chat, table
from autoresponder.insights.imported.lines import Line, plain, split
from autoresponder.insights.imported.table import Columns, Look, Rows
from autoresponder.insights.unpack import Budget
from autoresponder.insights.unreadable import Unreadable

MOST_BYTES = 20 * 1024 * 1024
# Sentences of customers; a chat has the shop's own lines beside them.
MOST, MOST_LINES = 100_000, 250_000
# A message has several lines, but more than these are a trap, and so is a line of this length.
MOST_WRITTEN, LONGEST_LINE = 1_000_000, 200_000


class Source(NamedTuple):
    """`name`: of the file, "" for what was pasted."""

    name: str
    data: bytes


@dataclass(slots=True)
class Found:
    """`look`: how the sheets among the sources were read, None where there are none. `partners`: with whom the owners
    of saved chats talked. `undated`: rows with a date nobody can read. `channel`: the messenger, where it is known."""

    lines: list[Line] = field(default_factory=list)
    look: Look | None = None
    partners: set[str] = field(default_factory=set)
    undated: int = 0
    channel: str = ""
    has_speakers: bool = False


def read(sources: Iterable[Source], *, zone: ZoneInfo, columns: Columns | None = None) -> Found:
    """All of them. `columns`: how the owner wants sheets to be read.

    Raises Unreadable with the `file` it is about: "too_big", "not_text", "long_line" {line}, "broken" {line},
    "too_many" {most}, and what is wrong with a workbook. Whatever the bytes are, nothing else.
    """
    found, budget = Found(), Budget()
    talk = 0
    for source in sources:
        try:
            # No two sources share the number of a talk.
            talk += _read_one(found, source.data, zone, columns, talk, budget)
            if len(found.lines) > MOST_LINES:
                raise Unreadable("too_many", most=MOST)
        except Unreadable as error:
            raise Unreadable(error.code, **error.params, file=source.name) from error
    return found


def shops_name(found: Found, shop: str) -> str:
    """Who of the speakers is likeliest the shop: called like it, in most of the chats, never the other side of a
    saved chat, and rather the one who answers than the one who begins."""
    talks: dict[str, set[int]] = {}
    answers, count = Counter[str](), Counter[str]()
    last: Line | None = None
    for line in found.lines:
        count[line.who] += 1
        talks.setdefault(line.who, set()).add(line.talk)
        goes_on = last is not None and last.talk == line.talk
        if last is None or not goes_on:
            answers[line.who] -= 1
        elif last.who != line.who:
            answers[line.who] += 1
        last = line
    called = "".join(shop.split())

    def likely(name: str) -> tuple[bool, bool, int, int, int]:
        same = bool(called) and called in "".join(name.split())
        return same, name not in found.partners, len(talks[name]), answers[name], count[name]

    return max((name for name in count if name), key=likely, default="")


def speakers(found: Found) -> Sequence[tuple[str, int]]:
    """Whoever said something, with how many lines, the busiest first."""
    return Counter(line.who for line in found.lines if line.who).most_common()


def _read_one(found: Found, data: bytes, zone: ZoneInfo, columns: Columns | None, talk: int, budget: Budget) -> int:
    """How many numbers of talks, from `talk` on, its lines may have."""
    if len(data) > MOST_BYTES:
        raise Unreadable("too_big")
    if workbook.is_packed(data):
        rows = workbook.rows_in(data, most=MOST_LINES, budget=budget)
        if look := table.look_at(rows, zone):
            _read_sheet(found, rows, look, zone, columns, talk)
        else:
            found.lines += plain((" ".join(cells) for _, cells in rows), talk=talk)
        return len(rows) + 1
    text = _text(data)
    _read_text(found, text, zone, columns, talk)
    return text.count("\n") + text.count("\r") + 2


def _text(data: bytes) -> str:
    if data.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
        # Excel's "Unicode text".
        data = data.decode("utf-16", errors="replace").encode(errors="replace")
    text = text_in(data)
    if text.count("\n") + text.count("\r") > MOST_WRITTEN:
        raise Unreadable("too_many", most=MOST)
    for number, line in enumerate(split(text), start=1):
        if len(line) > LONGEST_LINE:
            raise Unreadable("long_line", line=number)
    return text


def _read_text(found: Found, text: str, zone: ZoneInfo, columns: Columns | None, talk: int) -> None:
    if chat.is_chat(text):
        one = chat.read(text, zone=zone, talk=talk, most=MOST_LINES)
        found.lines += one.lines
        found.partners |= {one.partner} - {""}
        found.channel, found.has_speakers = "kakao", True
        return
    look = table.look(text, zone)
    if look is None:
        found.lines += islice(plain(split(text), talk=talk), MOST_LINES + 1)
        return
    rows = rows_of(text, most=MOST_LINES, delimiter=look.delimiter, strict=True)
    _read_sheet(found, rows, look, zone, columns, talk)


def _read_sheet(found: Found, rows: Rows, look: Look, zone: ZoneInfo, columns: Columns | None, talk: int) -> None:
    if columns:
        look = table.chosen(look, columns)
    found.look, found.has_speakers = look, found.has_speakers or look.speakers
    for line, undated in table.read(rows, look, zone=zone, talk=talk):
        found.lines.append(line)
        found.undated += undated
