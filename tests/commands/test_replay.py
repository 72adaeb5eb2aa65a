"""`manage.py replay` and `manage.py report`: one JSON object, or one line and exit code 2; nothing written."""

from __future__ import annotations

import json
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from autoresponder.connections.models import Connection
from autoresponder.engine.text import fold
from autoresponder.management.json_command import BadInput
from autoresponder.rules import draft
from autoresponder.rules.models import Version
from autoresponder.shops.models import Shop
from tests.console.talking import say

pytestmark = pytest.mark.django_db
SAID = ["배송비 얼마예요?", "주차 되나요?", "주차 가능한가요", "반품 되나요", "상담원 불러 주세요"]


@pytest.fixture
def past(shop: Shop, published: Version, webchat: Connection) -> None:
    now = timezone.now().replace(hour=3)
    for number, text in enumerate(SAID):
        say(webchat, text, now=now - timedelta(days=2, minutes=number), customer=f"c{number}")


def told(name: str, *more: str) -> dict[str, Any]:
    out = StringIO()
    with CaptureQueriesContext(connection) as queries:
        call_command(name, "--shop", "demo", *more, stdout=out)
    assert out.getvalue().count("\n") == 1
    writes = ("INSERT", "UPDATE", "DELETE")
    assert [query["sql"] for query in queries if query["sql"].startswith(writes)] == []
    answer: dict[str, Any] = json.loads(out.getvalue())
    return answer


def test_a_replay_of_the_draft_says_what_would_change(shop: Shop, past: None) -> None:
    assert told("replay") | {"seconds": 0} == {
        **{"messages": 5, "changed": 0, "answered_before": 2, "answered_after": 2},
        **{"examples": [], "seconds": 0},
    }
    draft.set_enabled(shop, "r-return", False)

    found = told("replay", "--days", "30")

    assert (found["changed"], found["answered_before"], found["answered_after"]) == (1, 2, 1)
    (example,) = found["examples"]
    assert example["text"] == "반품 되나요"
    assert example["before"]["outcome"] == "answered"
    assert example["before"]["rules"] == [{"key": "r-return", "name": "반품 안내"}]
    # After a greeting, should the shop be closed at this hour of the day.
    assert example["before"]["replies"][-1] == "받으신 날부터 7일 안에 알려 주시면 돼요."
    assert example["after"]["outcome"] in ("fallback", "greeted")
    assert example["suspect"] == "lost"
    assert told("replay", "--days", "1")["messages"] == 0


def test_a_book_from_a_file(past: None, published: Version, tmp_path: Path) -> None:
    file = tmp_path / "book.json"
    file.write_text(json.dumps({**published.document, "rules": []}))

    found = told("replay", "--book", str(file))

    assert (found["changed"], found["answered_after"]) == (3, 0)


@pytest.mark.parametrize(
    ("content", "told_of"),
    [
        (b"not json", "is no JSON"),
        (b"\xff\xfe\x00", "is no JSON"),
        (b"[" * 100_000, "is no JSON"),
        (b"[]", "is no rule book"),
        (b'{"rules": 7}', "is no rule book"),
        (None, "cannot be read"),
    ],
)
def test_a_file_that_is_no_book_is_refused_in_one_line(
    past: None, tmp_path: Path, content: bytes | None, told_of: str
) -> None:
    file = tmp_path / "book.json"
    if content is not None:
        file.write_bytes(content)

    with pytest.raises(BadInput, match=told_of) as refused:
        told("replay", "--book", str(file))
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("name", ["replay", "report"])
@pytest.mark.parametrize("days", ["0", "-3", "3.5", "many", "99999", "٣"])
def test_days_that_are_none_are_refused(shop: Shop, name: str, days: str) -> None:
    with pytest.raises(BadInput, match="--days"):
        call_command(name, "--shop", "demo", f"--days={days}")


@pytest.mark.parametrize("name", ["replay", "report"])
def test_a_shop_that_is_not_there_is_refused(shop: Shop, name: str) -> None:
    with pytest.raises(BadInput, match="there is no shop"):
        call_command(name, "--shop", "nobody")


def test_a_report_counts_adds_up_and_groups_what_was_not_understood(past: None) -> None:
    found = told("report")

    assert set(found) == {
        *("messages", "answered", "asked_back", "handed_off", "missed", "silent", "shares", "rules", "unmatched")
    }
    assert (found["messages"], found["answered"], found["handed_off"], found["missed"]) == (5, 2, 1, 2)
    assert found["shares"] == {"answered": 0.4, "asked_back": 0, "handed_off": 0.2, "missed": 0.4, "silent": 0}
    assert sum(found["shares"].values()) == pytest.approx(1)
    assert {"key": "r-fee", "name": "배송비 안내", "hits": 1} in found["rules"]
    assert [(fold(group["text"]).flat[:2], group["count"]) for group in found["unmatched"]] == [("주차", 2)]


def test_a_report_of_a_shop_nobody_wrote_to(shop: Shop) -> None:
    found = told("report")

    assert (found["messages"], found["shares"]["answered"], found["rules"], found["unmatched"]) == (0, 0, [], [])
