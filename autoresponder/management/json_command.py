"""Commands that other programs call: one JSON object on stdout, or one line on stderr and exit code 2."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from collections.abc import Mapping
from typing import Any, NoReturn

from django.core.management.base import BaseCommand
from django.db import DatabaseError

from autoresponder.shops.models import Shop


class BadInput(Exception):
    """What is wrong and what to do, in one line."""

    def __init__(self, message: str) -> None:
        super().__init__(" ".join(message.split()))


class JsonCommand(BaseCommand):
    """Subclasses write `answer`; it returns the object to print, or raises BadInput."""

    requires_system_checks: list[str] = []

    def create_parser(self, prog_name: str, subcommand: str, **more: Any) -> ArgumentParser:
        parser = super().create_parser(prog_name, subcommand, **more)

        def refuse(message: str) -> NoReturn:
            raise BadInput(f"{message}; see: {prog_name} {subcommand} --help")

        parser.error = refuse  # type: ignore[method-assign]
        return parser

    def run_from_argv(self, argv: list[str]) -> None:
        try:
            super().run_from_argv(argv)
        except BadInput as error:
            self.stderr.write(str(error))
            raise SystemExit(2) from None

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            answer = self.answer(options)
        except DatabaseError as error:
            raise BadInput(f"the database is not ready ({error}); run: python manage.py migrate") from error
        self.stdout.write(self._written(answer))

    def answer(self, options: Mapping[str, Any]) -> Mapping[str, Any]:
        raise NotImplementedError

    def _written(self, answer: Mapping[str, Any]) -> str:
        # Korean stays readable wherever the terminal can show it.
        encoding = (getattr(self.stdout, "encoding", None) or "ascii").lower()
        return json.dumps(answer, ensure_ascii=not encoding.startswith("utf"))


def shop_named(slug: str) -> Shop:
    shop = Shop.objects.filter(slug=slug).first() if storable(slug) else None
    if shop is None:
        known = ", ".join(Shop.objects.order_by("slug").values_list("slug", flat=True)[:10])
        raise BadInput(f"there is no shop {slug!r}; give one of: {known or '(none yet; run: python manage.py demo)'}")
    return shop


def days_in(given: object) -> int:
    written = str(given)
    days = int(written) if written.isascii() and written.isdigit() and len(written) < 5 else 0
    if not 1 <= days <= 3650:
        raise BadInput(f"--days {written!r} is no number of days from 1 to 3650; write for example --days 30")
    return days


def storable(text: str) -> bool:
    """Whether a database can hold it: no NUL, no bytes from the shell that are no UTF-8."""
    try:
        return b"\0" not in text.encode()
    except UnicodeEncodeError:
        return False
