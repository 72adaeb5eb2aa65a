"""Days off out of calendar files that may be anything, and the shop's hours into one."""

from __future__ import annotations

import time
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from dateutil.rrule import rrulestr
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from autoresponder.engine.calendar import Calendar, Day, Rest, Span, Vacation
from autoresponder.engine.dates import plan
from autoresponder.engine.icalendar.lines import EVENTS, LARGEST, events_of
from autoresponder.engine.icalendar.read import DAYS, DayOff, Found, days_off
from autoresponder.engine.icalendar.refused import Refused
from autoresponder.engine.icalendar.repeat import WEEKDAYS, Budget, dates, rule_of
from autoresponder.engine.icalendar.write import write
from tests.engine.calendars import calendars
from tests.engine.shop import seoul

TODAY = date(2026, 7, 1)


def file_of(*events: str, end: str = "\r\n") -> bytes:
    written = "".join(f"BEGIN:VEVENT{end}UID:{uid}{end}{event}{end}END:VEVENT{end}" for uid, event in enumerate(events))
    return f"BEGIN:VCALENDAR{end}VERSION:2.0{end}PRODID:x{end}{written}END:VCALENDAR{end}".replace("|", end).encode()


def read(*events: str, timezone: str = "Asia/Seoul") -> Found:
    return days_off(file_of(*events), timezone=timezone, today=TODAY)


def said(*events: str, timezone: str = "Asia/Seoul") -> list[str]:
    return [f"{on:%m-%d}" for on, _ in read(*events, timezone=timezone).days]


@pytest.mark.parametrize(
    ("event", "days"),
    [
        ("DTSTART;VALUE=DATE:20260801", ["08-01"]),
        ("DTSTART;VALUE=DATE:20260801|DTEND;VALUE=DATE:20260804", ["08-01", "08-02", "08-03"]),
        ("DTSTART;VALUE=DATE:20260801|DURATION:P2D", ["08-01", "08-02"]),
        ("DTSTART;VALUE=DATE:20260629|DTEND;VALUE=DATE:20260703", ["07-01", "07-02"]),
        ("DTSTART:20260801", ["08-01"]),
        ("DTSTART;VALUE=DATE:20200801|RRULE:FREQ=YEARLY", ["08-01", "08-01"]),
        ("DTSTART;VALUE=DATE:20260706|RRULE:FREQ=MONTHLY;BYDAY=1MO;UNTIL=20260930", ["07-06", "08-03", "09-07"]),
        ("DTSTART;VALUE=DATE:20260706|RRULE:FREQ=WEEKLY;COUNT=3|EXDATE;VALUE=DATE:20260713", ["07-06", "07-20"]),
        ("DTSTART;VALUE=DATE:20260706|RDATE;VALUE=DATE:20260708,20260709", ["07-06", "07-08", "07-09"]),
        ("DTSTART;VALUE=DATE:20260706|RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", []),
        ("DTSTART;VALUE=DATE:20260706|STATUS:CANCELLED", []),
        # A whole day with times: on the shop's clock, to the last minute, across several days.
        ("DTSTART;TZID=Asia/Seoul:20260801T000000|DTEND;TZID=Asia/Seoul:20260802T000000", ["08-01"]),
        ("DTSTART:20260731T150000Z|DTEND:20260801T150000Z", ["08-01"]),
        ("DTSTART:20260801T000000|DURATION:PT24H", ["08-01"]),
        ('DTSTART;TZID="Korea Standard Time":20260801T000000|DTEND:20260801T235900', ["08-01"]),
        ("DTSTART:20260731T180000|DTEND:20260803T090000", ["08-01", "08-02"]),
        ("DTSTART:20260731T150000Z|DTEND:20260801T150000Z|RRULE:FREQ=DAILY;COUNT=2", ["08-01", "08-02"]),
        # Only part of a day.
        ("DTSTART:20260801T100000|DTEND:20260801T190000", []),
        ("DTSTART:20260801T100000|DTEND:20260802T100000", []),
        ("DTSTART:20260801T000000", []),
    ],
)
def test_events_that_leave_nothing_of_a_day_are_days_off(event: str, days: list[str]) -> None:
    assert said(event) == days


