"""Two people at one rule or one list of words: both see both, choose part by part, and nobody's words are lost."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from django.test import Client

from autoresponder.rules import draft, shelf
from autoresponder.rules.models import Draft, Rule
from autoresponder.rules.synonyms import groups_of
from autoresponder.shops.models import Shop
from tests.fixtures import RULES

URL = "/rules/r-fee/"


def form(**more: Any) -> dict[str, Any]:
    """What I typed, on a form opened before the other person saved."""
    start = {
        "any_words": "배송비, 배송료",
        "texts": ["배송비는 2,500원이에요."],
        "action": "answer",
        "when": "always",
        "cooldown_minutes": "0",
        "manner": "mention",
        "layers": ["jamo", "keyboard", "sound", "slip"],
        "name": "배송비 안내",
        "edit_number": "1",
    }
    return {**start, **more}


@pytest.fixture
def theirs(shop: Shop) -> Rule:
    """Meanwhile another person saved other words and other hours."""
    fields = {"replies": [{"text": "배송비는 무료예요.", "buttons": []}], "when": "open"}
    return draft.edit_rule(shop, "r-fee", fields, edit_number=1)


def stored(shop: Shop) -> Rule:
    return Rule.objects.get(shop=shop, key="r-fee")


def test_a_stale_save_shows_both_part_by_part_and_saves_nothing(owner_client: Client, theirs: Rule, shop: Shop) -> None:
    answer = owner_client.post(URL, form())
    body = answer.content.decode()
    assert answer.status_code == 422 and stored(shop).replies[0]["text"] == "배송비는 무료예요."
    mine = ("<dd>‘배송료’</dd>", "배송비는 <mark>2,500원이에요.</mark>")
    saved = ("<dd>‘택배비’</dd>", "배송비는 <mark>무료예요.</mark>", "영업 중에만")
    assert [said for said in (*mine, *saved) if said not in body] == []
    assert body.count('name="theirs"') == 3 and 'name="edit_number" value="2"' in body


def test_one_part_of_theirs_and_the_rest_of_mine(owner_client: Client, theirs: Rule, shop: Shop) -> None:
    chosen = owner_client.post(URL, form(edit_number="2", choosing="1", theirs="replies"))
    body = chosen.content.decode()
    assert chosen.status_code == 200 and "배송비는 무료예요.</textarea>" in body and "배송료" in body
    assert body.count('name="theirs"') == 2 and 'value="replies"' not in body
    owner_client.post(URL, form(edit_number="2", choosing="1", texts=["배송비는 무료예요."]))
    saved = stored(shop)
    assert saved.replies[0]["text"] == "배송비는 무료예요." and saved.when == "always"
    assert saved.groups == [{"mode": "any", "words": ["배송비", "배송료"]}]


def test_the_words_of_both_can_be_taken(owner_client: Client, theirs: Rule) -> None:
    chosen = owner_client.post(URL, form(edit_number="2", choosing="1", both="groups"))
    body = chosen.content.decode()
    assert chosen.status_code == 200 and 'value="배송비, 배송료, 택배비"' in body
    assert body.count('name="theirs"') == 2 and 'name="both"' not in body


def test_both_of_what_is_no_list_takes_nothing(owner_client: Client, theirs: Rule) -> None:
    body = owner_client.post(URL, form(edit_number="2", choosing="1", both="replies")).content.decode()
    assert "배송비는 2,500원이에요.</textarea>" in body


def test_a_third_save_while_choosing_is_not_overwritten_either(owner_client: Client, theirs: Rule, shop: Shop) -> None:
    draft.edit_rule(shop, "r-fee", {"name": "세 번째 사람"}, edit_number=2)
    answer = owner_client.post(URL, form(edit_number="2", choosing="1"))
    assert answer.status_code == 422 and "세 번째 사람" in answer.content.decode()
    assert stored(shop).name == "세 번째 사람"


def test_another_bubble_or_a_mistake_does_not_end_the_choice(owner_client: Client, theirs: Rule) -> None:
    for more in ({"more": "texts"}, {"any_words": ""}):
        body = owner_client.post(URL, form(edit_number="2", choosing="1", **more)).content.decode()
        assert 'name="theirs"' in body and "배송비는 2,500원이에요.</textarea>" in body


def test_words_for_a_rule_deleted_meanwhile_are_kept_for_a_new_one(owner_client: Client, shop: Shop) -> None:
    owner_client.post("/rules/r-fee/delete/")
    answer = owner_client.post(URL, form())
    body = answer.content.decode()
    assert answer.status_code == 422 and "배송비는 2,500원이에요.</textarea>" in body
    assert 'action="/rules/new/"' in body and "다른 사람이 이 규칙을 지웠어요" in body
    owner_client.post("/rules/new/", form(edit_number="0"))
    assert Rule.objects.kept().get(shop=shop, name="배송비 안내").replies[0]["text"] == "배송비는 2,500원이에요."


def test_so_are_those_for_one_that_went_with_the_whole_draft(owner_client: Client, shop: Shop, now: datetime) -> None:
    others = {**draft.document_of(shop), "rules": [each for each in RULES if each["key"] != "r-fee"]}
    shelf.take(shop, others, by=None, now=now)
    assert "배송비는 2,500원이에요.</textarea>" in owner_client.post(URL, form()).content.decode()


UNDERSTANDING = "/understanding/"
ALIASES = [{"written": "결재", "meant": "결제"}, {"written": "벳송", "meant": "배송"}]


def understood(**more: Any) -> dict[str, Any]:
    """The form 알아듣기 as it was opened before the other person saved."""
    start = {
        "layers": ["jamo", "keyboard"],
        "ask_back": "혹시 이건가요?",
        "aliases": ["결재", "벳송"],
        "aliases_meant": ["결제", "배송"],
        "ignored": "입고 나갔어, 크루즈",
        "edit_number": "2",
    }
    return {**start, **more}


@pytest.fixture
def their_words(shop: Shop) -> Draft:
    """Another person put in a spelling and a word to pass over, and switched a layer off."""
    before = {"layers": ["jamo", "keyboard"], "ask_back": {"text": "혹시 이건가요?", "buttons": []}}
    words = {"aliases": ALIASES, "ignored": ["입고 나갔어", "크루즈"], "synonyms": [["배송", "택배"]]}
    draft.edit_texts(shop, {**before, **words}, edit_number=1)
    more = {
        "aliases": [*ALIASES, {"written": "결졔", "meant": "결제"}],
        "ignored": ["입고 나갔어", "크루즈", "남의 말"],
    }
    groups = [["배송", "택배", "화물"], ["교환", "바꾸기"]]
    return draft.edit_texts(shop, {**more, "layers": ["jamo"], "synonyms": groups}, edit_number=2)


def mine(**more: Any) -> dict[str, Any]:
    """Meanwhile I put in others."""
    words = {"aliases": ["결재, 걸제", "벳송"], "ignored": "입고 나갔어, 크루즈, 나의 말"}
    return understood(**{**words, **more})


def test_a_stale_list_shows_what_each_side_has_alone(owner_client: Client, their_words: Draft, shop: Shop) -> None:
    answer = owner_client.post(UNDERSTANDING, mine())
    body = answer.content.decode()
    shown = [f"<dd>‘{word}’</dd>" for word in ("걸제 → 결제", "결졔 → 결제", "나의 말", "남의 말")]
    assert answer.status_code == 422 and [said for said in shown if said not in body] == []
    # What both have is no difference.
    assert "벳송 → 배송" not in body and "‘크루즈’" not in body and 'value="ask_back"' not in body
    assert (body.count('name="theirs"'), body.count('name="both"')) == (3, 2)
    assert 'value="결재, 걸제"' in body and 'name="edit_number" value="3"' in body
    assert draft.texts_of(shop).ignored == their_words.ignored


def test_both_peoples_words_are_kept_when_both_are_taken(owner_client: Client, their_words: Draft, shop: Shop) -> None:
    asked = mine(edit_number="3", choosing="1")
    body = owner_client.post(UNDERSTANDING, {**asked, "both": "aliases"}).content.decode()
    assert 'value="결재, 걸제, 결졔"' in body and body.count('name="theirs"') == 2
    asked["aliases"] = ["결재, 걸제, 결졔", "벳송"]
    body = owner_client.post(UNDERSTANDING, {**asked, "both": "ignored"}).content.decode()
    assert 'value="입고 나갔어, 크루즈, 나의 말, 남의 말"' in body
    asked["ignored"] = "입고 나갔어, 크루즈, 나의 말, 남의 말"
    assert owner_client.post(UNDERSTANDING, asked).status_code == 302
    saved = draft.texts_of(shop)
    assert {alias["written"] for alias in saved.aliases} == {"결재", "걸제", "결졔", "벳송"}
    assert saved.ignored == ["입고 나갔어", "크루즈", "나의 말", "남의 말"]


def test_theirs_alone_can_be_taken_and_the_rest_stays_mine(owner_client: Client, their_words: Draft) -> None:
    form = owner_client.post(UNDERSTANDING, mine(edit_number="3", choosing="1", theirs="ignored")).context["form"]
    assert form["ignored"].value() == "입고 나갔어, 크루즈, 남의 말"
    assert form["layers"].value() == ["jamo", "keyboard"] and ("결재, 걸제", "결제") in form["aliases"].value()
    form = owner_client.post(UNDERSTANDING, mine(edit_number="3", choosing="1", theirs="layers")).context["form"]
    assert form["layers"].value() == ["jamo"] and form["ignored"].value() == "입고 나갔어, 크루즈, 나의 말"


@pytest.mark.parametrize(
    "step", [{"more": "aliases aliases_meant"}, {"defaults": "1"}, {"ignored": "???"}, {"theirs": "toString"}]
)
def test_a_step_or_a_mistake_does_not_end_the_choice(
    owner_client: Client, their_words: Draft, step: dict[str, str]
) -> None:
    body = owner_client.post(UNDERSTANDING, mine(edit_number="3", choosing="1", **step)).content.decode()
    assert 'name="choosing"' in body and 'name="theirs"' in body and "혹시 이건가요?" in body


def test_a_third_save_of_a_list_is_not_overwritten_either(owner_client: Client, their_words: Draft, shop: Shop) -> None:
    draft.edit_texts(shop, {"ignored": ["세 번째 사람의 말"]}, edit_number=3)
    answer = owner_client.post(UNDERSTANDING, mine(edit_number="3", choosing="1"))
    assert answer.status_code == 422 and "<dd>‘세 번째 사람의 말’</dd>" in answer.content.decode()
    assert draft.texts_of(shop).ignored == ["세 번째 사람의 말"]


SYNONYMS = "/synonyms/"
MY_GROUPS = ["배송, 택배, 소포", "꽃다발, 부케"]


def test_groups_of_one_meaning_are_compared_word_by_word(owner_client: Client, their_words: Draft, shop: Shop) -> None:
    answer = owner_client.post(SYNONYMS, {"groups": MY_GROUPS, "edit_number": "2"})
    body = answer.content.decode()
    assert answer.status_code == 422
    assert "<dd>‘배송 = 소포’, ‘꽃다발 = 부케’</dd>" in body and "<dd>‘배송 = 화물’, ‘교환 = 바꾸기’</dd>" in body
    assert all(f'value="{group}"' in body for group in MY_GROUPS)
    assert groups_of(shop) == [["배송", "택배", "화물"], ["교환", "바꾸기"]]


def test_the_groups_of_both_become_one_list(owner_client: Client, their_words: Draft, shop: Shop) -> None:
    asked = {"groups": MY_GROUPS, "edit_number": "3", "choosing": "1"}
    body = owner_client.post(SYNONYMS, {**asked, "both": "synonyms"}).content.decode()
    joined = ["배송, 택배, 소포, 화물", "꽃다발, 부케", "교환, 바꾸기"]
    assert [group for group in joined if f'value="{group}"' not in body] == [] and 'name="both"' not in body
    assert "모두 골랐어요." in body and "내용이 같아요" not in body
    owner_client.post(SYNONYMS, {**asked, "groups": joined})
    assert groups_of(shop) == [["배송", "택배", "소포", "화물"], ["꽃다발", "부케"], ["교환", "바꾸기"]]


def test_their_groups_can_be_taken_alone(owner_client: Client, their_words: Draft) -> None:
    asked = {"groups": MY_GROUPS, "edit_number": "3", "choosing": "1", "theirs": "synonyms"}
    form = owner_client.post(SYNONYMS, asked).context["form"]
    assert form["groups"].value() == [("배송, 택배, 화물", ""), ("교환, 바꾸기", "")]


def test_groups_both_wrote_are_no_difference(owner_client: Client, their_words: Draft) -> None:
    body = owner_client.post(SYNONYMS, {"groups": ["배송, 택배, 화물", "교환, 바꾸기"], "edit_number": "2"})
    assert "적은 내용과 저장된 내용이 같아요." in body.content.decode()
