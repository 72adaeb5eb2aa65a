"""The list of rules and the editor, as plain HTML and as htmx fragments."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from autoresponder.connections.models import Connection
from autoresponder.inbox.models import Conversation, Message
from autoresponder.rules import draft
from autoresponder.rules.models import Rule
from autoresponder.shops.models import Shop

HTMX = {"HX-Request": "true"}
TYPED = {
    "any_words": "주차, 주차장",
    "texts": "건물 뒤 3대 가능해요",
    "action": "answer",
    "when": "always",
    "cooldown_minutes": "0",
    "manner": "mention",
    "layers": ["jamo", "keyboard", "sound", "slip"],
}


def url(name: str, *args: str) -> str:
    return reverse(f"console:{name}", args=args)


def keys(shop: Shop) -> list[str]:
    return [rule.key for rule in draft.rules_of(shop)]


def typed(shop: Shop, key: str, **changes: Any) -> dict[str, Any]:
    """The editor's fields for a stored rule, as the browser would post them."""
    rule = Rule.objects.get(shop=shop, key=key)
    words = ", ".join(rule.groups[0]["words"])
    return {**TYPED, "any_words": words, "name": rule.name, "edit_number": rule.edit_number, **changes}


def test_the_list_shows_words_answer_and_hits(shop: Shop, owner_client: Client, webchat: Connection) -> None:
    now = timezone.now()
    talk = Conversation.objects.create(shop=shop, connection=webchat, customer="c", last_at=now)
    for number, at in enumerate([now, now - timedelta(days=2), now - timedelta(days=8)]):
        record(talk, str(number), at)
    record(talk, "test", now, test=True)

    page = owner_client.get(url("rules")).content.decode()

    assert "배송비 안내" in page
    assert "택배비" in page
    assert "배송비는 3,000원이고" in page
    assert "7일 동안 2번 답했어요" in page


def record(talk: Conversation, event_id: str, at: datetime, *, test: bool = False) -> None:
    Message.objects.create(
        shop=talk.shop,
        connection=talk.connection,
        conversation=talk,
        event_id=event_id,
        text="배송비",
        at=at,
        outcome="answered",
        rule="r-fee",
        test=test,
    )


def test_the_list_costs_the_same_for_any_number_of_rules(
    shop: Shop, owner_client: Client, django_assert_max_num_queries: Any
) -> None:
    for number in range(30):
        draft.create_rule(shop, {"name": f"규칙 {number}", "groups": [{"mode": "any", "words": [f"말{number}"]}]})

    with django_assert_max_num_queries(12):
        owner_client.get(url("rules"))


def test_a_shop_without_rules_is_offered_the_first(shop: Shop, owner_client: Client) -> None:
    Rule.objects.filter(shop=shop).delete()

    page = owner_client.get(url("rules")).content.decode()

    assert "아직 규칙이 없어요" in page
    assert "첫 규칙 만들기" in page


@pytest.mark.parametrize(("query", "found"), [("배송 비", True), ("3,000원", True), ("택배비", True), ("주차", False)])
def test_search_looks_into_names_words_and_answers(owner_client: Client, query: str, found: bool) -> None:
    page = owner_client.get(url("rules"), {"q": query}).content.decode()

    assert (f'href="{url("rule", "r-fee")}"' in page) is found


def test_a_search_without_a_find_offers_a_rule_with_that_word(owner_client: Client) -> None:
    page = owner_client.get(url("rules"), {"q": "주차 & 정기권"}).content.decode()

    assert "?keyword=%EC%A3%BC%EC%B0%A8+%26+" in page


def test_a_new_rule_stands_on_top_and_is_named_after_its_first_word(shop: Shop, owner_client: Client) -> None:
    response = owner_client.post(url("rule_new"), TYPED, follow=True)

    rule = draft.rules_of(shop)[0]
    assert rule.name == "주차 안내"
    assert rule.groups == [{"mode": "any", "words": ["주차", "주차장"]}]
    assert rule.replies == [{"text": "건물 뒤 3대 가능해요", "buttons": []}]
    assert rule.enabled
    assert "저장했어요. 게시하면 손님에게 적용돼요." in response.content.decode()


