"""What examples came to expect with a version goes with it when it is taken back, and nothing else does."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from autoresponder.rules import draft, examples, release, rollout
from autoresponder.rules.models import Example, Settled, Version
from autoresponder.shops.models import Shop

pytestmark = pytest.mark.django_db(transaction=True)
SENTENCE, OTHER = "배송비 얼마예요", "택배비 얼마예요"


def kept() -> dict[str, str]:
    return dict(Example.objects.values_list("text", "expected"))


@pytest.fixture
def broken(shop: Shop, published: Version, now: datetime) -> Example:
    """The draft answers both sentences by no rule of theirs any more: one by another rule, one by none."""
    kept = examples.keep(shop, SENTENCE, "r-fee", by=None, now=now)
    examples.keep(shop, OTHER, "r-fee", by=None, now=now)
    draft.set_enabled(shop, "r-fee", False)
    return kept


def confirm(shop: Shop, now: datetime, *drop: Example, share: int | None = 500) -> Version:
    """Publish the draft (to all, without a share), every broken sentence confirmed."""
    found = examples.broken(shop, draft.document_of(shop))
    if share is None:
        version = release.publish(shop, by=None, now=now)
    else:
        version = rollout.try_out(shop, share=share, by=None, now=now)
    examples.settle(version, found, removed=frozenset(one.pk for one in drop))
    return version


def restored(shop: Shop, version: Version) -> list[examples.Tried]:
    """What the sheet would say is broken once the draft is again what that version was."""
    draft.fill_draft(shop, version.document)
    return examples.broken(shop, draft.document_of(shop))


def test_a_try_taken_back_leaves_the_sentences_as_they_were(
    shop: Shop, published: Version, broken: Example, now: datetime
) -> None:
    confirm(shop, now)
    assert kept() == {SENTENCE: "r-delivery", OTHER: "none"}
    rollout.withdraw(shop, seen=2, by=None, now=now)

    assert kept() == {SENTENCE: "r-fee", OTHER: "r-fee"}
    assert {one.example.text for one in examples.broken(shop, draft.document_of(shop))} == {SENTENCE, OTHER}
    assert restored(shop, published) == [] and not Settled.objects.exists()


def test_one_let_go_comes_back_as_it_was(shop: Shop, published: Version, broken: Example, now: datetime) -> None:
    confirm(shop, now, broken)
    assert kept() == {OTHER: "none"}
    rollout.halt(shop, seen=2, why="handed_off 12", now=now)

    back = Example.objects.get(text=SENTENCE)
    assert (back.expected, back.rule, back.created_at) == ("r-fee", "r-fee", broken.created_at)


def test_what_becomes_of_all_keeps_them_and_a_roll_back_gives_them_back(
    shop: Shop, published: Version, broken: Example, now: datetime
) -> None:
    confirm(shop, now)
    rollout.promote(shop, seen=2, by=None, now=now)
    assert kept() == {SENTENCE: "r-delivery", OTHER: "none"}
    release.roll_back(shop, by=None, now=now)

    assert kept() == {SENTENCE: "r-fee", OTHER: "r-fee"}
    assert restored(shop, published) == []


def test_each_roll_back_gives_back_what_its_own_version_changed(
    shop: Shop, published: Version, broken: Example, now: datetime
) -> None:
    confirm(shop, now, share=None)
    draft.set_enabled(shop, "r-delivery", False)
    confirm(shop, now + timedelta(hours=1), share=None)
    assert kept()[SENTENCE] == "none"

    release.roll_back(shop, by=None, now=now)
    assert kept()[SENTENCE] == "r-delivery"
    release.roll_back(shop, by=None, now=now)
    assert kept()[SENTENCE] == "r-fee"


def test_a_try_in_place_of_another_needs_no_second_word_and_gives_back_both(
    shop: Shop, published: Version, broken: Example, now: datetime
) -> None:
    confirm(shop, now)
    draft.set_enabled(shop, "r-delivery", False)
    assert [one.example.text for one in examples.broken(shop, draft.document_of(shop))] == [SENTENCE]
    confirm(shop, now)
    assert kept() == {SENTENCE: "none", OTHER: "none"}
    assert examples.broken(shop, draft.document_of(shop)) == []

    rollout.withdraw(shop, seen=3, by=None, now=now)
    assert kept() == {SENTENCE: "r-fee", OTHER: "r-fee"}


def test_a_publish_for_all_over_a_try_takes_its_word_along(
    shop: Shop, published: Version, broken: Example, now: datetime
) -> None:
    confirm(shop, now)
    draft.set_enabled(shop, "r-return", False)
    assert examples.broken(shop, draft.document_of(shop)) == []
    confirm(shop, now, share=None)
    assert kept() == {SENTENCE: "r-delivery", OTHER: "none"}

    release.roll_back(shop, by=None, now=now)
    assert kept() == {SENTENCE: "r-fee", OTHER: "r-fee"}


def test_what_somebody_changed_or_kept_since_stays(shop: Shop, broken: Example, now: datetime) -> None:
    confirm(shop, now, broken)
    examples.keep(shop, OTHER, "asked", by=None, now=now)
    examples.keep(shop, SENTENCE, "person", by=None, now=now)
    rollout.withdraw(shop, seen=2, by=None, now=now)

    assert kept() == {SENTENCE: "person", OTHER: "asked"}


def test_one_deleted_since_stays_deleted(shop: Shop, broken: Example, now: datetime) -> None:
    confirm(shop, now)
    Example.objects.filter(text=SENTENCE).delete()
    rollout.withdraw(shop, seen=2, by=None, now=now)

    assert kept() == {OTHER: "r-fee"}


def test_another_shop_keeps_its_own(shop: Shop, broken: Example, now: datetime) -> None:
    other = Shop.objects.create(slug="other", name="남의 가게")
    Example.objects.create(shop=other, text=SENTENCE, expected="r-delivery", created_at=now)
    confirm(shop, now)
    rollout.withdraw(shop, seen=2, by=None, now=now)

    assert Example.objects.get(shop=other).expected == "r-delivery"
