"""What is known of a message without deciding it again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import pytest

from autoresponder.connections.connect import connect
from autoresponder.connections.models import Connection
from autoresponder.engine.document import load
from autoresponder.inbox.models import Message
from autoresponder.insights.again import Again
from autoresponder.insights.differences import SAME, Differences, Known
from autoresponder.insights.past import newest
from autoresponder.rules.draft import TEXT_FIELDS, fill_draft, texts_of
from autoresponder.rules.models import Version
from autoresponder.rules.release import publish
from autoresponder.shops.models import Shop, User
from tests.fixtures import RULES, rule
from tests.insights.history import send

pytestmark = pytest.mark.django_db

FEE = "배송비 얼마예요?"
OTHER = rule("r-other", "다른 안내", ["얼마예요"], "{가게이름}의 배송비는 3,000원이에요.")


@pytest.fixture
def chat(shop: Shop, published: Version) -> Connection:
    return connect(shop, "webchat")


def known(shop: Shop, document: Mapping[str, Any], now: datetime, rules: list[dict[str, Any]]) -> Known:
    """Of the newest message, by a book with these rules."""
    (past, *_) = newest(shop, 1, since=now - timedelta(days=1))
    (found,) = Differences(Again(shop, texts=0), load({**document, "rules": rules})).known([past])
    return found


class TestAnotherRuleAnswers:
    def test_it_is_known_by_name_where_it_surely_does(
        self, shop: Shop, chat: Connection, published: Version, now: datetime
    ) -> None:
        send(chat, "c1", FEE, at=now)

        assert known(shop, published.document, now, [OTHER]) == ({"r-fee": "r-other"}, False)

    @pytest.mark.parametrize(
        "changes",
        [
            {"when": "open"},
            {"channels": ["kakao"]},
            {"cooldown_minutes": 5},
            {"action": "hand_off"},
            {"replies": [{"text": "{오시는길}", "buttons": []}]},
        ],
    )
    def test_but_not_where_something_may_hold_it_back_or_is_remembered(
        self, shop: Shop, chat: Connection, published: Version, now: datetime, changes: dict[str, Any]
    ) -> None:
        send(chat, "c1", FEE, at=now)

        assert known(shop, published.document, now, [{**OTHER, **changes}]).names is None

    def test_nor_where_the_one_that_answered_is_remembered_itself(self, shop: Shop, owner: User, now: datetime) -> None:
        resting = [{**one, "cooldown_minutes": 30} for one in RULES]
        texts = texts_of(shop)
        fill_draft(shop, {"rules": resting, **{name: getattr(texts, name) for name in TEXT_FIELDS}})
        version = publish(shop, by=owner, now=now)
        send(connect(shop, "webchat"), "c1", FEE, at=now)

        assert known(shop, version.document, now, [OTHER]).names is None

    @pytest.mark.parametrize(
        ("text", "answered"), [("반품 되나요?", ["r-fee", "r-return"]), ("주차 되나요?", ["r-fee"])]
    )
    def test_nor_where_two_answered_or_two_would(
        self, shop: Shop, chat: Connection, published: Version, now: datetime, text: str, answered: list[str]
    ) -> None:
        send(chat, "c1", f"배송비는요? 그리고 {text}", at=now)
        assert Message.objects.get().decision["rules"] == answered
        fee = {**OTHER, "groups": [{"mode": "any", "words": ["배송비"]}]}
        parking = rule("r-parking", "주차", ["주차"], "건물 뒤에 대세요.")

        assert known(shop, published.document, now, [fee, parking]).names is None


def test_while_a_person_has_the_talk_no_rule_is_asked(
    shop: Shop, chat: Connection, published: Version, now: datetime
) -> None:
    for seconds, text in ((0, "상담원 불러 주세요"), (60, FEE)):
        send(chat, "c1", text, at=now + timedelta(seconds=seconds))
    assert [message.outcome for message in Message.objects.order_by("id")] == ["handed_off", "silent"]

    assert known(shop, published.document, now, [OTHER]) == (SAME, False)