def test_every_field_of_a_rule_is_stored_and_shown_again(shop: Shop, owner_client: Client) -> None:
    owner_client.post(
        url("rule_new"),
        {
            "name": "단체 예약",
            "any_words": "단체, 여럿이",
            "also_words": "예약、자리",
            "all_words": "내일",
            "none_words": "취소\n환불",
            "action": "hand_off",
            "texts": ["첫 말풍선", "  ", "둘째 말풍선"],
            "buttons_label": ["메뉴 보기", ""],
            "buttons_say": ["메뉴", ""],
            "when": "open",
            "channels": ["kakao"],
            "cooldown_minutes": "60",
            "first": "on",
            "manner": "asked",
            "layers": ["jamo", "sound"],
        },
    )

    rule = Rule.objects.get(shop=shop, name="단체 예약")
    assert [(group["mode"], group["words"]) for group in rule.groups] == [
        ("any", ["단체", "여럿이"]),
        ("any", ["예약", "자리"]),
        ("all", ["내일"]),
        ("none", ["취소", "환불"]),
    ]
    assert [reply["text"] for reply in rule.replies] == ["첫 말풍선", "둘째 말풍선"]
    assert rule.replies[1]["buttons"] == [{"label": "메뉴 보기", "say": "메뉴"}]
    assert (rule.band, rule.action, rule.when, rule.channels) == ("safety", "hand_off", "open", ["kakao"])
    assert rule.cooldown_minutes == 60
    assert (rule.manner, rule.without) == ("asked", ["keyboard", "slip"])
    page = owner_client.get(url("rule", rule.key)).content.decode()
    for shown in ("단체, 여럿이", "예약, 자리", "취소, 환불", "둘째 말풍선", "메뉴 보기"):
        assert shown in page


