"""Trying a new version on some: every move, what it leaves on the record, and what is refused."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime, timedelta

import pytest

from autoresponder.engine.rollout import WHOLE
from autoresponder.rules import draft, live, release, rollout
from autoresponder.rules.models import Release, ReleaseEvent, Rule, Version
from autoresponder.rules.plan import Plan, plan_of
from autoresponder.shops.models import Shop, User

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both]


def edit(shop: Shop, name: str) -> None:
    number = Rule.objects.get(shop=shop, key="r-fee").edit_number
    draft.edit_rule(shop, "r-fee", {"name": name}, edit_number=number)


def begin(shop: Shop, now: datetime, share: int = 500, *, name: str = "둘째", plan: Plan | None = None) -> Version:
    edit(shop, name)
    return rollout.try_out(shop, share=share, by=None, now=now, plan=plan)


def in_force(shop: Shop) -> tuple[int, int | None, int]:
    """Numbers of the stable version and of the candidate, and its share, as customers get them."""
    found = live.lineup(shop.pk)
    assert found is not None
    return found.stable.number, found.candidate and found.candidate.number, found.share


def record(shop: Shop) -> list[tuple[str, int, int]]:
    events = ReleaseEvent.objects.filter(shop=shop).order_by("pk")
    return [(event.action, event.version.number, event.share) for event in events]


def test_a_try_goes_from_testers_to_everyone(shop: Shop, owner: User, published: Version, now: datetime) -> None:
    begin(shop, now, 0)
    assert in_force(shop) == (1, 2, 0)
    salt = Release.objects.get(shop=shop).salt
    rollout.widen(shop, 500, seen=2, by=owner, now=now)
    assert in_force(shop) == (1, 2, 500)
    assert Release.objects.get(shop=shop).salt == salt, "the first customers would not be kept"
    rollout.widen(shop, 2_000, seen=2, by=owner, now=now)
    rollout.promote(shop, seen=2, by=owner, now=now)

    assert in_force(shop) == (2, None, 0)
    assert record(shop)[1:] == [("try", 2, 0), ("widen", 2, 500), ("widen", 2, 2_000), ("promote", 2, WHOLE)]
    assert ReleaseEvent.objects.filter(shop=shop)[0].by == owner


def test_taken_back_nobody_gets_it_and_the_draft_stays(shop: Shop, published: Version, now: datetime) -> None:
    begin(shop, now)
    assert in_force(shop) == (1, 2, 500)
    rollout.withdraw(shop, seen=2, by=None, now=now)

    assert in_force(shop) == (1, None, 0)
    assert Rule.objects.get(shop=shop, key="r-fee").name == "둘째"
    assert record(shop)[-1] == ("withdraw", 2, 0)
    assert rollout.try_out(shop, share=0, by=None, now=now).number == 3


def test_halted_it_says_why(shop: Shop, published: Version, now: datetime) -> None:
    begin(shop, now)
    rollout.halt(shop, seen=2, why="handed_off 12", now=now)

    event = ReleaseEvent.objects.filter(shop=shop)[0]
    assert (event.action, event.note, event.by) == ("halt", "handed_off 12", None)
    assert in_force(shop) == (1, None, 0)


def test_another_try_takes_the_place_of_the_one_before_with_other_customers(
    shop: Shop, published: Version, now: datetime
) -> None:
    begin(shop, now)
    salt = Release.objects.get(shop=shop).salt
    begin(shop, now, name="셋째")

    assert in_force(shop) == (1, 3, 500)
    assert Release.objects.get(shop=shop).salt not in ("", salt)
    assert record(shop)[-2:] == [("withdraw", 2, 0), ("try", 3, 500)]


def test_editing_meanwhile_changes_nothing_for_anyone(shop: Shop, published: Version, now: datetime) -> None:
    candidate = begin(shop, now)
    frozen = dict(candidate.document)
    edit(shop, "아직 게시하지 않은 이름")

    assert in_force(shop) == (1, 2, 500)
    candidate.refresh_from_db()
    assert candidate.document == frozen


def test_publishing_for_all_ends_a_try(shop: Shop, published: Version, now: datetime) -> None:
    begin(shop, now)
    edit(shop, "셋째")
    release.publish(shop, by=None, now=now)

    assert in_force(shop) == (3, None, 0)
    assert record(shop)[-2:] == [("withdraw", 2, 0), ("publish", 3, WHOLE)]


def test_publishing_just_what_is_tried_makes_no_new_version(shop: Shop, published: Version, now: datetime) -> None:
    candidate = begin(shop, now)

    assert release.publish(shop, by=None, now=now) == candidate
    assert in_force(shop) == (2, None, 0)


def test_rolling_back_ends_a_try_too(shop: Shop, published: Version, now: datetime) -> None:
    edit(shop, "둘째")
    release.publish(shop, by=None, now=now)
    begin(shop, now, name="셋째")
    release.roll_back(shop, by=None, now=now)

    assert in_force(shop) == (1, None, 0)
    assert record(shop)[-2:] == [("withdraw", 3, 0), ("roll_back", 1, WHOLE)]


def test_rolling_back_never_leads_to_what_was_only_tried(shop: Shop, published: Version, now: datetime) -> None:
    begin(shop, now)
    rollout.withdraw(shop, seen=2, by=None, now=now)
    edit(shop, "셋째")
    release.publish(shop, by=None, now=now)

    assert release.roll_back(shop, by=None, now=now) == published


def test_rolling_back_what_was_tried_first_leads_to_what_all_had_before(
    shop: Shop, published: Version, now: datetime
) -> None:
    begin(shop, now)
    rollout.promote(shop, seen=2, by=None, now=now)

    assert release.roll_back(shop, by=None, now=now) == published
    with pytest.raises(release.NoEarlierVersion):
        release.roll_back(shop, by=None, now=now)


def test_a_refused_move_leaves_everything_as_it_is(shop: Shop, published: Version, now: datetime) -> None:
    begin(shop, now)
    for share in (0, 499, 500, WHOLE, WHOLE + 1):
        with pytest.raises(rollout.NotWider):
            rollout.widen(shop, share, seen=2, by=None, now=now)
    for move in (rollout.promote, rollout.withdraw):
        with pytest.raises(rollout.MovedOn):
            move(shop, seen=1, by=None, now=now)
    with pytest.raises(release.NothingToPublish):
        rollout.try_out(shop, share=0, by=None, now=now)

    assert in_force(shop) == (1, 2, 500)
    assert record(shop)[1:] == [("try", 2, 500)]


def test_without_a_try_there_is_nothing_to_move(shop: Shop, published: Version, now: datetime) -> None:
    for move in (rollout.promote, rollout.withdraw):
        with pytest.raises(rollout.MovedOn):
            move(shop, seen=1, by=None, now=now)
    with pytest.raises(release.NothingToPublish):
        rollout.try_out(shop, share=0, by=None, now=now)


def test_the_first_version_goes_to_all(shop: Shop, now: datetime) -> None:
    with pytest.raises(rollout.NothingPublished):
        rollout.try_out(shop, share=0, by=None, now=now)
    assert not Version.objects.exists()


def test_what_cannot_be_published_cannot_be_tried(shop: Shop, published: Version, now: datetime) -> None:
    draft.create_rule(shop, {"name": "빈 규칙", "groups": [], "replies": []})
    with pytest.raises(release.Unfit):
        rollout.try_out(shop, share=0, by=None, now=now)
    assert in_force(shop) == (1, None, 0)


def test_what_was_looked_at_is_what_is_tried(shop: Shop, published: Version, now: datetime) -> None:
    edit(shop, "본 이름")
    looked_at = draft.document_of(shop)
    edit(shop, "그사이 바뀐 이름")
    version = rollout.try_out(shop, share=0, by=None, now=now, document=looked_at)

    assert version.document == looked_at


def test_a_plan_begins_with_its_try_and_anew_with_each_step(shop: Shop, published: Version, now: datetime) -> None:
    begin(shop, now, 0, plan=Plan(now - timedelta(days=9), weeks=2, alone=True, bound=10, reminded=True))

    def plan() -> Plan:
        return plan_of(Release.objects.get(shop=shop).plan, since=now)

    assert plan() == Plan(now, weeks=2, alone=True, bound=10)
    later = now + timedelta(days=7)
    rollout.widen(shop, 500, seen=2, by=None, now=later)
    assert plan() == Plan(later, weeks=2, alone=True, bound=10)
    rollout.withdraw(shop, seen=2, by=None, now=later)
    assert Release.objects.get(shop=shop).plan == {}


def test_nothing_is_pending_while_just_the_draft_is_tried(shop: Shop, published: Version, now: datetime) -> None:
    begin(shop, now)
    assert release.pending_count(shop) == 0
    edit(shop, "셋째")
    assert release.pending_count(shop) == 1


def believe(shop: Shop, old: live.Lineup | None) -> None:
    """As a process of which the last move has not been heard."""
    with live._lock:
        live._live[shop.pk] = old


def test_a_process_that_has_not_heard_of_a_try_looks_again_when_its_customer_has(
    shop: Shop, published: Version, now: datetime
) -> None:
    """Else the customer would fall back for the seconds it goes on believing what it knew."""
    old = live.lineup(shop.pk)
    candidate = begin(shop, now, WHOLE - 1)
    believe(shop, old)

    assert in_force(shop) == (1, None, 0)
    found = live.version_for(shop.pk, "한 손님", before=candidate.pk, talking=True)
    assert found and found.version_id == candidate.pk


@pytest.mark.parametrize("talking", [True, False])
def test_a_process_that_has_not_heard_of_a_roll_back_does_not_undo_it_for_its_customer(
    shop: Shop, published: Version, now: datetime, talking: bool
) -> None:
    edit(shop, "둘째")
    release.publish(shop, by=None, now=now)
    old = live.lineup(shop.pk)
    release.roll_back(shop, by=None, now=now)
    believe(shop, old)

    stranger = live.version_for(shop.pk, "다른 손님")
    found = live.version_for(shop.pk, "한 손님", before=published.pk, talking=talking)
    assert stranger and stranger.number == 2
    assert found and found.number == 1
    assert in_force(shop) == (1, None, 0), "what was learned is forgotten again"


def test_whose_version_is_as_expected_costs_no_look(
    shop: Shop, published: Version, django_assert_num_queries: Callable[[int], AbstractContextManager[object]]
) -> None:
    live.lineup(shop.pk)
    with django_assert_num_queries(0):
        live.version_for(shop.pk, "한 손님", before=published.pk, talking=True)
        live.version_for(shop.pk, "다른 손님")
