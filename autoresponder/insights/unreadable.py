"""Why a file of sentences cannot be used."""

from __future__ import annotations

from typing import Any


class Unreadable(Exception):
    """For the caller to say in its reader's words.

    Of any file: "not_text" {}; "broken" {line}: no CSV from there on; "too_many" {most} rows; "no_column" {column};
    "no_intent" {line}: a row without one. Of a workbook: "encrypted" {}: locked by a password; "old_excel" {}: a form
    of before 2007, or .xlsb; "no_workbook" {}: something else that is packed; "damaged" {}; "no_rows" {}; "too_large"
    {}: unpacked, it is more than is read.
    """

    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(code)
        self.code, self.params = code, params
