"""The page of words of one meaning, and what the editor of a rule is offered from it."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from autoresponder import packs
from autoresponder.rules.models import Draft
from autoresponder.rules.release import pending_count
from autoresponder.rules.synonyms import GROUPS, groups_of
from autoresponder.shops.models import Shop

ADDRESS = "/synonyms/"
SUGGEST = "/synonyms/suggest/"
HTMX = {"HX-Request": "true"}


def typed(shop: Shop, *groups: str, **more: Any) -> dict[str, Any]:
    return {"groups": list(groups), "edit_number": Draft.objects.get(shop=shop).edit_number, **more}


def offered(client: Client, **words: str) -> str:
    return client.post(SUGGEST, words, headers=HTMX).content.decode()


def test_a_shop_begins_with_the_words_of_its_language(shop: Shop, owner_client: Client) -> None:
    page = owner_client.get(ADDRESS).content.decode()

    assert groups_of(shop) == packs.synonyms("ko")
    assert 'value="배송, 택배, 배달' in page
    assert 'href="/synonyms/"' in owner_client.get(reverse("console:rules")).content.decode()


def test_groups_are_changed_added_and_taken_out(shop: Shop, owner_client: Client) -> None:
    response = owner_client.post(ADDRESS, typed(shop, "배송, 소포", " ", "꽃다발、부케"), follow=True)

    assert groups_of(shop) == [["배송", "소포"], ["꽃다발", "부케"]]
    assert "저장했어요" in response.content.decode()
    assert 'value="꽃다발, 부케"' in response.content.decode()


def test_customers_are_not_touched(shop: Shop, owner_client: Client, published: Any) -> None:
    owner_client.post(ADDRESS, typed(shop, "배송, 소포"))

    assert pending_count(shop) == 0


def test_a_row_more_or_less_stores_nothing(shop: Shop, owner_client: Client) -> None:
    more = owner_client.post(ADDRESS, typed(shop, "가, 나", more="groups"), headers=HTMX).content.decode()
    less = owner_client.post(ADDRESS, typed(shop, "가, 나", "다, 라", less="0 groups"), headers=HTMX).content.decode()

    assert more.count('name="groups"') == 2
    assert ('value="가, 나"' in less, 'value="다, 라"' in less) == (False, True)
    assert "아직 저장하지 않았어요" in less
    assert groups_of(shop) == packs.synonyms("ko")


def test_the_first_list_comes_back_and_grows_with_the_product(shop: Shop, owner_client: Client) -> None:
    owner_client.post(ADDRESS, typed(shop, "가, 나"))

    page = owner_client.post(ADDRESS, typed(shop, "가, 나", defaults="1"), headers=HTMX).content.decode()
    assert 'value="배송, 택배, 배달' in page
    assert groups_of(shop) == [["가", "나"]]
    owner_client.post(ADDRESS, typed(shop, *(", ".join(group) for group in packs.synonyms("ko"))))
    assert Draft.objects.get(shop=shop).synonyms is None


def test_a_shop_may_do_without(shop: Shop, owner_client: Client) -> None:
    owner_client.post(ADDRESS, typed(shop))

    assert groups_of(shop) == []
    assert "아직 묶음이 없어요" in owner_client.get(ADDRESS).content.decode()


@pytest.mark.parametrize(
    ("group", "sentence"),
    [
        ("혼자", "뜻이 같은 말을 둘 이상 적어 주세요."),
        ("배송, ???", "‘???’에는 알아볼 글자가 없어요."),
        ("배송, " + "가" * 51, "50자까지 적을 수 있어요."),
        (", ".join(f"말{n}" for n in range(31)), "30개까지 넣을 수 있어요."),
        ("배송, 보이지 않는 \x07 글자", "화면에 보이지 않는 글자가 섞여 있어요."),
    ],
)
def test_what_is_wrong_is_said_at_its_row_and_what_was_typed_is_kept(
    shop: Shop, owner_client: Client, group: str, sentence: str
) -> None:
    response = owner_client.post(ADDRESS, typed(shop, "꽃다발, 부케", group), headers=HTMX)

    page = response.content.decode()
    assert response.status_code == 422
    assert sentence in page
    assert page.count('aria-invalid="true"') == 1
    assert 'value="꽃다발, 부케"' in page
    assert f'value="{group}"' in page
    assert groups_of(shop) == packs.synonyms("ko")


def test_there_is_an_end_to_groups(shop: Shop, owner_client: Client) -> None:
    many = [f"말{n}, 낱말{n}" for n in range(GROUPS + 1)]

    response = owner_client.post(ADDRESS, typed(shop, *many), headers=HTMX)

    assert response.status_code == 422
    assert "200개까지 넣을 수 있어요." in response.content.decode()
    assert owner_client.post(ADDRESS, typed(shop, *many[:-1])).status_code == 302


def test_another_shop_keeps_its_own(shop: Shop, stranger_client: Client) -> None:
    stranger_client.get(ADDRESS)
    stranger_client.post(ADDRESS, {"groups": ["남의 말, 다른 말"], "edit_number": 1})

    assert groups_of(shop) == packs.synonyms("ko")


def test_words_of_the_same_meaning_are_offered_as_buttons(shop: Shop, owner_client: Client) -> None:
    owner_client.post(ADDRESS, typed(shop, "배송, 택배, 출고"))

    page = offered(owner_client, any_words="배송비, 배송")

    assert "같은 뜻도 넣을까요?" in page
    assert ('data-word="택배"' in page, 'data-word="출고"' in page, 'data-word="배송"' in page) == (True, True, False)
    assert 'data-word="택배, 출고"' in page


def test_a_word_still_being_typed_counts_and_one_that_excludes_is_left_out(shop: Shop, owner_client: Client) -> None:
    owner_client.post(ADDRESS, typed(shop, "배송, 택배, 출고"))

    page = offered(owner_client, any_words="", any_words_typing="배송", none_words="택배")

    assert ('data-word="택배"' in page, 'data-word="출고"' in page) == (False, True)
    assert "모두 넣기" not in page


@pytest.mark.parametrize("words", ["", "배송, 택배, 출고", "달나라", "???"])
def test_nothing_is_asked_when_there_is_nothing_to_offer(shop: Shop, owner_client: Client, words: str) -> None:
    owner_client.post(ADDRESS, typed(shop, "배송, 택배, 출고"))

    assert offered(owner_client, any_words=words).strip() == ""


def test_strangers_words_are_escaped(shop: Shop, owner_client: Client) -> None:
    owner_client.post(ADDRESS, typed(shop, '배송, <b>"택배'))

    page = offered(owner_client, any_words="배송")

    assert "<b>" not in page
    assert "&lt;b&gt;&quot;택배" in page
