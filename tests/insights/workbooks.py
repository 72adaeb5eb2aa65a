"""Excel workbooks as sellers have them, and as nobody should."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterable, Mapping, Sequence

from openpyxl import Workbook

SHEET = "xl/worksheets/sheet1.xml"
XMLNS = b'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504


def workbook(*sheets: Iterable[Sequence[object]], then: Callable[[Workbook], None] = lambda book: None) -> bytes:
    """`then` may change it before it is saved."""
    book = Workbook()
    book.remove(book.active)
    for number, rows in enumerate(sheets):
        sheet = book.create_sheet(f"시트{number}")
        for row in rows:
            sheet.append(row)
    then(book)
    return saved(book)


def saved(book: Workbook) -> bytes:
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def parts_of(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def zipped(parts: Mapping[str, bytes], how: int = zipfile.ZIP_DEFLATED) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", how) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return written.getvalue()


def with_part(name: str, part: bytes, *, data: bytes | None = None) -> bytes:
    """A workbook with one part replaced."""
    return zipped({**parts_of(data or workbook([["배송 언제 와요?"]])), name: part})


def with_cells(cells: bytes) -> bytes:
    """A workbook whose sheet has this XML between its begin and its end."""
    return with_part(SHEET, b"<worksheet " + XMLNS + b">" + cells + b"</worksheet>")


def with_shared(sheet: bytes, *texts: bytes) -> bytes:
    """As Excel itself writes it: the cells hold numbers of texts that stand elsewhere."""
    parts = parts_of(with_cells(b"<sheetData>" + sheet + b"</sheetData>"))
    kind = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
    named = b'<Override PartName="/xl/sharedStrings.xml" ContentType="' + kind + b'"/></Types>'
    parts["[Content_Types].xml"] = parts["[Content_Types].xml"].replace(b"</Types>", named)
    strings = b"".join(b"<si><t>" + text + b"</t></si>" for text in texts)
    return zipped({**parts, "xl/sharedStrings.xml": b"<sst " + XMLNS + b">" + strings + b"</sst>"})


def locked() -> bytes:
    return OLE + "EncryptedPackage".encode("utf-16-le") + "StrongEncryptionDataSpace".encode("utf-16-le")


def old() -> bytes:
    return OLE + "Workbook".encode("utf-16-le")


def other_zip() -> bytes:
    return zipped({"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<document/>"})


def blown_up() -> bytes:
    """A few kilobytes that would be 101 MB."""
    return with_cells(b"<sheetData><row><c><v>" + b"1" * 101 * 1024 * 1024 + b"</v></c></row></sheetData>")
