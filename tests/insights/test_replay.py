"""What a draft changes of the past: counted, grouped, those that look wrong first."""

from __future__ import annotations

import random
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import pytest

from autoresponder.connections.connect import connect
from autoresponder.connections.models import Connection
from autoresponder.engine.abreast import abreast
from autoresponder.engine.compile import Compiled, compile_book
from autoresponder.engine.document import load
from autoresponder.inbox.models import Message
from autoresponder.insights.again import Again, Turn
from autoresponder.insights.differences import Differences
from autoresponder.insights.likeness import likeness
from autoresponder.insights.past import Answer, answer_of, pages
from autoresponder.insights.replay import replay, with_words
from autoresponder.insights.tally import Published, Tally
from autoresponder.rules.draft import fill_draft
from autoresponder.rules.models import Version
from autoresponder.rules.release import publish
from autoresponder.shops.models import Shop, User
from tests.fixtures import RULES, rule
from tests.insights import history
from tests.insights.history import busy_shop, customers, send

pytestmark = pytest.mark.django_db
PARKING = rule("r-parking", "주차 안내", ["주차"], "건물 뒤에 대세요.")


@pytest.fixture
def chat(shop: Shop, published: Version) -> Connection:
    return connect(shop, "webchat")


def without(key: str) -> list[dict[str, Any]]:
    return [one for one in RULES if one["key"] != key]


def edited(key: str, **changes: Any) -> list[dict[str, Any]]:
    return [{**one, **changes} if one["key"] == key else one for one in RULES]


def run(shop: Shop, document: Mapping[str, Any], now: datetime, published: Version | None = None) -> dict[str, Any]:
    since, until = now - timedelta(days=30), now + timedelta(days=1)
    return with_words(replay(shop, load(document), since=since, until=until, published=published))


