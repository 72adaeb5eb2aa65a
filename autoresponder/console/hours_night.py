"""밤: a part of the closed time with its own greeting, "지금은 늦은 밤이라…"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.http import HttpResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from autoresponder.console.change_words import Line
from autoresponder.console.clocks import read_span, say_span
from autoresponder.console.greeting_text import greeting_error, read_greeting
from autoresponder.console.hours_page import part, saved, show
from autoresponder.console.meanwhile import Part
from autoresponder.engine.calendar import DAY, Night, Span
from autoresponder.shops.access import Role, ShopRequest, shop_required
from autoresponder.shops.calendar import Stale, own_calendar, seen, set_night

KOREAN = "늦은 시간에 찾아 주셔서 고마워요. 지금은 모두 쉬는 시간이라 {다음영업시간}부터 차례대로 답해 드릴게요."
ENGLISH = "Thank you for writing this late. We are all asleep and will answer in turn from {next_open}."


@dataclass(frozen=True, slots=True)
class NightForm:
    """`text` is the span as typed; `wrong` names the field at fault. `theirs`, `taken` and `apart` as in
    parts/theirs.html."""

    on: bool
    text: str
    greeting: str
    seen: str
    wrong: str = ""
    error: str = ""
    open: bool = False
    theirs: bool = False
    taken: str = ""
    apart: Sequence[Part] = ()


@part("night")
def night_part(request: ShopRequest, now: datetime) -> NightForm:
    night = own_calendar(request.shop).night
    if night is None:
        greeting = ENGLISH if request.shop.language == "en" else KOREAN
        return NightForm(False, "00:00~07:00", greeting, seen(None))
    return NightForm(True, say_night(night), night.greeting, seen(night))


@shop_required(Role.MANAGER)
@require_POST
def hours_night(request: ShopRequest) -> HttpResponse:
    """Saves the night; with `off` there is none. With `theirs` a part of what was saved meanwhile is taken over."""
    data = request.POST
    typed = data.get("text", "").strip()
    form = NightForm(True, typed, read_greeting(data.get("greeting", "")), data.get("seen", ""), open=True)
    if "off" in data:
        return _saved(request, form, None)
    if taken := data.get("theirs", ""):
        night = own_calendar(request.shop).night
        return show(request, "night", _taken(form, taken, night) if night else None)
    span = read_span(form.text)
    if span is None or span.end - span.start >= DAY:
        form = replace(form, wrong="text", error=_("밤 시간을 읽지 못했어요. 0-7이나 22-07처럼 적어 주세요."))
    elif error := greeting_error(request.shop, form.greeting):
        form = replace(form, wrong="greeting", error=error)
    if span is None or form.error:
        apart = _apart(form, own_calendar(request.shop).night) if "choosing" in data else []
        return show(request, "night", replace(form, apart=apart), status=422)
    return _saved(request, form, Night(span.start, _end(span), form.greeting))


def say_night(night: Night) -> str:
    return say_span(Span(night.start, night.end if night.end > night.start else night.end + DAY))


def _end(span: Span) -> int:
    return span.end - DAY if span.end > DAY else span.end


def _saved(request: ShopRequest, form: NightForm, night: Night | None) -> HttpResponse:
    try:
        set_night(request.shop, night, opened_on=form.seen)
    except Stale as stale:
        theirs = stale.calendar.night
        form = replace(form, text=say_night(night) if night else form.text, seen=seen(theirs), theirs=True)
        return show(request, "night", replace(form, apart=_apart(form, theirs)), status=422)
    return saved(request, "night", _("밤 인사를 저장했어요.") if night else _("밤 인사를 껐어요."))


def _apart(form: NightForm, saved: Night | None) -> list[Part]:
    """What was typed and what was saved meanwhile, where they differ."""
    if saved is None:
        return [Part("off", [Line(_("밤 인사"), f"{form.text}\n{form.greeting}", _("쓰지 않아요"))])]
    lines = {
        "text": Line(_("밤 시간"), form.text, say_night(saved)),
        "greeting": Line(_("밤에 건넬 인사"), form.greeting, saved.greeting),
    }
    return [Part(key, [line]) for key, line in lines.items() if line.before != line.after]


def _taken(form: NightForm, part: str, saved: Night) -> NightForm:
    """The form with this part as it was saved; `saved` counts as seen."""
    form = replace(form, seen=seen(saved), theirs=True, taken=part)
    if part == "text":
        form = replace(form, text=say_night(saved))
    if part == "greeting":
        form = replace(form, greeting=saved.greeting)
    return replace(form, apart=[other for other in _apart(form, saved) if other.key != part])


urlpatterns = [path("hours/night/", hours_night, name="hours_night")]