def test_whole_days_elsewhere_are_not_whole_days_here() -> None:
    new_year = "DTSTART;TZID=America/New_York:20270101T000000|DTEND;TZID=America/New_York:20270102T000000"
    assert said(new_year, timezone="America/New_York") == ["01-01"]
    assert said(new_year) == []


def test_a_repetition_that_was_moved_is_off_on_its_new_date() -> None:
    data = file_of("DTSTART;VALUE=DATE:20260706|RRULE:FREQ=WEEKLY;COUNT=2|SUMMARY:쉼")
    moved = b"BEGIN:VEVENT\nUID:0\nRECURRENCE-ID;VALUE=DATE:20260713\nDTSTART;VALUE=DATE:20260714\nEND:VEVENT\n"
    found = days_off(data.replace(b"END:VCALENDAR", moved + b"END:VCALENDAR"), timezone="Asia/Seoul", today=TODAY)
    assert [on.day for on, _ in found.days] == [6, 14]


def test_names_are_read_as_they_were_meant_and_what_gave_no_day_is_counted() -> None:
    found = read(
        "DTSTART;VALUE=DATE:20260801|SUMMARY;LANGUAGE=ko:여름\\, 휴가\\n첫날 \\; 좋| 다",
        "DTSTART:20260801T100000|DTEND:20260801T190000|SUMMARY:회의",
        "DTSTART;VALUE=DATE:20250801|SUMMARY:작년",
        "DTSTART:언젠가|SUMMARY:?",
        "SUMMARY:언제인지 모름",
        "DTSTART;VALUE=DATE:20260802|RRULE:FREQ=YEARLY;BYWEEKNO=20",
        "DTSTART;VALUE=DATE:20260802|DTEND;VALUE=DATE:99991231",
    )
    assert found == Found((DayOff(date(2026, 8, 1), "여름, 휴가 첫날 ; 좋다"),), timed=1, past=1, unreadable=4)


@pytest.mark.parametrize("end", ["\r\n", "\n", "\r"])
def test_line_ends_of_any_kind_and_a_byte_order_mark_are_read(end: str) -> None:
    data = b"\xef\xbb\xbf" + file_of("DTSTART;VALUE=DATE:20260801|BEGIN:VALARM|DTSTART:20260901|END:VALARM", end=end)
    assert [on for on, _ in days_off(data, timezone="Asia/Seoul", today=TODAY).days] == [date(2026, 8, 1)]


DAILY = "DTSTART;VALUE=DATE:20260706|RRULE:FREQ=DAILY"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "not_calendar"),
        (b"<!doctype html><title>BEGIN:VCALENDAR", "not_calendar"),
        (b"\x89PNG\r\n\x1a\n", "not_text"),
        (file_of("SUMMARY:휴가").decode().encode("cp949"), "not_text"),
        (file_of("SUMMARY:x").decode().encode("utf-16"), "not_text"),
        (file_of("SUMMARY:\0"), "not_text"),
        (b"x" * (LARGEST + 1), "too_large"),
        (file_of("DTSTART:20260801")[:-20], "broken"),
        (file_of("END:VCALENDAR"), "broken"),
        (b"BEGIN:VCALENDAR\r\n" + b"BEGIN:X\r\n" * 50_000, "too_deep"),
        (file_of(*["DTSTART:20260801"] * (EVENTS + 1)), "too_many_events"),
        (file_of(DAILY), "too_many_days"),
        (file_of("DTSTART;VALUE=DATE:20260706|DURATION:P3Y"), None),
        (file_of("DTSTART;VALUE=DATE:20260706|DURATION:P500D"), "too_many_days"),
        (file_of("DTSTART:20260706T000000Z|RRULE:FREQ=SECONDLY"), "repeats_too_often"),
        (file_of("DTSTART:20260706T000000Z|RRULE:FREQ=MINUTELY;INTERVAL=99999999999"), "repeats_too_often"),
        (file_of(f"{DAILY};COUNT=999999999"), "repeats_too_much"),
        (
            file_of("DTSTART;VALUE=DATE:00010101|RRULE:FREQ=DAILY;COUNT=10000;BYMONTH=2;BYMONTHDAY=30"),
            "repeats_too_much",
        ),
        (file_of(*[f"{DAILY};BYMONTH=2;BYMONTHDAY=30"] * EVENTS), "repeats_too_much"),
        (file_of(*["DTSTART;VALUE=DATE:20260706|RRULE:FREQ=WEEKLY;BYDAY=MO"] * EVENTS), "repeats_too_much"),
    ],
)
def test_what_is_no_calendar_or_a_bomb_is_refused_at_once(data: bytes, code: str | None) -> None:
    started, refused = time.thread_time(), None
    try:
        days_off(data, timezone="Asia/Seoul", today=TODAY)
    except Refused as raised:
        refused = raised.code
    assert refused == code
    assert time.thread_time() - started < 2


