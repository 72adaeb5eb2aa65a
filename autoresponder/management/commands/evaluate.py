"""`manage.py evaluate FILE`: how well a shop's rules, or a pack's, answer sentences whose intent is known."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Callable, Mapping
from pathlib import Path
from time import perf_counter
from typing import Any

from django.utils import timezone

from autoresponder import packs
from autoresponder.engine import facts
from autoresponder.engine.compile import Compiled, compile_book
from autoresponder.engine.document import load
from autoresponder.engine.evaluate import Example, false_answers, judge, report
from autoresponder.insights.examples import labelled, unanswerable
from autoresponder.insights.unreadable import Unreadable
from autoresponder.management.commands.decide import drafted, published
from autoresponder.management.json_command import BadInput, JsonCommand, shop_named
from autoresponder.shops.values import values_of

MOST_ROWS = 200_000
MOST_MEGABYTES = 50
REFUSALS = {
    "not_text": "is neither an Excel workbook nor text in UTF-8 or CP949; save it as .xlsx or as CSV UTF-8",
    "broken": "is no CSV at line {line}; look for a quotation mark that is never closed",
    "too_many": "has more than {most} rows; split it",
    "no_column": "has no column {column!r}; its first line must name the columns, as in: text,intent",
    "no_intent": "has no intent at line {line}; write one there, or: other",
    "encrypted": "is locked with a password; save it without one",
    "old_excel": "is an Excel file of an older kind; save it as .xlsx",
    "no_workbook": "is packed, but no Excel workbook; give a CSV or an .xlsx file",
    "damaged": "is an Excel workbook that is damaged; open it in Excel and save it again",
    "no_rows": "is a workbook without rows; its first row must name the columns, as in: text,intent",
    "too_large": "is larger unpacked than is read; keep only the columns it needs, or split it",
}

Read = Callable[..., list[Example]]


class Command(JsonCommand):
    help = "Prints as JSON how well the rules of a shop or a pack answer the sentences of FILE. Writes nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        columns = "a CSV or an .xlsx with columns text,intent[,acceptable: intents with | between]"
        parser.add_argument("file", metavar="FILE", help=columns)
        book = parser.add_mutually_exclusive_group(required=True)
        book.add_argument("--shop", metavar="SLUG")
        book.add_argument("--pack", metavar="NAME", help=", ".join(packs.names()))
        parser.add_argument("--negatives", metavar="FILE", help="columns text[,kind]: no rule should answer these")
        parser.add_argument("--draft", action="store_true", help="ask the shop's draft, not the published version")

    def answer(self, options: Mapping[str, Any]) -> Mapping[str, Any]:
        compiled, values = book_in(options)
        examples = read(labelled, options["file"])
        negatives = read(unanswerable, options["negatives"]) if options["negatives"] is not None else None
        began = perf_counter()
        found = report(judge(compiled, examples, values=values)) | {"false_answer_rate": None}
        if negatives is not None:
            found |= false_answers(judge(compiled, negatives, values=values))
        return found | {"seconds": round(perf_counter() - began, 3)}


def book_in(options: Mapping[str, Any]) -> tuple[Compiled, Mapping[str, Any]]:
    """The rules that are asked for, and what fills the variables of their replies."""
    if options["pack"] is not None:
        if options["draft"]:
            raise BadInput("--draft is for a shop; leave it out with --pack")
        return pack_named(options["pack"]), facts.examples()
    shop = shop_named(options["shop"])
    compiled, _ = drafted(shop) if options["draft"] else published(shop, "", "", timezone.now())
    return compiled, values_of(shop)


def pack_named(name: str) -> Compiled:
    if name not in packs.names():
        raise BadInput(f"there is no pack {name!r}; give one of: {', '.join(packs.names())}")
    return compile_book(load(packs.document(name)))


def read(reader: Read, name: str) -> list[Example]:
    try:
        with Path(name).open("rb") as file:
            data = file.read(MOST_MEGABYTES * 1_000_000 + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise BadInput(f"{name!r} cannot be read ({reason}); give the path of a CSV or an .xlsx file") from error
    if len(data) > MOST_MEGABYTES * 1_000_000:
        raise BadInput(f"{name!r} is larger than {MOST_MEGABYTES} MB; split it")
    try:
        return reader(data, most=MOST_ROWS)
    except Unreadable as error:
        raise BadInput(f"{name!r} {REFUSALS[error.code].format(**error.params)}") from error
