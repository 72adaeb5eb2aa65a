"""The preview beside the editors: the draft, with the unsaved fields laid over it."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

import pytest
from django.http import QueryDict
from django.test import Client
from django.urls import reverse
from django.utils.datastructures import MultiValueDict

from autoresponder import channels, models
from autoresponder.connections.connect import connect
from autoresponder.connections.models import Connection
from autoresponder.console.preview import context_of
from autoresponder.console.rehearse import Bubble
from autoresponder.engine.types import Button, Reply
from autoresponder.rules.models import Rule
from autoresponder.shops.models import Shop
from tests.fixtures import ALWAYS, hours

RULE = {"preview_of": "rule", "action": "answer", "when": "always", "cooldown_minutes": "0"}
PARKING = {**RULE, "preview_rule": "new", "any_words": "주차", "texts": "건물 뒤 3대 가능해요"}


def posted(fields: dict[str, Any]) -> QueryDict:
    data = QueryDict(mutable=True)
    data.update(MultiValueDict({name: value if isinstance(value, list) else [value] for name, value in fields.items()}))
    return data


def bubbles(shop: Shop, now: datetime, **fields: Any) -> list[Bubble]:
    found: list[Bubble] = context_of(shop, posted(fields), now=now)["bubbles"]
    return found


def test_a_rule_that_is_still_being_written_answers_its_first_word_at_once(shop: Shop, now: datetime) -> None:
    said, answer = bubbles(shop, now, **PARKING)

    assert (said.text, said.marks) == ("주차", [(0, 2)])
    assert answer.text == "건물 뒤 3대 가능해요"
    assert answer.why == ["‘주차’ 때문에 → 주차 안내"]


def test_the_words_that_hit_are_marked_where_the_customer_wrote_them(shop: Shop, now: datetime) -> None:
    said = bubbles(shop, now, preview_said="제주도 배송 비 얼마예요?")[0]

    assert [said.text[start:end] for start, end in said.marks] == ["배송 비"]


def test_the_reason_names_the_rule_that_gave_way(shop: Shop, now: datetime) -> None:
    answer = bubbles(shop, now, preview_said="배송비 얼마예요?")[1]

    assert answer.why == [
        "‘배송비’ 때문에 → 배송비 안내",
        "배송 일정: 더 짧은 말(‘배송’)이라 ‘배송비’ 쪽에 양보했어요.",
    ]


def test_a_changed_rule_answers_as_typed_and_stays_unsaved(shop: Shop, now: datetime) -> None:
    fields = {**RULE, "preview_rule": "r-fee", "any_words": "배송비", "texts": "배송비가 없어졌어요"}

    assert bubbles(shop, now, **fields)[1].text == "배송비가 없어졌어요"
    assert "3,000원" in Rule.objects.get(key="r-fee").replies[0]["text"]


def test_a_rule_that_is_switched_off_is_tried_out_as_if_on(shop: Shop, now: datetime) -> None:
    Rule.objects.filter(key="r-fee").update(enabled=False)

    assert (
        "새 값"
        in bubbles(shop, now, **{**RULE, "preview_rule": "r-fee", "any_words": "배송비", "texts": "새 값"})[1].text
    )


@pytest.mark.parametrize(
    "broken",
    [
        {"any_words": ""},
        {"texts": ""},
        {"texts": "\x00\x07"},
        {"any_words": "???"},
        {"any_words": "가" * 9000},
        {"texts": "가" * 9000},
        {"buttons_label": ["가" * 900] * 30, "buttons_say": ["나"]},
        {"when": "sometimes", "action": "dance", "cooldown_minutes": "-3", "channels": ["telegraph"]},
        {"preview_rule": "r-none"},
        {"preview_channel": "telegraph", "preview_scene": "dawn", "preview_of": "dreams"},
        {"preview_said": ["\ud800", "가" * 9000] * 40},
    ],
)
def test_unfinished_fields_never_break_it(shop: Shop, now: datetime, broken: dict[str, Any]) -> None:
    context_of(shop, posted({**PARKING, "preview_said": "주차 되나요", **broken}), now=now)


def test_at_night_the_greeting_comes_first(shop: Shop, now: datetime) -> None:
    answers = bubbles(shop, now, preview_said="배송비 얼마예요?", preview_scene="closed")[1:]

    assert "오후의 서랍" in answers[0].text
    assert "3,000원" in answers[1].text
    assert not any("오후의 서랍" in bubble.text for bubble in bubbles(shop, now, preview_said="배송비 얼마예요?"))


def test_a_shop_that_never_closes_says_so(shop: Shop, now: datetime) -> None:
    shop.hours = hours(ALWAYS, "")

    context = context_of(shop, posted({"preview_said": "배송비", "preview_scene": "closed"}), now=now)

    assert context["note"] == "쉬는 시간이 없는 가게라 ‘지금’과 같아요."


def test_a_customer_who_comes_first_now_is_greeted_only_while_closed(shop: Shop, night: datetime) -> None:
    new, known = (bubbles(shop, night, preview_said="배송비", preview_scene=scene) for scene in ("first", "now"))

    assert len(new) == len(known) + 1


def test_typed_greetings_are_heard_before_they_are_saved(shop: Shop, now: datetime) -> None:
    answers = bubbles(
        shop,
        now,
        preview_of="texts",
        preview_said="안녕하세요",
        preview_scene="closed",
        away_enabled="on",
        away_text="{가게이름}은 지금 자고 있어요",
        every_minutes="720",
    )

    assert answers[1].text == "오후의 서랍은 지금 자고 있어요"


def test_typed_hours_count_before_they_are_saved(shop: Shop, now: datetime, owner_client: Client) -> None:
    """A form whose every day is off: closed at noon too."""
    context = context_of(
        shop, posted({"preview_of": "hours", "preview_said": "배송비", "shape": "same", "off-0": "1"}), now=now
    )

    assert not context["hours"].open


def test_the_chosen_messenger_shows_its_limits(shop: Shop, now: datetime) -> None:
    long = {**PARKING, "buttons_label": ["아주아주 긴 이름을 가진 버튼이에요"], "buttons_say": [""]}

    kakao = bubbles(shop, now, **long, preview_channel="kakao")[-1]
    web = bubbles(shop, now, **long, preview_channel="webchat")[-1]

    assert kakao.buttons[0].label == "아주아주 긴 이름을 가진…"
    assert web.buttons[0].label == "아주아주 긴 이름을 가진 버튼이에요"


def test_kakao_shows_the_button_to_a_person(shop: Shop, now: datetime) -> None:
    answers = bubbles(shop, now, preview_said="상담원 바꿔 주세요", preview_channel="kakao")

    assert [button.label for button in answers[-1].buttons] == ["상담원 연결"]


@pytest.mark.parametrize("kind", channels.KINDS)
def test_every_messenger_shows_what_its_customers_get(shop: Shop, now: datetime, kind: str) -> None:
    texts = ["주차는 건물 뒤에 해 주세요.", ("세 대까지 돼요. " * 150).strip()]
    fields = {**PARKING, "texts": texts, "buttons_label": ["길 찾기"], "buttons_say": ["지도"]}

    answers = bubbles(shop, now, **fields, preview_channel=kind)[1:]
    shown = channels.get(kind).shows([Reply(texts[0]), Reply(texts[1], (Button("길 찾기", "지도"),))])

    assert [(bubble.text, bubble.buttons) for bubble in answers] == [(one.text, one.buttons) for one in shown]


def test_what_would_be_cut_off_is_told_while_typing(shop: Shop, now: datetime, webchat: Connection) -> None:
    texts = ["가" * 1500] * 3
    fields = posted({**PARKING, "texts": texts, "preview_channel": "webchat"})
    assert context_of(shop, fields, now=now)["losses"] == []

    fields["preview_channel"] = "kakao"
    (told,) = context_of(shop, fields, now=now)["losses"]
    assert told == "카카오톡에서는 글이 너무 길어서 끝의 약 1,505자가 잘려요. 그만큼 줄여 주세요."


def test_a_connected_messenger_warns_whichever_is_looked_at(shop: Shop, now: datetime, kakao: Connection) -> None:
    fields = {**PARKING, "preview_channel": "webchat", "buttons_label": ["길 찾기"], "buttons_say": ["가" * 151]}

    (told,) = context_of(shop, posted(fields), now=now)["losses"]

    assert told == "카카오톡에서는 ‘길 찾기’ 버튼을 눌러 보내는 말이 약 1자 넘쳐요. 그만큼 줄여 주세요."


def test_other_rules_and_saved_texts_do_not_warn_in_this_editor(shop: Shop, now: datetime, kakao: Connection) -> None:
    Rule.objects.filter(key="r-fee").update(replies=[{"text": "가" * 2000, "buttons": []}] * 3)

    assert context_of(shop, posted(PARKING), now=now)["losses"] == []
    texts = {"preview_of": "texts", "fallback_text": "못 알아들었어요", "every_minutes": "720"}
    assert context_of(shop, posted(texts), now=now)["losses"] == []


def test_the_choice_of_messenger_begins_with_the_shops_own(owner_client: Client, shop: Shop) -> None:
    connect(shop, "webhook")
    gone = connect(shop, "kakao")
    Connection.objects.filter(pk=gone.pk).update(ended_at=gone.created_at)

    page = owner_client.get(reverse("console:rule_new")).content.decode()

    choice = page[page.index('name="preview_channel"') :].partition("</select>")[0]
    kinds = re.findall(r'<option value="(\w+)"', choice)
    assert kinds[0] == "webhook" and set(kinds) == set(channels.KINDS)
    assert choice.index("우리 가게 메신저") < choice.index("아직 연결하지 않은 메신저") < choice.index('"kakao"')


def test_without_a_choice_it_plays_the_shops_own_messenger(shop: Shop, now: datetime) -> None:
    connect(shop, "webchat")

    assert context_of(shop, posted({}), now=now)["look"] == "web"


def test_a_talk_goes_on_and_keeps_its_last_sentences(shop: Shop, now: datetime) -> None:
    context = context_of(
        shop,
        posted({"preview_said": [f"말 {n}" for n in range(9)], "preview_text": "배송비", "preview_add": "1"}),
        now=now,
    )

    assert context["said"] == ["말 5", "말 6", "말 7", "말 8", "배송비"]
    assert context_of(shop, posted({"preview_said": "가", "preview_reset": "1"}), now=now)["said"] == []
    assert context_of(shop, posted({"preview_said": "가", "preview_press": "나"}), now=now)["said"] == ["가", "나"]


def test_it_writes_nothing(owner_client: Client, shop: Shop) -> None:
    before = [list(getattr(models, name).objects.order_by("pk").values()) for name in models.__all__]

    response = owner_client.post(reverse("console:preview"), PARKING, headers={"HX-Request": "true"})

    # Not a blank around the words: a bubble keeps every blank it is given.
    assert '<p class="bubble">건물 뒤 3대 가능해요</p>' in response.content.decode()
    assert [list(getattr(models, name).objects.order_by("pk").values()) for name in models.__all__] == before


def test_without_scripts_it_is_a_page(owner_client: Client) -> None:
    page = owner_client.post(
        reverse("console:preview"), {"preview_text": "반품 되나요", "preview_add": "1"}
    ).content.decode()

    assert "<html" in page
    assert "받으신 날부터 7일" in page


def test_another_shop_hears_its_own_answers(stranger_client: Client, shop: Shop) -> None:
    page = stranger_client.post(reverse("console:preview"), {"preview_said": "반품 되나요"}).content.decode()

    assert "받으신 날부터 7일" not in page


def test_now_is_the_present_moment(owner_client: Client, shop: Shop) -> None:
    shop.override_open, shop.override_until = True, datetime(2100, 1, 1, tzinfo=UTC)
    shop.save()

    page = owner_client.post(reverse("console:preview"), {"preview_said": "반품"}).content.decode()

    assert "지금은 영업 중이에요" in page
