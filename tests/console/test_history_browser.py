"""A seller who is new brings in what customers wrote elsewhere, and makes a rule of what nobody would have answered."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from autoresponder.insights import runs
from autoresponder.insights.models import History
from autoresponder.rules.models import Rule
from autoresponder.shops.models import Shop
from tests.insights.test_imported_read import ANDROID, WINDOWS

pytestmark = pytest.mark.django_db(transaction=True)

MORE = (
    "[홍길동] [오후 4:00] 기프트카드 되나요?\n[오후의 서랍] [오후 4:01] 네, 결제 화면에서 고르시면 돼요.\n"
    "[홍길동] [오후 4:02] 기프트카드 돼요?\n"
)


def test_chats_are_brought_in_tried_and_lead_to_a_rule(
    signed_in_page: Callable[..., Page], shop: Shop, axe: Callable[[Page], None]
) -> None:
    page = signed_in_page()
    page.goto("/replay/")
    page.get_by_role("link", name="대화 가져오기").click()
    chosen = page.get_by_label("대화를 저장한 파일")
    chosen.set_input_files({"name": "사진.png", "mimeType": "text/plain", "buffer": b"\x89PNG\xff\x00"})
    page.get_by_role("button", name="읽어 보기").click()
    expect(page.get_by_text("읽을 수 없는 파일이에요.")).to_be_visible()

    chats = [("홍길동.txt", WINDOWS + MORE), ("임꺽정.txt", ANDROID.replace("홍길동", "임꺽정"))]
    chosen.set_input_files(
        [{"name": name, "mimeType": "text/plain", "buffer": text.encode("cp949")} for name, text in chats]
    )
    page.get_by_role("button", name="읽어 보기").click()
    expect(page.get_by_role("heading", name="이렇게 읽었어요")).to_be_focused()
    expect(page.locator("#read")).to_contain_text("손님 말 4건 · 손님 2명 · 2026년 11월 25일")
    expect(page.get_by_label("가게 쪽 이름")).to_have_value("오후의 서랍")
    axe(page)
    page.get_by_label("가게 쪽 이름").select_option("")
    page.get_by_role("button", name="고른 대로 다시 읽기").click()
    expect(page.locator("#read")).to_contain_text("손님 4명")
    page.get_by_label("가게 쪽 이름").select_option("오후의 서랍")
    page.get_by_role("button", name="이 대화로 해 보기").click()
    expect(page.locator("#run")).to_contain_text("곧 시작해요")
    assert History.objects.get().messages == 4
    runs.work(timezone.now)

    result = page.locator("#run")
    expect(result.get_by_role("heading", name="4건 중 2건(50%)에 대신 답해요")).to_be_visible()
    missed = result.locator(".missed li")
    expect(missed).to_have_count(1)
    expect(missed).to_contain_text("네, 결제 화면에서 고르시면 돼요.")
    axe(page)
    missed.get_by_role("link", name="이 말로 규칙 만들기").click()
    expect(page.get_by_label("1번째 말풍선")).to_have_value("네, 결제 화면에서 고르시면 돼요.")
    page.get_by_role("button", name="저장하기").click()
    expect(page.get_by_role("heading", name="답변 규칙")).to_be_visible()
    assert Rule.objects.filter(shop=shop, groups__0__words=["기프트카드 되나요?"]).exists()

    page.goto("/replay/history/")
    page.get_by_role("button", name="지우기").click()
    page.get_by_role("button", name="네, 할게요").click()
    expect(page.get_by_text("가져온 대화와 그 결과를 지웠어요.")).to_be_visible()
    assert not History.objects.exists()
