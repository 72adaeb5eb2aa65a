"""Days off from a calendar: seen before they are taken, refused in words, and followed from day to day."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from autoresponder import tasks
from autoresponder.connections import feeds
from autoresponder.connections.models import Feed
from autoresponder.console.feed_words import refusal_words
from autoresponder.engine.calendar import Day
from autoresponder.engine.hours import state
from autoresponder.engine.icalendar import refused
from autoresponder.shops import feed
from autoresponder.shops.calendar import calendar_of, own_calendar, set_days
from autoresponder.shops.models import Membership, Shop, User

SOON = timezone.now().date() + timedelta(days=20)
ADDRESS = "https://calendar.example/private-0123456789/basic.ics"


def ics(*days: tuple[date, str]) -> bytes:
    events = [
        f"BEGIN:VEVENT\r\nUID:{on}\r\nDTSTART;VALUE=DATE:{on:%Y%m%d}\r\nSUMMARY:{name}\r\nEND:VEVENT\r\n"
        for on, name in days
    ]
    return f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{''.join(events)}END:VCALENDAR\r\n".encode()


def upload(client: Client, data: bytes) -> tuple[int, str]:
    file = SimpleUploadedFile("off.ics", data, content_type="text/calendar")
    response = client.post(reverse("console:hours_import_file"), {"file": file})
    return response.status_code, response.content.decode()


def sealed_in(body: str) -> str:
    found = re.search(r'name="sealed" value="([^"]+)"', body)
    assert found
    return found[1]


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> dict[str, bytes | feed.Refused]:
    """What stands behind each address."""
    answers: dict[str, bytes | feed.Refused] = {ADDRESS: ics((SOON, "가게 이사"))}

    def fetch(address: str) -> bytes:
        answer = answers[address]
        if isinstance(answer, feed.Refused):
            raise answer
        return answer

    monkeypatch.setattr(feed, "fetch", fetch)
    return answers


def test_a_file_is_shown_first_and_only_the_chosen_days_are_added(owner_client: Client, shop: Shop) -> None:
    other = SOON + timedelta(days=3)
    status, body = upload(owner_client, ics((SOON, "가게 이사"), (other, "<b>워크숍</b>")))
    assert status == 200 and "가게 이사" in body and "&lt;b&gt;워크숍" in body
    shop.refresh_from_db()
    assert own_calendar(shop).days == {}
    take = {"sealed": sealed_in(body), "day": [SOON.isoformat(), "2020-01-01"]}
    owner_client.post(reverse("console:hours_import_take"), take)
    shop.refresh_from_db()
    assert own_calendar(shop).days == {SOON: Day((), "가게 이사")}


def test_a_day_the_shop_has_set_itself_is_left_alone_unless_chosen(owner_client: Client, shop: Shop) -> None:
    set_days(shop, {SOON: Day(None)})
    body = upload(owner_client, ics((SOON, "가게 이사")))[1]
    assert "이미 따로 정한 날" in body and "checked" not in body


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"<html>sign in</html>", "캘린더가 아니에요"),
        (b"\xff\xfe\x00", "깨졌어요"),
        (b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n", "중간에 끊겼어요"),
        (b"x" * 1_000_001, "1MB가 넘어서"),
        (ics((SOON, "a")).replace(b"SUMMARY", b"RRULE:FREQ=SECONDLY\r\nSUMMARY"), "하루에도 여러 번"),
        (ics(*((SOON + timedelta(n), "x") for n in range(500))), "400일이 넘어요"),
    ],
)
def test_a_bad_file_is_refused_in_words_and_changes_nothing(
    owner_client: Client, shop: Shop, data: bytes, told: str
) -> None:
    status, body = upload(owner_client, data)
    assert status == 422 and told in body
    assert owner_client.post(reverse("console:hours_import_file")).status_code == 422


def test_a_forged_or_old_preview_is_refused(owner_client: Client, shop: Shop) -> None:
    for sealed in ("", "x:y:z", "W10:1abc:" + "0" * 43):
        assert owner_client.post(reverse("console:hours_import_take"), {"sealed": sealed}).status_code == 422


def test_a_calendar_on_the_web_is_followed_day_by_day(
    owner_client: Client, shop: Shop, served: dict[str, bytes | feed.Refused]
) -> None:
    body = owner_client.post(reverse("console:hours_import_feed"), {"address": ADDRESS}).content.decode()
    assert "가게 이사" in body and not Feed.objects.exists()
    owner_client.post(reverse("console:hours_import_take"), {"sealed": sealed_in(body)})
    shop.refresh_from_db()
    assert calendar_of(shop).days == {SOON: Day((), "가게 이사")} and own_calendar(shop).days == {}
    followed = Feed.objects.get()
    assert "0123456789" not in followed.sealed and feeds.address_of(followed) == ADDRESS
    page = owner_client.get(reverse("console:hours_import")).content.decode()
    assert "calendar.example" in page and "0123456789" not in page and "쉬는 날이 1일 있어요" in page

    served[ADDRESS] = ics((SOON + timedelta(days=1), "하루 미룸"))
    tasks.refresh_feeds()
    shop.refresh_from_db()
    assert SOON in calendar_of(shop).days, "a day has not gone by"
    Feed.objects.update(checked_at=timezone.now() - timedelta(days=1, minutes=1))
    tasks.refresh_feeds()
    shop.refresh_from_db()
    assert list(calendar_of(shop).days) == [SOON + timedelta(days=1)]


def test_a_calendar_that_fails_keeps_its_days_and_says_why(
    owner_client: Client, shop: Shop, served: dict[str, bytes | feed.Refused]
) -> None:
    feeds.follow(shop, ADDRESS, feeds.look(shop, ADDRESS, now=timezone.now()).days, now=timezone.now())
    served[ADDRESS] = feed.Refused("status", status=404)
    page = owner_client.post(reverse("console:hours_import_followed"), {"do": "refresh"}, follow=True)
    shop.refresh_from_db()
    assert SOON in calendar_of(shop).days
    assert "캘린더가 열리지 않아요(404)" in page.content.decode()
    assert "캘린더가 열리지 않아요(404)" in owner_client.get(reverse("console:hours")).content.decode()


def test_a_calendar_left_while_it_was_being_read_stays_left(
    shop: Shop, served: dict[str, bytes | feed.Refused], monkeypatch: pytest.MonkeyPatch
) -> None:
    feeds.follow(shop, ADDRESS, (), now=timezone.now())
    followed = Feed.objects.select_related("shop").get()
    fetch = feed.fetch

    def leaving(address: str) -> bytes:
        feeds.unfollow(Shop.objects.get(pk=shop.pk))
        return fetch(address)

    monkeypatch.setattr(feed, "fetch", leaving)
    feeds.refresh(followed, now=timezone.now())
    shop.refresh_from_db()
    assert shop.feed_days == {}


def test_own_hours_come_before_the_followed_calendar_and_leaving_it_takes_its_days_along(
    owner_client: Client, shop: Shop, served: dict[str, bytes | feed.Refused]
) -> None:
    feeds.follow(shop, ADDRESS, feeds.look(shop, ADDRESS, now=timezone.now()).days, now=timezone.now())
    set_days(shop, {SOON: Day(None)})
    assert calendar_of(shop).days[SOON] == Day(None)
    owner_client.post(reverse("console:hours_import_followed"), {"do": "unfollow"})
    shop.refresh_from_db()
    assert shop.feed_days == {} and not Feed.objects.exists() and SOON in own_calendar(shop).days


@pytest.mark.parametrize(
    "address", ["", "http://127.0.0.1/", "http://2130706433/", "http://169.254.169.254/", "ftp://x/"]
)
def test_an_address_that_leads_inside_is_refused_in_words(owner_client: Client, shop: Shop, address: str) -> None:
    response = owner_client.post(reverse("console:hours_import_feed"), {"address": address})
    assert response.status_code == 422
    assert re.search("캘린더 주소가 아니에요|공개된 주소가 아니라서", response.content.decode())


def test_every_refusal_has_words() -> None:
    codes = set(re.findall(r"(?:^|    )(\w+) \{", refused.Refused.__doc__ or "", re.MULTILINE))
    codes |= set(re.findall(r'"(\w+)"', feed.Refused.__doc__ or ""))
    other = refusal_words("no such code", {})
    params = {"at_most": 5, "status": 404, "bytes": 1, "line": 2, "every": "SECONDLY"}
    assert len(codes) > 12
    assert [code for code in codes if refusal_words(code, params) == other] == []


def test_the_hours_are_given_away(owner_client: Client, shop: Shop, now: object) -> None:
    response = owner_client.get(reverse("console:hours_export"))
    assert response["Content-Type"].startswith("text/calendar") and b"BEGIN:VEVENT" in response.content
    page = owner_client.get(reverse("console:hours_import")).content.decode()
    assert "OpeningHoursSpecification" in page and "&lt;script" in page


def test_a_followed_day_closes_the_shop(shop: Shop) -> None:
    wednesday = date(2026, 12, 2)
    shop.feed_days = {wednesday.isoformat(): "가게 이사"}
    noon = datetime(2026, 12, 2, 3, 0, tzinfo=UTC)
    said = state(calendar_of(shop), noon)
    assert (said.open, said.reason, said.name) == (False, "day_off", "가게 이사")


@pytest.mark.parametrize("name", ["hours_import", "hours_export"])
def test_only_who_runs_the_shop_gets_in(client: Client, shop: Shop, name: str) -> None:
    assert reverse("console:sign_in") in client.get(reverse(f"console:{name}")).headers["Location"]
    agent = User.objects.create_user("agent@example.com", "a long enough pass phrase")
    Membership.objects.create(shop=shop, user=agent, role=Membership.Role.AGENT)
    client.force_login(agent, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(reverse(f"console:{name}")).status_code == 403
