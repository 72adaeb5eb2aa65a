"""Publishing and taking back: customers get the published version, and only that."""

from __future__ import annotations

from datetime import datetime

import pytest

from autoresponder.rules import draft, live, release
from autoresponder.rules.models import ReleaseEvent, Rule, Version
from autoresponder.shops.models import Shop, User

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both]


def published_names(shop: Shop) -> list[str]:
    found = live.live(shop.pk)
    assert found is not None
    document = Version.objects.get(pk=found.version_id).document
    return [rule["name"] for rule in document["rules"]]


def test_an_edit_reaches_customers_only_when_published(shop: Shop, published: Version, now: datetime) -> None:
    draft.edit_rule(shop, "r-fee", {"name": "새 이름"}, edit_number=1)
    assert "새 이름" not in published_names(shop)

    release.publish(shop, by=None, now=now)
    assert "새 이름" in published_names(shop)


def test_rolling_back_acts_at_once_and_leaves_the_draft(shop: Shop, published: Version, now: datetime) -> None:
    draft.edit_rule(shop, "r-fee", {"name": "새 이름"}, edit_number=1)
    release.publish(shop, by=None, now=now)

    back = release.roll_back(shop, by=None, now=now)

    assert back == published
    assert "새 이름" not in published_names(shop)
    assert Rule.objects.get(key="r-fee").name == "새 이름"
    assert [event.action for event in ReleaseEvent.objects.all()] == ["roll_back", "publish", "publish"]


def test_after_a_roll_back_the_next_publish_is_a_new_version(shop: Shop, published: Version, now: datetime) -> None:
    draft.edit_rule(shop, "r-fee", {"name": "둘째"}, edit_number=1)
    release.publish(shop, by=None, now=now)
    release.roll_back(shop, by=None, now=now)

    assert release.publish(shop, by=None, now=now).number == 3


def test_there_is_nothing_before_the_first_version(shop: Shop, published: Version, now: datetime) -> None:
    with pytest.raises(release.NoEarlierVersion):
        release.roll_back(shop, by=None, now=now)


def test_publishing_what_is_published_is_refused(shop: Shop, published: Version, now: datetime) -> None:
    with pytest.raises(release.NothingToPublish):
        release.publish(shop, by=None, now=now)


def test_a_rule_without_words_or_answer_cannot_be_published(shop: Shop, now: datetime) -> None:
    draft.create_rule(shop, {"name": "빈 규칙", "groups": [], "replies": []})

    with pytest.raises(release.Unfit) as unfit:
        release.publish(shop, by=None, now=now)

    assert unfit.value.problems
    assert not Version.objects.exists()


def test_the_changes_are_named_as_an_owner_would(shop: Shop, owner: User, published: Version, now: datetime) -> None:
    draft.edit_rule(shop, "r-fee", {"name": "배송비"}, edit_number=1)
    draft.set_enabled(shop, "r-delivery", False)
    draft.delete_rule(shop, "r-return", now=now)
    added = draft.create_rule(shop, {"name": "주차"})
    texts = draft.texts_of(shop)
    draft.edit_texts(shop, {"away": {**texts.away, "enabled": False}}, edit_number=texts.edit_number)

    assert {(change.kind, change.key) for change in release.changes(shop)} == {
        ("added", added.key),
        ("edited", "r-fee"),
        ("switched_off", "r-delivery"),
        ("removed", "r-return"),
        ("text", "away"),
    }


def test_a_new_order_is_one_change(shop: Shop, published: Version) -> None:
    draft.order_rules(shop, ["r-return", "r-fee"])

    assert [change.kind for change in release.changes(shop)] == ["order"]


def test_a_shop_that_published_nothing_has_no_live_book(shop: Shop) -> None:
    assert live.live(shop.pk) is None
