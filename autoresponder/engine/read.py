"""Reading plain data that may be anything: every wrong piece becomes a Problem and a harmless stand-in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from sys import intern
from typing import Any, TypeVar

from autoresponder.engine.check import PROBLEMS, Problem

T = TypeVar("T", bound=str)
# Far enough for any shop, and nowhere near the ends of what a date can hold.
YEARS = range(2000, 2101)


class Reader:
    """Collects problems under the rule that is being read (`rule` is its key, "" outside of rules)."""

    def __init__(self) -> None:
        self.rule = ""
        self.problems: list[Problem] = []

    def problem(self, field: str, code: str, **params: Any) -> None:
        if len(self.problems) < PROBLEMS:
            self.problems.append(Problem(self.rule, field, code, params))

    def mapping(self, value: object, field: str) -> Mapping[str, Any]:
        if isinstance(value, Mapping):
            return value
        self.problem(field, "missing" if value is None else "wrong_type", wanted="object")
        return {}

    def items(self, source: Mapping[str, Any], name: str, *, at_most: int) -> Sequence[object]:
        value = source.get(name, ())
        if not isinstance(value, list | tuple):
            self.problem(name, "wrong_type", wanted="list")
            return ()
        if len(value) > at_most:
            self.problem(name, "too_many", count=len(value), at_most=at_most)
        return value[:at_most]

    def text(
        self, source: Mapping[str, Any], name: str, *, at_most: int, default: str | None = None, field: str = ""
    ) -> str:
        return self._text(source.get(name, default), at_most, field or name)

    def texts(self, source: Mapping[str, Any], name: str, *, at_most: int, length: int) -> tuple[str, ...]:
        return tuple(self._text(item, length, name) for item in self.items(source, name, at_most=at_most))

    def number(self, source: Mapping[str, Any], name: str, *, default: int, at_most: int, field: str = "") -> int:
        value = source.get(name, default)
        if not isinstance(value, int) or isinstance(value, bool):
            self.problem(field or name, "wrong_type", wanted="number")
            return default
        if not 0 <= value <= at_most:
            self.problem(field or name, "out_of_range", at_least=0, at_most=at_most)
            return default
        return value

    def minute(self, source: Mapping[str, Any], name: str, *, at_most: int, field: str = "") -> int | None:
        """A whole number from 0 to `at_most`; None where none is given."""
        return None if source.get(name) is None else self.number(source, name, default=0, at_most=at_most, field=field)

    def day(self, source: Mapping[str, Any], name: str, *, field: str = "") -> date | None:
        """A date as 2026-03-07; None where none is given."""
        value = source.get(name)
        return None if value is None else self.date(value, field or name)

    def date(self, value: object, field: str) -> date | None:
        try:
            found = date.fromisoformat(value) if isinstance(value, str) and len(value) == len("2026-03-07") else None
        except ValueError:
            found = None
        if found is None or found.year not in YEARS:
            self.problem(field, "bad_date", found=str(value)[:40], wanted="2026-03-07")
            return None
        return found

    def switch(self, source: Mapping[str, Any], name: str, *, default: bool, field: str = "") -> bool:
        value = source.get(name, default)
        if not isinstance(value, bool):
            self.problem(field or name, "wrong_type", wanted="true or false")
            return default
        return value

    def choice(self, source: Mapping[str, Any], name: str, choices: tuple[T, ...], *, default: T, field: str = "") -> T:
        value = source.get(name, default)
        for choice in choices:
            if value == choice:
                return choice
        self.problem(field or name, "unknown_value", choices=list(choices))
        return default

    def choices(
        self, source: Mapping[str, Any], name: str, choices: tuple[T, ...], *, default: tuple[T, ...]
    ) -> tuple[T, ...]:
        """Some of `choices`, in their own order."""
        if name not in source:
            return default
        given = self.items(source, name, at_most=len(choices))
        if any(item not in choices for item in given):
            self.problem(name, "unknown_value", choices=list(choices))
        return tuple(choice for choice in choices if choice in given)

    def _text(self, value: object, at_most: int, field: str) -> str:
        if not isinstance(value, str):
            self.problem(field, "missing" if value is None else "wrong_type", wanted="text")
            return ""
        if len(value) > at_most:
            self.problem(field, "too_long", length=len(value), at_most=at_most, text=value[:40])
            return value[:at_most]
        if not _storable(value):
            self.problem(field, "control_character")
            return ""
        # Shops that began with the same pack share its texts.
        return intern(value)


def _storable(text: str) -> bool:
    """No NUL, no other control character than line breaks and tabs, no lone surrogate: databases refuse them."""
    if text.isprintable():
        return True
    return not any(
        (character < " " and character not in "\n\r\t")
        or "\x7f" <= character <= "\x9f"
        or "\ud800" <= character <= "\udfff"
        for character in text
    )
