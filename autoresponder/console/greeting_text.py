"""A greeting of its own for a vacation or the night: is it fit to be said?"""

from __future__ import annotations

from autoresponder.console.fields import TEXT_LENGTH
from autoresponder.console.insertions import lack_words, told_values
from autoresponder.console.problems import problem_words
from autoresponder.engine.check import Problem
from autoresponder.engine.variables import unknown_variables
from autoresponder.shops.models import Shop


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
