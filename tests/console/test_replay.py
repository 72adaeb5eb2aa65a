"""The page of replays and the box under a rule's editor, asked as a browser without scripts would."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.http import QueryDict
from django.test import Client
from django.utils import timezone
from django.utils.datastructures import MultiValueDict

from autoresponder.connections.models import Connection
from autoresponder.console.evidence import context_of
from autoresponder.insights import runs
from autoresponder.insights.models import Replay
from autoresponder.rules import draft
from autoresponder.rules.models import Rule, Version
from autoresponder.shops.models import Membership, Shop, User
from tests.console.talking import say

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
PARKING = {
    **{"any_words": ["주차"], "texts": ["건물 뒤에 대세요."], "action": "answer", "when": "always"},
    **{"cooldown_minutes": "0", "manner": "mention", "layers": ["jamo", "keyboard", "sound", "slip"]},
}


@pytest.fixture
def past(shop: Shop, published: Version, webchat: Connection) -> None:
    at = timezone.now() - timedelta(days=1)
    for number, text in enumerate(["배송비 얼마예요?", "주차 되나요?", "반품 되나요"]):
        say(webchat, text, now=at + timedelta(minutes=number), customer=f"c{number}")


def finished(client: Client, **chosen: str) -> str:
    """Starts one, lets a worker do it, and gives its address."""
    started = client.post("/replay/start/", {"book": "draft", "days": "30", **chosen})
    runs.work(timezone.now)
    return str(started.headers["Location"])


class TestThePage:
    def test_a_run_is_started_followed_and_read(self, shop: Shop, past: None, owner_client: Client) -> None:
        draft.set_enabled(shop, "r-return", False)
        started = owner_client.post("/replay/start/", {"book": "draft", "days": "30"})
        address = started.headers["Location"]
        assert "곧 시작해요" in owner_client.get(address).content.decode()

        Replay.objects.update(state=runs.RUNNING, done=2, total=3)
        progress = owner_client.get(address, headers=HTMX)
        assert "3건 중 <b>2건</b>" in progress.content.decode()
        assert owner_client.get(f"{address}?seen=running-2-3", headers=HTMX).status_code == 204

        Replay.objects.update(state=runs.WAITING)
        runs.work(timezone.now)
        result = owner_client.get(f"{address}?seen=running-2-3", headers=HTMX)
        page = result.content.decode()
        assert "3건 중 1건의 답이" in " ".join(page.split())
        assert "반품</mark>" not in page
        assert "반품 되나요" in page
        assert "지금은 답하는데, 바꾸면 답하지 못해요." in page
        assert "받으신 날부터 7일" in page
        assert "3건 중 1건의 답이 달라져요" in owner_client.get("/replay/").content.decode()

    def test_a_version_may_be_chosen(self, shop: Shop, past: None, owner_client: Client) -> None:
        draft.set_enabled(shop, "r-return", False)

        page = owner_client.get(finished(owner_client, book="1", days="90")).content.decode()

        assert Replay.objects.get().days == 90
        assert "3건 모두 지금과 똑같이 답해요" in " ".join(page.split())

    @pytest.mark.usefixtures("always_open")
    def test_what_was_asked_and_answered_alike_is_shown_once(
        self, shop: Shop, webchat: Connection, published: Version, owner_client: Client
    ) -> None:
        for minute in range(5):
            at = timezone.now() - timedelta(hours=3, minutes=minute)
            say(webchat, "반품 되나요", now=at, customer=f"c{minute}")
        draft.set_enabled(shop, "r-return", False)

        page = owner_client.get(finished(owner_client)).content.decode()

        assert '<span class="count">5</span>' in page and page.count('<p class="title">') == 1

    def test_where_only_the_wording_differs_the_differing_words_are_marked(
        self, shop: Shop, past: None, owner_client: Client
    ) -> None:
        rule = Rule.objects.get(shop=shop, key="r-return")
        text = rule.replies[0]["text"]
        reworded = text.replace("7일", "14일")
        assert reworded != text
        draft.edit_rule(shop, rule.key, {"replies": [{"text": reworded, "buttons": []}]}, edit_number=rule.edit_number)

        page = owner_client.get(finished(owner_client)).content.decode()

        assert "‘반품 안내’ · 답 문구만 바뀌어요" in " ".join(page.split())
        assert "<mark>7일" in page and "<mark>14일" in page

    @pytest.mark.parametrize("chosen", [{"book": "77"}, {"book": "x"}, {"days": "-1"}, {"days": "9" * 50}, {}])
    def test_what_cannot_be_chosen_means_the_draft_and_thirty_days(
        self, shop: Shop, past: None, owner_client: Client, chosen: dict[str, str]
    ) -> None:
        finished(owner_client, **chosen)

        run = Replay.objects.get()
        assert (run.days, run.document) == (30, draft.document_of(shop))

    def test_only_what_concerns_one_rule(self, shop: Shop, past: None, owner_client: Client) -> None:
        draft.set_enabled(shop, "r-return", False)
        draft.create_rule(shop, {"name": "주차 안내", "groups": [{"mode": "any", "words": ["주차"]}], "replies": []})
        Rule.objects.filter(name="주차 안내").update(replies=[{"text": "건물 뒤에 대세요.", "buttons": []}])
        key = Rule.objects.get(name="주차 안내").key
        address = finished(owner_client)

        page = owner_client.get(f"{address}?rule={key}").content.decode()

        assert "건물 뒤에 대세요." in page
        assert "받으신 날부터 7일" not in page

    def test_a_past_without_messages_says_so(self, shop: Shop, published: Version, owner_client: Client) -> None:
        assert "이 기간에는 손님 말이 없었어요" in owner_client.get(finished(owner_client)).content.decode()

    def test_a_run_that_failed_says_what_to_do(self, shop: Shop, past: None, owner_client: Client) -> None:
        address = finished(owner_client)
        Replay.objects.update(state=runs.FAILED)

        assert "끝까지 살펴보지 못했어요" in owner_client.get(address).content.decode()
        assert "끝내지 못했어요" in owner_client.get("/replay/").content.decode()

    def test_strangers_and_agents_see_nothing(
        self, shop: Shop, past: None, owner: User, owner_client: Client, stranger_client: Client
    ) -> None:
        address = finished(owner_client)

        assert stranger_client.get(address).status_code == 404
        Membership.objects.filter(user=owner).update(role=Membership.Role.AGENT)
        for path in ("/replay/", address):
            assert owner_client.get(path).status_code == 403
        assert owner_client.post("/rules/r-fee/evidence/", PARKING).status_code == 403


def posted(**fields: Any) -> QueryDict:
    data = QueryDict(mutable=True)
    data.update(MultiValueDict({name: value if isinstance(value, list) else [value] for name, value in fields.items()}))
    return data


class TestTheBox:
    def test_a_new_rule_shows_the_sentences_it_would_answer(
        self, shop: Shop, past: None, now: datetime, owner_client: Client
    ) -> None:
        page = " ".join(owner_client.post("/rules/new/evidence/", PARKING).content.decode().split())

        assert "지난 30일 3건 중 <b>1건</b>의 답이 달라져요" in page
        assert "<mark>주차</mark> 되나요?" in page
        assert "건물 뒤에 대세요." in page
        assert "‘주차’ 때문에 → 주차 안내" in page
        assert not Rule.objects.filter(name="주차 안내").exists()

    @pytest.mark.usefixtures("always_open")
    def test_an_edit_is_held_against_what_customers_have(self, shop: Shop, past: None) -> None:
        rule = Rule.objects.get(shop=shop, key="r-return")
        fields = {**PARKING, "any_words": ["반품"], "none_words": ["교환"], "texts": ["7일 안에 알려 주세요."]}
        found = context_of(shop, "r-return", posted(**fields), now=timezone.now())
        assert [(case.text, case.before, case.after) for case in found["cases"]] == [
            ("반품 되나요", "받으신 날부터 7일 안에 알려 주시면 돼요.", "7일 안에 알려 주세요.")
        ]
        (case,) = found["cases"]
        assert [case.before[start:end] for start, end in case.gone] == ["받으신 날부터", "주시면 돼요."]
        assert [case.after[start:end] for start, end in case.come] == ["주세요."]

        # Saving does not make it what customers have.
        draft.edit_rule(shop, "r-return", {"replies": rule.replies, "enabled": True}, edit_number=1)
        assert context_of(shop, "r-return", posted(**fields), now=timezone.now())["effect"].changed == 1

    def test_an_edit_that_changes_nothing_says_so(self, shop: Shop, past: None) -> None:
        rule = Rule.objects.get(shop=shop, key="r-return")
        fields = {**PARKING, "any_words": ["반품"], "none_words": ["교환"], "texts": [rule.replies[0]["text"]]}

        found = context_of(shop, "r-return", posted(**fields, name=rule.name), now=timezone.now())

        assert (found["effect"].messages, found["effect"].changed) == (3, 0)

    def test_what_a_customer_nearly_says_counts_too(self, shop: Shop, webchat: Connection, published: Version) -> None:
        say(webchat, "wnck ehlskdy", now=timezone.now() - timedelta(hours=1))

        assert context_of(shop, "new", posted(**PARKING), now=timezone.now())["effect"].changed == 1

    def test_a_shop_nobody_wrote_to_is_told_what_will_be_here(self, shop: Shop, owner_client: Client) -> None:
        page = owner_client.post("/rules/new/evidence/", PARKING).content.decode()

        assert "아직 손님이 한 말이 없어요" in page

    @pytest.mark.parametrize("fields", [{}, {"any_words": "말" * 400}, {"texts": "\0", "when": "never"}])
    def test_a_half_written_rule_breaks_nothing(
        self, shop: Shop, past: None, owner_client: Client, fields: dict[str, str]
    ) -> None:
        assert owner_client.post("/rules/new/evidence/", fields).status_code == 200

    def test_what_nobody_can_write_into_a_book_waits(self, shop: Shop, past: None, owner_client: Client) -> None:
        Rule.objects.filter(key="r-fee").update(when="never")

        page = owner_client.post("/rules/new/evidence/", PARKING).content.decode()

        assert "다 적으면" in page

    def test_only_the_newest_are_looked_at(
        self, shop: Shop, past: None, monkeypatch: pytest.MonkeyPatch, owner_client: Client
    ) -> None:
        monkeypatch.setattr("autoresponder.insights.effect.MOST", 2)

        page = " ".join(owner_client.post("/rules/new/evidence/", PARKING).content.decode().split())

        assert "최근 2건 중 <b>1건</b>의 답이 달라져요" in page
