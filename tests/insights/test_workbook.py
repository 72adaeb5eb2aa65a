"""Excel workbooks: what a seller sees in them is read, and whatever the bytes are, nothing is worse than a refusal."""

# Cells know no zones.
# ruff: noqa: DTZ001

from __future__ import annotations

import zipfile
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from time import process_time
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook
from openpyxl.worksheet.hyperlink import Hyperlink

from autoresponder.insights.imported.read import Source, read
from autoresponder.insights.imported.when import moment
from autoresponder.insights.unpack import Budget
from autoresponder.insights.unreadable import Unreadable
from autoresponder.insights.workbook import is_packed, rows_in
from tests.insights.workbooks import (
    SHEET,
    XMLNS,
    blown_up,
    locked,
    old,
    other_zip,
    parts_of,
    saved,
    with_cells,
    with_part,
    with_shared,
    workbook,
    zipped,
)

SEOUL = ZoneInfo("Asia/Seoul")


def cells_of(data: bytes, **more: Any) -> list[list[str]]:
    return [cells for _number, cells in rows_in(data, **{"most": 10_000, **more})]


def refused(data: bytes, **more: Any) -> str:
    began = process_time()
    with pytest.raises(Unreadable) as raised:
        cells_of(data, **more)
    assert process_time() - began < 5
    return raised.value.code


class TestCells:
    @pytest.mark.parametrize(
        ("value", "seen"),
        [
            ("배송 언제 와요?", "배송 언제 와요?"),
            ("010-1234-5678", "010-1234-5678"),
            ("00123", "00123"),
            ("두 줄\n이에요", "두 줄\n이에요"),
            ("두 줄_x000D_\n이에요", "두 줄\n이에요"),
            (3000, "3000"),
            (3000.0, "3000"),
            (20261125123456, "20261125123456"),
            (0.1 + 0.2, "0.3"),
            (True, "TRUE"),
            (datetime(2026, 11, 25, 15, 12), "2026-11-25 15:12:00"),
            (datetime(2026, 11, 25, 15, 12, 7, 600_000), "2026-11-25 15:12:08"),
            (datetime(2026, 11, 25), "2026-11-25 00:00:00"),
            (date(2026, 11, 25), "2026-11-25"),
            (time(15, 12), "15:12:00"),
            (timedelta(hours=2), "2:00:00"),
            ("=1+1", ""),
        ],
    )
    def test_as_a_seller_sees_them(self, value: object, seen: str) -> None:
        assert cells_of(workbook([["말", value, None, "끝"]])) == [["말", seen, "", "끝"]]

    def test_dates_are_told_by_how_they_are_shown(self) -> None:
        def shown(book: Workbook) -> None:
            for column, how in enumerate(['yyyy"년" m"월" d"일"', "[$-412]yyyy/m/d AM/PM h:mm", "General"], start=1):
                book.active.cell(1, column).number_format = how

        day = 46351  # 2026-11-25
        [found] = cells_of(workbook([[day, day + 0.6333333333, day]], then=shown))

        assert found == ["2026-11-25", "2026-11-25 15:12:00", "46351"]
        assert moment(found[0], SEOUL) == date(2026, 11, 25)
        assert moment(found[1], SEOUL) == datetime(2026, 11, 25, 15, 12, tzinfo=SEOUL)

    def test_a_day_that_no_calendar_has_is_no_reason_to_refuse_the_rest(self) -> None:
        styled = parts_of(workbook([[date(2026, 11, 25), "말"]]))
        wrong = styled[SHEET].replace(b"46351", b"9999999999")

        with pytest.warns(UserWarning, match="outside the limits"):
            assert cells_of(zipped({**styled, SHEET: wrong})) == [["#VALUE!", "말"]]

    def test_an_answer_that_a_formula_gave(self) -> None:
        data = with_cells(b'<sheetData><row><c t="str"><f>A1&amp;B1</f><v>\xeb\xa7\x90</v></c></row></sheetData>')
        assert cells_of(data) == [["말"]]


