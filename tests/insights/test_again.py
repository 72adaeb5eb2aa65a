"""Past messages decided again: exactly as they were by the book that judged them, in a consistent talk by another."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from itertools import chain
from typing import Any

import pytest

from autoresponder.connections.connect import connect
from autoresponder.connections.models import Connection
from autoresponder.engine.abreast import abreast
from autoresponder.engine.compile import Compiled, compile_book
from autoresponder.engine.document import load
from autoresponder.engine.trace import decision_to_json
from autoresponder.engine.types import Decision
from autoresponder.inbox import handoff
from autoresponder.inbox.models import Conversation, Message
from autoresponder.insights.again import Again, Turn
from autoresponder.insights.past import answer_of, pages
from autoresponder.rules.models import Version
from autoresponder.shops.models import Shop, User
from tests.fixtures import RULES, hours, rule
from tests.insights import history
from tests.insights.history import busy_shop, customers

pytestmark = pytest.mark.django_db


@pytest.fixture
def busy(shop: Shop, owner: User) -> Shop:
    return busy_shop(shop, owner)


def compiled(document: Mapping[str, Any]) -> Compiled:
    return compile_book(load(document))


def turns(
    shop: Shop, book: Compiled, until: datetime, *, since: datetime = history.BEGINS - timedelta(days=1)
) -> list[Turn]:
    again = Again(shop, texts=0)
    everybody = chain.from_iterable(customers(page, since=since, until=until) for page in pages(shop, since=since))
    return list(chain(*abreast(again.turns(book, [(past, None) for past in own]) for own in everybody)))


def told(decision: Decision) -> tuple[Any, ...]:
    plain = decision_to_json(decision)
    return plain["outcome"], plain["rules"], plain["state"], plain["matched"]


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_version_that_judged_decides_exactly_the_same_again(busy: Shop, owner: User, seed: int) -> None:
    connections = [connect(busy, "webchat"), connect(busy, "kakao")]
    until = history.live(busy, connections, owner, seed=seed, count=50)
    version = Version.objects.get(shop=busy)
    logged = {message.pk: message for message in Message.objects.filter(shop=busy)}
    codes = {step["code"] for message in logged.values() for step in message.decision["trace"]}
    # The past holds all that could make a difference, or this test would show nothing.
    assert codes >= {
        "cooldown",
        "with_human",
        "loop_guard",
        "unmatched",
        "unfilled",
        "hand_off",
        "greeting",
        "not_text",
    }
    assert {"holiday", "hours"} <= {message.decision["state"]["reason"] for message in logged.values()}

    # Nothing of today may reach back: other hours, other facts.
    Shop.objects.filter(pk=busy.pk).update(hours=hours([[]] * 7), facts={"오시는길": "가나역 2번 출구"})
    busy.refresh_from_db()
    found = turns(busy, compiled(version.document), until)

    assert len(found) == len(logged)
    decided = [turn for turn in found if turn.again is not None]
    assert len(decided) > 0.9 * len(found)
    again, book = Again(busy, texts=0), compiled(version.document)
    for turn in decided:
        message = logged[turn.past.row.id]
        decision = again.decide(book, turn.past, turn.talk)
        assert (turn.carried, turn.again) == (None, answer_of(decision))
        before = message.decision
        assert told(decision) == (message.outcome, before["rules"], before["state"], before["matched"])
        assert again.left(turn.past) == (decision.talk.with_human_until, decision.talk.misses)
    for turn in found:
        if turn.again is None:
            assert logged[turn.past.row.id].decision["trace"][0]["code"] == "with_human"


class TestAnotherBook:
    """What it does to one message changes the talk for the next ones."""

    @pytest.fixture
    def chat(self, shop: Shop, published: Version) -> Connection:
        return connect(shop, "webchat")

    def outcomes(self, shop: Shop, document: Mapping[str, Any], now: datetime) -> list[str]:
        found = turns(shop, compiled(document), now + timedelta(days=3), since=now - timedelta(days=1))
        return [turn.again.outcome if turn.again else "-" for turn in found]

    def say(self, chat: Connection, now: datetime, *said: tuple[int, str]) -> list[str]:
        """(minutes after now, text) -> the outcomes as they were."""
        return [history.send(chat, "c1", text, at=now + timedelta(minutes=minutes)).outcome for minutes, text in said]

    def test_a_rule_that_now_calls_a_person_keeps_quiet_afterwards(
        self, shop: Shop, chat: Connection, published: Version, now: datetime
    ) -> None:
        was = self.say(chat, now, (0, "반품 되나요"), (5, "배송비 얼마예요"), (90, "배송비 얼마예요"))
        assert was == ["answered", "answered", "answered"]
        rules = [{**one, "action": "hand_off"} if one["key"] == "r-return" else one for one in RULES]

        assert self.outcomes(shop, {**published.document, "rules": rules}, now) == ["handed_off", "silent", "answered"]

    def test_a_question_that_is_now_understood_no_longer_adds_up_to_a_call(
        self, shop: Shop, chat: Connection, published: Version, now: datetime
    ) -> None:
        was = self.say(chat, now, (0, "주차 되나요"), (1, "고래는 왜 울어요"), (2, "하늘이 파래요"))
        assert was == ["fallback", "handed_off", "silent"]
        parking = rule("r-parking", "주차", ["주차"], "건물 뒤에 대세요.")
        document = {**published.document, "rules": [parking, *RULES]}

        assert self.outcomes(shop, document, now) == ["answered", "fallback", "handed_off"]

    def test_a_longer_quiet_acts_although_the_first_outcome_is_the_same(
        self, shop: Shop, chat: Connection, published: Version, now: datetime
    ) -> None:
        assert self.say(chat, now, (0, "상담원"), (90, "배송비 얼마예요")) == ["handed_off", "answered"]
        hand_off = {**published.document["hand_off"], "quiet_minutes": 120}

        assert self.outcomes(shop, {**published.document, "hand_off": hand_off}, now) == ["handed_off", "silent"]

    def test_a_cooldown_is_counted_from_the_answer_this_book_gave(
        self, shop: Shop, chat: Connection, published: Version, now: datetime
    ) -> None:
        said = [(minutes, "배송비 얼마예요") for minutes in (0, 20, 40, 60)]
        assert self.say(chat, now, *said) == ["answered"] * 4
        rules = [{**one, "cooldown_minutes": 30} if one["key"] == "r-fee" else one for one in RULES]
        document = {**published.document, "rules": rules}

        assert self.outcomes(shop, document, now) == ["answered", "silent", "answered", "silent"]

    def test_a_person_who_gave_the_talk_back_still_does(
        self, shop: Shop, chat: Connection, published: Version, now: datetime
    ) -> None:
        self.say(chat, now, (0, "반품 되나요"))
        handoff.resolve(Conversation.objects.get())
        self.say(chat, now, (5, "고래는 왜 울어요"))
        handoff.resolve(Conversation.objects.get())
        self.say(chat, now, (6, "배송비 얼마예요"))
        rules = [{**one, "action": "hand_off"} if one["key"] == "r-return" else one for one in RULES]
        document = {**published.document, "rules": rules}

        # The first giving back changed nothing that the log could show; the second took back a miss.
        assert self.outcomes(shop, document, now) == ["handed_off", "silent", "answered"]

    def test_a_person_who_wrote_still_keeps_the_bot_out(
        self, shop: Shop, chat: Connection, owner: User, published: Version, now: datetime
    ) -> None:
        self.say(chat, now, (0, "주차 되나요"))
        talk = Conversation.objects.get()
        handoff.reply_as_person(talk, "네, 있어요.", by=owner, now=now + timedelta(minutes=1))
        assert self.say(chat, now, (5, "배송비 얼마예요"), (70, "배송비 얼마예요")) == ["silent", "answered"]
        parking = rule("r-parking", "주차", ["주차"], "건물 뒤에 대세요.")
        document = {**published.document, "rules": [parking, *RULES]}

        assert self.outcomes(shop, document, now) == ["answered", "silent", "answered"]

    def test_what_no_book_judged_stays(self, shop: Shop, chat: Connection, published: Version, now: datetime) -> None:
        history.send(chat, "c1", "배송비 얼마예요", at=now, with_person=True)
        Shop.objects.update(answering=False)
        history.find.forget()
        self.say(chat, now, (1, "배송비 얼마예요"))

        assert self.outcomes(shop, published.document, now) == ["-", "-"]

    def test_a_message_its_customer_took_back_stays(
        self, shop: Shop, chat: Connection, published: Version, now: datetime
    ) -> None:
        self.say(chat, now, (0, "배송비 얼마예요"))
        Message.objects.update(text="", kind="unsent", decision={})

        assert self.outcomes(shop, published.document, now) == ["-"]
