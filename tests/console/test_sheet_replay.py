"""The number on the publish sheet: begun by the sheet, followed, told, and used again while it holds."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from autoresponder.connections.models import Connection
from autoresponder.insights import runs
from autoresponder.insights.models import Replay
from autoresponder.rules import draft, release
from autoresponder.rules.models import Rule, Version
from autoresponder.shops.models import Membership, Shop, User
from tests.console.talking import say

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
URL = "/releases/replay/"


@pytest.fixture
def past(shop: Shop, published: Version, webchat: Connection) -> None:
    at = timezone.now() - timedelta(days=1)
    for number, text in enumerate(["배송비 얼마예요?", "주차 되나요?", "반품 되나요"]):
        say(webchat, text, now=at + timedelta(minutes=number), customer=f"c{number}")
    draft.set_enabled(shop, "r-return", False)


def opened(client: Client, **more: Any) -> str:
    """What the box holds once the sheet is open, on one line."""
    sheet = client.get("/releases/").context
    answer = client.post(URL, {"seen": sheet["seen"], **more}, headers=HTMX)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def test_opening_the_sheet_counts_in_the_background_and_leads_to_the_list(past: None, owner_client: Client) -> None:
    assert 'hx-post="/releases/replay/"' in owner_client.get("/releases/").content.decode()
    assert not Replay.objects.exists(), "looking alone begins nothing"
    assert "살펴보고 있어요" in opened(owner_client)
    run = Replay.objects.get()
    address = f"{URL}{run.pk}/"

    Replay.objects.update(state=runs.RUNNING, done=2, total=3)
    going = " ".join(owner_client.get(address, headers=HTMX).content.decode().split())
    assert "3건 중 2건째 살펴보고 있어요" in going
    assert owner_client.get(f"{address}?seen=running-2-3", headers=HTMX).status_code == 204

    Replay.objects.update(state=runs.WAITING)
    runs.work(timezone.now)
    done = " ".join(owner_client.get(f"{address}?seen=running-2-3", headers=HTMX).content.decode().split())
    assert "지난 30일 손님 말 3건 중 <b>1건의 답이 달라져요.</b>" in done and "그중 틀려 보이는 답 1건" in done
    assert f'href="/replay/{run.pk}/"' in done and "hx-get" not in done


def test_a_run_that_holds_is_shown_again_and_one_of_another_draft_is_not(
    past: None, shop: Shop, owner_client: Client
) -> None:
    opened(owner_client)
    runs.work(timezone.now)
    assert "1건의 답이" in opened(owner_client)
    assert Replay.objects.count() == 1

    draft.set_enabled(shop, "r-fee", False)
    assert "살펴보고 있어요" in opened(owner_client)
    assert Replay.objects.count() == 2


def test_what_is_filled_in_meanwhile_counts_again(past: None, shop: Shop, owner_client: Client) -> None:
    opened(owner_client)
    runs.work(timezone.now)
    Shop.objects.filter(pk=shop.pk).update(facts={"배송비": "3,000원"})
    assert "살펴보고 있어요" in opened(owner_client)


def test_many_new_messages_or_a_day_make_it_count_again(past: None, webchat: Connection, owner_client: Client) -> None:
    opened(owner_client)
    runs.work(timezone.now)
    say(webchat, "반품 되나요", now=timezone.now(), customer="later")
    assert "살펴보고 있어요" in opened(owner_client)

    runs.work(timezone.now)
    assert "4건 중" in opened(owner_client)
    Replay.objects.update(created_at=timezone.now() - runs.FRESH - timedelta(hours=1))
    assert "살펴보고 있어요" in opened(owner_client)


def test_only_what_this_draft_changes_is_counted(past: None, shop: Shop, owner: User, owner_client: Client) -> None:
    # Published after those messages were answered: that answer changes no more.
    release.publish(shop, by=owner, now=timezone.now())
    draft.set_enabled(shop, "r-fee", False)
    opened(owner_client)
    runs.work(timezone.now)

    body = opened(owner_client)
    assert Replay.objects.get().result["changed"] == 2
    assert "3건 중 <b>1건의 답이 달라져요.</b>" in body and "틀려 보이는 답 1건" in body


def test_without_a_past_or_a_change_of_answers_it_says_so(
    published: Version, shop: Shop, webchat: Connection, owner_client: Client
) -> None:
    Rule.objects.filter(key="r-fee").update(name="배송비")
    opened(owner_client)
    runs.work(timezone.now)
    assert "아직 지난 대화가 없어요" in opened(owner_client)

    say(webchat, "배송비 얼마예요?", now=timezone.now() - timedelta(hours=1))
    opened(owner_client)
    runs.work(timezone.now)
    assert "<b>1건</b> 중 답이 달라지는 말은 없어요" in opened(owner_client)


def test_a_sheet_of_an_older_draft_gets_no_number_of_another(past: None, shop: Shop, owner_client: Client) -> None:
    old = owner_client.get("/releases/").context["seen"]
    draft.set_enabled(shop, "r-fee", False)
    assert "그사이 내용이 바뀌었어요" in opened(owner_client, seen=old)
    assert not Replay.objects.exists()


def test_a_draft_that_cannot_be_published_has_no_number(past: None, shop: Shop, owner_client: Client) -> None:
    Rule.objects.filter(key="r-fee").update(replies=[])
    assert URL not in owner_client.get("/releases/").content.decode()


def test_one_that_failed_says_so_and_is_begun_again(past: None, owner_client: Client) -> None:
    opened(owner_client)
    Replay.objects.update(state=runs.FAILED)
    address = f"{URL}{Replay.objects.get().pk}/"
    assert "끝까지 살펴보지 못했어요" in owner_client.get(address, headers=HTMX).content.decode()
    assert "살펴보고 있어요" in opened(owner_client)


def test_runs_of_sheets_push_out_none_that_a_person_began(past: None, shop: Shop, owner_client: Client) -> None:
    owner_client.post("/replay/start/", {"book": "1"})
    own = Replay.objects.get()
    for number in range(runs.KEPT + 2):
        Rule.objects.filter(key="r-fee").update(name=f"배송비 {number}")
        opened(owner_client)

    assert Replay.objects.filter(pk=own.pk, asked=True).exists()
    assert Replay.objects.filter(asked=False).count() == runs.KEPT
    assert owner_client.get("/replay/").content.decode().count("/replay/" + str(own.pk)) == 1
    assert [one.id for one in owner_client.get("/replay/").context["earlier"]] == [own.pk]


def test_one_of_a_sheet_that_a_person_then_asks_for_is_theirs(past: None, owner_client: Client) -> None:
    opened(owner_client)
    owner_client.post("/replay/start/", {"book": "draft", "days": "30"})
    assert Replay.objects.get().asked is True


def test_others_see_and_begin_nothing(past: None, owner: User, owner_client: Client, stranger_client: Client) -> None:
    opened(owner_client)
    address = f"{URL}{Replay.objects.get().pk}/"
    assert owner_client.get(URL).status_code == 405
    assert stranger_client.get(address).status_code == 404
    Membership.objects.filter(user=owner).update(role=Membership.Role.AGENT)
    Replay.objects.all().delete()
    assert owner_client.post(URL, {"seen": "x"}).status_code == 403
    assert not Replay.objects.exists()


def test_without_scripts_it_leads_to_the_page_of_the_run(past: None, owner_client: Client) -> None:
    seen = owner_client.get("/releases/").context["seen"]
    answer = owner_client.post(URL, {"seen": seen})
    assert answer.headers["Location"] == f"/replay/{Replay.objects.get().pk}/"