class TestRows:
    def test_the_first_sheet_that_has_rows_and_is_seen(self) -> None:
        def hide(book: Workbook) -> None:
            book.worksheets[1].sheet_state = "hidden"

        data = workbook([[None, " "]], [["코드"]], [["말"]], [["다른 말"]], then=hide)

        assert cells_of(data) == [["말"]]
        assert cells_of(workbook([], [["코드"]], then=hide)) == [["코드"]]

    def test_rows_keep_their_numbers(self) -> None:
        assert rows_in(workbook([["문의"], [], ["말"]]), most=5) == [(1, ["문의"]), (3, ["말"])]

    def test_merged_cells_have_their_text_once(self) -> None:
        def merge(book: Workbook) -> None:
            book.active.merge_cells("A1:C1")
            book.active.merge_cells("A3:A4")

        data = workbook([["문의 목록"], ["작성자", "문의내용"], ["홍길동", "배송"], [None, "반품"]], then=merge)

        assert cells_of(data)[1:] == [["작성자", "문의내용"], ["홍길동", "배송"], ["", "반품"]]
        assert [line.text for line in read([Source("a", data)], zone=SEOUL).lines] == ["배송", "반품"]

    def test_a_size_that_is_written_wrongly(self) -> None:
        data = workbook([["문의"], ["배송", "반품"]])
        wrong = parts_of(data)[SHEET].replace(b'ref="A1:B2"', b'ref="A1"')

        assert b'ref="A1"' in wrong
        assert cells_of(with_part(SHEET, wrong, data=data)) == [["문의"], ["배송", "반품"]]

    def test_five_thousand_rows(self) -> None:
        book = Workbook(write_only=True)
        sheet = book.create_sheet()
        for number in range(5_000):
            sheet.append([f"배송 언제 와요? {number}", datetime(2026, 11, 25, 15, 12), number])

        rows = cells_of(saved(book))

        assert len(rows) == 5_000
        assert rows[-1] == ["배송 언제 와요? 4999", "2026-11-25 15:12:00", "4999"]

    def test_more_rows_than_are_taken(self) -> None:
        data = workbook([["말"]] * 7)

        assert len(cells_of(data, most=6)) == 7
        assert refused(data, most=5) == "too_many"

    def test_what_stands_behind_the_cells_is_not_read(self) -> None:
        def odd(book: Workbook) -> None:
            book.active["A1"].hyperlink = Hyperlink(ref="A1", location="시트0!A1")

        data = workbook([["말"]], then=odd)
        broken = parts_of(data)[SHEET].replace(b"<hyperlinks>", b'<hyperlinks><odd wrong="1"/>')

        assert b"<odd" in broken
        assert cells_of(with_part(SHEET, broken, data=data)) == [["말"]]

    def test_texts_that_cells_share(self) -> None:
        row = b'<row><c t="s"><v>1</v></c><c t="s"><v>0</v></c></row>'
        assert cells_of(with_shared(row * 2, b"a", b"b_x000D_\nc")) == [["b\nc", "a"]] * 2

    def test_names_with_a_prefix_and_inline_texts(self) -> None:
        sheet = (
            b'<x:worksheet xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><x:sheetData><x:row>'
            b'<x:c t="inlineStr"><x:is><x:t>a</x:t></x:is></x:c></x:row></x:sheetData><x:odd/></x:worksheet>'
        )
        assert cells_of(with_part(SHEET, sheet)) == [["a"]]


