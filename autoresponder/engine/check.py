"""What is wrong with a rule book that could be read: words that cannot match, replies that say nothing."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from autoresponder.engine.book import Book, Group, Rule
from autoresponder.engine.text import flat_of
from autoresponder.engine.types import Reply, nothing
from autoresponder.engine.variables import unknown_variables

RULES = 2_000
REPLY_LENGTH = 2_000
MONTH = 30 * 24 * 60
PROBLEMS = 100


@dataclass(frozen=True, slots=True)
class Problem:
    """`rule` is a key ("" for the book's own texts), `field` the document's field, `params` what to say about it."""

    rule: str
    field: str
    code: str
    params: Mapping[str, Any] = dataclasses.field(default_factory=nothing)

    def __str__(self) -> str:
        params = ", ".join(f"{name}={value!r}" for name, value in self.params.items())
        return f"{self.rule or 'book'}.{self.field}: {self.code}" + (f" ({params})" if params else "")


class Invalid(Exception):
    """The document cannot be read; `problems` say where."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("; ".join(map(str, problems[:3])))
        self.problems = tuple(problems)


def validate(book: Book) -> list[Problem]:
    """Everything that must be mended before customers may get this book; switched-off rules are left alone."""
    problems = [problem for rule in book.rules if rule.enabled for problem in _rule_problems(rule)]
    if book.away.enabled:
        problems += _reply_problems("", "away", book.away.reply)
    problems += _reply_problems("", "fallback", book.fallback.reply)
    for reply in (book.hand_off.open, book.hand_off.closed):
        problems += _reply_problems("", "hand_off", reply)
    return problems[:PROBLEMS]


def _rule_problems(rule: Rule) -> Iterator[Problem]:
    if not rule.name.strip():
        yield Problem(rule.key, "name", "missing")
    for group in rule.groups:
        yield from _group_problems(rule, group)
    if not any(flat_of(word) for group in rule.groups if group.mode != "none" for word in group.words):
        yield Problem(rule.key, "groups", "no_words")
    window = rule.window
    if window and window.first and window.last and window.last < window.first:
        dates = {"first": window.first.isoformat(), "last": window.last.isoformat()}
        yield Problem(rule.key, "window", "end_before_start", dates)
    if not rule.replies and rule.action == "answer":
        yield Problem(rule.key, "replies", "no_reply")
    for reply in rule.replies:
        yield from _reply_problems(rule.key, "replies", reply)


def _group_problems(rule: Rule, group: Group) -> Iterator[Problem]:
    """A group without words is fine as a place to write some, unless it asks for one of them."""
    for word in group.words:
        if not flat_of(word):
            yield Problem(rule.key, "groups", "blank_word", {"word": word, "mode": group.mode})
    if not group.words and group.mode == "any":
        yield Problem(rule.key, "groups", "empty_group", {"mode": group.mode})


def _reply_problems(key: str, field: str, reply: Reply) -> Iterator[Problem]:
    if not reply.text.strip():
        yield Problem(key, field, "empty_reply")
    for name in unknown_variables(reply.text):
        yield Problem(key, field, "unknown_variable", {"name": name})
    for button in reply.buttons:
        if not button.label.strip():
            yield Problem(key, field, "empty_button")
