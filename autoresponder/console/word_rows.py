"""Form fields of many rows of words: groups of one meaning, and words with the other ways to write them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _

from autoresponder.console.fields import words_in
from autoresponder.console.problems import problem_words
from autoresponder.engine.check import Problem
from autoresponder.engine.document import WORD_LENGTH
from autoresponder.engine.text import fold

# (words, meant) each.
Rows = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Row:
    """A row as it stands on the page: its words as typed, for a spelling also what they stand for, what is wrong."""

    words: str
    meant: str = ""
    error: str = ""


def rows_of(field: forms.BoundField) -> list[Row]:
    """The rows of a GroupsField or SpellingsField with the error of each; other errors are the field's own."""
    found = field.form.errors.as_data().get(field.name, []) if field.form.is_bound else []
    errors = {error.code: str(error.message) for error in found}
    return [
        Row(words, meant, errors.get(_code(number), "")) for number, (words, meant) in enumerate(field.value() or [])
    ]


def problem_in(words: Sequence[str], *, at_most: int) -> str:
    """What is wrong with some words, as a sentence; "" when nothing is."""
    if len(words) > at_most:
        return _said("too_many", at_most=at_most)
    for word in words:
        if not word.isprintable():
            return _said("control_character")
        if len(word) > WORD_LENGTH:
            return _said("too_long", text=word[:20], at_most=WORD_LENGTH)
        if not fold(word).flat:
            return _said("blank_word", word=word)
    return ""


class _Rows(forms.Widget):
    """Rows as (words, meant); `meant` only where a second field of that name stands in the form."""

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> Rows:
        if not isinstance(data, MultiValueDict):
            return list(data.get(name, []))
        words, meant = data.getlist(name), data.getlist(f"{name}_meant")
        return list(zip(words, [*meant, *[""] * len(words)], strict=False))


class RowsField(forms.Field):
    """Rows as (words, meant)."""

    widget = _Rows

    def __init__(self, *, rows: int, **options: Any) -> None:
        super().__init__(required=False, **options)
        self.rows = rows

    def clean(self, value: Rows) -> Any:
        read = [(words_in(words), " ".join(meant.split())) for words, meant in value]
        wrong = [(number, self.problem(*row)) for number, row in enumerate(read) if any(row)]
        errors = [forms.ValidationError(sentence, code=_code(number)) for number, sentence in wrong if sentence]
        kept = self.kept([row for row in read if any(row)])
        if len(kept) > self.rows:
            errors.append(forms.ValidationError(_said("too_many", at_most=self.rows)))
        if errors:
            raise forms.ValidationError(errors)
        return kept

    def joined(self, mine: Rows, theirs: Rows) -> Rows:
        """Both people's rows: a row of theirs goes into the one of mine that has its meaning or begins like it."""
        rows = list(mine)
        read = [(words_in(words), meant) for words, meant in mine]
        for words, meant in theirs:
            if (words_in(words), meant) in read:
                continue
            place = next((at for at, row in enumerate(rows) if _begins(row) == _begins((words, meant))), None)
            if place is None:
                rows.append((words, meant))
            else:
                rows[place] = (", ".join(words_in(f"{rows[place][0]}, {words}")), meant)
        return rows

    def problem(self, words: list[str], meant: str) -> str:
        raise NotImplementedError

    def kept(self, read: list[tuple[list[str], str]]) -> list[Any]:
        raise NotImplementedError


class GroupsField(RowsField):
    """Groups of words. Cleans to the lists that are not empty."""

    def __init__(self, *, words: int, **options: Any) -> None:
        super().__init__(**options)
        self.words = words

    def problem(self, words: list[str], meant: str) -> str:
        return _("뜻이 같은 말을 둘 이상 적어 주세요.") if len(words) < 2 else problem_in(words, at_most=self.words)

    def kept(self, read: list[tuple[list[str], str]]) -> list[list[str]]:
        return [words for words, _meant in read]


class SpellingsField(RowsField):
    """Words with the other ways people write them. Cleans to the aliases of a document."""

    def problem(self, words: list[str], meant: str) -> str:
        if not words or not meant:
            return _("바른 말과, 손님이 다르게 적는 말을 모두 적어 주세요.")
        return problem_in([meant, *words], at_most=self.rows)

    def kept(self, read: list[tuple[list[str], str]]) -> list[dict[str, str]]:
        return [{"written": word, "meant": meant} for words, meant in read for word in words]


def rows_of_groups(groups: Sequence[Sequence[str]]) -> Rows:
    return [(", ".join(group), "") for group in groups]


def rows_of_aliases(aliases: Sequence[Mapping[str, str]]) -> Rows:
    written: dict[str, list[str]] = {}
    for alias in aliases:
        written.setdefault(alias["meant"], []).append(alias["written"])
    return [(", ".join(words), meant) for meant, words in written.items()]


def _begins(row: tuple[str, str]) -> str:
    words, meant = row
    return " ".join(meant.split()) or next(iter(words_in(words)), "")


def _code(number: int) -> str:
    return f"row-{number}"


def _said(code: str, **params: Any) -> str:
    return problem_words(Problem("", "words", code, params))
