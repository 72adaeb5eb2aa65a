"""How far typos are understood, other spellings, and words to pass over, for the whole shop."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from autoresponder import packs
from autoresponder.rules.draft import book_of
from autoresponder.rules.models import Draft
from autoresponder.rules.release import changes
from autoresponder.shops.models import Shop

ADDRESS = "/understanding/"
HTMX = {"HX-Request": "true"}


def typed(shop: Shop, **changes: Any) -> dict[str, Any]:
    return {
        "layers": ["jamo", "keyboard"],
        "ask_back": "혹시 이건가요?",
        "aliases": ["결재, 걸제", "벳송"],
        "aliases_meant": ["결제", "배송"],
        "ignored": "입고 나갔어, 크루즈",
        "edit_number": Draft.objects.get(shop=shop).edit_number,
        **changes,
    }


def test_the_page_shows_what_is_stored(owner_client: Client) -> None:
    page = owner_client.get(ADDRESS).content.decode()

    assert page.count('role="switch"') >= 4
    assert page.count("checked") >= 4
    for shown in ("ㅂㅐ송 → 배송", "qothd → 배송", "베송 → 배송", "배솔 → 배송", "결재, 걸제", "입고 나"):
        assert shown in page


def test_all_of_it_is_saved_and_waits_for_publishing(shop: Shop, owner_client: Client, published: Any) -> None:
    before = Draft.objects.get(shop=shop)
    response = owner_client.post(ADDRESS, typed(shop), follow=True)

    draft = Draft.objects.get(shop=shop)
    assert draft.layers == ["jamo", "keyboard"]
    assert draft.ask_back == {"text": "혹시 이건가요?", "buttons": []}
    assert draft.aliases == [
        {"written": "결재", "meant": "결제"},
        {"written": "걸제", "meant": "결제"},
        {"written": "벳송", "meant": "배송"},
    ]
    assert draft.ignored == ["입고 나갔어", "크루즈"]
    assert (draft.away, draft.fallback, draft.hand_off) == (before.away, before.fallback, before.hand_off)
    assert book_of(shop).layers == ("jamo", "keyboard")
    assert {change.key for change in changes(shop)} == {"layers", "ask_back", "aliases", "ignored"}
    assert "게시하면 손님에게 적용돼요" in response.content.decode()


def test_every_layer_can_be_switched_off_and_asking_back_too(shop: Shop, owner_client: Client) -> None:
    owner_client.post(ADDRESS, typed(shop, layers=[], ask_back=" ", aliases=[], aliases_meant=[], ignored=""))

    draft = Draft.objects.get(shop=shop)
    assert (draft.layers, draft.ask_back["text"], draft.aliases, draft.ignored) == ([], "", [], [])


def test_saving_what_is_shown_changes_nothing(shop: Shop, owner_client: Client, published: Any) -> None:
    form = owner_client.get(ADDRESS).context["form"]
    rows = form["aliases"].value()
    same = typed(
        shop,
        layers=form["layers"].value(),
        ask_back=form["ask_back"].value(),
        aliases=[words for words, _meant in rows],
        aliases_meant=[meant for _words, meant in rows],
        ignored=form["ignored"].value(),
    )

    owner_client.post(ADDRESS, same)

    assert changes(shop) == []


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"ask_back": "{쿠폰} 말인가요?"}, "‘{쿠폰}’"),
        ({"layers": ["telepathy"]}, "errorlist"),
        ({"ignored": "입고 나갔어, ???"}, "‘???’에는 알아볼 글자가 없어요."),
        ({"ignored": "가" * 51}, "50자까지 적을 수 있어요."),
        ({"ignored": ", ".join(f"말{n}" for n in range(501))}, "500개까지 넣을 수 있어요."),
        ({"aliases": ["결재", ""]}, "바른 말과, 손님이 다르게 적는 말을 모두 적어 주세요."),
        ({"aliases_meant": ["결제", ""]}, "바른 말과, 손님이 다르게 적는 말을 모두 적어 주세요."),
        ({"aliases": ["!!!", "벳송"]}, "‘!!!’에는 알아볼 글자가 없어요."),
        ({"aliases_meant": ["결제", "가" * 51]}, "50자까지 적을 수 있어요."),
        ({"aliases": [", ".join(f"말{n}" for n in range(299)), "가, 나"]}, "300개까지 넣을 수 있어요."),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_is_kept(
    shop: Shop, owner_client: Client, wrong: dict[str, Any], sentence: str
) -> None:
    response = owner_client.post(ADDRESS, typed(shop, **wrong), headers=HTMX)

    page = response.content.decode()
    assert response.status_code == 422
    assert sentence in page
    assert 'value="배송"' in page or 'value="결제"' in page
    assert Draft.objects.get(shop=shop).edit_number == 1


def test_a_row_more_and_the_first_list_store_nothing(shop: Shop, owner_client: Client) -> None:
    more = owner_client.post(ADDRESS, typed(shop, more="aliases aliases_meant"), headers=HTMX).content.decode()
    less = owner_client.post(ADDRESS, typed(shop, less="0 aliases aliases_meant"), headers=HTMX).content.decode()
    first = owner_client.post(ADDRESS, typed(shop, defaults="1", ignored=""), headers=HTMX).content.decode()

    assert more.count('name="aliases"') == 3
    assert ('value="결제"' in less, 'value="배송"' in less) == (False, True)
    assert first.count('name="aliases"') == len({a["meant"] for a in packs.understanding("ko")["aliases"]})
    assert "혹시 이건가요?" in first
    assert Draft.objects.get(shop=shop).edit_number == 1


@pytest.mark.parametrize(("layers", "answered"), [(["keyboard"], True), (["jamo"], False)])
def test_the_preview_answers_by_the_switches_before_they_are_saved(
    shop: Shop, owner_client: Client, layers: list[str], answered: bool
) -> None:
    asked = {"preview_of": "understanding", "preview_sample": "qothdql", "preview_scene": "now"}

    page = owner_client.post("/preview/", {**typed(shop, layers=layers), **asked}, headers=HTMX).content.decode()

    assert ("배송비는 3,000원이고" in page) is answered
