"""Deliveries of the first versions are still there after they became calls, and after going back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone

BEFORE, AFTER = "0002_hours", "0003_deliveries"
WORDS = {"replies": [{"role": "answer", "text": "네, 오늘 출발해요.", "buttons": []}]}


@pytest.mark.both
def test_what_waited_and_what_was_sent_is_kept_both_ways(models_at: Callable[[str], Any]) -> None:
    old = models_at(BEFORE)
    shop = old.get_model("autoresponder", "Shop").objects.create(slug="s", name="가게")
    person = old.get_model("autoresponder", "User").objects.create(email="a@example.com")
    messenger = old.get_model("autoresponder", "Connection").objects.create(shop=shop, kind="webchat", token="t")
    talks = old.get_model("autoresponder", "Conversation").objects
    talk = talks.create(shop=shop, connection=messenger, customer="c", last_at=timezone.now())
    for state, error, author in [
        ("ready", "", None),
        ("claimed", "busy: the platform said a lot, more than a code would hold", None),
        ("sent", "", person),
        ("expired", "a person answered first", None),
    ]:
        old.get_model("autoresponder", "Delivery").objects.create(
            shop=shop,
            connection=messenger,
            conversation=talk,
            author=author,
            payload=WORDS,
            state=state,
            error=error,
            platform_id="p1",
            due_at=timezone.now(),
            deadline=timezone.now(),
            created_at=timezone.now(),
        )

    rows = list(models_at(AFTER).get_model("autoresponder", "Delivery").objects.order_by("pk"))
    assert [(row.state, row.error, row.done, row.by_person) for row in rows] == [
        ("ready", "", 0, False),
        ("ready", "refused", 0, False),
        ("sent", "", 1, True),
        ("superseded", "person_first", 0, False),
    ]
    assert all(row.calls == [WORDS] and row.platform_ids == "p1" for row in rows)
    assert rows[1].detail.startswith("busy: the platform")
    assert rows[2].replies == WORDS["replies"]
    assert len({row.key for row in rows}) == 4

    back = models_at(BEFORE).get_model("autoresponder", "Delivery").objects.order_by("pk")
    assert [(row.state, row.payload, row.platform_id) for row in back] == [
        ("ready", WORDS, "p1"),
        ("ready", WORDS, "p1"),
        ("sent", WORDS, "p1"),
        ("refused", WORDS, "p1"),
    ]
