"""A shop owner on a phone: the whole week in a few taps, closed for today, away on holiday, any day looked at ahead."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from autoresponder.engine.calendar import Day, Rest, Span
from autoresponder.rules.models import Version
from autoresponder.shops.calendar import own_calendar
from autoresponder.shops.models import Shop
from tests.conftest import DESKTOP
from tests.fixtures import ALWAYS, WEEK, hours

OpenPage = Callable[..., Page]
Axe = Callable[[Page], None]
SetClock = Callable[[datetime], None]


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch, now: datetime) -> SetClock:
    """`clock(moment)` sets the product's time; it starts on Wednesday 2026-11-25, 11:00 in Seoul."""
    current = [now]
    monkeypatch.setattr(timezone, "now", lambda: current[0])

    def set_to(moment: datetime) -> None:
        current[0] = moment

    return set_to


def saved_week(shop: Shop) -> list[list[list[int]]]:
    shop.refresh_from_db()
    week: list[list[list[int]]] = shop.hours["week"]
    return week


def for_everybody(page: Page, axe: Axe) -> None:
    """At the end of the page: the bar with the button to save lies over what has yet to be scrolled past it."""
    page.evaluate("window.scrollTo(0, document.documentElement.scrollHeight)")
    axe(page)


def test_the_week_is_set_with_three_taps_in_no_time(signed_in_page: OpenPage, shop: Shop) -> None:
    page = signed_in_page()
    page.goto("/hours/")
    started = time.monotonic()
    page.get_by_text("자주 쓰는 시간에서 고르기").click()
    page.get_by_role("button", name="평일 10~19시, 주말 휴무").click()
    # No waiting in between: whoever taps on while the step is under way saves what it brings.
    page.get_by_role("button", name="영업시간 저장").click()
    expect(page.locator("#toasts")).to_contain_text("영업시간을 저장했어요", timeout=25_000)
    assert time.monotonic() - started < 30
    assert saved_week(shop) == [[[600, 1140]]] * 5 + [[], []]


def test_a_week_of_ones_own_is_typed_as_it_is_said(signed_in_page: OpenPage, shop: Shop, axe: Axe) -> None:
    page = signed_in_page()
    page.goto("/hours/")
    started = time.monotonic()
    page.get_by_role("button", name="평일·주말").click()
    page.get_by_label("평일 여는 시간").fill("오전 9시~오후 6시 반")
    page.get_by_role("textbox", name="평일 쉬는 시간").fill("12-1")
    page.get_by_label("토요일 여는 시간").fill("18-02")
    page.get_by_text("매월 몇째 주마다").click()
    page.get_by_role("button", name="정기 휴무 더하기").click()
    page.get_by_label("둘째").check(force=True)
    page.get_by_label("넷째").check(force=True)
    for_everybody(page, axe)
    page.get_by_role("button", name="영업시간 저장").click()
    expect(page.locator("#toasts")).to_contain_text("영업시간을 저장했어요")
    expect(page.get_by_label("토요일 여는 시간")).to_have_value("18:00~다음날 02:00")
    assert time.monotonic() - started < 30
    assert saved_week(shop) == [[[540, 720], [780, 1110]]] * 5 + [[[1080, 1560]], []]
    assert own_calendar(shop).rests == (Rest(0, (2, 4)),)


def test_single_days_are_copied_and_enter_saves(signed_in_page: OpenPage, shop: Shop) -> None:
    page = signed_in_page(DESKTOP)
    page.goto("/hours/")
    page.get_by_role("button", name="요일마다").click()
    page.get_by_label("월요일 여는 시간").fill("11-20")
    page.get_by_text("다른 요일에 복사하기").click()
    page.get_by_role("group", name="다른 요일에 복사하기").get_by_label("일요일").check(force=True)
    page.get_by_role("button", name="복사하기").click()
    expect(page.get_by_label("일요일 여는 시간")).to_have_value("11-20")
    page.get_by_label("토요일 여는 시간").press("Enter")
    expect(page.locator("#toasts")).to_contain_text("영업시간을 저장했어요")
    monday = [[660, 750], [810, 1200]]
    assert saved_week(shop) == [monday, *WEEK[1:6], monday]


