"""`manage.py decide`: the same decision a customer gets, as JSON, and nothing written."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from autoresponder.connections.models import Connection
from autoresponder.inbox.models import Conversation, Message
from autoresponder.management.json_command import BadInput
from autoresponder.rules.draft import edit_rule
from autoresponder.rules.models import Draft, Version
from autoresponder.rules.rollout import try_out
from autoresponder.shops.models import Shop
from tests.console.talking import say

pytestmark = pytest.mark.django_db

OPEN, NIGHT = "2026-11-25T11:00:00+09:00", "2026-11-26T02:00"


def decide(text: str, *more: str, shop: str = "demo") -> dict[str, Any]:
    out = StringIO()
    call_command("decide", text, "--shop", shop, *more, stdout=out)
    answer: dict[str, Any] = json.loads(out.getvalue())
    assert out.getvalue().count("\n") == 1
    return answer


def test_the_answer_has_the_keys_others_rely_on(published: Version) -> None:
    said = decide("제주도 배송비 얼마예요?", "--at", OPEN)

    assert set(said) == {"outcome", "rules", "replies", "matched", "trace", "state", "version"}
    assert said["outcome"] == "answered"
    assert said["rules"] == [{"key": "r-fee", "name": "배송비 안내"}]
    assert said["replies"] == [{"role": "answer", "text": "배송비는 3,000원이고 5만원부터 무료예요.", "buttons": []}]
    assert said["matched"] == [{"keyword": "배송비", "how": "exact", "span": [4, 7]}]
    assert said["trace"][0]["code"] == "matched"
    assert said["state"]["open"] is True
    assert set(said["state"]) == {"open", "reason", "next_change", "next_open"}
    assert said["state"]["next_change"] == "2026-11-25T12:30:00+09:00"
    assert said["version"] == published.number


def test_a_moment_without_offset_is_the_shops(published: Version) -> None:
    said = decide("배송비", "--at", NIGHT)

    assert said["state"]["open"] is False
    assert said["state"]["next_open"] == "2026-11-26T10:00:00+09:00"
    assert [reply["role"] for reply in said["replies"]] == ["greeting", "answer"]


def test_a_known_customer_goes_on_with_their_talk(webchat: Connection, published: Version, night: datetime) -> None:
    say(webchat, "배송비", now=night, customer="c7")
    before = Conversation.objects.get().talk

    assert [reply["role"] for reply in decide("반품", "--at", NIGHT, "--customer", "c7")["replies"]] == ["answer"]
    elsewhere = decide("반품", "--at", NIGHT, "--customer", "c7", "--channel", "kakao")
    assert [reply["role"] for reply in elsewhere["replies"]] == ["greeting", "answer"]
    assert Conversation.objects.get().talk == before
    assert Message.objects.count() == 1


def test_the_draft_is_asked_only_when_told(shop: Shop, published: Version) -> None:
    edit_rule(shop, "r-fee", {"replies": [{"text": "이제 무료예요.", "buttons": []}]}, edit_number=1)

    assert "3,000원" in decide("배송비", "--at", OPEN)["replies"][0]["text"]
    drafted = decide("배송비", "--at", OPEN, "--draft")
    assert drafted["replies"][0]["text"] == "이제 무료예요."
    assert drafted["version"] is None


def test_asking_the_draft_of_an_untouched_shop_leaves_no_trace(db: None) -> None:
    Shop.objects.create(slug="new", name="새 가게")

    assert decide("안녕하세요", "--draft", shop="new")["rules"] == []
    assert not Draft.objects.exists()


def test_a_question_only_reads(published: Version) -> None:
    with CaptureQueriesContext(connection) as asked:
        decide("배송비", "--customer", "c1")

    assert all(query["sql"].startswith("SELECT") for query in asked)


BAD: list[tuple[list[str], str]] = [
    ([], "TEXT, --shop"),
    (["배송비"], "--shop"),
    (["배송비", "--shop", "nope"], "nope"),
    (["배송비", "--shop", "de\0mo"], "shop"),
    (["배송비", "--shop", "demo"], "--draft"),
    (["배송비", "--shop", "demo", "--channel", "fax"], "kakao"),
    (["배송비", "--shop", "demo", "--at", "yesterday"], "2026-11-25T11:00"),
    (["배송비", "--shop", "demo", "--at", "0001-01-01T00:00"], "--at"),
    (["배송비", "--shop", "demo", "--at", "9999-12-31T23:59:59-12:00"], "--at"),
    (["배\udcff송", "--shop", "demo", "--draft"], "UTF-8"),
    (["가" * 10_001, "--shop", "demo", "--draft"], "10000"),
    (["배송비", "--shop", "demo", "--customer", "\udcff", "--draft"], "--customer"),
    (["배송비", "--shop", "demo", "--colour", "red"], "--colour"),
]


@pytest.mark.parametrize(("given", "words"), BAD)
def test_bad_input_is_one_line_and_exit_code_2(
    shop: Shop, run: Callable[..., tuple[int, str]], given: list[str], words: str
) -> None:
    code, line = run("decide", *given)

    assert code == 2
    assert line.count("\n") == 1
    assert words in line
    assert "Traceback" not in line


def test_from_python_the_same_is_an_exception(shop: Shop) -> None:
    with pytest.raises(BadInput, match="nope"):
        decide("배송비", shop="nope")


def test_a_customer_who_tries_a_version_gets_that_one(
    shop: Shop, published: Version, kakao: Connection, now: datetime
) -> None:
    say(kakao, "안녕하세요", now=now)
    edit_rule(shop, "r-fee", {"name": "새 이름"}, edit_number=1)
    try_out(shop, share=0, by=None, now=now)
    assert decide("배송비", "--at", OPEN, "--customer", "c1")["version"] == 1
    Conversation.objects.update(tester=True)

    assert decide("배송비", "--at", OPEN, "--customer", "c1")["version"] == 2
    assert decide("배송비", "--at", OPEN)["version"] == 1
