"""Talks from elsewhere: what is kept of them, for how long, and what a rule book would say to them."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from autoresponder import tasks
from autoresponder.engine.document import load
from autoresponder.inbox.models import Conversation, Delivery, Message
from autoresponder.insights import runs
from autoresponder.insights.imported.keep import KEPT, Said, customers_in, forget_old, keep
from autoresponder.insights.imported.trial import try_out
from autoresponder.insights.models import History, Replay
from autoresponder.rules.draft import document_of
from autoresponder.shops.calendar import close_today
from autoresponder.shops.models import Shop

pytestmark = pytest.mark.django_db
OPEN, CLOSED = "2026-11-25T11:{:02}:00+09:00", "2026-11-25T02:{:02}:00+09:00"


def kept(shop: Shop, said: list[Said], now: datetime, channel: str = "") -> History:
    return History.objects.get(pk=keep(shop, said, channel=channel, now=now).pk)


def tried(shop: Shop, now: datetime, *said: Said, channel: str = "", **changes: Any) -> dict[str, Any]:
    book = load({**document_of(shop), **changes})
    return try_out(shop, book, kept(shop, list(said), now, channel), now=now)


def groups(found: dict[str, Any]) -> dict[tuple[str, ...], int]:
    return {(group["outcome"], *group["rules"]): group["count"] for group in found["groups"]}


class TestKept:
    def test_what_is_stored_comes_back_by_customer_in_the_order_of_time(self, shop: Shop, now: datetime) -> None:
        said = [
            Said(2, "", "둘째 손님", ""),
            Said(1, OPEN.format(9), "나중", ""),
            Said(2, "2026-11-20", "둘째의 둘째", ""),
            Said(1, OPEN.format(1), "먼저", "답"),
        ]
        history = kept(shop, said, now)

        assert list(customers_in(history)) == [[said[3], said[1]], [said[0], said[2]]]
        assert (history.messages, history.customers, history.timed, history.answered) == (4, 2, 2, 1)
        assert (history.first_on, history.last_on) == (date(2026, 11, 20), date(2026, 11, 25))

    def test_only_the_newest_stay(self, shop: Shop, now: datetime) -> None:
        made = [kept(shop, [Said(1, "", "말", "")], now) for _ in range(KEPT + 2)]

        assert set(History.objects.values_list("pk", flat=True)) == {one.pk for one in made[2:]}

    def test_after_thirty_days_it_goes_with_its_runs(
        self, shop: Shop, now: datetime, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        old = kept(shop, [Said(1, "", "말", "")], now - timedelta(days=30, seconds=1))
        runs.start(shop, document_of(shop), days=0, by=None, now=now, history=old)
        own = runs.start(shop, document_of(shop), days=30, by=None, now=now)
        new = kept(shop, [Said(1, "", "말", "")], now - timedelta(days=30))
        monkeypatch.setattr(tasks.timezone, "now", lambda: now)

        tasks.forget_histories()

        assert (list(History.objects.all()), list(Replay.objects.all())) == ([new], [own])
        assert forget_old(now) == 0

    def test_it_goes_with_the_shop(self, shop: Shop, now: datetime) -> None:
        kept(shop, [Said(1, "", "말", "")], now)
        shop.delete()
        assert not History.objects.exists()


class TestTried:
    def test_counts_by_rule_and_what_nobody_understood(self, shop: Shop, now: datetime) -> None:
        found = tried(
            shop,
            now,
            Said(1, "", "배송비 얼마예요?", "3천 원이에요."),
            Said(2, "", "배송비는요", ""),
            Said(3, "", "기프트카드 되나요?", ""),
            Said(4, "", "기프트카드 돼요", "네, 돼요."),
            Said(5, "", "상담원 불러 주세요", ""),
            Said(6, "", "ㅋㅋㅋ", ""),
        )

        assert (found["messages"], found["customers"], found["answered_then"], found["timed"]) == (6, 6, 2, 0)
        assert found["after"] == {"answered": 2, "asked_back": 0, "handed_off": 1, "missed": 3, "silent": 0}
        assert groups(found) == {("answered", "r-fee"): 2, ("handed_off", "r-person"): 1}
        assert found["names"]["r-fee"] == "배송비 안내"
        # A laugh is counted, but nobody makes a rule of it.
        assert found["unmatched"]["count"] == 3
        assert [(kind["text"], kind["count"]) for kind in found["unmatched"]["alike"]] == [("기프트카드 되나요?", 2)]

    def test_the_shops_answer_stands_beside_ours(self, shop: Shop, now: datetime) -> None:
        found = tried(shop, now, Said(1, "", "배송비는요", ""), Said(2, "", "배송비 얼마예요?", "3천 원이에요."))
        with_answer, without = found["groups"][0]["examples"]

        assert (with_answer["then"], without["then"]) == ("3천 원이에요.", "")
        assert with_answer["after"]["replies"] == ["배송비는 3,000원이고 5만원부터 무료예요."]
        text, match = with_answer["text"], with_answer["after"]["matched"][0]
        assert text[match["start"] : match["end"]] == "배송비"

    def test_the_hours_are_those_of_the_message(self, shop: Shop, now: datetime) -> None:
        close_today(shop, now=now)
        found = tried(shop, now, Said(1, OPEN.format(0), "고래 울음", ""), Said(2, CLOSED.format(0), "고래 노래", ""))

        assert found["timed"] == 2
        assert _unmatched_codes(found) == {"고래 울음": "fallback", "고래 노래": "greeting"}

    def test_without_a_time_it_is_open_even_on_a_day_off(self, shop: Shop, now: datetime) -> None:
        sunday = Said(1, "2026-11-29", "고래 울음", "")

        assert _unmatched_codes(tried(shop, now + timedelta(hours=15), sunday)) == {"고래 울음": "fallback"}

    def test_the_talk_is_carried_from_one_sentence_to_the_next(self, shop: Shop, now: datetime) -> None:
        quiet = {**document_of(shop)["hand_off"], "quiet_minutes": 30}
        asked = [Said(1, OPEN.format(0), "상담원 불러 주세요", ""), Said(1, OPEN.format(5), "배송비 얼마예요?", "")]

        found = tried(shop, now, *asked, Said(2, OPEN.format(5), "배송비 얼마예요?", ""), hand_off=quiet)

        assert groups(found) == {("handed_off", "r-person"): 1, ("silent",): 1, ("answered", "r-fee"): 1}

    def test_without_times_only_the_misses_are_carried(self, shop: Shop, now: datetime) -> None:
        texts = {
            "hand_off": {**document_of(shop)["hand_off"], "quiet_minutes": 30},
            "fallback": {**document_of(shop)["fallback"], "hand_off_after": 2},
        }
        said = ["상담원 불러 주세요", "배송비 얼마예요?", "고래 울음", "고래 노래"]

        found = tried(shop, now, *(Said(1, "", text, "") for text in said), **texts)

        assert groups(found) == {("handed_off", "r-person"): 1, ("answered", "r-fee"): 1}
        assert (found["unmatched"]["count"], found["unmatched"]["handed_off"]) == (2, 1)

    def test_a_customer_who_wrote_for_years_breaks_nothing(self, shop: Shop, now: datetime) -> None:
        found = tried(shop, now, *(Said(1, "", "배송비 얼마예요?", "") for _ in range(3_000)))

        assert found["after"]["answered"] == 3_000
        assert len(found["groups"][0]["examples"]) == 1

    def test_rules_of_another_messenger_keep_quiet(self, shop: Shop, now: datetime) -> None:
        rules = [{**rule, "channels": ["navertalk"]} for rule in document_of(shop)["rules"]]
        said = Said(1, "", "배송비 얼마예요?", "")

        assert tried(shop, now, said, channel="kakao", rules=rules)["after"]["answered"] == 0
        assert tried(shop, now, said, channel="", rules=rules)["after"]["answered"] == 1


class TestRun:
    def test_a_run_over_a_history_ends_with_its_result_and_touches_nothing(self, shop: Shop, now: datetime) -> None:
        history = kept(shop, [Said(1, "", "배송비 얼마예요?", "")] * 3, now)
        run = runs.start(shop, document_of(shop), days=0, by=None, now=now, history=history)
        assert runs.start(shop, document_of(shop), days=0, by=None, now=now, history=history) == run

        assert runs.work(lambda: now) == 1

        run.refresh_from_db()
        assert (run.state, run.done, run.total, run.result["after"]["answered"]) == (runs.DONE, 3, 3, 3)
        assert json.loads(json.dumps(run.result)) == run.result
        assert not any(table.objects.exists() for table in (Message, Conversation, Delivery))

    def test_progress_is_written_while_it_works(
        self, shop: Shop, now: datetime, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("autoresponder.insights.imported.trial.TELL_EVERY", 2)
        heard: list[int] = []
        history = kept(shop, [Said(1, "", "배송비 얼마예요?", "")] * 5, now)

        try_out(shop, load(document_of(shop)), history, now=now, told=heard.append)

        assert heard == [2, 4]

    def test_two_histories_are_two_runs(self, shop: Shop, now: datetime) -> None:
        first, second = (kept(shop, [Said(1, "", text, "")], now) for text in ("가나", "다라"))

        made = {
            runs.start(shop, document_of(shop), days=0, by=None, now=now, history=one).pk for one in (first, second)
        }

        assert len(made) == 2


def _unmatched_codes(found: dict[str, Any]) -> dict[str, str]:
    """What was said to each, by the code that ends its trace."""
    return {one["text"]: one["after"]["trace"][-1]["code"] for one in found["unmatched"]["examples"]}