@pytest.mark.parametrize(
    "event",
    [
        "DTSTART;VALUE=DATE:20260801|SUMMARY:" + "a" * 900_000,
        "DTSTART;VALUE=DATE:20260801|SUMMARY:a" + "| a" * 200_000,
        "DTSTART;VALUE=DATE:20260801|SUMMARY" + ";X=a" * 200_000 + ":a",
        "DTSTART;VALUE=DATE:20260801|SUMMARY;X=" + '"' * 900_001 + ":a",
        "DTSTART;VALUE=DATE:20260801|SUMMARY;X=" + '"a",' * 200_000 + ":a",
        "DTSTART;VALUE=DATE:20260801|EXDATE;VALUE=DATE:" + ",".join(["20260802"] * 90_000),
        "DTSTART;VALUE=DATE:20260801|RRULE:FREQ=YEARLY;BYDAY=" + ",".join(["99MO"] * 90_000),
        "DTSTART;VALUE=DATE:20260801|RRULE:" + "FREQ=YEARLY;" * 70_000,
        "|".join(["DTSTART;VALUE=DATE:20260801", *["RRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30"] * 200]),
    ],
)
def test_a_long_event_costs_no_more_than_its_length(event: str) -> None:
    started = time.thread_time()
    with suppress(Refused):
        read(event)
    assert time.thread_time() - started < 2


@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    for around in (data, b"BEGIN:VCALENDAR\n" + data, file_of("DTSTART:20260801").replace(b"PRODID:x", data)):
        try:
            days_off(around, timezone="Asia/Seoul", today=TODAY)
        except Refused as refused:
            assert refused.code


PARTS = {
    "INTERVAL": st.integers(1, 4).map(str),
    "COUNT": st.integers(1, 30).map(str),
    "BYMONTH": st.lists(st.integers(1, 12), min_size=1, max_size=3, unique=True),
    "BYMONTHDAY": st.lists(st.integers(-28, 28).filter(bool), min_size=1, max_size=3, unique=True),
    "WKST": st.sampled_from(WEEKDAYS),
}
NTH = st.sampled_from(["", "1", "2", "-1", "5"])


