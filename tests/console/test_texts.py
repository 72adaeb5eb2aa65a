"""Greeting, standard answer and hand-off words."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from autoresponder.rules.models import Draft
from autoresponder.shops.models import Shop

ADDRESS = "/greetings/"
HTMX = {"HX-Request": "true"}


def typed(shop: Shop, **changes: Any) -> dict[str, Any]:
    return {
        "away_enabled": "on",
        "away_text": "지금은 쉬고 있어요. {다음영업시간}에 열어요.",
        "away_buttons_label": ["배송 안내", ""],
        "away_buttons_say": ["배송 언제 와요", ""],
        "every_minutes": "1440",
        "fallback_text": "잘 못 알아들었어요.",
        "hand_off_after": "3",
        "open_text": "담당자를 불렀어요.",
        "closed_text": "열면 바로 답해 드릴게요.",
        "quiet_minutes": "30",
        "edit_number": Draft.objects.get(shop=shop).edit_number,
        **changes,
    }


def test_the_page_shows_what_is_stored(owner_client: Client) -> None:
    page = owner_client.get(reverse("console:texts")).content.decode()

    assert "지금은 쉬는 시간이라 {다음영업시간}부터" in page
    assert 'value="상담원 연결"' in page


def test_all_texts_are_saved_together(shop: Shop, owner_client: Client) -> None:
    response = owner_client.post(ADDRESS, typed(shop), follow=True)

    draft = Draft.objects.get(shop=shop)
    assert draft.away == {
        "reply": {
            "text": "지금은 쉬고 있어요. {다음영업시간}에 열어요.",
            "buttons": [{"label": "배송 안내", "say": "배송 언제 와요"}],
        },
        "enabled": True,
        "every_minutes": 1440,
    }
    assert draft.fallback == {"reply": {"text": "잘 못 알아들었어요.", "buttons": []}, "hand_off_after": 3}
    assert draft.hand_off == {
        "open": {"text": "담당자를 불렀어요.", "buttons": []},
        "closed": {"text": "열면 바로 답해 드릴게요.", "buttons": []},
        "quiet_minutes": 30,
    }
    assert "게시하면 손님에게 적용돼요" in response.content.decode()


def test_a_greeting_that_is_off_needs_no_words(shop: Shop, owner_client: Client) -> None:
    without = typed(shop, away_text="")
    del without["away_enabled"]

    assert owner_client.post(ADDRESS, without).status_code == 302
    assert Draft.objects.get(shop=shop).away["enabled"] is False


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"away_text": ""}, "인사말을 적거나, 인사하기를 꺼 주세요."),
        ({"closed_text": "{쿠폰}을 드려요"}, "‘{쿠폰}’에 넣을 내용을 몰라요."),
        ({"fallback_text": ""}, "errorlist"),
        ({"quiet_minutes": "-1"}, "errorlist"),
        ({"open_text": "가" * 2001}, "errorlist"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_is_kept(
    shop: Shop, owner_client: Client, changes: dict[str, str], sentence: str
) -> None:
    response = owner_client.post(ADDRESS, typed(shop, **{"away_buttons_label": ["내 버튼"], **changes}), headers=HTMX)

    assert response.status_code == 422
    assert sentence in response.content.decode()
    assert "내 버튼" in response.content.decode()
    assert Draft.objects.get(shop=shop).edit_number == 1


def test_what_someone_else_saved_is_shown_and_ones_own_words_stay(shop: Shop, owner_client: Client) -> None:
    mine = typed(shop, fallback_text="내가 쓴 기본 답변")
    owner_client.post(ADDRESS, typed(shop, fallback_text="남이 쓴 기본 답변"))

    page = owner_client.post(ADDRESS, mine, headers=HTMX).content.decode()

    assert "그사이 다른 사람이 먼저 저장했어요" in page
    assert "<mark>남이</mark> 쓴 기본 답변" in page
    assert "내가 쓴 기본 답변</textarea>" in page
    assert page.count('name="theirs"') == 1 and "기본 답변 · 이렇게 답해요" in page
    assert 'tabindex="-1" autofocus' in " ".join(page.split()), "whoever pressed save far below would not see it"
    assert Draft.objects.get(shop=shop).fallback["reply"]["text"] == "남이 쓴 기본 답변"


def test_one_part_of_theirs_and_the_rest_of_mine(shop: Shop, owner_client: Client) -> None:
    mine = typed(shop, fallback_text="내가 쓴 기본 답변", quiet_minutes="60", away_text="나의 인사")
    owner_client.post(ADDRESS, typed(shop, fallback_text="남이 쓴 기본 답변", quiet_minutes="10"))
    assert owner_client.post(ADDRESS, mine).content.decode().count('name="theirs"') == 3
    mine |= {"choosing": "1", "edit_number": "2"}

    page = owner_client.post(ADDRESS, {**mine, "theirs": "fallback reply"}, headers=HTMX).content.decode()

    assert "남이 쓴 기본 답변</textarea>" in page and "나의 인사</textarea>" in page
    assert page.count('name="theirs"') == 2 and 'value="fallback reply"' not in page
    owner_client.post(ADDRESS, {**mine, "fallback_text": "남이 쓴 기본 답변"})
    draft = Draft.objects.get(shop=shop)
    assert draft.fallback["reply"]["text"] == "남이 쓴 기본 답변"
    assert (draft.hand_off["quiet_minutes"], draft.away["reply"]["text"]) == (60, "나의 인사")


def test_a_third_save_while_choosing_is_not_overwritten_either(shop: Shop, owner_client: Client) -> None:
    mine = typed(shop, open_text="내가 쓴 말")
    for text in ("둘째 사람", "셋째 사람"):
        owner_client.post(ADDRESS, typed(shop, open_text=text))

    answer = owner_client.post(ADDRESS, {**mine, "choosing": "1", "edit_number": "2"})

    assert answer.status_code == 422 and "셋째 사람" in answer.content.decode()
    assert Draft.objects.get(shop=shop).hand_off["open"]["text"] == "셋째 사람"


def test_a_difference_far_into_a_long_text_is_shown_too(shop: Shop, owner_client: Client) -> None:
    mine = typed(shop, fallback_text="가" * 900 + "내 끝")
    owner_client.post(ADDRESS, typed(shop, fallback_text="가" * 900 + "남의 끝"))

    page = owner_client.post(ADDRESS, mine).content.decode()

    assert page.count('name="theirs"') == 1 and "가" * 900 + "남의</mark> 끝" in page


@pytest.mark.parametrize("more", [{"more": "away_buttons_label away_buttons_say"}, {"fallback_text": ""}])
def test_another_row_or_a_mistake_does_not_end_the_choice(
    shop: Shop, owner_client: Client, more: dict[str, str]
) -> None:
    mine = typed(shop, open_text="내가 쓴 말")
    owner_client.post(ADDRESS, typed(shop, open_text="남이 쓴 말"))

    page = owner_client.post(ADDRESS, {**mine, "choosing": "1", "edit_number": "2", **more}).content.decode()

    assert 'value="hand_off open"' in page and "<mark>남이</mark> 쓴 말" in page and "내가 쓴 말</textarea>" in page


def test_a_number_from_elsewhere_stays_a_choice(shop: Shop, owner_client: Client) -> None:
    draft = Draft.objects.get(shop=shop)
    draft.hand_off["quiet_minutes"] = 45
    draft.save()

    assert owner_client.post(ADDRESS, typed(shop, quiet_minutes="45")).status_code == 302


def test_a_row_more_keeps_what_was_typed(shop: Shop, owner_client: Client) -> None:
    more = typed(shop, more="away_buttons_label away_buttons_say", away_text="쓰던 중")

    page = owner_client.post(ADDRESS, more, headers=HTMX).content.decode()

    assert page.count('name="away_buttons_label"') == 3
    assert "쓰던 중" in page
    assert Draft.objects.get(shop=shop).edit_number == 1


def test_another_shop_keeps_its_own_words(stranger_client: Client, shop: Shop) -> None:
    stranger_client.get(ADDRESS)
    stranger_client.post(ADDRESS, typed(shop, fallback_text="남의 말"))

    assert Draft.objects.get(shop=shop).fallback["reply"]["text"] != "남의 말"
