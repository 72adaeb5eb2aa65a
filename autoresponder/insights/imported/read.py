"""What sellers bring from elsewhere: files of any known form, pasted text, all together."""

from __future__ import annotations

from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import NamedTuple
from zoneinfo import ZoneInfo

from autoresponder.insights.examples import Unreadable, text_in
from autoresponder.insights.imported import chat, table
from autoresponder.insights.imported.lines import Line, plain, split
from autoresponder.insights.imported.table import Columns, Look

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
    "too_many" {most}. Whatever the bytes are, nothing else.
    """
    found = Found()
    talk = 0
    for source in sources:
        try:
            text = _text(source.data)
            _read_one(found, text, zone, columns, talk)
            if len(found.lines) > MOST_LINES:
                raise Unreadable("too_many", most=MOST)
        except Unreadable as error:
            raise Unreadable(error.code, **error.params, file=source.name) from error
        # No two sources share the number of a talk.
        talk += text.count("\n") + text.count("\r") + 2
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


def _text(data: bytes) -> str:
    if len(data) > MOST_BYTES:
        raise Unreadable("too_big")
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


def _read_one(found: Found, text: str, zone: ZoneInfo, columns: Columns | None, talk: int) -> None:
    if chat.is_chat(text):
        one = chat.read(text, zone=zone, talk=talk, most=MOST_LINES)
        found.lines += one.lines
        found.partners |= {one.partner} - {""}
        found.channel, found.has_speakers = "kakao", True
        return
    look = table.look(text, zone)
    if look is None:
        found.lines += islice(plain(text, talk=talk), MOST_LINES + 1)
        return
    if columns:
        look = table.chosen(look, columns)
    found.look, found.has_speakers = look, found.has_speakers or look.speakers
    for line, undated in table.read(text, look, zone=zone, talk=talk, most=MOST_LINES):
        found.lines.append(line)
        found.undated += undated
