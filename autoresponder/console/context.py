"""What the shell around every console page needs. Counts are asked for only where a template shows them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy

from autoresponder.inbox.handoff import waiting_count
from autoresponder.rules.release import pending_count
from autoresponder.shops.models import Shop

# key (also the letter after "g"), address name, label, icon, and how the names of its screens begin
PLACES = (
    ("h", "home", gettext_lazy("오늘"), "house", ("home",)),
    (
        "r",
        "rules",
        gettext_lazy("답변"),
        "message-square-text",
        (
            "rule",
            "hours",
            "greetings",
            "texts",
            "simulator",
            "evaluate",
            "replay",
            "synonyms",
            "understanding",
            "example",
            "opinion",
        ),
    ),
    ("i", "inbox", gettext_lazy("상담함"), "inbox", ("inbox", "conversation")),
    ("l", "log", gettext_lazy("통계"), "chart-column", ("log", "insights")),
    (
        "s",
        "settings",
        gettext_lazy("설정"),
        "settings",
        ("settings", "channel", "delivery", "release", "facts", "account", "password", "team"),
    ),
)


@dataclass(frozen=True, slots=True)
class Place:
    key: str
    url: str
    label: str
    icon: str
    current: bool
    count: int = 0


def console_context(request: HttpRequest) -> dict[str, Any]:
    shop: Shop | None = getattr(request, "shop", None)
    if shop is None:
        return {}
    waiting: Callable[[], int] = cache(lambda: waiting_count(shop))
    return {
        "shop": shop,
        "waiting_count": waiting,
        "pending_changes": cache(lambda: pending_count(shop)),
        "places": cache(lambda: _places(request, waiting)),
    }


def _places(request: HttpRequest, waiting: Callable[[], int]) -> list[Place]:
    screen = (request.resolver_match and request.resolver_match.url_name) or ""
    return [
        Place(
            key, reverse(f"console:{name}"), str(label), icon, screen.startswith(starts), waiting() if key == "i" else 0
        )
        for key, name, label, icon, starts in PLACES
    ]
