"""A seller tries many sentences on a phone, and mends what was missed."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.django_db(transaction=True)


def test_sentences_are_tried_and_lead_to_the_rule_to_mend(
    signed_in_page: Callable[..., Page], axe: Callable[[Page], None]
) -> None:
    page = signed_in_page()
    page.goto("/try/")
    page.get_by_role("link", name="예문으로 시험하기").click()
    page.get_by_label("또는 파일로 올리기").set_input_files(
        {"name": "예문.csv", "mimeType": "text/csv", "buffer": b"PK\x00\xff"}
    )
    page.get_by_role("button", name="시험하기").click()
    expect(page.get_by_text("읽을 수 없는 파일이에요.")).to_be_visible()

    page.get_by_label("또는 파일로 올리기").set_input_files(
        {"name": "예문.csv", "mimeType": "text/csv", "buffer": "배송비 얼마예요?,배송비 안내".encode()}
    )
    page.get_by_label("손님이 할 만한 말").fill("물건이 안 와요, 배송 일정")
    page.get_by_role("button", name="시험하기").click()

    expect(page.get_by_role("heading", name="시험 결과")).to_be_focused()
    expect(page.get_by_text("답을 적은 2개 중 1개가 바란 대로예요.")).to_be_visible()
    assert page.evaluate("document.querySelector('[type=file]').files.length") == 1, "the chosen file stays chosen"
    axe(page)
    page.get_by_role("link", name="이 말로 규칙에 더하기").click()
    expect(page.get_by_label("규칙 이름")).to_have_value("배송 일정")
    page.go_back()
    expect(page.get_by_label("손님이 할 만한 말")).to_have_value("물건이 안 와요, 배송 일정")
