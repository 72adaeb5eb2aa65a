"""`manage.py evaluate`: how well rules answer a file of sentences, as JSON, and nothing written."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from autoresponder.management.commands import evaluate as command
from autoresponder.rules.models import Draft, Rule, Version
from autoresponder.shops.models import Shop
from tests.insights.workbooks import blown_up, locked, old, other_zip, workbook

pytestmark = pytest.mark.django_db

KEYS = [
    *("messages", "answered", "coverage", "correct", "precision", "recall", "recall_by_intent"),
    *("asked_back", "asked_back_correct", "handed_off", "false_answer_rate", "seconds"),
]
ASKED = """text,intent,acceptable
제주도 배송비 얼마예요?,delivery_fee,delivery_fee
"배송, 언제 와요?",delivery_time,delivery_time|delivery_tracking
반품할게요,refund,refund|return
주차 되나요,location_parking,
달나라 배송비 이야기,other,other
오늘 날씨 좋네요,other,other
상담원 불러 주세요,human_agent,
"""


@pytest.fixture
def shop_with_intents(shop: Shop) -> Shop:
    intents = {"r-fee": "delivery_fee", "r-delivery": "delivery_time", "r-return": "return", "r-person": "human_agent"}
    for key, intent in intents.items():
        Rule.objects.filter(key=key).update(intent=intent)
    return shop


@pytest.fixture
def file(tmp_path: Path) -> Callable[..., str]:
    def write(content: str | bytes, name: str = "asked.csv", encoding: str = "utf-8") -> str:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
        return str(path)

    return write


def evaluate(*argv: str) -> dict[str, Any]:
    out = StringIO()
    call_command("evaluate", *argv, stdout=out)
    assert out.getvalue().count("\n") == 1
    found: dict[str, Any] = json.loads(out.getvalue())
    return found


def test_the_shares_of_a_shops_draft(shop_with_intents: Shop, file: Callable[..., str]) -> None:
    found = evaluate(file(ASKED), "--shop", "demo", "--draft")

    assert list(found) == KEYS
    assert found.pop("seconds") >= 0
    assert found == {
        "messages": 7,
        "answered": 5,
        "coverage": 0.7143,
        "correct": 4,
        "precision": 0.8,
        "recall": 0.8,
        "recall_by_intent": {
            "delivery_fee": 1.0,
            "delivery_time": 1.0,
            "human_agent": 1.0,
            "location_parking": 0.0,
            "refund": 1.0,
        },
        "asked_back": 0,
        "asked_back_correct": 0,
        "handed_off": 1,
        "false_answer_rate": None,
    }


def test_an_answer_to_what_is_about_nothing_is_wrong_even_from_a_rule_without_intent(
    shop: Shop, file: Callable[..., str]
) -> None:
    found = evaluate(file("text,intent\n달나라 배송비 이야기,other\n"), "--shop", "demo", "--draft")

    assert (found["answered"], found["correct"]) == (1, 0)


def test_negatives_give_the_share_that_was_answered_and_by_kind(
    shop_with_intents: Shop, file: Callable[..., str]
) -> None:
    negatives = file("kind,text,stars\nhard,배송비 아까운 영화,1\nhard,달나라 여행,2\neasy,심심하다,3\n", "no.csv")

    found = evaluate(file(ASKED), "--shop", "demo", "--draft", "--negatives", negatives)

    assert found["messages"] == 7
    assert found["false_answer_rate"] == 0.3333
    assert found["false_answer_rate_by_kind"] == {"easy": 0.0, "hard": 0.5}


def test_negatives_need_no_kind(shop: Shop, file: Callable[..., str]) -> None:
    found = evaluate(file(ASKED), "--shop", "demo", "--draft", "--negatives", file("text\n심심하다\n", "no.csv"))

    assert found["false_answer_rate"] == 0.0
    assert "false_answer_rate_by_kind" not in found


def test_the_published_rules_are_asked_unless_told(shop: Shop, published: Version, file: Callable[..., str]) -> None:
    Rule.objects.update(enabled=False)

    assert evaluate(file(ASKED), "--shop", "demo")["answered"] == 5
    assert evaluate(file(ASKED), "--shop", "demo", "--draft")["answered"] == 0


def test_a_pack_is_asked_without_a_shop(db: None, file: Callable[..., str]) -> None:
    with CaptureQueriesContext(connection) as asked:
        found = evaluate(file("text,intent\n배송비 얼마예요?,delivery_fee\n"), "--pack", "online-shop")

    assert found["correct"] == 1
    assert not asked.captured_queries


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp949"])
def test_files_are_read_as_spreadsheets_save_them(shop: Shop, file: Callable[..., str], encoding: str) -> None:
    written = ASKED.replace("text,", "Text ,").replace("\n", "\r\n") + "\r\n,,\r\n"

    found = evaluate(file(written, encoding=encoding), "--shop", "demo", "--draft")

    assert (found["messages"], found["answered"]) == (7, 5)


def test_nothing_is_written(shop_with_intents: Shop, published: Version, file: Callable[..., str]) -> None:
    with CaptureQueriesContext(connection) as asked:
        evaluate(file(ASKED), "--shop", "demo")

    assert all(query["sql"].startswith("SELECT") for query in asked)


def test_the_draft_of_an_untouched_shop_leaves_no_trace(db: None, file: Callable[..., str]) -> None:
    Shop.objects.create(slug="new", name="새 가게")

    assert evaluate(file(ASKED), "--shop", "new", "--draft")["answered"] == 0
    assert not Draft.objects.exists()


def test_a_workbook_is_the_same_as_its_csv(shop_with_intents: Shop, file: Callable[..., str]) -> None:
    rows = list(csv.reader(ASKED.splitlines()))
    of_csv = evaluate(file(ASKED), "--shop", "demo", "--draft")
    of_workbook = evaluate(file(workbook(rows)), "--shop", "demo", "--draft")

    assert of_csv["correct"] and {**of_workbook, "seconds": 0} == {**of_csv, "seconds": 0}


OF_SHOP = ["--shop", "demo", "--draft"]
BAD: list[tuple[str | bytes | Callable[[], bytes], list[str], str]] = [
    (ASKED, [], "--shop"),
    (ASKED, [*OF_SHOP, "--pack", "online-shop"], "--pack"),
    (ASKED, ["--pack", "online-shop", "--draft"], "--draft"),
    (ASKED, ["--pack", "nope"], "online-shop"),
    (ASKED, ["--pack", "../shared/ko"], "online-shop"),
    (ASKED, ["--shop", "nope"], "demo"),
    (ASKED, ["--shop", "demo"], "--draft"),
    (ASKED, [*OF_SHOP, "--negatives", "missing.csv"], "missing.csv"),
    (ASKED, [*OF_SHOP, "--negatives", "\udcff\0"], "path"),
    (ASKED, [*OF_SHOP, "--negatives", ""], "path"),
    (b"", OF_SHOP, "'text'"),
    ("배송비,delivery_fee\n", OF_SHOP, "'text'"),
    ("text\n배송비\n", OF_SHOP, "'intent'"),
    ("text,intent\n배송비,delivery_fee\n반품,\n", OF_SHOP, "line 3"),
    ("text,intent\n반품\n", OF_SHOP, "line 2"),
    (b"PK\x03\x04\xff\xff\x00", OF_SHOP, "damaged"),
    ("text,intent\n반품,return\n".encode("utf-16"), OF_SHOP, "CSV UTF-8"),
    ('text,intent\n"' + "가" * 200_000, OF_SHOP, "quotation mark"),
    (workbook([]), OF_SHOP, "without rows"),
    (workbook([["text"], ["반품"]]), OF_SHOP, "'intent'"),
    (workbook([["text", "intent"], [], ["반품"]]), OF_SHOP, "line 3"),
    (locked(), OF_SHOP, "password"),
    (old(), OF_SHOP, "save it as .xlsx"),
    (other_zip(), OF_SHOP, "no Excel workbook"),
    (blown_up, OF_SHOP, "larger unpacked"),
]


@pytest.mark.parametrize(("content", "argv", "words"), BAD)
def test_bad_input_is_one_line_and_exit_code_2(
    shop: Shop,
    file: Callable[..., str],
    run: Callable[..., tuple[int, str]],
    content: str | bytes | Callable[[], bytes],
    argv: list[str],
    words: str,
) -> None:
    code, line = run("evaluate", file(content() if callable(content) else content), *argv)

    assert (code, line.count("\n")) == (2, 1)
    assert words in line
    assert "Traceback" not in line


@pytest.mark.parametrize("given", ["missing.csv", "."])
def test_a_file_that_cannot_be_opened_is_said(db: None, run: Callable[..., tuple[int, str]], given: str) -> None:
    code, line = run("evaluate", given, "--pack", "online-shop")

    assert (code, line.count("\n")) == (2, 1)
    assert repr(given) in line


@pytest.mark.parametrize(("limit", "words"), [("MOST_ROWS", "rows"), ("MOST_MEGABYTES", "MB")])
def test_a_file_that_is_too_large_is_refused(
    db: None,
    file: Callable[..., str],
    run: Callable[..., tuple[int, str]],
    monkeypatch: pytest.MonkeyPatch,
    limit: str,
    words: str,
) -> None:
    monkeypatch.setattr(command, limit, 0)

    code, line = run("evaluate", file(ASKED), "--pack", "online-shop")

    assert (code, line.count("\n")) == (2, 1)
    assert words in line
