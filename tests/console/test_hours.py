"""영업시간: times as people type them, the week, and what is said when it does not fit."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.http import QueryDict
from django.test import Client
from django.urls import reverse
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from autoresponder.console.clocks import read_clock, read_span, say_clock, say_span
from autoresponder.console.hours_check import check, typed_calendar
from autoresponder.console.hours_form import Day, Monthly, Row, Week, change, reshaped, shown
from autoresponder.engine.calendar import DAY, Rest, Span, merged
from autoresponder.engine.hours import state
from autoresponder.shops.calendar import calendar_of, close_today, own_calendar, seen, week_part
from autoresponder.shops.models import Membership, Shop, User
from tests.fixtures import WEEK, hours


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


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("10-19", (600, 1140)),
        ("10~7", (600, 1140)),
        ("9시~6시 반", (540, 1110)),
        ("오전 10시~오후 7시", (600, 1140)),
        ("오전 10시부터 오후 7시까지", (600, 1140)),
        ("18-02", (1080, 1560)),
        ("18:00 – 다음날 02:00", (1080, 1560)),
        ("18~26:00", (1080, 1560)),
        ("22-6", (1320, 1800)),
        ("자정~자정", (0, 1440)),
        ("10:00~10:00", (600, 2040)),
        ("24시간", (0, 1440)),
        ("하루 종일", (0, 1440)),
        ("9am to 6pm", (540, 1080)),
        ("１０～１９", (600, 1140)),
    ],
)
def test_hours_are_read_as_people_type_them(text: str, span: tuple[int, int]) -> None:
    assert read_span(text) == Span(*span)


@pytest.mark.parametrize(
    "text", ["", "10", "10-", "-19", "10-19-20", "아무때나", "10-99", "10:00~다음날 11:00", "~" * 900, "\x00-1"]
)
def test_what_is_no_span_is_not_guessed(text: str) -> None:
    assert read_span(text) is None


@given(st.integers(0, DAY - 1), st.integers(1, DAY), st.sampled_from(["ko", "en"]))
def test_a_span_shown_can_be_read_again(start: int, length: int, language: str) -> None:
    with translation.override(language):
        span = Span(start, start + length)
        assert read_span(say_span(span)) == span


def week_of(**days: list[str]) -> Week:
    """A line for each day: d0 is Monday; a day not named is off."""
    named = {int(name[1]): tuple(Row(text) for text in rows) for name, rows in days.items()}
    return Week("each", tuple(Day(number not in named, named.get(number, (Row(),))) for number in range(7)))


def with_breaks(hours: str, *breaks: str) -> Week:
    return Week("same", (Day(False, (Row(hours),), tuple(map(Row, breaks))),))


def stored(week: Week) -> list[list[list[int]]] | None:
    spans = check(week).spans
    return [[[span.start, span.end] for span in day] for day in spans] if spans else None


def test_spans_are_stored_in_order_of_the_clock_and_blank_rows_are_left_out() -> None:
    assert stored(week_of(d2=["13:30-19", "", "10-12:30"])) == [[], [], [[600, 750], [810, 1140]], [], [], [], []]


def test_a_break_is_cut_out_of_the_hours_also_after_midnight() -> None:
    assert stored(with_breaks("10-19", "12:30-13:30")) == [[[600, 750], [810, 1140]]] * 7
    assert stored(with_breaks("18-02", "01:00-01:30")) == [[[1080, 1500], [1530, 1560]]] * 7


def test_a_break_outside_the_hours_says_so() -> None:
    checked = check(with_breaks("10-19", "20-21"))
    assert checked.spans is None and "영업시간 안에 있는 시간이 아니에요" in checked.week.days[0].breaks[0].errors[0]


@given(st.lists(st.lists(st.integers(0, DAY), min_size=2, max_size=6, unique=True), min_size=7, max_size=7))
def test_a_stored_week_shown_and_saved_again_is_the_same_week(edges: list[list[int]]) -> None:
    pairs = [sorted(day)[: len(day) // 2 * 2] for day in edges]
    spans = tuple(
        merged([Span(day[at], day[at + 1]) for at in range(0, len(day), 2) if day[at] < DAY]) for day in pairs
    )
    assert check(shown(spans)).spans == spans


def test_the_week_stands_in_as_few_lines_as_hold_it() -> None:
    weekdays, saturday = (Span(600, 1140),), (Span(660, 900),)
    assert shown([weekdays] * 7).shape == "same"
    assert shown([weekdays] * 5 + [saturday, ()]).shape == "weekend"
    assert shown([saturday] + [weekdays] * 6).shape == "each"


def test_an_overlap_is_told_on_both_rows_and_what_was_typed_stays() -> None:
    checked = check(week_of(d0=["10-13", "12:00~15:00"]))
    first, second = checked.week.days[0].rows
    assert checked.spans is None
    assert first.errors == ("월요일 12:00~15:00 시간과 겹쳐요. 한쪽을 줄이거나 빼 주세요.",)
    assert second.errors == ("월요일 10:00~13:00 시간과 겹쳐요. 한쪽을 줄이거나 빼 주세요.",)
    assert (first.text, second.text) == ("10-13", "12:00~15:00")


def test_a_late_night_that_runs_into_the_next_morning_is_told_on_both_days() -> None:
    days = check(week_of(d6=["20-다음날 04:00"], d0=["03:00-09:00"])).week.days
    assert days[6].rows[0].errors == ("월요일 03:00~09:00 시간과 겹쳐요. 한쪽을 줄이거나 빼 주세요.",)
    assert days[0].rows[0].errors == ("일요일 20:00~다음날 04:00 시간과 겹쳐요. 한쪽을 줄이거나 빼 주세요.",)


def test_hours_that_run_into_themselves_the_next_day_are_told() -> None:
    checked = check(Week("same", (Day(False, (Row("06:00-02:00"), Row("01:00-05:00"))),)))
    assert checked.spans is None and checked.week.days[0].rows[0].errors


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("열시", "‘열시’를 시간으로 읽지 못했어요"),
        ("10:00~아무때나", "시간으로 읽지 못했어요"),
        ("", "여는 시간을 적거나 ‘쉬는 날’을 눌러 주세요"),
    ],
)
def test_a_row_that_does_not_fit_says_what_to_do(text: str, words: str) -> None:
    checked = check(week_of(d3=[text]))
    assert checked.spans is None and words in checked.week.days[3].rows[0].errors[0]


def test_a_week_without_an_open_minute_is_explained() -> None:
    checked = check(week_of())
    assert checked.spans is None and "일주일 내내 쉬는 날" in checked.errors[0]


def test_the_weeks_of_the_month_must_be_chosen() -> None:
    week = replace(week_of(d0=["10-19"]), monthly=(Monthly(0, ()), Monthly(2, (2, 4))))
    checked = check(week)
    assert checked.spans is None and checked.week.monthly[0].error and not checked.week.monthly[1].error


def test_one_days_hours_are_copied_to_others() -> None:
    data = QueryDict(mutable=True)
    data["copy_from"] = "0"
    data.setlist("copy_to", ["2", "6", "x"])
    days = change(week_of(d0=["10-19"], d5=["11-15"]), "copy", data).days
    assert [day.rows[0].text for day in days] == ["10-19", "", "10-19", "", "", "11-15", "10-19"]


def test_lines_come_together_and_apart_again() -> None:
    together = reshaped(week_of(d0=["10-19"], d5=["11-15"]), "weekend")
    assert [(day.off, day.rows[0].text) for day in together.days] == [(False, "10-19"), (False, "11-15"), (True, "")]
    assert [day.rows[0].text for day in reshaped(together, "each").days] == ["10-19"] * 5 + ["11-15", ""]


def test_a_whole_week_takes_one_tap() -> None:
    assert stored(change(week_of(), "preset-0", QueryDict())) == [[[600, 1140]]] * 5 + [[], []]
    assert stored(change(week_of(), "preset-3", QueryDict())) == [[[1080, 1560]]] * 7


def test_a_row_is_added_up_to_three_and_the_last_one_removed_makes_a_day_off() -> None:
    week = week_of(d1=["10-12"])
    for _time in range(6):
        week = change(week, "add-1", QueryDict())
    assert len(week.days[1].rows) == 3
    for _time in range(3):
        week = change(week, "remove-1-0", QueryDict())
    assert week.days[1].off and week.days[1].rows == (Row(),)


@pytest.mark.parametrize(
    "act", ["add-9", "remove-0-9", "copy-moon", "copy", "", "add-" + "1" * 5000, "preset-9", "shape-round", "remove-"]
)
def test_a_step_that_makes_no_sense_changes_nothing(act: str) -> None:
    week = week_of(d0=["10-12"])
    assert change(week, act, QueryDict("copy_from=x")) == week


# --- the screen ---


def form(shop: Shop, week: dict[int, list[str]] | None = None, **more: Any) -> dict[str, Any]:
    """What the page posts, day by day: the stored week, or `week` as {weekday: ["10-19"]} with the other days off."""
    calendar = own_calendar(shop)
    rows = {n: [say_span(span) for span in day] for n, day in enumerate(calendar.week)} if week is None else week
    data: dict[str, Any] = {"seen": seen(week_part(calendar)), "timezone": shop.timezone, "shape": "each", "do": "save"}
    for number in range(7):
        data[f"open-{number}"] = rows.get(number) or [""]
        if not rows.get(number):
            data[f"off-{number}"] = "1"
    return data | more


def test_the_page_shows_the_stored_week_and_what_it_is_now(owner_client: Client, shop: Shop) -> None:
    body = owner_client.get(reverse("console:hours")).content.decode()
    assert 'value="10:00~19:00"' in body and 'value="12:30~13:30"' in body and 'value="11:00~15:00"' in body
    assert "지금 손님은 ‘" in body and "다음 변경: " in body


def test_the_week_is_saved_and_acts_at_once(owner_client: Client, shop: Shop, now: datetime) -> None:
    response = owner_client.post(reverse("console:hours"), form(shop, {2: ["오후 6시~26:00"]}), follow=True)
    shop.refresh_from_db()
    assert shop.hours["week"] == [[], [], [[1080, 1560]], [], [], [], []]
    assert "영업시간을 저장했어요" in response.content.decode()
    assert not state(calendar_of(shop), now).open
    assert state(calendar_of(shop), now + timedelta(hours=9)).open


def test_saving_the_page_as_it_is_changes_nothing(owner_client: Client, shop: Shop) -> None:
    before = shop.hours
    owner_client.post(reverse("console:hours"), form(shop))
    shop.refresh_from_db()
    assert shop.hours == before and shop.timezone == "Asia/Seoul"


def test_two_weeks_of_the_month_off_are_saved(owner_client: Client, shop: Shop) -> None:
    more = {"monthly_day": ["0"], "monthly_nth-0": ["2", "4"]}
    owner_client.post(reverse("console:hours"), form(shop, **more))
    shop.refresh_from_db()
    assert own_calendar(shop).rests == (Rest(0, (2, 4)),)


def test_the_time_zone_is_saved(owner_client: Client, shop: Shop) -> None:
    owner_client.post(reverse("console:hours"), form(shop, timezone="Europe/Berlin"))
    shop.refresh_from_db()
    assert shop.timezone == "Europe/Berlin" and shop.hours["country"] == "DE"
    owner_client.post(reverse("console:hours"), form(shop, timezone="Moon/Base"))
    shop.refresh_from_db()
    assert shop.timezone == "Europe/Berlin"


def test_an_overlap_keeps_what_was_typed_and_stores_nothing(owner_client: Client, shop: Shop) -> None:
    response = owner_client.post(reverse("console:hours"), form(shop, {0: ["오전 10시-13", "12:00-<b>15"]}))
    body = response.content.decode()
    assert response.status_code == 422
    assert 'value="오전 10시-13"' in body and 'value="12:00-&lt;b&gt;15"' in body
    assert body.count('aria-invalid="true"') == 1
    response = owner_client.post(reverse("console:hours"), form(shop, {0: ["오전 10시-13", "12:00-15"]}))
    assert response.content.decode().count('aria-invalid="true"') == 2
    shop.refresh_from_db()
    assert shop.hours["week"] == WEEK


def test_adding_a_row_works_without_scripts_and_stores_nothing(owner_client: Client, shop: Shop) -> None:
    response = owner_client.post(reverse("console:hours"), form(shop, {0: ["10-13"]}, do="add-0"))
    body = response.content.decode()
    assert response.status_code == 200 and len(re.findall('name="open-0"', body)) == 2
    assert "아직 저장하지 않았어요" in body and 'value="10-13"' in body
    shop.refresh_from_db()
    assert shop.hours["week"] == WEEK


def test_htmx_gets_the_form_and_after_a_save_the_card_too(owner_client: Client, shop: Shop) -> None:
    headers = {"HX-Request": "true"}
    body = owner_client.post(reverse("console:hours"), form(shop, do="add-0"), headers=headers).content.decode()
    assert 'id="hours-form"' in body and 'id="now"' not in body
    body = owner_client.post(reverse("console:hours"), form(shop), headers=headers).content.decode()
    assert 'id="hours-form"' in body and 'id="now"' in body and "hx-swap-oob" in body


def test_someone_elses_save_meanwhile_is_shown_and_mine_kept(owner_client: Client, shop: Shop) -> None:
    mine = form(shop, {0: ["09:00-17:00"]})
    Shop.objects.filter(pk=shop.pk).update(hours=hours([[[720, 1200]], [], [], [], [], [], []]))
    response = owner_client.post(reverse("console:hours"), mine)
    body = response.content.decode()
    assert response.status_code == 422
    assert "그사이 다른 사람이" in body and "월요일 12:00~20:00" in body and 'value="09:00-17:00"' in body
    shop.refresh_from_db()
    assert shop.hours["week"][0] == [[720, 1200]]
    seen_now = re.search(r'name="seen" value="(\w+)"', body)
    assert seen_now
    owner_client.post(reverse("console:hours"), mine | {"seen": seen_now[1]})
    shop.refresh_from_db()
    assert shop.hours["week"][0] == [[540, 1020]]


def test_odd_input_never_breaks_the_page(owner_client: Client, shop: Shop) -> None:
    assert owner_client.post(reverse("console:hours"), {}).status_code == 422
    odd = form(shop) | {"open-0": ["9" * 5000, "\x00", ",,,,"], "copy_from": "zz", "do": "copy", "monthly_day": "9"}
    assert owner_client.post(reverse("console:hours"), odd).status_code == 200


# --- today only ---


def override_of(shop: Shop) -> bool | None:
    shop.refresh_from_db()
    return shop.override_open


def test_today_is_closed_opened_and_given_back_with_one_tap(owner_client: Client, shop: Shop) -> None:
    url = reverse("console:hours_today")
    response = owner_client.post(url, {"action": "close", "next": "/"})
    assert response.headers["Location"] == "/" and override_of(shop) is False
    owner_client.post(url, {"action": "open"})
    assert override_of(shop) is True
    owner_client.post(url, {"action": "resume"})
    assert override_of(shop) is None


def test_closing_before_opening_time_closes_the_whole_day(shop: Shop) -> None:
    """Not only until the shop would have opened at ten."""
    close_today(shop, now=datetime(2026, 11, 25, 0, 0, tzinfo=UTC))
    midnight = datetime(2026, 11, 25, 15, 0, tzinfo=UTC)
    assert shop.override_until == midnight
    assert not state(calendar_of(shop), midnight - timedelta(hours=4)).open


def test_one_tap_leaves_what_is_being_typed_alone(owner_client: Client, shop: Shop) -> None:
    response = owner_client.post(reverse("console:hours_today"), {"action": "close"}, headers={"HX-Request": "true"})
    body = response.content.decode()
    assert 'id="now"' in body and "지금은 닫아 두었어요" in body and 'id="hours-form"' not in body


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example", "javascript:alert(1)"])
def test_going_back_never_leaves_the_site(owner_client: Client, shop: Shop, elsewhere: str) -> None:
    response = owner_client.post(reverse("console:hours_today"), {"action": "resume", "next": elsewhere})
    assert response.headers["Location"] == reverse("console:hours")


def test_an_unknown_action_is_refused_and_a_get_changes_nothing(owner_client: Client, shop: Shop) -> None:
    assert owner_client.post(reverse("console:hours_today"), {"action": "explode"}).status_code == 400
    assert owner_client.get(reverse("console:hours_today")).status_code == 405


def test_a_stranger_changes_only_their_own_shop(stranger_client: Client, shop: Shop) -> None:
    stranger_client.post(reverse("console:hours_today"), {"action": "close"})
    assert override_of(shop) is None


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
    half.update({"shape": "each", "timezone": "Asia/Tokyo", **{f"off-{number}": "1" for number in range(1, 7)}})
    half.setlist("open-0", ["10-7", ""])
    calendar = typed_calendar(shop, half)
    assert calendar and calendar.week[0] == (Span(600, 1140),)
    assert (calendar.timezone, calendar.country, calendar.week[1]) == ("Asia/Tokyo", "KR", ())
    half.setlist("open-0", ["10-곧"])
    assert typed_calendar(shop, half) is None
