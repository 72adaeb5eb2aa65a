"""Public holidays as people call them, in the reader's language; the library knows them by their legal names."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

NAMES = {
    "신정연휴": gettext_lazy("새해 첫날"),
    "설날": gettext_lazy("설날"),
    "삼일절": gettext_lazy("삼일절"),
    "노동절": gettext_lazy("노동절"),
    "어린이날": gettext_lazy("어린이날"),
    "부처님오신날": gettext_lazy("부처님오신날"),
    "현충일": gettext_lazy("현충일"),
    "제헌절": gettext_lazy("제헌절"),
    "광복절": gettext_lazy("광복절"),
    "추석": gettext_lazy("추석"),
    "개천절": gettext_lazy("개천절"),
    "한글날": gettext_lazy("한글날"),
    "기독탄신일": gettext_lazy("크리스마스"),
    "임시공휴일": gettext_lazy("임시공휴일"),
    "국회의원 선거일": gettext_lazy("국회의원 선거일"),
    "대통령 선거일": gettext_lazy("대통령 선거일"),
    "지방선거일": gettext_lazy("지방선거일"),
}


def holiday_words(name: str) -> str:
    """One name or several with commas; what is no Korean public holiday (an owner's own words) stays as it is."""
    return ", ".join(map(_one, name.split(", ")))


def _one(name: str) -> str:
    if name in NAMES:
        return str(NAMES[name])
    whole, _space, part = name.partition(" ")
    parts = {
        "전날": _("%(holiday)s 전날"),
        "다음날": _("%(holiday)s 다음날"),
        "대체 휴일": _("%(holiday)s 대체공휴일"),
    }
    return parts[part] % {"holiday": NAMES[whole]} if whole in NAMES and part in parts else name
