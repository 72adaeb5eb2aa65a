"""Greetings of their own for the night and for vacations: where they stand, and whether they are fit to be said."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils.translation import gettext as _

from autoresponder.console.fields import TEXT_LENGTH
from autoresponder.console.insertions import lack_words, told_values
from autoresponder.console.problems import problem_words
from autoresponder.engine.check import Problem
from autoresponder.engine.variables import unknown_variables
from autoresponder.shops.calendar import own_calendar, seen
from autoresponder.shops.models import Shop


class Own(NamedTuple):
    """A greeting that stands in for the away greeting, and the page to change it on."""

    where: str
    url: str
    text: str


def own_greetings(shop: Shop, *, now: datetime) -> list[Own]:
    """Those that may still be said: of the night, and of vacations that are not over."""
    calendar, page = own_calendar(shop), reverse("console:hours")
    today = now.astimezone(ZoneInfo(calendar.timezone)).date()
    found = [Own(_("밤 인사"), f"{page}#night", calendar.night.greeting)] if calendar.night else []
    found += [
        Own(_("휴가 인사"), f"{page}?edit={seen(vacation)}#vacations", vacation.greeting)
        for vacation in calendar.vacations
        if vacation.last >= today
    ]
    return [own for own in found if own.text.strip()]


def read_greeting(text: str) -> str:
    return text.replace("\r\n", "\n").strip()


def greeting_error(shop: Shop, text: str) -> str:
    """One sentence about what a customer could not be told; "" when all is well, also for no greeting at all."""
    if len(text) > TEXT_LENGTH:
        return problem_words(Problem("", "greeting", "too_long", {"text": text[:20], "at_most": TEXT_LENGTH}))
    if "\x00" in text:
        return problem_words(Problem("", "greeting", "control_character"))
    if unknown := unknown_variables(text):
        return problem_words(Problem("", "greeting", "unknown_variable", {"name": unknown[0]}))
    return lack_words([text], told_values(shop))
