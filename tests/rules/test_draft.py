"""The draft: order, edits, copies, and taking back."""

from __future__ import annotations

from datetime import datetime

import pytest

from autoresponder.engine.book import Book
from autoresponder.rules import draft
from autoresponder.rules.models import Rule
from autoresponder.shops.models import Shop

pytestmark = pytest.mark.django_db


def keys(shop: Shop) -> list[str]:
    return [rule.key for rule in draft.rules_of(shop)]


def test_a_new_rule_stands_on_top(shop: Shop) -> None:
    rule = draft.create_rule(shop, {"name": "주차", "groups": [{"mode": "any", "words": ["주차"]}]})

    assert keys(shop) == [rule.key, "r-person", "r-fee", "r-delivery", "r-return"]


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        (["r-return", "r-person", "r-fee", "r-delivery"], ["r-return", "r-person", "r-fee", "r-delivery"]),
        (["r-return", "r-fee"], ["r-person", "r-return", "r-delivery", "r-fee"]),
        (["nobody", "r-return", "", "r-fee"], ["r-person", "r-return", "r-delivery", "r-fee"]),
        ([], ["r-person", "r-fee", "r-delivery", "r-return"]),
    ],
)
def test_rules_take_the_given_order_among_their_places(shop: Shop, order: list[str], expected: list[str]) -> None:
    draft.order_rules(shop, order)

    assert keys(shop) == expected


def test_a_copy_stands_below_its_original_and_is_off(shop: Shop) -> None:
    copy = draft.duplicate_rule(shop, "r-fee", name="배송비 안내 복사본")

    assert keys(shop)[:3] == ["r-person", "r-fee", copy.key]
    assert (copy.enabled, copy.groups) == (False, Rule.objects.get(key="r-fee").groups)


def test_a_deleted_rule_comes_back_where_it_was(shop: Shop, now: datetime) -> None:
    draft.delete_rule(shop, "r-fee", now=now)
    assert "r-fee" not in keys(shop)

    draft.restore_rule(shop, "r-fee")
    assert keys(shop) == ["r-person", "r-fee", "r-delivery", "r-return"]


def test_the_second_of_two_editors_is_told_and_overwrites_nothing(shop: Shop) -> None:
    seen = Rule.objects.get(key="r-fee").edit_number
    draft.edit_rule(shop, "r-fee", {"name": "먼저 저장"}, edit_number=seen)

    with pytest.raises(draft.Stale) as stale:
        draft.edit_rule(shop, "r-fee", {"name": "나중 저장"}, edit_number=seen)

    assert stale.value.current.name == "먼저 저장"
    assert Rule.objects.get(key="r-fee").name == "먼저 저장"


def test_the_same_holds_for_the_texts(shop: Shop) -> None:
    seen = draft.texts_of(shop).edit_number
    fallback = {"reply": {"text": "음?", "buttons": []}, "hand_off_after": 0}
    draft.edit_texts(shop, {"fallback": fallback}, edit_number=seen)

    with pytest.raises(draft.Stale):
        draft.edit_texts(shop, {"fallback": fallback}, edit_number=seen)


def test_a_save_of_other_texts_is_no_hindrance(shop: Shop) -> None:
    """The greetings, the understanding and the synonyms have screens of their own."""
    seen = draft.texts_of(shop)
    fallback = {**seen.fallback, "hand_off_after": 7}
    draft.edit_texts(shop, {"fallback": fallback, "away": seen.away}, edit_number=seen.edit_number)

    saved = draft.edit_texts(shop, {"ignored": ["입고 나갔어"], "away": seen.away}, edit_number=seen.edit_number)

    assert (saved.fallback["hand_off_after"], saved.ignored) == (7, ["입고 나갔어"])
    draft.fill_draft(shop, draft.document_of(shop))
    with pytest.raises(draft.Stale):
        draft.edit_texts(shop, {"ignored": []}, edit_number=saved.edit_number)


def test_another_shops_rule_is_not_there(shop: Shop) -> None:
    other = Shop.objects.create(slug="x", name="x")

    with pytest.raises(Rule.DoesNotExist):
        draft.edit_rule(other, "r-fee", {"name": "내 것"}, edit_number=1)
    draft.order_rules(other, ["r-return", "r-fee"])
    assert keys(shop).index("r-fee") < keys(shop).index("r-return")


@pytest.mark.parametrize("language", ["ko", "en"])
def test_a_new_shop_begins_with_a_book_that_can_be_published(db: None, language: str) -> None:
    shop = Shop.objects.create(slug="new", name="새 가게", language=language)

    book = draft.book_of(shop)

    assert isinstance(book, Book)
    assert book.fallback.reply.text
