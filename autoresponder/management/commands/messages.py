"""Keep the translations: add new texts, drop unused ones, or only tell what is missing."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from autoresponder import messages


class Command(BaseCommand):
    help = "Add new texts to every .po, drop unused ones and compile. --check only lists what is untranslated."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="change nothing; exit 2 if a text is untranslated")

    def handle(self, *args: Any, check: bool, **options: Any) -> None:
        # The texts in the code are the Korean ones already.
        languages = [code for code, _ in settings.LANGUAGES if code != settings.LANGUAGE_CODE]
        missing = 0
        for language in languages:
            path = messages.LOCALE / language / "LC_MESSAGES" / "django.po"
            if not check:
                added, dropped = messages.update(path)
                self.stdout.write(f"{language}: {added} added, {dropped} dropped")
            for msgid in messages.untranslated(path):
                missing += 1
                self.stdout.write(f"{language}: untranslated: {msgid!r}")
        if not check:
            messages.compile_all()
        elif missing:
            self.stderr.write(f"{missing} texts are untranslated: fill in msgstr, then run this again.")
            sys.exit(2)