def test_an_overlap_is_explained_where_it_is_and_nothing_typed_is_lost(
    signed_in_page: OpenPage, shop: Shop, axe: Axe
) -> None:
    page = signed_in_page()
    page.goto("/hours/")
    page.get_by_role("button", name="요일마다").click()
    page.get_by_label("수요일 여는 시간").fill("오후 6시~다음날 03:00")
    page.get_by_role("textbox", name="수요일 쉬는 시간").fill("")
    page.get_by_label("목요일 여는 시간").fill("2-10")
    page.get_by_role("textbox", name="목요일 쉬는 시간").fill("")
    page.get_by_role("button", name="영업시간 저장").click()
    expect(page.get_by_text("목요일 02:00~10:00 시간과 겹쳐요")).to_be_visible()
    expect(page.get_by_text("수요일 18:00~다음날 03:00 시간과 겹쳐요")).to_be_visible()
    expect(page.get_by_label("수요일 여는 시간")).to_have_value("오후 6시~다음날 03:00")
    expect(page.get_by_label("수요일 여는 시간")).to_be_focused()
    for_everybody(page, axe)
    assert saved_week(shop) == WEEK


def test_closed_for_today_and_open_again_tomorrow_by_itself(
    signed_in_page: OpenPage, published: Version, clock: SetClock, now: datetime
) -> None:
    page = signed_in_page()
    page.goto("/hours/")
    expect(page.locator("#now")).to_contain_text("지금 손님은 ‘영업 중’ 답을 받아요. 다음 변경: 오늘 12:30")
    page.get_by_role("button", name="오늘만 닫기").click()
    expect(page.get_by_role("heading", name="지금은 닫아 두었어요")).to_be_visible()
    expect(page.locator("#now")).to_contain_text("내일 10:00에 다시 열어요")
    page.get_by_role("radio", name="다른 때").check(force=True)
    page.get_by_label("언제로 가 볼까요").fill("오늘 오후 3시")
    expect(page.locator("#preview-room")).to_contain_text("지금은 쉬는 시간이라")
    page.get_by_label("언제로 가 볼까요").fill("내일 오전 11시")
    expect(page.locator("#preview-room")).to_contain_text("지금은 영업 중이에요")
    clock(now + timedelta(days=1))
    page.reload()
    expect(page.get_by_role("heading", name="지금은 영업 중이에요")).to_be_visible()
    expect(page.get_by_role("button", name="원래대로")).to_have_count(0)


def test_one_tap_gives_today_back(signed_in_page: OpenPage, shop: Shop) -> None:
    """Open around the clock, so that it reads the same at whatever hour the test runs."""
    Shop.objects.filter(pk=shop.pk).update(hours=hours(ALWAYS, ""))
    page = signed_in_page()
    page.goto("/hours/")
    page.get_by_role("button", name="오늘만 닫기").click()
    expect(page.get_by_role("heading", name="지금은 닫아 두었어요")).to_be_visible()
    page.get_by_role("button", name="원래대로").click()
    expect(page.get_by_role("heading", name="지금은 영업 중이에요")).to_be_visible()


@pytest.mark.parametrize(("address", "card"), [("/hours/", "#now"), ("/", "#status")])
def test_the_card_turns_with_the_second_the_shop_closes(
    signed_in_page: OpenPage, published: Version, clock: SetClock, address: str, card: str
) -> None:
    lunch = datetime(2026, 11, 25, 3, 30, tzinfo=UTC)
    clock(lunch - timedelta(seconds=2))
    page = signed_in_page()
    page.goto(address)
    expect(page.locator(card)).to_contain_text("지금은 영업 중이에요")
    clock(lunch)
    expect(page.locator(card)).to_contain_text("지금은 쉬는 시간이에요")


