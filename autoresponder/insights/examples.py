"""Files of sentences whose right answer is known, as a spreadsheet saves them."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence

from autoresponder.engine.evaluate import Example
from autoresponder.insights import workbook
from autoresponder.insights.unpack import Budget
from autoresponder.insights.unreadable import Unreadable

# UTF-8 with or without its mark, or what Excel saves on a Korean Windows.
ENCODINGS = ("utf-8-sig", "cp949")


def text_in(data: bytes) -> str:
    """The text of a file, in whichever way a spreadsheet or an editor has written it. Raises Unreadable."""
    for encoding in ENCODINGS:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise Unreadable("not_text")


def rows_in(data: bytes, *, most: int, budget: Budget | None = None) -> list[tuple[int, list[str]]]:
    """The rows of a CSV or a workbook that are not blank, each with the number of its last line. `budget`: for a
    workbook. Raises Unreadable."""
    if workbook.is_packed(data):
        return workbook.rows_in(data, most=most, budget=budget)
    return rows_of(text_in(data), most=most)


def rows_of(text: str, *, most: int, delimiter: str = ",", strict: bool = False) -> list[tuple[int, list[str]]]:
    """The same of a text that is read already. `strict`: a quotation mark without its other half is a fault, not a
    sentence as long as the rest of the file."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=strict)
    rows: list[tuple[int, list[str]]] = []
    begins = 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                rows.append((reader.line_num, cells))
            # The line of headings is no row.
            if len(rows) > most + 1:
                raise Unreadable("too_many", most=most)
            begins = reader.line_num + 1
    except csv.Error as error:
        raise Unreadable("broken", line=begins) from error
    return rows


def labelled(data: bytes, *, most: int) -> list[Example]:
    """From the columns text, intent and, if present, acceptable (intents with | between). Raises Unreadable."""
    return [Example(row["text"], _intents(line, row)) for line, row in _records(data, ("text", "intent"), most=most)]


def unanswerable(data: bytes, *, most: int) -> list[Example]:
    """Sentences no rule should answer, from the columns text and, if present, kind. Raises Unreadable."""
    return [Example(row["text"], (), row.get("kind", "")) for _, row in _records(data, ("text",), most=most)]


def _records(data: bytes, wanted: Sequence[str], *, most: int) -> list[tuple[int, Mapping[str, str]]]:
    """Each row by its headings; cells that are not there are empty."""
    rows = rows_in(data, most=most)
    headings = [cell.strip().lower() for cell in rows[0][1]] if rows else []
    for column in wanted:
        if column not in headings:
            raise Unreadable("no_column", column=column)
    empty = dict.fromkeys(headings, "")
    return [(line, empty | dict(zip(headings, cells, strict=False))) for line, cells in rows[1:]]


def _intents(line: int, row: Mapping[str, str]) -> tuple[str, ...]:
    """The main intent first, each once."""
    named = [row["intent"], *row.get("acceptable", "").split("|")]
    intents = tuple(dict.fromkeys(name for intent in named if (name := intent.strip())))
    if not row["intent"].strip():
        raise Unreadable("no_intent", line=line)
    return intents