class TestImported:
    def lines(self, *rows: list[object]) -> list[tuple[str, str]]:
        return [(line.who, line.text) for line in read([Source("a", workbook(rows))], zone=SEOUL).lines]

    def test_one_column_is_a_sentence_a_row(self) -> None:
        assert self.lines(["배송, 언제 와요?"], ["반품\n되나요?"]) == [("", "배송, 언제 와요?"), ("", "반품\n되나요?")]

    def test_columns_without_known_headings_are_asked_for(self) -> None:
        rows = [["말씀", "비고"], ["배송 언제 와요?"], ["반품 되나요?", "x"]]
        found = read([Source("a", workbook(rows))], zone=SEOUL)

        assert found.look is not None and not found.look.sure
        assert found.look.names == ("말씀", "비고")

    def test_no_two_files_share_a_talk(self) -> None:
        one = workbook([["배송 언제 와요?"], ["반품 되나요?"]])
        found = read([Source("a", one), Source("b", b"\xea\xb0\x80"), Source("c", one)], zone=SEOUL)

        assert len({line.talk for line in found.lines}) == 5

    def test_what_is_wrong_is_said_with_its_file(self) -> None:
        with pytest.raises(Unreadable) as raised:
            read([Source("a", workbook([["말"]])), Source("b.xls", old())], zone=SEOUL)
        assert (raised.value.code, raised.value.params) == ("old_excel", {"file": "b.xls"})


def repeated(sheets: int) -> bytes:
    """One sheet, named again and again."""
    data = with_cells(b"<sheetData>" + b"<row><c/></row>" * 2_000 + b"</sheetData>")
    book = parts_of(data)["xl/workbook.xml"]
    begin = book.index(b"<sheet ")
    end = book.index(b"/>", begin) + 2
    return with_part("xl/workbook.xml", book[:begin] + book[begin:end] * sheets + book[end:], data=data)


def lying(data: bytes, size: int) -> bytes:
    """The directory of the zip says another size of the sheet."""
    entry = data.index(b"PK\x01\x02")
    while data[entry + 46 :][: len(SHEET)] != SHEET.encode():
        entry = data.index(b"PK\x01\x02", entry + 4)
    return data[: entry + 24] + size.to_bytes(4, "little") + data[entry + 28 :]


def flagged(data: bytes) -> bytes:
    """Every part of the zip has a password."""
    spoilt = bytearray(data)
    for mark, flags in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        at = spoilt.find(mark)
        while at >= 0:
            spoilt[at + flags] |= 1
            at = spoilt.find(mark, at + 4)
    return bytes(spoilt)


LAUGHS = b"<!DOCTYPE a [<!ENTITY a 'ha'>" + b"".join(
    b"<!ENTITY %c '%s'>" % (name + 1, b"&%c;" % name * 10) for name in range(ord("a"), ord("k"))
)
ENTITY_CELL = b"<worksheet " + XMLNS + b"><sheetData><row><c t='str'><v>&%s;</v></c></row></sheetData></worksheet>"
# Made when asked for: some take a second, and every process of a test run reads this list.
HOSTILE: dict[str, tuple[Callable[[], bytes], str]] = {
    "locked": (locked, "encrypted"),
    "locked zip": (lambda: flagged(workbook([["말"]])), "encrypted"),
    "old": (old, "old_excel"),
    "binary": (lambda: with_part("xl/workbook.bin", b"\0"), "old_excel"),
    "a document": (other_zip, "no_workbook"),
    "another zip": (lambda: zipped({"문의.xlsx": workbook([["말"]])}), "no_workbook"),
    "an empty zip": (lambda: zipped({}), "no_workbook"),
    "a document of before 2007": (lambda: locked()[:512], "no_workbook"),
    "no rows": (lambda: workbook([], [[None, ""]]), "no_rows"),
    "no sheet at all": (lambda: with_part("xl/_rels/workbook.xml.rels", b"<Relationships/>"), "damaged"),
    "cut": (lambda: workbook([["말"]])[:-300], "damaged"),
    "only its begin": (lambda: b"PK\x03\x04", "damaged"),
    "no xml": (lambda: with_part(SHEET, b"<worksheet"), "damaged"),
    "a text nobody has": (lambda: with_cells(b'<sheetData><row><c t="s"><v>99</v></c></row></sheetData>'), "damaged"),
    "utf-16": (lambda: with_part(SHEET, "<worksheet/>".encode("utf-16")), "damaged"),
    "packed otherwise": (lambda: zipped(parts_of(workbook([["말"]])), zipfile.ZIP_LZMA), "damaged"),
    "laughs": (lambda: with_part(SHEET, LAUGHS + b"]>" + ENTITY_CELL % b"k"), "damaged"),
    "an entity from outside": (
        lambda: with_part(SHEET, b"<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]>" + ENTITY_CELL % b"x"),
        "damaged",
    ),
    "blown up": (blown_up, "too_large"),
    "blown up, and says it is small": (lambda: lying(blown_up(), 1_000), "too_large or damaged"),
    "says it is huge": (lambda: lying(workbook([[None]]), 2**31), "no_rows or damaged"),
    "a row far below": (
        lambda: with_cells(b'<sheetData><row r="99999999999"><c><v>1</v></c></row></sheetData>'),
        "too_large",
    ),
    "a column far away": (
        lambda: with_cells(b'<sheetData><row><c r="ZZZZZ1"><v>1</v></c></row></sheetData>'),
        "damaged",
    ),
    "rows of the greatest width": (
        lambda: with_cells(b"<sheetData>" + b'<row><c r="XFD1"/></row>' * 5_000 + b"</sheetData>"),
        "too_large",
    ),
    "too many cells": (
        lambda: with_cells(b"<sheetData><row>" + b"<c/>" * 2_000_001 + b"</row></sheetData>"),
        "too_large",
    ),
    "too many formats": (
        lambda: with_cells(b"<dataValidations>" + b"<dataValidation/>" * 200_001 + b"</dataValidations>"),
        "too_large",
    ),
    "a sheet named again and again": (lambda: repeated(3_000), "too_large"),
    "too many parts": (lambda: zipped({f"xl/{n}.xml": b"" for n in range(10_001)}), "too_large"),
}


