"""Commands run as the shell runs them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core.management import ManagementUtility


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Callable[..., tuple[int, str]]:
    """`run("decide", "--shop", ...)` for a command that must fail: its exit code and what it wrote to stderr."""
    # A command's process ends with its connections; this one goes on.
    monkeypatch.setattr("django.core.management.base.connections.close_all", lambda: None)

    def shell(*argv: str) -> tuple[int, str]:
        with pytest.raises(SystemExit) as ended:
            ManagementUtility(["manage.py", *argv]).execute()
        written = capsys.readouterr()
        assert written.out == ""
        return int(ended.value.code or 0), written.err

    return shell