@st.composite
def rules(draw: st.DrawFn) -> str:
    freq = draw(st.sampled_from(["DAILY", "WEEKLY", "MONTHLY", "YEARLY"]))
    names = [name for name in PARTS if draw(st.booleans()) and not (freq == "WEEKLY" and name == "BYMONTHDAY")]
    # Every fourth month from January on is never February: the other reader looks for that until the year 9999.
    names = [name for name in names if not (name == "INTERVAL" and "BYMONTH" in names)]
    parts = {name: draw(PARTS[name]) for name in names}
    if draw(st.booleans()):
        # A weekday is counted only within a month or a year (RFC 5545, 3.3.10), and not beside dates.
        nth = NTH if freq in ("MONTHLY", "YEARLY") and "BYMONTHDAY" not in parts else st.just("")
        days = draw(st.lists(st.sampled_from(WEEKDAYS), min_size=1, max_size=3, unique=True))
        # The other reader takes counted and plain weekdays beside each other for days that are both.
        counted = draw(nth)
        parts["BYDAY"] = [f"{counted}{day}" for day in days]
        plain = all(len(day) == 2 for day in parts["BYDAY"]) and "BYMONTHDAY" not in parts
        if freq == "MONTHLY" and plain and draw(st.booleans()):
            parts["BYSETPOS"] = draw(st.sampled_from(["1", "-1", "2"]))
    written = {name: value if isinstance(value, str) else ",".join(map(str, value)) for name, value in parts.items()}
    return ";".join([f"FREQ={freq}", *(f"{name}={value}" for name, value in written.items())])


@settings(deadline=None, max_examples=200, phases=[Phase.explicit, Phase.generate])
@given(
    rules(), st.dates(date(2024, 1, 1), date(2026, 12, 31)), st.none() | st.dates(date(2026, 1, 1), date(2028, 1, 1))
)
def test_repetitions_are_those_of_another_reader(rule: str, start: date, until: date | None) -> None:
    first, last = TODAY, TODAY + timedelta(days=730)
    # The other reader takes one end of a rule only.
    until = None if "COUNT" in rule else until
    written = f"{rule};UNTIL={until:%Y%m%d}T000000Z" if until else rule
    begin, since, to = (datetime(on.year, on.month, on.day, tzinfo=UTC) for on in (start, first, last))
    theirs = rrulestr(written, dtstart=begin).between(since, to, inc=True)
    ours = dates(rule_of(rule), start, until, first, last, Budget())
    assert list(ours) == [moment.date() for moment in theirs]


SHOP = Calendar(
    "Asia/Seoul",
    (*[(Span(600, 750), Span(810, 1140))] * 5, (Span(1080, 1560),), ()),
    "KR",
    rests=(Rest(0, (2, 4)),),
    days={date(2026, 12, 25): Day(None), date(2026, 12, 31): Day((Span(600, 900),), "일찍 닫는 날")},
    vacations=(Vacation(date(2027, 8, 1), date(2027, 8, 5), "여름휴가; 바다, 산"),),
)
NOW = seoul("2026-11-23 11:00")


def test_the_shops_hours_are_written_as_dated_events() -> None:
    written = write(SHOP, name="햇살상점" * 20, place="shop.example", now=NOW)
    text = written.decode()
    assert text.startswith("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n") and text.endswith("END:VCALENDAR\r\n")
    assert max(len(line) for line in written.split(b"\r\n")) <= 75
    events = events_of(written)
    starts = [event["DTSTART"][0].value for event in events]
    # The fourth Monday is off, Tuesday has two spans, Saturday's lasts into Sunday.
    assert starts[:3] == ["20261123", "20261124T010000Z", "20261124T043000Z"]
    late = events[starts.index("20261128T090000Z")]
    assert late["DTEND"][0].value == "20261128T170000Z"
    assert len({event["UID"][0].value for event in events}) == len(events)


@settings(deadline=None, max_examples=20)
@given(calendars("America/New_York", date(2026, 10, 25), 30, countries=("", "US")))
def test_days_off_come_back_from_what_was_written(calendar: Calendar) -> None:
    now = datetime(2026, 10, 25, 12, tzinfo=UTC)
    # Of days that are open all around an import cannot tell they are.
    calendar = replace(calendar, week=tuple((Span(600, 1140),) for _ in range(7)), days={}, yearly={})
    found = days_off(write(calendar, name="x", place="x", now=now), timezone=calendar.timezone, today=now.date())
    off = [on for on in (now.date() + timedelta(number) for number in range(366)) if not plan(calendar, on).spans]
    assert [on for on, _ in found.days] == off


def test_a_year_of_days_off_is_within_what_is_read() -> None:
    assert DAYS >= 366
