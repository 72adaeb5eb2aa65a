"""What is looked at before a publish: everything that is found has a way out, and what is fine is told."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client

from autoresponder.connections.models import Connection
from autoresponder.console.before_publish import Check, look
from autoresponder.rules import draft
from autoresponder.rules.models import Rule, Version
from autoresponder.shops.models import Shop
from tests.fixtures import hours

pytestmark = pytest.mark.django_db
NIGHT = {"start": 0, "end": 420, "greeting": "밤이에요."}


def found(shop: Shop, now: datetime, kind: str) -> list[Check]:
    return list(look(shop, draft.document_of(shop), now=now).found[kind])  # type: ignore[index]


def add(shop: Shop, name: str, *words: str, **more: Any) -> str:
    groups, replies = [{"mode": "any", "words": list(words)}], [{"text": "네, 돼요.", "buttons": []}]
    return draft.create_rule(shop, {"name": name, "groups": groups, "replies": replies, **more}).key


def set_hours(shop: Shop, **more: Any) -> None:
    shop.hours = hours(**more)
    shop.save()


def test_a_rule_that_never_gets_its_turn_leads_to_itself(shop: Shop, now: datetime) -> None:
    late = add(shop, "선물 봉투", "봉투")
    assert found(shop, now, "unheard") == []
    add(shop, "쇼핑백", "봉투", "쇼핑백")

    sentence = "‘쇼핑백’ 규칙이 먼저 모두 답해서 답할 일이 없어요."
    assert found(shop, now, "unheard") == [Check("wait", sentence, "선물 봉투", f"/rules/{late}/", "고치기")]


def test_words_that_a_slip_confuses_lead_to_a_rule_each(shop: Shop, now: datetime) -> None:
    assert found(shop, now, "alike") == []
    key = add(shop, "부품 안내", "부품")

    (one,) = found(shop, now, "alike")
    assert (one.where, one.url, one.fix) == ("부품 안내", f"/rules/{key}/", "고치기")
    assert one.sentence == "‘부품’, ‘반품’(반품 안내)"


@pytest.mark.parametrize(
    ("fields", "sentence", "url"),
    [
        ({"window": {"first": "2020-01-01", "last": "2020-01-31"}}, "정한 기간이 끝나서", "/rules/{key}/"),
        (
            {"window": {"first": "2027-01-04", "last": "2027-01-04", "weekdays": [5]}},
            "정한 요일이 없어서",
            "/rules/{key}/",
        ),
        ({"when": "night"}, "가게의 밤 시간을 정하지 않았어요", "/hours/#night"),
    ],
)
def test_a_rule_without_a_day_to_answer_on(
    shop: Shop, now: datetime, fields: dict[str, Any], sentence: str, url: str
) -> None:
    key = add(shop, "행사", "행사", **fields)

    (one,) = found(shop, now, "idle")
    assert sentence in one.sentence
    assert one.url == url.format(key=key)


@pytest.mark.parametrize(
    ("text", "url", "fix"),
    [
        ("{전화번호}로 물어봐 주세요.", "/settings/facts/", "채우기"),
        ("{출고일}에 보내요.", "/hours/#shipping", "채우기"),
        ("{고객명}님, 잠시만요.", "/greetings/", "고치기"),
    ],
)
def test_a_text_that_stays_unsaid_leads_to_where_it_is_filled_in(
    shop: Shop, now: datetime, text: str, url: str, fix: str
) -> None:
    texts = draft.texts_of(shop)
    texts.fallback["reply"]["text"] = text
    texts.save()

    (one,) = found(shop, now, "lacking")
    assert (one.tone, one.where, one.url, one.fix) == ("wait", "기본 답변", url, fix)


def test_greetings_of_the_night_and_of_vacations_are_read_too(shop: Shop, now: datetime) -> None:
    gone = {"first": "2026-11-01", "last": "2026-11-02", "name": "", "greeting": "{전화번호}"}
    coming = {"first": "2026-12-30", "last": "2026-12-31", "name": "", "greeting": "{전화번호}로 전화 주세요."}
    set_hours(shop, night={**NIGHT, "greeting": "{오시는길} 밤이에요."}, vacations=[gone, coming])

    assert [(one.where, one.fix) for one in found(shop, now, "lacking")] == [
        ("밤 인사", "채우기"),
        ("휴가 인사", "채우기"),
    ]


def test_a_greeting_that_a_messenger_cuts_warns_and_stops_nothing(shop: Shop, now: datetime, kakao: Connection) -> None:
    vacation = {"first": "2026-12-30", "last": "2026-12-31", "name": "", "greeting": "가" * 2000}
    set_hours(shop, night={**NIGHT, "greeting": "가" * 2000}, vacations=[vacation])
    texts = draft.texts_of(shop)
    texts.away["reply"]["buttons"] = [{"label": "상담", "say": "가" * 151}]
    texts.away["enabled"] = False
    texts.save()

    looked = look(shop, draft.document_of(shop), now=now)
    cut = looked.found["cut"]
    assert {one.where for one in cut} == {"밤 인사", "휴가 인사"} and looked.fit
    assert "‘상담’ 버튼을 눌러 보내는 말이 약 1자 넘쳐요" in cut[0].sentence
    assert cut[0].url == "/hours/#night" and cut[-1].url.startswith("/hours/?edit=")


def test_an_answer_is_tried_with_the_greeting_of_the_night_too(shop: Shop, now: datetime, kakao: Connection) -> None:
    set_hours(shop, night={**NIGHT, "greeting": "밤" * 1900})
    Rule.objects.filter(key="r-fee").update(replies=[{"text": "가" * 900, "buttons": []}])
    assert found(shop, now, "lost") == []
    Rule.objects.filter(key="r-fee").update(replies=[{"text": "가" * 1900, "buttons": []}])

    (one,) = found(shop, now, "lost")
    assert one.sentence.startswith("밤 인사와 함께 나가면 카카오톡에서는 약 ")
    assert (one.tone, one.where, one.url) == ("danger", "배송비 안내", "/rules/r-fee/")


def test_many_of_a_kind_are_folded_and_each_keeps_its_button(
    shop: Shop, published: Version, owner_client: Client
) -> None:
    keys = [
        add(shop, f"행사 {number}", f"행사 {number}호", window={"first": "2020-01-01", "last": "2020-01-31"})
        for number in range(3)
    ]
    body = owner_client.get("/releases/").content.decode()

    assert "답할 날이 없는 규칙 3개</span>" in " ".join(body.split())
    assert all(f'<a class="btn" href="/rules/{key}/">고치기' in body for key in keys)
    assert "괜찮은 것" in body


def test_own_greetings_are_only_told_of_where_there_are_any(shop: Shop) -> None:
    now = datetime(2026, 11, 25, 2, 0, tzinfo=UTC)
    assert "cut" not in look(shop, draft.document_of(shop), now=now).found
    set_hours(shop, night=NIGHT)
    assert found(shop, now, "cut") == []
