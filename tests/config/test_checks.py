"""What a start refuses, and what it only warns of."""

from pathlib import Path
from typing import Any

import pytest

from autoresponder import checks


class FakeConnection:
    vendor = "sqlite"

    def __init__(self, version: tuple[int, int, int], journal: str) -> None:
        self.version = version
        self.journal = journal

    def get_database_version(self) -> tuple[int, int, int]:
        return self.version

    def cursor(self) -> "FakeConnection":
        return self

    def __enter__(self) -> "FakeConnection":
        return self

    def __exit__(self, *_: object) -> None: ...

    def execute(self, statement: str) -> None:
        assert statement == "PRAGMA journal_mode"

    def fetchone(self) -> tuple[str]:
        return (self.journal,)


@pytest.mark.parametrize(
    ("version", "journal", "ids"),
    [
        ((3, 40, 1), "wal", ["autoresponder.E001"]),
        ((3, 40, 1), "delete", ["autoresponder.W001"]),
        ((3, 53, 4), "wal", []),
    ],
)
def test_wal_on_a_sqlite_with_the_bug_is_refused(
    version: tuple[int, int, int], journal: str, ids: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checks, "connections", {"default": FakeConnection(version, journal)})
    assert [found.id for found in checks.sqlite_build(databases=["default"])] == ids


@pytest.mark.parametrize(
    "url", ["bot.example.com", "ftp://example.com", "https://", "https://a.kr/path", "http://a.kr?x"]
)
def test_a_base_url_that_is_no_address_is_refused(url: str, settings: Any) -> None:
    settings.BASE_URL = url
    assert [found.id for found in checks.base_url()] == ["autoresponder.E003"]


@pytest.mark.parametrize("url", ["http://localhost:8000", "https://bot.example.com"])
def test_a_whole_address_is_fine(url: str, settings: Any) -> None:
    settings.BASE_URL = url
    assert checks.base_url() == []


def test_debug_on_a_public_address_is_refused(settings: Any) -> None:
    settings.DEBUG, settings.HTTPS = True, True
    assert [found.id for found in checks.debug()] == ["autoresponder.E004"]
    settings.HTTPS = False
    assert checks.debug() == []


def test_a_data_folder_that_went_away_is_refused(settings: Any, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path / "gone"
    assert [found.id for found in checks.data_folder()] == ["autoresponder.E002"]
    settings.DATA_DIR = tmp_path
    assert checks.data_folder() == []
