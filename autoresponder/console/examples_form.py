"""Sentences to try, pasted or from a file, each with the rule that should answer it if one was named."""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from autoresponder.console.upload_words import ACCEPT, UNREADABLE
from autoresponder.engine.text import fold
from autoresponder.insights.examples import rows_in
from autoresponder.insights.unpack import Budget
from autoresponder.insights.unreadable import Unreadable
from autoresponder.insights.workbook import is_packed

MOST_LINES = 2000
MOST_BYTES = 1024 * 1024
FILE_PROBLEMS = {
    **UNREADABLE,
    "too_many": gettext_lazy("한 번에 2,000줄까지 시험할 수 있어요. 나누어서 시험해 주세요."),
}
# The first line of a file may name its columns, as `manage.py evaluate` needs it or as a seller would.
TEXT_HEADINGS = ("text", "문장", "손님 말", "손님이 한 말", "메시지")
EXPECTED_HEADINGS = ("intent", "acceptable", "rule", "규칙", "규칙 이름", "답변 규칙")


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence and the names of what should answer it, the main one first; none if nothing is expected of it."""

    text: str
    expected: tuple[str, ...] = ()


class ExamplesForm(forms.Form):
    """Cleans to `lines`. `known`: the folded names a line may end with."""

    typed = forms.CharField(
        label=gettext_lazy("손님이 할 만한 말"),
        help_text=gettext_lazy(
            "한 줄에 하나씩 적어 주세요. 쉼표 뒤에 답해야 할 규칙 이름을 적으면 맞게 답했는지도 알려 드려요. "
            "답하지 말아야 할 말에는 ‘없음’이라고 적어 주세요."
        ),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 8}),
    )
    file = forms.FileField(
        label=gettext_lazy("또는 파일로 올리기"),
        help_text=gettext_lazy(
            "엑셀(.xlsx)이나 CSV 파일을 1MB, 2,000줄까지 읽어요. 첫째 칸에 손님 말, 둘째 칸에 규칙 이름을 적어 주세요."
        ),
        required=False,
        error_messages={"empty": gettext_lazy("비어 있는 파일이에요. 다른 파일을 골라 주세요.")},
        # The browser gives a chosen file to nobody but the field it was chosen in.
        widget=forms.FileInput(attrs={"accept": ACCEPT, "hx-preserve": "true"}),
    )

    def __init__(self, *args: Any, known: Container[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.known = known
        self.fields["typed"].widget.attrs["placeholder"] = _("배송 언제 와요?, 배송 안내\n포장이 정말 예뻐요, 없음")

    def clean_typed(self) -> list[Line]:
        rows = [row.split("\t") for row in self.cleaned_data["typed"].splitlines() if row.strip()]
        lines = [_certain(row) if len(row) > 1 else self._loose(row[0].split(",")) for row in rows]
        if len(lines) > MOST_LINES:
            raise forms.ValidationError(FILE_PROBLEMS["too_many"])
        return lines

    def clean_file(self) -> list[Line]:
        file: UploadedFile[bytes] | None = self.cleaned_data["file"]
        if file is None:
            return []
        if (file.size or 0) > MOST_BYTES:
            raise forms.ValidationError(_("1MB보다 큰 파일이에요. 나누어서 올려 주세요."))
        data = file.read()
        try:
            # Unpacked, too, it is no more than another file may be.
            rows = [cells for _, cells in rows_in(data, most=MOST_LINES, budget=Budget(letters=MOST_BYTES))]
        except Unreadable as error:
            raise forms.ValidationError(FILE_PROBLEMS[error.code].format(**error.params)) from error
        headings = [cell.strip().lower() for cell in rows[0]] if rows else []
        if set(headings) & set(TEXT_HEADINGS):
            return _headed(headings, rows[1:])
        if is_packed(data):
            return [_certain([_cell(cells, 0), _cell(cells, 1)]) for cells in rows]
        return [self._loose(cells) for cells in rows]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        cleaned["lines"] = [line for line in [*cleaned.get("typed", ()), *cleaned.get("file", ())] if line.text]
        if not self.errors and not cleaned["lines"]:
            self.add_error("typed", _("시험할 말을 적거나 파일을 골라 주세요."))
        if len(cleaned["lines"]) > MOST_LINES:
            self.add_error("file", FILE_PROBLEMS["too_many"])
        return cleaned

    def _loose(self, cells: Sequence[str]) -> Line:
        """A sentence may have commas of its own: what stands after the last one is a name only if it is known."""
        *said, last = cells
        names = _names(last)
        if said and all(fold(name).flat in self.known for name in names):
            return Line(",".join(said).strip(), names)
        return Line(",".join(cells).strip())


def _certain(cells: Sequence[str]) -> Line:
    return Line(cells[0].strip(), _names(cells[1]))


def _headed(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> list[Line]:
    text_at = next(place for place, heading in enumerate(headings) if heading in TEXT_HEADINGS)
    named_at = [place for place, heading in enumerate(headings) if heading in EXPECTED_HEADINGS]
    return [_certain([_cell(cells, text_at), "|".join(_cell(cells, place) for place in named_at)]) for cells in rows]


def _cell(cells: Sequence[str], place: int) -> str:
    return cells[place] if place < len(cells) else ""


def _names(written: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for piece in written.split("|") if (name := piece.strip())))