class TestHostile:
    @pytest.mark.parametrize("name", HOSTILE)
    def test_is_refused_with_its_reason(self, name: str) -> None:
        make, reason = HOSTILE[name]
        data = make()

        assert is_packed(data)
        assert refused(data, budget=Budget(letters=1024 * 1024)) in reason.split(" or ")

    def test_one_long_text_in_many_cells(self) -> None:
        cell = b'<row><c t="s"><v>0</v></c></row>'

        assert refused(with_shared(cell * 5_000, b"a" * 30_000)) == "too_large"

    def test_files_that_are_read_together_share_what_may_be_unpacked(self) -> None:
        budget = Budget(tags=250)
        data = workbook([["말"]])
        cells_of(data, budget=budget)

        assert refused(data, budget=budget) == "too_large"

    def test_what_a_part_says_of_itself_is_not_believed(self) -> None:
        data = workbook([["말"]])
        size = len(parts_of(data)[SHEET])

        assert cells_of(lying(data, size)) == [["말"]]
        assert refused(lying(data, size - 1)) == "damaged"

    @settings(max_examples=60, deadline=None)
    @given(st.integers(0, 4_000), st.binary(min_size=1, max_size=8))
    def test_any_spoilt_workbook_is_read_or_refused(self, at: int, spoil: bytes) -> None:
        self._read_or_refuse(SOUND[:at] + spoil + SOUND[at + len(spoil) :])

    @settings(max_examples=60, deadline=None)
    @given(st.sampled_from([SHEET, "xl/workbook.xml", "xl/styles.xml"]), st.integers(0, 900), st.text(max_size=12))
    def test_any_spoilt_part_is_read_or_refused(self, name: str, at: int, spoil: str) -> None:
        part = SOUND_PARTS[name]
        self._read_or_refuse(zipped({**SOUND_PARTS, name: part[:at] + spoil.encode() + part[at + len(spoil) :]}))

    def _read_or_refuse(self, data: bytes) -> None:
        try:
            rows = cells_of(data)
        except Unreadable:
            return
        assert all(isinstance(cell, str) for row in rows for cell in row)


SOUND = workbook([["문의", "날짜"], ["배송", datetime(2026, 11, 25)]])
SOUND_PARTS = parts_of(SOUND)
