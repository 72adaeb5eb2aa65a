"""영업시간: times as people type them, the week, and what is said when it does not fit."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.http import QueryDict
from django.test import Client
from django.urls import reverse
from django.utils import translation

from autoresponder.console import hours
from autoresponder.console.clocks import read_clock, say_clock
from autoresponder.console.hours_check import check
from autoresponder.console.hours_form import Day, Row, change, typed_calendar
from autoresponder.engine.hours import DAY, Span, state
from autoresponder.shops.calendar import calendar_of, close_today
from autoresponder.shops.models import Membership, Shop, User
from tests.fixtures import WEEK


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("10", 600),
        ("10:00", 600),
        ("10시", 600),
        ("오전 10시", 600),
        ("10시 반", 630),
        ("10시 5분", 605),
        ("1030", 630),
        ("930", 570),
        ("10.30", 630),
        ("오후 7시", 1140),
        ("오후7:30", 1170),
        ("오후 12시", 720),
        ("오전 12시", 0),
        ("저녁 8시", 1200),
        ("밤 11시", 1380),
        ("밤 12시", 1440),
        ("새벽 2시", 120),
        ("7pm", 1140),
        ("7:30 p.m.", 1170),
        ("12 am", 0),
        ("정오", 720),
        ("자정", 1440),
        ("24:00", 1440),
        ("26:00", 1560),
        ("다음날 02:00", 1560),
        ("１０：３０", 630),
        (" 18 시 ", 1080),
    ],
)
def test_a_time_is_read_as_people_type_it(text: str, minutes: int) -> None:
    clock = read_clock(text)
    assert clock and clock.minutes == minutes


@pytest.mark.parametrize(
    "text", ["", "열시", "10:5", "10:75", "25시 99분", "99", "-3", "10~7", "1" * 10_000, "\x00", "٣", "10:00:00"]
)
def test_what_is_no_time_is_not_guessed(text: str) -> None:
    assert read_clock(text) is None


@pytest.mark.parametrize("language", ["ko", "en"])
def test_a_time_shown_can_be_read_again(language: str) -> None:
    with translation.override(language):
        for minutes in range(0, 2 * DAY, 7):
            clock = read_clock(say_clock(minutes))
            assert clock and clock.minutes == minutes, say_clock(minutes)


def week_of_rows(**days: list[tuple[str, str]]) -> tuple[Day, ...]:
    """Monday is d0; a day not named is off."""
    named = {int(name[1]): tuple(Row(*row) for row in rows) for name, rows in days.items()}
    return tuple(Day(number not in named, named.get(number, (Row(),))) for number in range(7))


@pytest.mark.parametrize(
    ("start", "end", "span"),
    [
        ("10", "19", [600, 1140]),
        ("10", "7", [600, 1140]),
        ("9시", "6시 반", [540, 1110]),
        ("18:00", "02:00", [1080, 1560]),
        ("18", "26:00", [1080, 1560]),
        ("22", "6", [1320, 1800]),
        ("자정", "자정", [0, 1440]),
        ("10:00", "10:00", [600, 2040]),
    ],
)
def test_a_closing_time_before_the_opening_is_the_evening_or_the_next_day(
    start: str, end: str, span: list[int]
) -> None:
    assert check(week_of_rows(d0=[(start, end)])).week == [[span], [], [], [], [], [], []]


def test_spans_are_stored_in_order_of_the_clock_and_blank_rows_are_left_out() -> None:
    checked = check(week_of_rows(d2=[("13:30", "19:00"), ("", ""), ("10:00", "12:30")]))
    assert checked.week == [[], [], [[600, 750], [810, 1140]], [], [], [], []]


def test_an_overlap_is_told_on_both_rows_and_what_was_typed_stays() -> None:
    checked = check(week_of_rows(d0=[("10", "13"), ("12:00", "15:00")]))
    first, second = checked.days[0].rows
    assert checked.week is None
    assert first.errors == ("월요일 12:00~15:00 시간과 겹쳐요. 한쪽을 줄이거나 빼 주세요.",)
    assert second.errors == ("월요일 10:00~13:00 시간과 겹쳐요. 한쪽을 줄이거나 빼 주세요.",)
    assert (first.start, first.end, second.start) == ("10", "13", "12:00")


def test_a_late_night_that_runs_into_the_next_morning_is_told_on_both_days() -> None:
    checked = check(week_of_rows(d6=[("20:00", "다음날 04:00")], d0=[("03:00", "09:00")]))
    assert checked.days[6].rows[0].errors == ("월요일 03:00~09:00 시간과 겹쳐요. 한쪽을 줄이거나 빼 주세요.",)
    assert checked.days[0].rows[0].errors == ("일요일 20:00~다음날 04:00 시간과 겹쳐요. 한쪽을 줄이거나 빼 주세요.",)


@pytest.mark.parametrize(
    ("row", "wrong", "words"),
    [
        (("열시", "19:00"), "start", "‘열시’를 시간으로 읽지 못했어요"),
        (("10:00", "아무때나"), "end", "‘아무때나’를 시간으로 읽지 못했어요"),
        (("10:00", ""), "end", "닫는 시간을 적어 주세요"),
        (("", "19:00"), "start", "여는 시간을 적어 주세요"),
        (("", ""), "start", "여는 시간을 적거나 ‘쉬는 날’을 눌러 주세요"),
        (("10:00", "다음날 11:00"), "end", "24시간보다 길어요"),
    ],
)
def test_a_row_that_does_not_fit_says_what_to_do(row: tuple[str, str], wrong: str, words: str) -> None:
    checked = check(week_of_rows(d3=[row]))
    told = checked.days[3].rows[0]
    assert checked.week is None and told.wrong == (wrong,) and words in told.errors[0]


def test_a_week_without_an_open_minute_is_explained() -> None:
    checked = check(week_of_rows())
    assert checked.week is None and "일주일 내내 쉬는 날" in checked.errors[0]


def test_one_days_hours_are_copied_to_others() -> None:
    days = week_of_rows(d0=[("10", "19")], d5=[("11", "15")])
    everyday = change(days, "copy-all", "0")
    assert [day.rows[0].start for day in everyday] == ["10"] * 7
    weekend = change(days, "copy-weekend", "5")
    assert [day.off for day in weekend] == [False, True, True, True, True, False, False]


def test_a_row_is_added_up_to_four_and_the_last_one_removed_makes_a_day_off() -> None:
    days = week_of_rows(d1=[("10", "12")])
    for _time in range(6):
        days = change(days, "add-1", "")
    assert len(days[1].rows) == 4
    for _time in range(4):
        days = change(days, "remove-1-0", "")
    assert days[1].off and days[1].rows == (Row(),)


@pytest.mark.parametrize("act", ["add-9", "remove-0-9", "copy-moon", "copy-all", "", "add-" + "1" * 5000])
def test_a_step_that_makes_no_sense_changes_nothing(act: str) -> None:
    days = week_of_rows(d0=[("10", "12")])
    assert change(days, act, "x") == days


# --- the screen ---


def form(shop: Shop, week: Any = None, **more: Any) -> dict[str, Any]:
    """What the page posts: the stored week, or `week` as {weekday: [(start, end), ...]} with the other days off."""
    rows = (
        {n: [(say_clock(s), say_clock(e)) for s, e in day] for n, day in enumerate(shop.week)} if week is None else week
    )
    data: dict[str, Any] = {"seen": hours.seen(shop), "timezone": shop.timezone, "holidays": "1", "do": "save"}
    for number in range(7):
        spans = rows.get(number) or []
        data |= {
            f"start-{number}": [start for start, _ in spans] or [""],
            f"end-{number}": [end for _, end in spans] or [""],
        }
        if not spans:
            data[f"off-{number}"] = "1"
    return data | more


def test_the_page_shows_the_stored_week_and_what_it_is_now(owner_client: Client, shop: Shop) -> None:
    body = owner_client.get(reverse("console:hours")).content.decode()
    assert body.count('value="10:00"') == 5 and 'value="15:00"' in body
    assert "지금" in body or "오늘" in body or "아직" in body


def test_the_week_is_saved_and_acts_at_once(owner_client: Client, shop: Shop, now: datetime) -> None:
    response = owner_client.post(reverse("console:hours"), form(shop, {2: [("오후 6시", "26:00")]}), follow=True)
    shop.refresh_from_db()
    assert shop.week == [[], [], [[1080, 1560]], [], [], [], []]
    assert "영업시간을 저장했어요" in response.content.decode()
    assert not state(calendar_of(shop), now).open
    assert state(calendar_of(shop), now + timedelta(hours=9)).open


def test_saving_the_page_as_it_is_changes_nothing(owner_client: Client, shop: Shop) -> None:
    owner_client.post(reverse("console:hours"), form(shop))
    shop.refresh_from_db()
    assert shop.week == WEEK and shop.holiday_country == "KR" and shop.timezone == "Asia/Seoul"


def test_public_holidays_and_the_time_zone_are_saved(owner_client: Client, shop: Shop) -> None:
    data = form(shop, timezone="Europe/Berlin")
    del data["holidays"]
    owner_client.post(reverse("console:hours"), data)
    shop.refresh_from_db()
    assert (shop.holiday_country, shop.timezone) == ("", "Europe/Berlin")
    owner_client.post(reverse("console:hours"), form(shop, timezone="Moon/Base"))
    shop.refresh_from_db()
    assert (shop.holiday_country, shop.timezone) == ("KR", "Europe/Berlin")


def test_an_overlap_keeps_what_was_typed_and_stores_nothing(owner_client: Client, shop: Shop) -> None:
    response = owner_client.post(reverse("console:hours"), form(shop, {0: [("오전 10시", "13"), ("12:00", "<b>15")]}))
    body = response.content.decode()
    assert response.status_code == 422
    assert 'value="오전 10시"' in body and 'value="&lt;b&gt;15"' in body
    assert body.count('aria-invalid="true"') == 1
    response = owner_client.post(reverse("console:hours"), form(shop, {0: [("오전 10시", "13"), ("12:00", "15")]}))
    assert response.content.decode().count('aria-invalid="true"') == 4
    shop.refresh_from_db()
    assert shop.week == WEEK


def test_adding_a_row_works_without_scripts_and_stores_nothing(owner_client: Client, shop: Shop) -> None:
    response = owner_client.post(reverse("console:hours"), form(shop, {0: [("10", "13")]}, do="add-0"))
    body = response.content.decode()
    assert response.status_code == 200 and len(re.findall('name="start-0"', body)) == 2
    assert "아직 저장하지 않았어요" in body and 'value="10"' in body
    shop.refresh_from_db()
    assert shop.week == WEEK


def test_htmx_gets_only_the_form(owner_client: Client, shop: Shop) -> None:
    headers = {"HX-Request": "true"}
    response = owner_client.post(reverse("console:hours"), form(shop, do="add-0"), headers=headers)
    assert response.content.decode().lstrip().startswith('<div class="stack" id="hours">')


def test_someone_elses_save_meanwhile_is_shown_and_mine_kept(owner_client: Client, shop: Shop) -> None:
    mine = form(shop, {0: [("09:00", "17:00")]})
    Shop.objects.filter(pk=shop.pk).update(week=[[[720, 1200]], [], [], [], [], [], []])
    response = owner_client.post(reverse("console:hours"), mine)
    body = response.content.decode()
    assert response.status_code == 422
    assert "그사이 다른 사람이" in body and "월요일 12:00~20:00" in body and 'value="09:00"' in body
    shop.refresh_from_db()
    assert shop.week[0] == [[720, 1200]]
    seen_now = re.search(r'name="seen" value="(\w+)"', body)
    assert seen_now
    owner_client.post(reverse("console:hours"), mine | {"seen": seen_now[1]})
    shop.refresh_from_db()
    assert shop.week[0] == [[540, 1020]]


def test_odd_input_never_breaks_the_page(owner_client: Client, shop: Shop) -> None:
    assert owner_client.post(reverse("console:hours"), {}).status_code == 422
    odd = form(shop) | {"start-0": ["9" * 5000, "\x00"], "end-0": ["\ud7ff"], "copy_from": "zz", "do": "copy-all"}
    assert owner_client.post(reverse("console:hours"), odd).status_code == 200


# --- today only ---


def hours_now(shop: Shop) -> bool | None:
    shop.refresh_from_db()
    return shop.override_open


def test_today_is_closed_opened_and_given_back_with_one_tap(owner_client: Client, shop: Shop) -> None:
    url = reverse("console:hours_today")
    response = owner_client.post(url, {"action": "close", "next": "/"})
    assert response.headers["Location"] == "/" and hours_now(shop) is False
    owner_client.post(url, {"action": "open"})
    assert hours_now(shop) is True
    owner_client.post(url, {"action": "resume"})
    assert hours_now(shop) is None


def test_closing_before_opening_time_closes_the_whole_day(shop: Shop) -> None:
    """Not only until the shop would have opened at ten."""
    close_today(shop, now=datetime(2026, 11, 25, 0, 0, tzinfo=UTC))
    midnight = datetime(2026, 11, 25, 15, 0, tzinfo=UTC)
    assert shop.override_until == midnight
    assert not state(calendar_of(shop), midnight - timedelta(hours=4)).open


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example", "javascript:alert(1)"])
def test_going_back_never_leaves_the_site(owner_client: Client, shop: Shop, elsewhere: str) -> None:
    response = owner_client.post(reverse("console:hours_today"), {"action": "resume", "next": elsewhere})
    assert response.headers["Location"] == reverse("console:hours")


def test_an_unknown_action_is_refused_and_a_get_changes_nothing(owner_client: Client, shop: Shop) -> None:
    assert owner_client.post(reverse("console:hours_today"), {"action": "explode"}).status_code == 400
    assert owner_client.get(reverse("console:hours_today")).status_code == 405


def test_a_stranger_changes_only_their_own_shop(stranger_client: Client, shop: Shop) -> None:
    stranger_client.post(reverse("console:hours_today"), {"action": "close"})
    assert hours_now(shop) is None


@pytest.mark.parametrize("name", ["hours", "hours_today"])
def test_nobody_gets_in_unasked(client: Client, shop: Shop, name: str) -> None:
    for response in (client.get(reverse(f"console:{name}")), client.post(reverse(f"console:{name}"))):
        assert response.status_code == 302 and reverse("console:sign_in") in response.headers["Location"]
    agent = User.objects.create_user("agent@example.com", "a long enough pass phrase")
    Membership.objects.create(shop=shop, user=agent, role=Membership.Role.AGENT)
    client.force_login(agent, backend="django.contrib.auth.backends.ModelBackend")
    assert client.post(reverse(f"console:{name}")).status_code == 403


def test_the_preview_gets_the_calendar_of_what_is_being_typed(shop: Shop) -> None:
    half = QueryDict(mutable=True)
    half.update({"timezone": "Asia/Tokyo", **{f"off-{number}": "1" for number in range(1, 7)}})
    half.setlist("start-0", ["10", ""])
    half.setlist("end-0", ["7", ""])
    calendar = typed_calendar(shop, half)
    assert calendar and calendar.week[0] == (Span(600, 1140),)
    assert (calendar.timezone, calendar.country, calendar.week[1]) == ("Asia/Tokyo", "", ())
    half.setlist("end-0", ["곧", ""])
    assert typed_calendar(shop, half) is None
