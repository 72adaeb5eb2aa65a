"""On a phone: an owner breaks an example and is stopped, and brings in a file made by hand with a mistake in it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from playwright.sync_api import Page, expect

from autoresponder.rules import draft, examples, release
from autoresponder.rules.models import Example, Opinion, Rule, Version
from autoresponder.shops.models import Shop
from tests.rules.test_interchange import HAND_MADE

OpenPage = Callable[..., Page]
Axe = Callable[[Page], None]


def test_a_change_that_breaks_an_example_has_to_be_confirmed_by_name(
    signed_in_page: OpenPage, published: Version, shop: Shop, axe: Axe
) -> None:
    page = signed_in_page()
    page.goto("/try/")
    page.get_by_label("손님처럼 말해 보세요").fill("배송비 얼마예요")
    page.get_by_label("손님처럼 말해 보세요").press("Enter")
    page.get_by_role("button", name="이 답이 맞아요 — 예문으로 지키기").click()
    expect(page.get_by_text("예문으로 지키고 있어요")).to_be_visible()
    page.get_by_label("이 답 어땠어요? (메모는 선택)").fill("제주도도 알려 줘요")
    page.get_by_role("button", name="아쉬워요").click()
    expect(page.get_by_text("의견을 남겼어요.")).to_be_visible()
    assert Opinion.objects.get().remark == "제주도도 알려 줘요"

    draft.set_enabled(shop, "r-fee", False)
    page.goto("/releases/")
    sheet = page.get_by_role("group", name="달라지는 예문")
    expect(sheet).to_contain_text("‘배송비 안내’ 규칙으로 답해요")
    expect(sheet).to_contain_text("‘배송 일정’ 규칙으로 답해요")
    page.get_by_label("메모 (선택)").fill("배송비 규칙 끄기")
    page.get_by_role("button", name="게시하기").click()
    expect(page.get_by_text("아직 게시하지 않았어요.")).to_be_visible()
    assert release.stable_of(shop) == published
    axe(page)
    expect(page.get_by_label("메모 (선택)")).to_have_value("배송비 규칙 끄기")
    page.get_by_label("이 예문이 달라지는 걸 알고 있어요: 배송비 얼마예요").check()
    page.get_by_role("button", name="게시하기").click()
    expect(page.get_by_role("heading", name="손님은 지금 버전 2의 답변을 받아요")).to_be_visible()
    assert Example.objects.get().expected == "r-delivery"


def test_a_file_made_by_hand_is_refused_with_the_line_then_taken(
    signed_in_page: OpenPage, published: Version, shop: Shop, axe: Axe
) -> None:
    page = signed_in_page()
    page.goto("/releases/")
    page.get_by_role("link", name="비교·가져오기·파일").click()
    wrong = HAND_MADE.replace('"택배비"', '""')
    chooser = page.get_by_label("답변 규칙 파일")
    chooser.set_input_files({"name": "my.json", "mimeType": "application/json", "buffer": wrong.encode()})
    page.get_by_role("button", name="파일 살펴보기").click()
    told = page.get_by_role("alert")
    expect(told).to_contain_text("7번째 줄(배송비 안내): 키워드가 비어 있거나")
    expect(told).to_contain_text("초안은 그대로예요")
    axe(page)
    assert Rule.objects.kept().count() == 4

    chooser.set_input_files({"name": "my.json", "mimeType": "application/json", "buffer": HAND_MADE.encode("utf-16")})
    page.get_by_role("button", name="파일 살펴보기").click()
    expect(page.get_by_role("heading", name="초안에서 바뀌는 것")).to_be_visible()
    axe(page)
    page.get_by_role("button", name="초안으로 가져오기").click()
    expect(page.get_by_role("status").filter(has_text="초안으로 가져왔어요")).to_be_visible()
    assert Rule.objects.kept().count() == 2
    page.get_by_role("button", name="되살리기").click()
    expect(page.get_by_role("status").filter(has_text="초안을 되살렸어요")).to_be_visible()
    assert Rule.objects.kept().count() == 4 and release.stable_of(shop) == published


def test_a_shared_word_is_told_while_typing_and_taken_out_with_one_tap(
    signed_in_page: OpenPage, published: Version, shop: Shop, now: datetime, axe: Axe
) -> None:
    examples.keep(shop, "반품하고 싶어요", "r-return", by=None, now=now)
    page = signed_in_page()
    page.goto("/rules/r-return/")
    expect(page.get_by_text("반품하고 싶어요")).to_be_visible()
    field = page.get_by_label("이 말 중 하나라도 있으면")
    field.fill("택배비")
    field.press("Enter")
    expect(page.get_by_text("‘택배비’ — ‘배송비 안내’ 규칙에도 있는 말이에요.")).to_be_visible()
    axe(page)
    page.get_by_role("button", name="이 규칙을 먼저 살펴보기").click()
    expect(page.get_by_text("이 규칙이 먼저 답해요.")).to_be_visible()
    page.get_by_role("button", name="여기서 ‘택배비’ 빼기").click()
    expect(page.get_by_text("‘택배비’ — ‘배송비 안내’")).to_have_count(0)
    page.get_by_role("button", name="저장하기").click()
    expect(page.get_by_role("status").filter(has_text="저장했어요")).to_be_visible()
    assert Rule.objects.get(key="r-return").groups[0]["words"] == ["반품"]
