"""`manage.py report --shop SLUG`: what the bot did with the messages of the last days, as JSON."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.utils import timezone

from autoresponder.insights.report import report
from autoresponder.management.json_command import JsonCommand, days_in, shop_named


class Command(JsonCommand):
    help = "Prints as JSON what became of a shop's messages, its rules by hits, and what no rule understood."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--shop", required=True, metavar="SLUG")
        parser.add_argument("--days", default="30", metavar="N", help="how far back, 1 to 3650")

    def answer(self, options: Mapping[str, Any]) -> Mapping[str, Any]:
        shop, days = shop_named(options["shop"]), days_in(options["days"])
        return report(shop, since=timezone.now() - timedelta(days=days))