def test_saving_keeps_what_the_form_does_not_show(shop: Shop, owner_client: Client) -> None:
    Rule.objects.filter(key="r-fee").update(intent="delivery_fee", enabled=False, cooldown_minutes=45)

    owner_client.post(url("rule", "r-fee"), typed(shop, "r-fee", cooldown_minutes="45"))

    rule = Rule.objects.get(key="r-fee")
    assert (rule.intent, rule.enabled, rule.cooldown_minutes) == ("delivery_fee", False, 45)
    assert rule.replies[0]["text"] == TYPED["texts"]


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"any_words": ""}, "손님이 할 만한 말을 하나 이상 적어 주세요."),
        ({"any_words": "주차, ???"}, "‘???’에는 알아볼 글자가 없어요."),
        ({"texts": " "}, "손님에게 할 말을 적어 주세요."),
        ({"texts": "{쿠폰}을 드려요"}, "‘{쿠폰}’에 넣을 내용을 몰라요."),
        ({"any_words": "가" * 51}, "50자까지 적을 수 있어요."),
        ({"texts": "가" * 2001}, "말풍선 하나는 2,000자까지예요."),
        ({"texts": "보이지 않는 \x07 글자"}, "화면에 보이지 않는 글자가 섞여 있어요."),
        ({"cooldown_minutes": "많이"}, "errorlist"),
        ({"when": "sometimes"}, "errorlist"),
        ({"manner": "sung"}, "errorlist"),
        ({"layers": "telepathy"}, "errorlist"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_is_kept(
    shop: Shop, owner_client: Client, changes: dict[str, str], sentence: str
) -> None:
    response = owner_client.post(url("rule_new"), {**TYPED, "name": "내가 지은 이름", **changes}, headers=HTMX)

    page = response.content.decode()
    assert response.status_code == 422
    assert sentence in page
    assert "내가 지은 이름" in page
    assert len(draft.rules_of(shop)) == 4


def test_a_hand_off_rule_may_leave_the_words_to_the_shop(shop: Shop, owner_client: Client) -> None:
    owner_client.post(url("rule_new"), {**TYPED, "action": "hand_off", "texts": ""})

    assert draft.rules_of(shop)[0].replies == []


def test_what_someone_else_saved_meanwhile_is_shown_beside_ones_own_words(shop: Shop, owner_client: Client) -> None:
    mine = typed(shop, "r-fee", texts="배송비가 없어졌어요")
    owner_client.post(url("rule", "r-fee"), typed(shop, "r-fee", name="남이 고친 이름", texts="배송비는 2,500원이에요"))

    response = owner_client.post(url("rule", "r-fee"), mine, headers=HTMX)

    page = response.content.decode()
    assert response.status_code == 422
    assert "남이 고친 이름" in page
    assert "배송비는 2,500원이에요" in page
    assert "배송비가 없어졌어요" in page
    assert Rule.objects.get(key="r-fee").replies[0]["text"] == "배송비는 2,500원이에요"
    number = Rule.objects.get(key="r-fee").edit_number
    owner_client.post(url("rule", "r-fee"), {**mine, "edit_number": number})
    assert Rule.objects.get(key="r-fee").replies[0]["text"] == "배송비가 없어졌어요"


def test_a_bubble_and_a_button_more_or_less_change_nothing_but_the_form(shop: Shop, owner_client: Client) -> None:
    more = owner_client.post(url("rule_new"), {**TYPED, "more": "texts"}, headers=HTMX).content.decode()
    button = owner_client.post(url("rule_new"), {**TYPED, "more": "buttons_label buttons_say"}).content.decode()
    less = owner_client.post(
        url("rule_new"), {**TYPED, "texts": ["가", "나", "다"], "less": "1 texts"}
    ).content.decode()

    assert more.count("<textarea") == 2
    assert button.count('name="buttons_label"') == 1
    assert [text in less for text in (">가<", ">나<", ">다<")] == [True, False, True]
    assert len(draft.rules_of(shop)) == 4


def test_a_new_rule_answers_a_mention_and_understands_every_typo(shop: Shop, owner_client: Client) -> None:
    page = owner_client.get(url("rule_new")).content.decode()
    owner_client.post(url("rule_new"), TYPED)

    rule = draft.rules_of(shop)[0]
    assert (rule.manner, rule.without) == ("mention", [])
    assert checked(page, "manner") == ["mention"]
    assert checked(page, "layers") == ["jamo", "keyboard", "sound", "slip"]


def test_a_rule_may_refuse_typos_and_its_copy_does_too(shop: Shop, owner_client: Client) -> None:
    owner_client.post(url("rule", "r-fee"), typed(shop, "r-fee", manner="alone", layers=["jamo"]))
    owner_client.post(url("rule_duplicate", "r-fee"))

    copy = draft.rules_of(shop)[2]
    assert (copy.manner, copy.without) == ("alone", ["keyboard", "sound", "slip"])
    page = owner_client.get(url("rule", copy.key)).content.decode()
    assert (checked(page, "manner"), checked(page, "layers")) == (["alone"], ["jamo"])


def checked(page: str, name: str) -> list[str]:
    """The values of the boxes or radios of that name that are switched on."""
    boxes = re.findall(rf'<input\s[^>]*name="{name}"[^>]*>', page)
    return [re.findall(r'value="(\w+)"', box)[0] for box in boxes if "checked" in box]


def test_an_unmatched_word_begins_a_rule(owner_client: Client) -> None:
    page = owner_client.get(url("rule_new"), {"keyword": "재입고"}).content.decode()

    assert 'value="재입고"' in page


def test_the_switch_turns_a_rule_off_and_on(shop: Shop, owner_client: Client) -> None:
    owner_client.post(url("rule_toggle", "r-fee"), {"on": "0"})
    assert not Rule.objects.get(key="r-fee").enabled

    page = owner_client.post(url("rule_toggle", "r-fee"), {"on": "1"}, headers=HTMX).content.decode()
    assert Rule.objects.get(key="r-fee").enabled
    assert page.lstrip().startswith('<div class="stack" id="rules">')


@pytest.mark.parametrize(
    ("key", "to", "order"),
    [
        ("r-delivery", "up", ["r-person", "r-delivery", "r-fee", "r-return"]),
        ("r-delivery", "down", ["r-person", "r-fee", "r-return", "r-delivery"]),
        ("r-return", "top", ["r-person", "r-return", "r-fee", "r-delivery"]),
        ("r-fee", "up", ["r-person", "r-fee", "r-delivery", "r-return"]),
        ("r-fee", "sideways", ["r-person", "r-fee", "r-delivery", "r-return"]),
    ],
)
def test_buttons_move_a_rule_among_its_own(
    shop: Shop, owner_client: Client, key: str, to: str, order: list[str]
) -> None:
    owner_client.post(url("rule_move", key), {"to": to})

    assert keys(shop) == order


def test_a_dropped_row_gives_the_new_order_even_of_a_part_of_the_list(shop: Shop, owner_client: Client) -> None:
    owner_client.post(url("rule_order"), {"order": "r-return,r-fee,nonsense"})

    assert keys(shop) == ["r-person", "r-return", "r-delivery", "r-fee"]


def test_a_copy_stands_below_and_is_off(shop: Shop, owner_client: Client) -> None:
    owner_client.post(url("rule_duplicate", "r-fee"))

    copy = draft.rules_of(shop)[2]
    assert (copy.name, copy.enabled) == ("배송비 안내 복사본", False)


def test_a_deleted_rule_comes_back_with_one_tap(shop: Shop, owner_client: Client) -> None:
    response = owner_client.post(url("rule_delete", "r-fee"), follow=True)
    assert "r-fee" not in keys(shop)
    assert url("rule_restore", "r-fee") in response.content.decode()

    owner_client.post(url("rule_restore", "r-fee"))
    assert keys(shop) == ["r-person", "r-fee", "r-delivery", "r-return"]


@pytest.mark.parametrize("name", ["rule", "rule_toggle", "rule_move", "rule_duplicate", "rule_delete", "rule_restore"])
def test_an_unknown_or_foreign_rule_is_not_found(
    owner_client: Client, stranger_client: Client, shop: Shop, name: str
) -> None:
    assert owner_client.post(url(name, "r-none"), TYPED).status_code == 404
    assert stranger_client.post(url(name, "r-fee"), TYPED).status_code == 404
    assert keys(shop) == ["r-person", "r-fee", "r-delivery", "r-return"]
