"""Which version judges a message while one is being tried."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autoresponder.connections import find
from autoresponder.connections.models import Connection
from autoresponder.engine.rollout import WHOLE, bucket, is_among
from autoresponder.engine.types import Incoming
from autoresponder.inbox.models import Conversation, Message
from autoresponder.inbox.receive import TALK_OVER, receive
from autoresponder.rules import live
from autoresponder.rules.draft import document_of
from autoresponder.rules.models import Release, Version
from autoresponder.shops.models import Shop

SHARES = st.integers(0, WHOLE)


@settings(max_examples=200, deadline=None, derandomize=True)
@given(
    salt=st.text(max_size=20), customer=st.text(max_size=80), share=st.integers(0, WHOLE), more=st.integers(0, WHOLE)
)
def test_growing_keeps_the_first(salt: str, customer: str, share: int, more: int) -> None:
    if is_among(salt, customer, min(share, more)):
        assert is_among(salt, customer, max(share, more))
    assert not is_among(salt, customer, 0)
    assert is_among(salt, customer, WHOLE)


def test_shares_are_what_they_say_and_differ_from_try_to_try() -> None:
    customers = [f"customer-{number}" for number in range(20_000)]
    among = {salt: {each for each in customers if is_among(salt, each, 500)} for salt in ("one", "two")}

    assert all(abs(len(chosen) - 1_000) < 150 for chosen in among.values())
    assert len(among["one"] & among["two"]) < 150
    assert len({bucket("one", each) for each in customers}) > 8_000


@pytest.fixture
def candidate(shop: Shop, published: Version, now: datetime) -> Version:
    """A second version, for testers only at first."""
    version = Version.objects.create(shop=shop, number=2, document=document_of(shop), created_at=now)
    Release.objects.update(candidate=version, share=0, salt="salt")
    live.forget(shop.pk)
    return version


def widen(shop: Shop, share: int) -> None:
    Release.objects.update(share=share)
    live.forget(shop.pk)


def judged(messenger: Connection, customer: str, at: datetime) -> int:
    """Asks, and tells the number of the version that decided."""
    line = find.by_token(messenger.kind, messenger.token)
    assert line is not None
    receive(line, Incoming("", customer, "배송비 얼마예요?"), now=at)
    version = Message.objects.order_by("-pk").values_list("version__number", flat=True)[0]
    assert version is not None
    return version


@pytest.mark.both
@pytest.mark.django_db
class TestATry:
    def test_only_testers_get_it_at_first(
        self, shop: Shop, kakao: Connection, candidate: Version, now: datetime
    ) -> None:
        assert judged(kakao, "c1", now) == 1
        Conversation.objects.update(tester=True)
        assert judged(kakao, "c1", now) == 2

    def test_everyone_gets_it_at_full_share_once_their_talk_is_over(
        self, shop: Shop, kakao: Connection, candidate: Version, now: datetime
    ) -> None:
        assert judged(kakao, "c1", now) == 1
        widen(shop, WHOLE)
        assert judged(kakao, "c2", now) == 2
        assert judged(kakao, "c1", now + timedelta(minutes=5)) == 1
        assert judged(kakao, "c1", now + timedelta(minutes=6) + TALK_OVER) == 2

    def test_a_customer_who_got_it_goes_on_getting_it_as_it_grows(
        self, shop: Shop, kakao: Connection, candidate: Version, now: datetime
    ) -> None:
        got = {}
        for share in (500, 2_000, 5_000, WHOLE):
            widen(shop, share)
            now += TALK_OVER * 2
            for number in range(40):
                version = judged(kakao, f"c{number}", now)
                assert version >= got.get(number, 1)
                got[number] = version
        assert set(got.values()) == {2}

    def test_taken_back_it_is_gone_at_once_even_in_the_middle_of_a_talk(
        self, shop: Shop, kakao: Connection, candidate: Version, now: datetime
    ) -> None:
        widen(shop, WHOLE)
        assert judged(kakao, "c1", now) == 2
        Release.objects.update(candidate=None)
        live.forget(shop.pk)
        assert judged(kakao, "c1", now + timedelta(seconds=5)) == 1
