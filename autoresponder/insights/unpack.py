"""The parts of a workbook that its rows are made of, unpacked within bounds.

openpyxl trusts its file: it unpacks whatever is in it, as often as the workbook names it, and parses whatever XML that
is. So it gets a copy with nothing in it but what was measured here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile

from autoresponder.insights.unreadable import Unreadable

TYPES, BINARY = "[Content_Types].xml", "xl/workbook.bin"
NEEDED = re.compile(r"\[Content_Types\]\.xml|xl/(?:worksheets/|_rels/)?[^/]+\.(?:xml|rels)")
MOST_PARTS = 10_000
# Elements that cells and their texts are made of. All others are far slower to read, and there are few of them.
QUICK = re.compile(rb"<(?:[\w.-]+:)?(?:row|c|v|f|t|is|si)[\s/>]")
# Validations, links and formats that stand behind the cells take time, and what is wrong with them matters to no row.
END_OF_CELLS = re.compile(rb"</([\w.-]+:)?sheetData\s*>")
# openpyxl reads an unpacked part twice at most; each look into the copy counts as at least so many bytes.
TIMES_READ, LEAST_READ, LOOKS = 3, 4_096, 2_000


@dataclass(slots=True)
class Budget:
    """What may yet be read: bytes unpacked, their tags, those of them that are slow to read, and letters and cells of
    rows. A shared text is unpacked once, but stands in any number of cells."""

    size: int = 100 * 1024 * 1024
    tags: int = 2_000_000
    slow: int = 200_000
    letters: int = 20 * 1024 * 1024

    def spend(self, *, size: int = 0, tags: int = 0, slow: int = 0, letters: int = 0) -> None:
        """Raises Unreadable "too_large"."""
        self.size -= size
        self.tags -= tags
        self.slow -= slow
        self.letters -= letters
        if min(self.size, self.tags, self.slow, self.letters) < 0:
            raise Unreadable("too_large")


class Metered(BytesIO):
    """Ends the reading of a part that is named again and again."""

    left = 0

    def read(self, size: int | None = -1, /) -> bytes:
        read = super().read(size)
        self.left -= max(len(read), LEAST_READ)
        if self.left < 0:
            raise Unreadable("too_large")
        return read


def unpacked(data: bytes, budget: Budget) -> Metered:
    """Another zip with the parts that matter. Raises Unreadable, and what zipfile raises at a broken one."""
    copy = Metered()
    with ZipFile(BytesIO(data)) as archive, ZipFile(copy, "w") as parts:
        names = dict.fromkeys(archive.namelist())
        if len(names) > MOST_PARTS:
            raise Unreadable("too_large")
        if TYPES not in names or not any(name.startswith("xl/") for name in names):
            raise Unreadable("no_workbook")
        if BINARY in names:
            raise Unreadable("old_excel")
        for name in filter(NEEDED.fullmatch, names):
            parts.writestr(name, _part(archive, name, budget))
    copy.left = TIMES_READ * len(copy.getbuffer()) + LOOKS * LEAST_READ
    return copy


def _part(archive: ZipFile, name: str, budget: Budget) -> bytes:
    info = archive.getinfo(name)
    if info.flag_bits & 1:
        raise Unreadable("encrypted")
    if info.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
        raise BadZipFile(f"{name} is packed in a way Excel never does")
    with archive.open(info) as part:
        # The size that the zip declares may be a lie; no more than asked for is unpacked.
        xml = part.read(budget.size + 1)
    # Excel writes UTF-8 without a DTD. Entities grow, and in UTF-16 (which has zeros) nothing could be counted.
    if b"\0" in xml or b"<!DOCTYPE" in xml:
        raise Unreadable("damaged")
    if end := END_OF_CELLS.search(xml):
        xml = xml[: end.end()] + b"</%bworksheet>" % (end[1] or b"")
    tags = xml.count(b"<")
    budget.spend(size=len(xml), tags=tags, slow=tags - xml.count(b"</") - len(QUICK.findall(xml)))
    return xml
