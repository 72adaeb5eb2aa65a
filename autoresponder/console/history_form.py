"""Files or pasted text with talks from elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from autoresponder.console.upload_words import ACCEPT, UNREADABLE
from autoresponder.console.uploads import MOST_FILES
from autoresponder.insights.imported.read import MOST, MOST_BYTES, Source
from autoresponder.insights.imported.table import Columns
from autoresponder.insights.unreadable import Unreadable

# A body of 3 MB is the most that is read of a form; a Korean letter takes three bytes.
MOST_PASTED = 900_000
FAULTS = {
    **UNREADABLE,
    "too_big": gettext_lazy("20MB보다 큰 파일이에요. 나누어서 올려 주세요."),
    "long_line": gettext_lazy("{line}번째 줄이 너무 길어요. 대화를 저장한 파일이 맞는지 봐 주세요."),
    "too_many": gettext_lazy("한 번에 손님 말 {most}건까지 볼 수 있어요. 나누어서 올려 주세요."),
}
COLUMNS = ("text", "at", "who", "answer")


class _Files(forms.FileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Cleans to a list."""

    def clean(self, data: Any, initial: Any = None) -> Any:
        return [super(FilesField, self).clean(one, initial) for one in data or []]


class HistoryForm(forms.Form):
    """Cleans to `sources`, and `seen`, a name of what they hold."""

    file = FilesField(
        label=gettext_lazy("대화를 저장한 파일"),
        help_text=gettext_lazy(
            "카카오톡에서 내보낸 대화(txt, csv)나 문의 목록(엑셀, csv) 파일이에요. 한 번에 여러 개도 돼요."
        ),
        required=False,
        error_messages={"empty": gettext_lazy("비어 있는 파일이에요. 다른 파일을 골라 주세요.")},
        widget=_Files(attrs={"accept": ACCEPT}),
    )
    typed = forms.CharField(
        label=gettext_lazy("또는 붙여넣기"),
        help_text=gettext_lazy("손님 말을 한 줄에 하나씩, 또는 표에서 복사한 그대로 붙여넣으세요."),
        required=False,
        strip=False,
        max_length=MOST_PASTED,
        widget=forms.Textarea(attrs={"rows": 6}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["typed"].widget.attrs["placeholder"] = _("배송 언제 와요?\n이거 재입고 되나요?")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        files, typed = cleaned.get("file") or [], cleaned.get("typed") or ""
        if len(files) > MOST_FILES or sum(file.size for file in files) > MOST_BYTES:
            self.add_error("file", _("한 번에 파일 100개, 모두 합쳐 20MB까지 읽어요. 나누어서 올려 주세요."))
            files = []
        sources = [Source(file.name, file.read()) for file in files]
        if typed.strip():
            sources.append(Source("", typed.encode(errors="replace")))
        if not self.errors and not sources:
            self.add_error("file", _("파일을 고르거나 손님 말을 붙여넣어 주세요."))
        digest = sha256(b"".join(sha256(source.data).digest() for source in sources))
        return {**cleaned, "sources": sources, "seen": digest.hexdigest()[:16]}

    def refuse(self, error: Unreadable) -> None:
        """Says why, beside the field that it came from."""
        words = str(FAULTS[error.code]).format(**{**error.params, "most": f"{MOST:,}"})
        name = error.params.get("file")
        self.add_error("file" if name else "typed", f"{name}: {words}" if name else words)


def columns_in(data: Mapping[str, str]) -> Columns | None:
    """The columns the owner chose for sheets; None where the sentences' one is not chosen."""
    places = {part: _place(data.get(f"column_{part}", "")) for part in COLUMNS}
    text = places.pop("text")
    return None if text is None else Columns(text, **places)


def _place(written: str) -> int | None:
    return int(written) if written.isascii() and written.isdigit() and len(written) < 4 else None
