"""`manage.py replay --shop SLUG`: a rule book over the messages of the last days, as JSON. Writes nothing."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from time import perf_counter
from typing import Any

from django.db import transaction
from django.utils import timezone

from autoresponder.engine.book import Book
from autoresponder.engine.document import Invalid, load
from autoresponder.insights.replay import replay, with_words
from autoresponder.management.json_command import BadInput, JsonCommand, days_in, shop_named
from autoresponder.rules.draft import book_of
from autoresponder.rules.release import stable_of
from autoresponder.shops.models import Shop

MOST_MEGABYTES = 20
EXAMPLES = 20


class Command(JsonCommand):
    help = "Prints as JSON how a shop's draft, or the rule book in FILE, would have answered its past messages."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--shop", required=True, metavar="SLUG")
        parser.add_argument("--days", default="30", metavar="N", help="how far back, 1 to 3650")
        parser.add_argument("--book", metavar="FILE", help="a rule book as JSON, instead of the shop's draft")

    def answer(self, options: Mapping[str, Any]) -> Mapping[str, Any]:
        shop, days, now = shop_named(options["shop"]), days_in(options["days"]), timezone.now()
        book = read(options["book"]) if options["book"] is not None else drafted(shop)
        began = perf_counter()
        found = replay(shop, book, since=now - timedelta(days=days), until=now, published=stable_of(shop))
        counts = {name: found[name] for name in ("messages", "changed", "answered_before", "answered_after")}
        return {**counts, "examples": examples(with_words(found)), "seconds": round(perf_counter() - began, 3)}


def read(name: str) -> Book:
    try:
        with Path(name).open("rb") as file:
            data = file.read(MOST_MEGABYTES * 1_000_000 + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise BadInput(f"{name!r} cannot be read ({reason}); give the path of a rule book") from error
    if len(data) > MOST_MEGABYTES * 1_000_000:
        raise BadInput(f"{name!r} is larger than {MOST_MEGABYTES} MB; give a rule book")
    try:
        return load(json.loads(data))
    except Invalid as error:
        raise BadInput(f"{name!r} is no rule book ({error}); mend it, or export one in the console") from error
    except (ValueError, RecursionError) as error:
        raise BadInput(f"{name!r} is no JSON ({error}); give a rule book as the console exports it") from error


def drafted(shop: Shop) -> Book:
    # A shop that was never edited gets its first texts when the draft is read; here that must leave no trace.
    with transaction.atomic():
        try:
            return book_of(shop)
        except Invalid as error:
            raise BadInput(f"the draft of {shop.slug} cannot be read ({error}); mend it in the console") from error
        finally:
            transaction.set_rollback(True)


def examples(found: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Changed messages, some of each group in turn, those that look wrong first."""
    picked = [(place, group, one) for group in found["groups"] for place, one in enumerate(group["examples"])]
    picked.sort(key=lambda item: (not item[2]["suspect"], item[0]))
    return [_example(found["names"], group, one) for _, group, one in picked[:EXAMPLES]]


def _example(names: Mapping[str, str], group: Mapping[str, Any], one: Mapping[str, Any]) -> dict[str, Any]:
    before, after = (
        {
            "outcome": group[side]["outcome"],
            "rules": [{"key": key, "name": names.get(key, "")} for key in group[side]["rules"]],
            "replies": one[side]["replies"],
        }
        for side in ("before", "after")
    )
    told = {"text": one["text"], "at": one["at"], "before": before, "after": after}
    return told | {"suspect": one["suspect"], "trace": one["after"]["trace"]}
