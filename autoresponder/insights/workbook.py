"""The rows of an Excel workbook (.xlsx), each cell as its seller sees it."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from io import BytesIO
from typing import Any

from openpyxl import load_workbook

from autoresponder.insights.unpack import Budget, unpacked
from autoresponder.insights.unreadable import Unreadable

PACKED = (b"PK\x03\x04", b"PK\x05\x06")
# What Office wrote until 2007, and what it puts a locked workbook into.
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
LOCKED, OLD = (name.encode("utf-16-le") for name in ("EncryptedPackage", "Workbook"))
# What reading a row takes besides its cells, in letters: a sheet may leave out any number of rows before one.
A_ROW = 10
HALF_A_SECOND = timedelta(microseconds=500_000)


def is_packed(data: bytes) -> bool:
    """Whether it is a workbook or another file that has to be unpacked. No text begins like these."""
    return data.startswith((*PACKED, OLE))


def rows_in(data: bytes, *, most: int, budget: Budget | None = None) -> list[tuple[int, list[str]]]:
    """The rows that are not blank of the first sheet that has any, each with its number in the sheet; a sheet that is
    hidden comes last. `budget`: shared by files that are read together. Raises Unreadable, whatever the bytes are."""
    try:
        if data.startswith(OLE):
            raise Unreadable("encrypted" if LOCKED in data else "old_excel" if OLD in data else "no_workbook")
        budget = budget or Budget()
        return _rows(unpacked(data, budget), most, budget)
    except Unreadable:
        raise
    except Exception as error:
        # What openpyxl raises at a file that is not as it should be may be anything.
        raise Unreadable("damaged") from error


def _rows(parts: BytesIO, most: int, budget: Budget) -> list[tuple[int, list[str]]]:
    book = load_workbook(parts, read_only=True, data_only=True, keep_links=False)
    for sheet in sorted(book.worksheets, key=lambda sheet: sheet.sheet_state != "visible"):
        # Many programs write that the sheet is one cell large.
        sheet.reset_dimensions()
        rows: list[tuple[int, list[str]]] = []
        for number, cells in enumerate(sheet.iter_rows(), start=1):
            written = [_text(cell) for cell in cells]
            budget.spend(letters=A_ROW + len(written) + sum(map(len, written)))
            if any(map(str.strip, written)):
                rows.append((number, written))
            # The row of headings is none.
            if len(rows) > most + 1:
                raise Unreadable("too_many", most=most)
        if rows:
            return rows
    raise Unreadable("no_rows")


def _text(cell: Any) -> str:
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, str):
        # The carriage return of a line that ended in two letters.
        return value.replace("_x000D_", "")
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else f"{value:.15g}"
    if isinstance(value, datetime):
        return _moment(value + HALF_A_SECOND, cell.number_format)
    return str(value)


def _moment(value: datetime, number_format: str) -> str:
    """Excel keeps a day as its midnight: only how it is shown tells the one from the other."""
    value = value.replace(microsecond=0)
    day_alone = value.time() == time.min and "h" not in number_format.lower()
    return str(value.date() if day_alone else value)