def ways(found: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    return [
        (group["before"]["outcome"], *group["before"]["rules"], group["after"]["outcome"], *group["after"]["rules"])
        for group in found["groups"]
    ]


def talk(chat: Connection, now: datetime, *said: str, customer: str = "c1", seconds: int = 60) -> None:
    for number, text in enumerate(said):
        send(chat, customer, text, at=now + timedelta(seconds=seconds * number))


def test_the_published_book_changes_nothing(shop: Shop, chat: Connection, published: Version, now: datetime) -> None:
    talk(chat, now, "배송비 얼마예요?", "주차 되나요", "상담원")

    found = run(shop, published.document, now, published)

    assert (found["messages"], found["changed"], found["groups"]) == (3, 0, [])
    assert found["answered_before"] == found["answered_after"] == 1
    assert (
        found["before"]
        == found["after"]
        == {**{"answered": 1, "asked_back": 0, "handed_off": 1, "missed": 1, "silent": 0}}
    )


def test_a_new_rule_is_counted_with_the_sentences_it_answers(
    shop: Shop, chat: Connection, published: Version, now: datetime
) -> None:
    talk(chat, now, "주차 되나요?", customer="c1")
    talk(chat, now, "주차 가능해요?", customer="c2")
    talk(chat, now, "배송비 얼마예요?", customer="c3")

    found = run(shop, {**published.document, "rules": [PARKING, *RULES]}, now, published)

    assert (found["changed"], found["answered_before"], found["answered_after"]) == (2, 1, 3)
    assert ways(found) == [("fallback", "answered", "r-parking")]
    (group,) = found["groups"]
    assert [kind["count"] for kind in group["alike"]] == [2]
    assert {one["text"] for one in group["examples"]} == {"주차 되나요?", "주차 가능해요?"}
    assert group["examples"][0]["after"]["replies"] == ["건물 뒤에 대세요."]
    assert group["examples"][0]["after"]["trace"][0]["code"] == "matched"
    assert found["suspects"] == 0


def test_other_words_of_the_same_rule_are_another_answer(
    shop: Shop, chat: Connection, published: Version, now: datetime
) -> None:
    talk(chat, now, "배송비 얼마예요?", "반품 되나요")
    rules = edited("r-fee", replies=[{"text": "배송비는 4,000원이에요.", "buttons": []}])

    found = run(shop, {**published.document, "rules": rules}, now, published)

    assert found["changed"] == 1
    assert found["groups"][0]["words"] is True
    assert found["suspects"] == 0


def test_another_standard_answer_changes_what_was_not_understood(
    shop: Shop, chat: Connection, published: Version, now: datetime
) -> None:
    talk(chat, now, "배송비 얼마예요?", "고래는 왜 울어요")
    fallback = {**published.document["fallback"], "reply": {"text": "다시 적어 주세요.", "buttons": []}}

    found = run(shop, {**published.document, "fallback": fallback}, now, published)

    assert ways(found) == [("fallback", "fallback")]


class TestSuspects:
    def code(self, found: Mapping[str, Any]) -> list[str]:
        return [one["suspect"] for group in found["groups"] for one in group["examples"]]

    def test_an_answer_that_is_gone(self, shop: Shop, chat: Connection, published: Version, now: datetime) -> None:
        talk(chat, now, "반품 되나요")

        found = run(shop, {**published.document, "rules": without("r-return")}, now, published)

        assert self.code(found) == ["lost"]

    def test_an_answer_that_another_rule_takes(
        self, shop: Shop, chat: Connection, published: Version, now: datetime
    ) -> None:
        talk(chat, now, "배송비 얼마예요?")

        found = run(shop, {**published.document, "rules": without("r-fee")}, now, published)

        assert ways(found) == [("answered", "r-fee", "answered", "r-delivery")]
        assert self.code(found) == ["other"]

    def test_one_that_the_customer_did_not_like_may_go(
        self, shop: Shop, chat: Connection, published: Version, now: datetime
    ) -> None:
        talk(chat, now, "반품 되나요")
        Message.objects.update(liked=False)

        assert self.code(run(shop, {**published.document, "rules": without("r-return")}, now, published)) == [""]

    def test_one_after_which_the_customer_wanted_a_person_may_go(
        self, shop: Shop, chat: Connection, published: Version, now: datetime
    ) -> None:
        talk(chat, now, "반품 되나요", "상담원 불러 주세요")

        assert self.code(run(shop, {**published.document, "rules": without("r-return")}, now, published)) == [""]

    def test_a_new_answer_to_somebody_who_then_wanted_a_person(
        self, shop: Shop, chat: Connection, published: Version, now: datetime
    ) -> None:
        talk(chat, now, "주차 되나요", "상담원 불러 주세요", seconds=900)

        found = run(shop, {**published.document, "rules": [PARKING, *RULES]}, now, published)

        assert self.code(found) == ["person"]

    @pytest.mark.parametrize(("seconds", "code"), [(30, "again"), (3_000, "")])
    def test_a_new_answer_to_somebody_who_wrote_again_at_once(
        self, shop: Shop, chat: Connection, published: Version, now: datetime, seconds: int, code: str
    ) -> None:
        talk(chat, now, "주차 되나요", "배송비 얼마예요", seconds=seconds)

        found = run(shop, {**published.document, "rules": [PARKING, *RULES]}, now, published)

        assert self.code(found) == [code]

    def test_they_come_first(self, shop: Shop, chat: Connection, published: Version, now: datetime) -> None:
        for number in range(3):
            talk(chat, now, "주차 되나요", customer=f"c{number}")
        talk(chat, now, "반품 되나요", customer="c9")

        found = run(shop, {**published.document, "rules": [PARKING, *without("r-return")]}, now, published)

        assert [group["suspects"] for group in found["groups"]] == [1, 0]
        assert found["suspects"] == 1


def test_what_the_published_version_changed_already_is_told_apart(
    shop: Shop, chat: Connection, owner: User, published: Version, now: datetime
) -> None:
    talk(chat, now, "주차 되나요", "반품 되나요")
    texts = {name: published.document[name] for name in published.document if name not in ("rules", "schema")}
    fill_draft(shop, {"rules": [PARKING, *RULES], **texts})
    second = publish(shop, by=owner, now=now + timedelta(hours=1))

    found = run(shop, {**second.document, "rules": [PARKING, *without("r-return")]}, now, second)

    assert (found["changed"], found["already"]) == (2, 1)
    already = {one["text"]: one["already"] for group in found["groups"] for one in group["examples"]}
    assert already == {"주차 되나요": True, "반품 되나요": False}


def test_a_rule_that_rests_longer_is_remembered_by_messages_it_has_no_part_in(
    shop: Shop, chat: Connection, owner: User, published: Version, now: datetime
) -> None:
    texts = {name: published.document[name] for name in published.document if name not in ("rules", "schema")}
    fill_draft(shop, {"rules": edited("r-fee", cooldown_minutes=10), **texts})
    resting = publish(shop, by=owner, now=now - timedelta(hours=1))
    talk(chat, now, "배송비 얼마예요", "반품 되나요", "배송비 얼마예요", seconds=3600)

    found = run(shop, {**resting.document, "rules": edited("r-fee", cooldown_minutes=600)}, now, resting)

    assert ways(found) == [("answered", "r-fee", "silent")]
    assert found["changed"] == 1


def test_tests_of_a_platform_do_not_count(shop: Shop, chat: Connection, published: Version, now: datetime) -> None:
    send(chat, "c1", "반품 되나요", at=now, test=True)

    found = run(shop, {**published.document, "rules": without("r-return")}, now, published)

    assert (found["messages"], found["changed"]) == (0, 0)


def test_what_is_taken_out_of_the_log_is_gone_from_the_result(
    shop: Shop, chat: Connection, published: Version, now: datetime
) -> None:
    talk(chat, now, "반품 되나요 김가나")
    since, until = now - timedelta(days=1), now + timedelta(days=1)
    book = load({**published.document, "rules": without("r-return")})
    stored = replay(shop, book, since=since, until=until, published=published)
    assert "김가나" not in str(stored)
    assert "김가나" in str(with_words(stored))

    Message.objects.update(text="", kind="unsent", decision={})

    (group,) = with_words(stored)["groups"]
    assert (group["count"], group["examples"], group["alike"]) == (1, [], [])


def test_a_long_talk_is_read_a_page_at_a_time(
    shop: Shop, chat: Connection, published: Version, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("autoresponder.insights.past.ROWS", 3)
    monkeypatch.setattr("autoresponder.insights.past.TOGETHER", 2)
    for customer in range(5):
        talk(chat, now, *["배송비 얼마예요"] * (customer + 1), customer=f"c{customer}")

    found = run(shop, {**published.document, "rules": without("r-fee")}, now, published)

    assert (found["messages"], found["changed"]) == (15, 15)


def said(dice: random.Random) -> dict[str, Any]:
    """As often as not something that is said whenever the text before was."""
    texts = ["네, 그래요.", "곧 알려 드릴게요(아마).", "{가게이름}이에요."]
    odd = ["", "{배송비}이에요.", "{주차안내} 쪽이에요.", "{배송비|}"]
    return {"text": dice.choice(texts if dice.random() < 0.5 else odd), "buttons": []}


def mutated(document: Mapping[str, Any], dice: random.Random) -> dict[str, Any]:
    """Some edits an owner might make."""
    rules = [dict(one) for one in document["rules"]]
    texts = {name: value for name, value in document.items() if name != "rules"}
    for _ in range(dice.choice((1, 1, 2, 3))):
        one = dice.choice(rules)
        match dice.randrange(22):
            case 0:
                rules.remove(one)
            case 1:
                one["enabled"] = False
            case 2:
                word = dice.choice(["고래", "하늘", "되나요", "배송", "교환", "얼마", "qothd"])
                one["groups"] = [
                    *one["groups"][:-1],
                    {**one["groups"][-1], "words": [*one["groups"][-1]["words"], word]},
                ]
            case 3:
                one["groups"] = [*one["groups"], {"mode": "none", "words": [dice.choice(["되나요", "얼마"])]}]
            case 4:
                dice.shuffle(rules)
            case 5:
                one["cooldown_minutes"] = dice.choice((0, 10, 600))
            case 6:
                one["action"] = "hand_off"
            case 7:
                one["manner"] = dice.choice(("asked", "alone"))
            case 8:
                one["channels"] = ["kakao"]
            case 9:
                texts["fallback"] = {**texts["fallback"], "hand_off_after": dice.choice((0, 1, 5))}
            case 10:
                texts["hand_off"] = {**texts["hand_off"], "quiet_minutes": dice.choice((1, 600))}
            case 11:
                texts["away"] = {**texts["away"], "every_minutes": dice.choice((1, 5_000))}
            case 12:
                spelling = dice.choice((("고래", "배송"), ("하늘", "반품"), ("djfak", "쿠폰"), ("주차", "포장")))
                alias = dict(zip(("written", "meant"), spelling, strict=True))
                texts["aliases"] = [*texts["aliases"], alias] if dice.random() < 0.7 else []
            case 13:
                texts["ignored"] = [*texts["ignored"], dice.choice(("배송비", "반품되", "얼마", "쿠폰 있"))]
            case 14:
                texts["layers"] = dice.sample(["jamo", "keyboard", "sound", "slip"], 2)
            case 15:
                one["replies"] = [said(dice)]
            case 16:
                texts["away"] = {**texts["away"], "reply": said(dice)}
            case 17:
                texts["fallback"] = {**texts["fallback"], "reply": said(dice)}
            case 18:
                texts["hand_off"] = {**texts["hand_off"], dice.choice(("open", "closed")): said(dice)}
            case 19:
                texts["ask_back"] = said(dice)
            case 20:
                one["key"] = f"{one['key']}-2"
            case 21:
                rules = [{**other, "key": f"{other['key']}-3"} for other in rules]
    return {**texts, "rules": rules}


def test_what_is_not_decided_would_have_been_decided_the_same(shop: Shop, owner: User) -> None:
    """The short way of a replay gives, edit by edit, what the long way gives: message by message, and in all."""
    busy_shop(shop, owner)
    lines = [connect(shop, "webchat"), connect(shop, "kakao")]
    between = history.live(shop, lines, owner, seed=5, count=30)
    dice = random.Random(11)
    shop.rules.filter(key="r-wrap").update(replies=[said(dice)], cooldown_minutes=0)
    shop.rules.filter(key="r-return").update(replies=[{"text": "네, 되고말고요.", "buttons": []}])
    version = publish(shop, by=owner, now=between)
    until = history.live(shop, lines, owner, seed=6, count=15, at=between)
    again, since = Again(shop, texts=10**6), history.BEGINS - timedelta(days=1)
    (page,) = pages(shop, since=since)
    pasts = customers(page, since=since, until=until)
    short = differing = already = 0
    for _ in range(60):
        book = load(mutated(version.document, dice))
        compiled, differences = compile_book(book), Differences(again, book)
        ways = Tally(again, book, Decides(again, version.pk)), Tally(again, book, Published(again, version.pk))
        for own in pasts:
            (long_way,) = abreast([again.turns(compiled, [(past, None) for past in own])])
            (short_way,) = abreast([again.turns(compiled, zip(own, differences.known(own), strict=True))])
            assert [turn.answer for turn in short_way] == [turn.answer for turn in long_way]
            for tally, turns in zip(ways, (long_way, short_way), strict=True):
                tally.add(turns)
            assert all(told(again, compiled, turn) == told(again, compiled, turn, aloud=False) for turn in long_way)
            short += sum(turn.again is None for turn in short_way)
            differing += sum(turn.answer.outcome != turn.past.row.outcome for turn in long_way)
        found = [tally.counts.result(lambda changes: {one.id: {} for one in changes}) for tally in ways]
        assert found[0] == found[1]
        already += found[0]["already"]

    # Both ways were really gone.
    assert short > 1_500
    assert differing > 100
    assert already > 100


def told(again: Again, compiled: Compiled, turn: Turn, *, aloud: bool = True) -> object:
    """What counts of a decision that nobody reads."""
    if not turn.past.judged:
        return None
    decision = again.decide(compiled, turn.past, turn.talk, aloud=aloud)
    return answer_of(decision), decision.talk, decision.state


class Decides(Published):
    """Knows no short way."""

    def answer(self, turn: Turn) -> Answer:
        return answer_of(self._again.decide(self._again.version(self.version), turn.past, turn.talk))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("재입고 언제 돼요?", "재입고는 언제 되나요ㅠㅠ"),
        ("안녕하세요 혹시 주차 가능한가요?", "주차 되나요"),
        ("선물포장 되나요!!", "선물포장 있나요"),
    ],
)
def test_questions_that_say_the_same_are_alike(one: str, other: str) -> None:
    assert likeness(one) == likeness(other) != ""


def test_questions_about_other_things_are_not() -> None:
    texts = ["재입고 언제 돼요?", "주차 되나요", "선물포장 되나요", "배송 언제 돼요?"]

    assert len({likeness(text) for text in texts}) == len(texts)