def test_a_vacation_greets_with_its_own_words_and_only_then(
    signed_in_page: OpenPage, published: Version, clock: SetClock, axe: Axe
) -> None:
    page = signed_in_page()
    page.goto("/hours/")
    page.get_by_text("휴가 더하기").click()
    page.get_by_label("첫날", exact=True).fill("2026-12-28")
    page.get_by_role("textbox", name="마지막 날", exact=True).fill("2026-12-31")
    page.get_by_label("휴가 동안 건넬 인사").fill("제주에 다녀올게요. {다음영업시간}에 만나요!")
    page.get_by_role("button", name="휴가 저장").click()
    expect(page.locator("#toasts")).to_contain_text("휴가를 저장했어요")
    for_everybody(page, axe)
    page.get_by_role("button", name="이때 손님 화면 보기").click()
    room = page.locator("#preview-room")
    expect(room).to_contain_text("제주에 다녀올게요.")
    expect(room).to_contain_text("지금은 휴가 중이에요")
    page.get_by_label("언제로 가 볼까요").fill("크리스마스")
    expect(room).to_contain_text("오늘은 쉬는 날이에요 · 크리스마스")
    expect(room).not_to_contain_text("제주에")
    page.get_by_role("button", name="휴가 지우기").click()
    page.locator("#toasts").get_by_role("button", name="되돌리기").click()
    expect(page.get_by_role("button", name="이때 손님 화면 보기")).to_be_visible()


def test_a_day_of_the_month_is_changed_by_a_tap(
    signed_in_page: OpenPage, shop: Shop, clock: SetClock, axe: Axe
) -> None:
    page = signed_in_page()
    page.goto("/hours/")
    page.get_by_label("평일 여는 시간").fill("9-6")
    page.get_by_role("link", name="다음 달").click()
    page.get_by_role("link", name="12월 24일 목요일 10:00~12:30, 13:30~19:00").click()
    page.get_by_role("radio", name="시간 바꾸기").check(force=True)
    page.locator("#day-text").fill("10-3")
    for_everybody(page, axe)
    page.get_by_role("button", name="이대로 저장").click()
    expect(page.get_by_role("link", name="12월 24일 목요일 10:00~15:00")).to_be_visible()
    expect(page.get_by_label("평일 여는 시간")).to_have_value("9-6")
    shop.refresh_from_db()
    assert [day.hours for day in own_calendar(shop).days.values()] == [(Span(600, 900),)]


def test_a_holiday_is_opened_with_one_tap(signed_in_page: OpenPage, shop: Shop, clock: SetClock) -> None:
    page = signed_in_page()
    page.goto("/hours/")
    christmas = page.get_by_role("group", name="12월 25일 크리스마스")
    christmas.get_by_role("button", name="열어요").click()
    expect(christmas.get_by_role("button", name="열어요")).to_have_attribute("aria-pressed", "true")
    expect(page.get_by_text("12월 25일 (금) · 평소처럼 열어요 · 10:00~12:30, 13:30~19:00")).to_be_visible()
    shop.refresh_from_db()
    assert own_calendar(shop).days == {date(2026, 12, 25): Day(None)}


@pytest.mark.parametrize("more", [{"color_scheme": "dark"}, {"locale": "en-US"}])
@pytest.mark.parametrize("address", ["/hours/", "/hours/import/", "/rules/new/"])
def test_everything_unfolded_is_for_everybody(
    signed_in_page: OpenPage, shop: Shop, axe: Axe, more: dict[str, str], address: str
) -> None:
    page = signed_in_page(**more)
    page.goto(address)
    page.evaluate("document.querySelectorAll('details').forEach((one) => (one.open = true))")
    page.locator("[name='preview_scene'][value='at']").dispatch_event("click") if address != "/hours/import/" else None
    for_everybody(page, axe)
