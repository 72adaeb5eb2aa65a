"""A rule's own window as form fields: weekdays, a time of day, the dates from and to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from autoresponder.console.clocks import SPAN_LONGEST, read_span, say_span
from autoresponder.console.hours_form import DAYS
from autoresponder.console.moments import SHORT_DAYS
from autoresponder.engine.calendar import DAY, Span

FIELDS = ("window_days", "window_time", "window_first", "window_last")


NO_DATE = gettext_lazy("날짜를 읽지 못했어요. 다시 골라 주세요.")


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class WindowFields(forms.Form):
    window_first = forms.DateField(
        label=gettext_lazy("첫날"), required=False, widget=DayInput, error_messages={"invalid": NO_DATE}
    )
    window_last = forms.DateField(
        label=gettext_lazy("마지막 날"), required=False, widget=DayInput, error_messages={"invalid": NO_DATE}
    )
    window_days = forms.TypedMultipleChoiceField(
        label=gettext_lazy("요일"), choices=list(enumerate(DAYS)), coerce=int, required=False
    )
    window_time = forms.CharField(
        label=gettext_lazy("시간"),
        help_text=gettext_lazy("비워 두면 하루 종일이에요."),
        required=False,
        max_length=SPAN_LONGEST,
        widget=forms.TextInput({"placeholder": gettext_lazy("예: 10-19")}),
    )

    weekdays = tuple((number, short, DAYS[number]) for number, short in enumerate(SHORT_DAYS))

    @property
    def chosen_days(self) -> list[int]:
        return [int(number) for number in self["window_days"].value() or [] if str(number) in set("0123456")]

    @property
    def window_open(self) -> bool:
        """Something of it is set or wrong, so it must be seen."""
        return any(self[name].value() or self[name].errors for name in FIELDS)

    def clean_window_time(self) -> Span | None:
        """The span, or None for all day."""
        text = self.cleaned_data["window_time"].strip()
        if not text:
            return None
        span = read_span(text)
        if span is None:
            raise forms.ValidationError(_("시간을 읽지 못했어요. 10-15나 오후 6시~9시처럼 적어 주세요."))
        return None if span.end - span.start >= DAY else span

    def clean_window_last(self) -> Any:
        first, last = self.cleaned_data.get("window_first"), self.cleaned_data["window_last"]
        if first and last and last < first:
            raise forms.ValidationError(_("마지막 날이 첫날보다 앞이에요. 다시 골라 주세요."))
        return last


def window_of(values: Mapping[str, Any]) -> dict[str, Any] | None:
    """Form values as the document's `window`; None when it would leave out no moment."""
    span: Span | None = values.get("window_time") or None
    first, last = values.get("window_first"), values.get("window_last")
    days = sorted(set(values.get("window_days") or ()))
    window = {
        "weekdays": days if len(days) < len(DAYS) else [],
        "start": span.start if span else None,
        "end": (span.end - DAY if span.end > DAY else span.end) if span else None,
        "first": first.isoformat() if first else None,
        "last": last.isoformat() if last else None,
    }
    return window if any(value not in (None, []) for value in window.values()) else None


def window_initial(window: Mapping[str, Any] | None) -> dict[str, Any]:
    """A stored window as the form's first values."""
    window = window or {}
    start, end = window.get("start"), window.get("end")
    time = ""
    if start is not None or end is not None:
        start, end = start or 0, DAY if end is None else end
        time = say_span(Span(start, end if end > start else end + DAY))
    return {
        "window_days": window.get("weekdays") or [],
        "window_time": time,
        "window_first": window.get("first"),
        "window_last": window.get("last"),
    }
