"""Days that are not like every week: public holidays, own days, vacations, the night, the cut-off of shipping."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from autoresponder.console.hours_month import month
from autoresponder.console.moments import hours_now
from autoresponder.console.preview import context_of
from autoresponder.engine.calendar import Calendar, Day, Night, Shipping, Span, Vacation
from autoresponder.engine.hours import state
from autoresponder.rules.models import Rule
from autoresponder.shops.calendar import (
    Stale,
    calendar_of,
    own_calendar,
    seen,
    set_days,
    set_night,
    set_vacation,
    set_week,
    week_part,
)
from autoresponder.shops.models import Shop
from tests.console.test_preview import posted

HTMX = {"HX-Request": "true"}
CHRISTMAS, EVE = date(2026, 12, 25), date(2026, 12, 24)


@pytest.fixture(autouse=True)
def in_november(monkeypatch: pytest.MonkeyPatch, now: datetime) -> None:
    monkeypatch.setattr(timezone, "now", lambda: now)


def own(shop: Shop) -> Calendar:
    shop.refresh_from_db()
    return own_calendar(shop)


def post(client: Client, name: str, data: dict[str, object], *args: str) -> tuple[int, str]:
    response = client.post(reverse(f"console:{name}", args=args), data, headers=HTMX)
    return response.status_code, response.content.decode()


# --- public holidays ---


def test_a_holiday_is_opened_given_other_hours_and_closed_again(owner_client: Client, shop: Shop) -> None:
    post(owner_client, "hours_holiday", {"do": "opened"}, "2026-12-25")
    assert own(shop).days == {CHRISTMAS: Day(None)}
    status, body = post(owner_client, "hours_holiday", {"do": "hours", "text": "11-3, 17-20"}, "2026-12-25")
    assert own(shop).days == {CHRISTMAS: Day((Span(660, 900), Span(1020, 1200)))}
    assert status == 200 and "11:00~15:00, 17:00~20:00에만 열어요" in body and "hx-swap-oob" in body
    post(owner_client, "hours_holiday", {"do": "closed"}, "2026-12-25")
    assert own(shop).days == {}


def test_hours_of_a_holiday_that_cannot_be_read_stay_as_typed(owner_client: Client, shop: Shop) -> None:
    status, body = post(owner_client, "hours_holiday", {"do": "hours", "text": "<언젠가>"}, "2026-12-25")
    assert status == 422 and "시간을 읽지 못했어요" in body and 'value="&lt;언젠가&gt;"' in body
    assert own(shop).days == {}
    assert post(owner_client, "hours_holiday", {"do": "explode"}, "2026-12-25")[0] == 400
    assert owner_client.post("/hours/holidays/2026-13-45/").status_code == 404


def test_public_holidays_can_be_left_out_altogether(owner_client: Client, shop: Shop) -> None:
    post(owner_client, "hours_holidays", {"on": "0"})
    assert own(shop).country == ""
    post(owner_client, "hours_holidays", {"on": "1"})
    assert own(shop).country == "KR"


# --- own days ---


def test_days_off_from_one_date_to_another(owner_client: Client, shop: Shop) -> None:
    data = {"first": "2026-12-03", "last": "2026-12-05", "kind": "closed", "name": " 가게   이사 "}
    status, body = post(owner_client, "hours_days", data)
    assert list(own(shop).days) == [date(2026, 12, day) for day in (3, 4, 5)]
    assert own(shop).days[date(2026, 12, 4)] == Day((), "가게 이사")
    assert status == 200 and "12월 3일 (목) ~ 12월 5일 (토)" in body


def test_a_day_that_comes_every_year(owner_client: Client, shop: Shop) -> None:
    post(owner_client, "hours_days", {"first": "2026-06-10", "kind": "hours", "text": "10-15", "yearly": "1"})
    assert own(shop).yearly == {(6, 10): Day((Span(600, 900),))} and own(shop).days == {}
    assert "매년 6월 10일" in owner_client.get(reverse("console:hours")).content.decode()


@pytest.mark.parametrize(
    ("data", "told"),
    [
        ({"first": ""}, "날짜를 골라 주세요"),
        ({"first": "2026-12-05", "last": "2026-12-03"}, "마지막 날이 첫날보다 앞이에요"),
        ({"first": "2026-12-05", "last": "2027-12-03"}, "두 달이 넘으면"),
        ({"first": "2026-12-05", "kind": "hours", "text": "곧"}, "시간을 읽지 못했어요"),
        ({"first": "9" * 500, "last": "\x00"}, "날짜를 골라 주세요"),
    ],
)
def test_what_is_missing_is_told(owner_client: Client, shop: Shop, data: dict[str, object], told: str) -> None:
    status, body = post(owner_client, "hours_days", data)
    assert status == 422 and told in body and own(shop).days == {}


def test_a_day_taken_back_can_be_brought_back(owner_client: Client, shop: Shop) -> None:
    set_days(shop, {EVE: Day((), "이사"), CHRISTMAS: Day(None)})
    response = owner_client.post(reverse("console:hours_days_remove"), {"key": "2026-12-24"}, headers=HTMX)
    assert list(own(shop).days) == [CHRISTMAS]
    undo = re.search(r'"undo": "([^"]+)"', response.headers["HX-Trigger"])
    assert undo
    owner_client.post(undo[1])
    assert own(shop).days == {EVE: Day((), "이사"), CHRISTMAS: Day(None)}
    assert owner_client.post(reverse("console:hours_undo", args=["forged"])).status_code == 400


def test_two_people_change_different_days_and_lose_nothing(shop: Shop) -> None:
    mine, theirs = Shop.objects.get(pk=shop.pk), Shop.objects.get(pk=shop.pk)
    set_days(mine, {EVE: Day(())})
    set_days(theirs, {CHRISTMAS: Day(None)})
    assert list(own(shop).days) == [EVE, CHRISTMAS]


# --- vacations, the night, shipping ---


def test_a_vacation_is_added_changed_removed_and_brought_back(owner_client: Client, shop: Shop) -> None:
    data = {"first": "2026-12-28", "last": "2026-12-31", "name": "겨울휴가", "greeting": "쉬고 올게요."}
    post(owner_client, "hours_vacations", data)
    (stored,) = own(shop).vacations
    assert stored == Vacation(date(2026, 12, 28), date(2026, 12, 31), "겨울휴가", "쉬고 올게요.")
    body = owner_client.get(reverse("console:hours") + f"?edit={seen(stored)}").content.decode()
    assert "쉬고 올게요." in body and 'value="2026-12-31"' in body
    post(owner_client, "hours_vacations", {**data, "last": "2026-12-30", "instead_of": seen(stored)})
    (changed,) = own(shop).vacations
    assert changed.last == date(2026, 12, 30)
    response = owner_client.post(reverse("console:hours_vacation_remove"), {"key": seen(changed)}, headers=HTMX)
    assert own(shop).vacations == ()
    undo = re.search(r'"undo": "([^"]+)"', response.headers["HX-Trigger"])
    assert undo and owner_client.post(undo[1]).status_code == 302 and owner_client.post(undo[1]).status_code == 302
    assert own(shop).vacations == (changed,)


def test_a_vacation_someone_else_changed_meanwhile_is_not_overwritten(owner_client: Client, shop: Shop) -> None:
    data = {"first": "2026-12-28", "last": "2026-12-31", "instead_of": "0123456789abcdef"}
    status, body = post(owner_client, "hours_vacations", data)
    assert status == 422 and "그사이 다른 사람이 이 휴가를" in body and own(shop).vacations == ()


@pytest.mark.parametrize(
    ("data", "told"),
    [
        ({"first": "2026-12-28", "last": ""}, "첫날과 마지막 날을"),
        ({"first": "2026-12-28", "last": "2026-12-01"}, "마지막 날이 첫날보다 앞이에요"),
        ({"first": "2026-12-28", "last": "2026-12-31", "greeting": "{없는말}에 봐요"}, "넣을 내용을 몰라요"),
        ({"first": "2026-12-28", "last": "2026-12-31", "greeting": "{전화번호}로"}, "정보가 비어 있어서"),
    ],
)
def test_a_vacation_that_does_not_fit_is_told(
    owner_client: Client, shop: Shop, data: dict[str, object], told: str
) -> None:
    status, body = post(owner_client, "hours_vacations", data)
    assert status == 422 and told in body and own(shop).vacations == ()


def test_the_night_has_its_own_greeting_and_can_be_given_up(owner_client: Client, shop: Shop, now: datetime) -> None:
    data = {"text": "22-07", "greeting": "늦은 밤이에요.", "seen": seen(None)}
    post(owner_client, "hours_night", data)
    assert own(shop).night == Night(1320, 420, "늦은 밤이에요.")
    room = context_of(shop, posted({"preview_scene": "at", "preview_at": "오늘 밤 11시", "preview_said": "?"}), now=now)
    assert "늦은 밤이에요." in " ".join(bubble.text for bubble in room["bubbles"])
    status, body = post(owner_client, "hours_night", {**data, "greeting": "다른 밤 인사예요."})
    assert status == 422 and "그사이 다른 사람이 먼저 저장했어요." in body and "<dd>늦은 밤이에요.</dd>" in body
    assert "다른 밤 인사예요.</textarea>" in body
    post(owner_client, "hours_night", {"off": "1", "seen": seen(own(shop).night)})
    assert own(shop).night is None


MINE = {"text": "22-07", "greeting": "내 밤 인사"}


def test_two_people_at_the_night_choose_part_by_part(owner_client: Client, shop: Shop) -> None:
    set_night(shop, Night(1380, 420, "남의 밤 인사"), opened_on=seen(None))
    status, body = post(owner_client, "hours_night", {**MINE, "seen": seen(None)})
    assert status == 422 and own(shop).night == Night(1380, 420, "남의 밤 인사")
    assert "22:00" not in body.partition('id="night"')[2].partition("</summary>")[0], "as if it were in force"
    assert "<dd><mark>22:00~다음날</mark> 07:00</dd>" in body and "<dd><mark>23:00~다음날</mark> 07:00</dd>" in body
    assert "<dd><mark>내</mark> 밤 인사</dd>" in body and "<dd><mark>남의</mark> 밤 인사</dd>" in body
    assert body.count('name="theirs"') == 2

    asked = {**MINE, "choosing": "1", "seen": seen(None)}
    status, body = post(owner_client, "hours_night", {**asked, "theirs": "text"})
    assert status == 200 and 'value="23:00~다음날 07:00"' in body and "내 밤 인사</textarea>" in body
    assert body.count('name="theirs"') == 1
    # The part that was taken is to be read, and saved, as it stands in the field.
    mixed = {"text": "23:00~다음날 07:00", "greeting": "내 밤 인사", "seen": seen(own(shop).night)}
    post(owner_client, "hours_night", mixed)
    assert own(shop).night == Night(1380, 420, "내 밤 인사")


def test_a_mistake_while_choosing_a_night_ends_nothing(owner_client: Client, shop: Shop) -> None:
    set_night(shop, Night(1380, 420, "남의 밤 인사"), opened_on=seen(None))
    asked = {**MINE, "choosing": "1", "seen": seen(own(shop).night)}
    status, body = post(owner_client, "hours_night", {**asked, "text": "밤새"})
    assert status == 422 and "밤 시간을 읽지 못했어요" in body and body.count('name="theirs"') == 2


def test_a_night_given_up_meanwhile_can_stay_so(owner_client: Client, shop: Shop) -> None:
    set_night(shop, Night(1380, 420, "남의 밤 인사"), opened_on=seen(None))
    before = seen(own(shop).night)
    set_night(shop, None, opened_on=before)
    status, body = post(owner_client, "hours_night", {**MINE, "seen": before})
    assert status == 422 and "<dd>쓰지 않아요</dd>" in body and "내 밤 인사</textarea>" in body
    status, body = post(owner_client, "hours_night", {**MINE, "choosing": "1", "seen": before, "theirs": "off"})
    assert status == 200 and "다른 사람이" not in body and "내 밤 인사" not in body and own(shop).night is None


@pytest.mark.parametrize("text", ["", "자다가", "24시간", "7"])
def test_a_night_that_cannot_be_read_is_told(owner_client: Client, shop: Shop, text: str) -> None:
    status, body = post(owner_client, "hours_night", {"text": text, "greeting": "밤", "seen": seen(None)})
    assert status == 422 and "밤 시간을 읽지 못했어요" in body and own(shop).night is None


def test_the_cut_off_of_shipping_by_weekday(owner_client: Client, shop: Shop) -> None:
    monday = {"cutoff-0": "2시", "cutoff-5": "11:30", "seen": seen(None)}
    body = post(owner_client, "hours_shipping", {**monday, "do": "weekdays"})[1]
    assert body.count('value="2시"') == 5 and own(shop).shipping is None
    post(owner_client, "hours_shipping", monday)
    assert own(shop).shipping == Shipping((840, None, None, None, None, 690, None))
    status, body = post(owner_client, "hours_shipping", {"cutoff-0": "언제나", "seen": seen(own(shop).shipping)})
    assert status == 422 and 'value="언제나"' in body
    post(owner_client, "hours_shipping", {"do": "off", "seen": seen(own(shop).shipping)})
    assert own(shop).shipping is None


def test_with_shipping_days_no_text_lacks_the_cut_off(owner_client: Client, shop: Shop) -> None:
    Rule.objects.filter(shop=shop, key="r-delivery").update(
        replies=[{"text": "오늘 {출고마감}까지 주문하면 {출고일}에 출발해요.", "buttons": []}]
    )
    assert "정보가 비어 있어서" in owner_client.get(reverse("console:rules")).content.decode()
    post(owner_client, "hours_shipping", {"cutoff-2": "14:00", "seen": seen(None)})
    assert "정보가 비어 있어서" not in owner_client.get(reverse("console:rules")).content.decode()
    page = owner_client.get(reverse("console:facts")).content.decode()
    assert "출고 마감에서 그때그때 정해져요" in page and ">비어 있어요<" not in page


# --- what the screen says ---


def test_the_month_tells_open_closed_and_changed_days_in_words(shop: Shop) -> None:
    set_days(shop, {EVE: Day((Span(600, 900),), "조기 마감")})
    set_vacation(shop, Vacation(date(2026, 12, 28), date(2026, 12, 31)))
    shown = month(calendar_of(shop), date(2026, 12, 1), today=date(2026, 11, 25), chosen=EVE)
    cells = {cell.on.day: cell for week in shown.weeks for cell in week if cell}
    assert len(cells) == 31 and len(shown.weeks) == 5
    assert (cells[1].kind, cells[1].short) == ("open", "10–19")
    assert (cells[24].kind, cells[24].short, cells[24].chosen) == ("changed", "10–15", True)
    assert cells[24].label == "12월 24일 목요일 조기 마감 · 10:00~15:00"
    assert [(cells[day].kind, cells[day].short) for day in (6, 25, 28)] == [
        ("closed", "휴무"),
        ("closed", "공휴일"),
        ("closed", "휴가"),
    ]
    assert (shown.before, shown.after) == (date(2026, 11, 1), date(2027, 1, 1))


@pytest.mark.parametrize("asked", ["2000-01-01", "2100-12-31", "9999-12-31", "nonsense", ""])
def test_any_month_can_be_asked_for(owner_client: Client, shop: Shop, asked: str) -> None:
    for name in ("hours", "hours_month"):
        assert (
            owner_client.get(reverse(f"console:{name}"), {"month": asked, "day": asked}, headers=HTMX).status_code
            == 200
        )


def test_the_card_says_what_customers_get_and_until_when(shop: Shop, now: datetime) -> None:
    set_night(shop, Night(0, 420, "밤이에요"), opened_on=seen(None))
    set_vacation(shop, Vacation(date(2026, 12, 28), date(2026, 12, 31), greeting="휴가예요"))
    calendar = calendar_of(shop)

    def card(hours: float) -> tuple[str, int]:
        at = now + timedelta(hours=hours)
        shown = hours_now(calendar, state(calendar, at), now=at)
        return shown.answers, shown.fresh_seconds

    assert card(0) == ("지금 손님은 ‘영업 중’ 답을 받아요. 다음 변경: 오늘 12:30", 3600)
    assert card(1.5 - 1 / 3600)[1] == 1
    assert card(1.5)[0] == "지금 손님은 ‘부재중’ 인사와 답을 받아요. 다음 변경: 오늘 13:30"
    assert card(12.99)[1] == 36, "the night begins at midnight"
    assert card(14)[0] == "지금 손님은 ‘밤’ 인사와 답을 받아요. 다음 변경: 오늘 10:00"
    assert card(24 * 34)[0].startswith("지금 손님은 ‘휴가’ 인사와 답을 받아요.")


def test_a_week_saved_by_someone_else_is_not_overwritten(shop: Shop) -> None:
    calendar = own_calendar(shop)
    week = ((Span(540, 1020),),) * 7
    opened_on = seen(week_part(calendar))
    set_week(shop, week=week, rests=(), timezone="Asia/Seoul", holidays_of="KR", opened_on=opened_on)
    with pytest.raises(Stale):
        set_week(shop, week=calendar.week, rests=(), timezone="Asia/Seoul", holidays_of="KR", opened_on=opened_on)
    assert own(shop).week == week
