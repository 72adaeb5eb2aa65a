"""What `manage.py check` and every start look at: faults of the installation, each with what to do about it."""

import tempfile
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.db import connections

from config.sqlite.build import has_wal_reset_bug


@register(Tags.database)
def sqlite_build(databases: Sequence[str] | None = None, **_: Any) -> list[CheckMessage]:
    """E001 refuses WAL on a SQLite that can lose commits; W001 says that we run, slower, without WAL."""
    found: list[CheckMessage] = []
    for alias in databases or ():
        connection = connections[alias]
        if connection.vendor != "sqlite" or not has_wal_reset_bug(connection.get_database_version()):
            continue
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA journal_mode")
            wal = cursor.fetchone()[0] == "wal"
        found.append(_wal_is_unsafe() if wal else _wal_is_off())
    return found


def _wal_is_unsafe() -> Error:
    return Error(
        "This SQLite can lose messages when two processes write (its WAL-reset bug).",
        hint="Stop everything that uses the database and run `make setup` again: it installs SQLite 3.51.3 or newer.",
        id="autoresponder.E001",
    )


def _wal_is_off() -> Warning:
    return Warning(
        "This SQLite has the WAL-reset bug, so a slower and safe journal is used.",
        hint="Install SQLite 3.51.3 or newer (the package `pysqlite3` brings one), or use PostgreSQL.",
        id="autoresponder.W001",
    )


@register()
def data_folder(**_: Any) -> list[CheckMessage]:
    """E002: the folder that holds the database and the keys must be writable."""
    try:
        with tempfile.TemporaryFile(dir=settings.DATA_DIR):
            return []
    except OSError as error:
        return [
            Error(
                f"The data folder {settings.DATA_DIR} cannot be written to ({error.strerror}).",
                hint="Choose another one: DAPJIGI_DATA=/path/to/folder",
                id="autoresponder.E002",
            )
        ]


@register()
def base_url(**_: Any) -> list[CheckMessage]:
    """E003: messengers are given this address, so it must be a whole one."""
    parts = urlsplit(settings.BASE_URL)
    if parts.scheme in ("http", "https") and parts.hostname and not (parts.query or parts.fragment or parts.path):
        return []
    return [
        Error(
            f"DAPJIGI_BASE_URL is {settings.BASE_URL!r}, which is not the address of a site.",
            hint="Write it like https://bot.example.com, without a path.",
            id="autoresponder.E003",
        )
    ]


@register()
def debug(**_: Any) -> list[CheckMessage]:
    """E004: debug pages show secrets to whoever provokes an error."""
    if not (settings.DEBUG and settings.HTTPS):
        return []
    return [
        Error(
            "DAPJIGI_DEBUG is on for a public https address.",
            hint="Unset DAPJIGI_DEBUG.",
            id="autoresponder.E004",
        )
    ]
