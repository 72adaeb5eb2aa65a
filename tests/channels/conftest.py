from __future__ import annotations

import pytest

from autoresponder.net import wire
from tests.platforms.email import Email
from tests.platforms.mailbox import trusted
from tests.platforms.server import Platforms


@pytest.fixture
def mail(platforms: Platforms, monkeypatch: pytest.MonkeyPatch) -> Email:
    """A mail company on the loopback, whose certificate is trusted."""
    monkeypatch.setattr(wire, "trust", trusted)
    company = platforms["email"]
    assert isinstance(company, Email)
    return company
