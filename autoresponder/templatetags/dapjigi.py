"""Template tags of the console: icons, marked text, spans of time in words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import cache

from django import template
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from lucide.templatetags.lucide import lucide

register = template.Library()


@cache
def _drawn(name: str, size: int) -> SafeString:
    svg = lucide(name, size=size, aria_hidden="true")
    return mark_safe(svg)


@register.simple_tag
def icon(name: str, *, size: int = 20) -> SafeString:
    """A Lucide icon as inline SVG, hidden from screen readers: words stand beside it or in an aria-label."""
    return _drawn(name, size)


@register.filter
def words(text: str) -> list[str]:
    return text.split()


@register.filter
def marked(text: str, spans: Sequence[tuple[int, int]] | None) -> SafeString:
    """The text, escaped, with every (start, end) span in a <mark>. Spans that overlap an earlier one are left out."""
    pieces: list[tuple[SafeString]] = []
    position = 0
    for start, end in sorted(spans or ()):
        if position <= start < end <= len(text):
            pieces.append((format_html("{}<mark>{}</mark>", text[position:start], text[start:end]),))
            position = end
    return format_html_join("", "{}", [*pieces, (conditional_escape(text[position:]),)])


@register.filter
def since(moment: datetime, now: datetime) -> str:
    """How long ago in words ("18분"), from `moment` to `now`, both aware."""
    minutes = max(0, int((now - moment).total_seconds() // 60))
    if minutes < 1:
        return _("방금")
    if minutes < 60:
        return ngettext("%(n)d분", "%(n)d분", minutes) % {"n": minutes}
    if minutes < 60 * 24:
        return ngettext("%(n)d시간", "%(n)d시간", minutes // 60) % {"n": minutes // 60}
    return ngettext("%(n)d일", "%(n)d일", minutes // (60 * 24)) % {"n": minutes // (60 * 24)}
