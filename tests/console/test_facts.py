"""가게 정보: written once, quoted in replies at once; what is named but still empty is flagged everywhere."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from autoresponder.connections.models import Connection
from autoresponder.console.insertions import insertions, lacks
from autoresponder.engine.facts import FACTS, LENGTH
from autoresponder.engine.variables import unknown_variables
from autoresponder.rules import draft
from autoresponder.rules.models import Version
from autoresponder.rules.release import publish
from autoresponder.shops.models import Membership, Shop, User
from autoresponder.shops.profile import tell_facts
from autoresponder.shops.values import values_of
from tests.console.talking import say

pytestmark = pytest.mark.django_db

ADDRESS = "/settings/facts/"
HTMX = {"HX-Request": "true"}
LACK = "정보가 비어 있어서 나가지 않아요."


@pytest.fixture
def quoting(shop: Shop) -> Shop:
    """The rule "배송 일정" quotes a fact that nobody has filled in."""
    delivery = draft.Rule.objects.get(shop=shop, key="r-delivery")
    delivery.replies = [{"text": "보통 {배송기간} 걸려요.", "buttons": []}]
    delivery.save()
    return shop


def page_of(client: Client, address: str = ADDRESS) -> str:
    return client.get(address).content.decode()


def posted(**changes: str) -> dict[str, str]:
    """The form as the browser sends it: every fact, and what each was when the page was opened."""
    fields = {fact.english: "" for fact in FACTS} | {f"initial-{fact.english}": "" for fact in FACTS}
    return fields | changes


class TestThePage:
    def test_what_replies_quote_stands_first_and_says_where(self, quoting: Shop, owner_client: Client) -> None:
        page = page_of(owner_client)

        used, others = page.split("더 적어 둘 수 있는 정보")
        assert 'name="delivery_time"' in used
        assert "쓰는 곳: 배송 일정" in used
        assert "1개가 비어 있어요" in used
        assert 'name="return_address"' in others

    def test_what_a_reply_can_do_without_is_used_but_not_missing(self, shop: Shop, owner_client: Client) -> None:
        draft.edit_rule(
            shop, "r-fee", {"replies": [{"text": "{주차안내|길가에 대 주세요.}", "buttons": []}]}, edit_number=1
        )

        page = page_of(owner_client)
        assert 'name="parking"' in page.split("더 적어 둘 수 있는 정보")[0]
        assert "비어 있어요</span>" not in page

    def test_many_places_are_counted_not_listed(self, quoting: Shop, owner_client: Client) -> None:
        for word in ("가", "나", "다", "라"):
            fields = {"name": f"규칙 {word}", "replies": [{"text": "{배송기간}", "buttons": []}]}
            draft.create_rule(quoting, {**draft.rule_document(draft.rules_of(quoting)[0]), **fields})

        assert "쓰는 곳: 규칙 라, 규칙 다, 규칙 나 외 2곳" in page_of(owner_client)

    def test_saved_facts_are_kept_and_shown(self, shop: Shop, owner_client: Client) -> None:
        response = owner_client.post(ADDRESS, posted(delivery_time="  2~3일 ", parking="뒷마당\n2대"), follow=True)

        shop.refresh_from_db()
        assert shop.facts == {"배송기간": "2~3일", "주차안내": "뒷마당 2대"}
        assert 'value="2~3일"' in response.content.decode()

    def test_two_people_do_not_undo_each_other(self, shop: Shop, owner_client: Client) -> None:
        tell_facts(shop, {"배송기간": "1~2일", "택배사": "우리택배"})
        opened = {"delivery_time": "1~2일", "initial-delivery_time": "1~2일", "initial-carrier": "우리택배"}
        tell_facts(shop, {"배송기간": "3일"})

        owner_client.post(ADDRESS, posted(**opened, carrier="", return_fee="6,000원"))

        shop.refresh_from_db()
        assert shop.facts == {"배송기간": "3일", "반품배송비": "6,000원"}

    @pytest.mark.parametrize("wrong", ["가" * (LENGTH + 1), "{배송비}부터", "2}"])
    def test_an_error_keeps_what_was_typed_and_saves_nothing(
        self, quoting: Shop, owner_client: Client, wrong: str
    ) -> None:
        response = owner_client.post(ADDRESS, posted(prices=wrong, carrier="우리택배"))

        page = response.content.decode()
        assert response.status_code == 422
        assert f'value="{wrong}"' in page
        assert 'value="우리택배"' in page
        assert 'aria-invalid="true"' in page
        assert "<details open" in page.replace("\n", " ")
        assert "쓰는 곳: 배송 일정" in page
        quoting.refresh_from_db()
        assert quoting.facts == {}

    def test_somebody_who_only_answers_customers_cannot_change_them(self, owner_client: Client, owner: User) -> None:
        Membership.objects.filter(user=owner).update(role=Membership.Role.AGENT)

        assert owner_client.get(ADDRESS).status_code == 403
        assert owner_client.post(ADDRESS, posted()).status_code == 403

    def test_a_stranger_sees_and_changes_only_their_own(self, shop: Shop, stranger_client: Client) -> None:
        tell_facts(shop, {"계좌번호": "가나은행 1"})

        assert "가나은행 1" not in page_of(stranger_client)
        stranger_client.post(ADDRESS, posted(account="다라은행 2"))
        shop.refresh_from_db()
        assert shop.facts == {"계좌번호": "가나은행 1"}


class TestCustomers:
    def test_a_saved_fact_is_in_the_next_answer_without_publishing(
        self, quoting: Shop, owner: User, owner_client: Client, webchat: Connection, now: datetime
    ) -> None:
        publish(quoting, by=owner, now=now)
        before = say(webchat, "배송 언제 와요", now=now)

        owner_client.post(ADDRESS, posted(delivery_time="2~3일"))
        # A person was called meanwhile; the bot is back after their hour.
        after = say(webchat, "배송 언제 와요", now=now + timedelta(hours=3))

        assert (before.outcome, "배송기간" in str(before.replies)) == ("handed_off", False)
        assert [reply["text"] for reply in after.replies] == ["보통 2~3일 걸려요."]

    def test_a_customer_is_called_by_the_last_known_name(
        self, shop: Shop, owner: User, webhook: Connection, now: datetime
    ) -> None:
        fee = draft.Rule.objects.get(shop=shop, key="r-fee")
        fee.replies = [{"text": "{고객명|고객}님, 3,000원이에요.", "buttons": []}]
        fee.save()
        publish(shop, by=owner, now=now)

        nameless = say(webhook, "배송비", now=now)
        named = say(webhook, "배송비", now=now, name="모모")
        again = say(webhook, "배송비", now=now)

        assert [message.replies[0]["text"][:4] for message in (nameless, named, again)] == [
            "고객님,",
            "모모님,",
            "모모님,",
        ]


class TestFlags:
    @pytest.mark.parametrize("address", ["/rules/", "/rules/r-delivery/", "/releases/"])
    def test_an_empty_fact_is_named_with_the_way_to_fill_it(
        self, quoting: Shop, published: Version, owner_client: Client, address: str
    ) -> None:
        draft.edit_rule(quoting, "r-fee", {"name": "배송비"}, edit_number=1)

        assert f"‘배송 기간’ {LACK}" in page_of(owner_client, address)
        tell_facts(quoting, {"배송기간": "1~2일"})
        assert LACK not in page_of(owner_client, address)

    def test_the_greetings_page_flags_its_own_texts(self, shop: Shop, owner_client: Client) -> None:
        texts = draft.texts_of(shop)
        texts.fallback["reply"]["text"] = "{전화번호}로 물어봐 주세요."
        texts.save()

        assert page_of(owner_client, "/greetings/").count(LACK) == 1

    def test_an_empty_fact_does_not_stop_publishing(self, quoting: Shop, owner_client: Client) -> None:
        page = owner_client.get("/releases/")
        seen = page.context["seen"]

        assert LACK in page.content.decode()
        assert owner_client.post("/releases/publish/", {"seen": seen}).status_code == 302
        assert Version.objects.filter(shop=quoting).exists()

    def test_a_rule_that_is_off_lacks_nothing(self, quoting: Shop) -> None:
        draft.set_enabled(quoting, "r-delivery", False)

        assert lacks(draft.document_of(quoting), values_of(quoting)) == []

    def test_a_bare_customer_name_is_told_how_to_do_without(self, shop: Shop) -> None:
        texts = draft.texts_of(shop)
        texts.hand_off["open"]["text"] = "{고객명}님, 담당자를 불렀어요."
        texts.save()

        (lack,) = lacks(draft.document_of(shop), values_of(shop))
        assert (lack.where, lack.url) == ("사람에게 넘길 때 하는 말", "/greetings/")
        assert "{고객명|고객님}처럼" in lack.sentence


class TestInserting:
    @pytest.mark.parametrize("language", ["ko", "en"])
    def test_every_button_writes_something_the_engine_knows(self, shop: Shop, language: str) -> None:
        with override(language):
            offered = insertions(shop)

        written = [one.text for many in offered.values() for one in many]
        assert len(written) == len(set(written)) == len(FACTS) + 5
        assert [name for text in written for name in unknown_variables(text)] == []

    def test_a_filled_fact_moves_to_those_that_say_something(self, shop: Shop) -> None:
        tell_facts(shop, {"배송비": "3,000원"})

        offered = insertions(shop)
        assert [one.label for one in offered["facts"]] == ["배송비"]
        assert "배송비" not in [one.label for one in offered["empty"]]

    def test_a_misspelt_name_is_answered_with_the_one_that_was_meant(self, shop: Shop, owner_client: Client) -> None:
        response = owner_client.post("/rules/r-fee/", rule_typed("{배송기한} 걸려요."), headers=HTMX)

        assert response.status_code == 422
        assert "혹시 ‘{배송기간}’인가요?" in response.content.decode()

    def test_a_name_like_no_other_points_to_the_buttons(self, owner_client: Client) -> None:
        response = owner_client.post("/rules/r-fee/", rule_typed("{zzz}"), headers=HTMX)

        assert "아래 버튼에 있는 것만 넣을 수 있어요" in response.content.decode()

    def test_a_known_but_empty_one_is_saved(self, shop: Shop, owner_client: Client) -> None:
        response = owner_client.post("/rules/r-fee/", rule_typed("{배송비}예요."))

        assert response.status_code == 302
        assert draft.Rule.objects.get(shop=shop, key="r-fee").replies[0]["text"] == "{배송비}예요."


def rule_typed(text: str) -> dict[str, Any]:
    return {
        "any_words": "배송비",
        "texts": [text],
        "action": "answer",
        "when": "always",
        "manner": "mention",
        "cooldown_minutes": "0",
        "name": "배송비 안내",
        "edit_number": "1",
    }


def test_the_preview_shows_what_a_customer_would_get(quoting: Shop, owner_client: Client) -> None:
    sent = {"preview_of": "", "preview_add": "1", "preview_text": "배송 언제 와요"}
    before = owner_client.post(reverse("console:preview"), sent, headers=HTMX).content.decode()
    tell_facts(quoting, {"배송기간": "2~3일"})
    after = owner_client.post(reverse("console:preview"), sent, headers=HTMX).content.decode()

    assert "답에 넣을 정보(‘배송 기간’)가 비어 있어요" in before
    assert "{배송기간}" not in before
    assert "보통 2~3일 걸려요." in after
