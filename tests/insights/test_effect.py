"""What an edit changes: counted the quick way, by what the log tells, and by deciding every message twice."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

import pytest

from autoresponder.connections.connect import connect
from autoresponder.engine.book import Book
from autoresponder.engine.compile import compile_book
from autoresponder.engine.document import load
from autoresponder.engine.types import Decision
from autoresponder.insights.again import Again
from autoresponder.insights.effect import MOST, effect
from autoresponder.insights.past import newest
from autoresponder.rules import draft
from autoresponder.rules.models import Rule
from autoresponder.rules.release import publish
from autoresponder.shops.models import Shop, User
from tests.fixtures import rule
from tests.insights import history
from tests.insights.history import busy_shop

pytestmark = pytest.mark.django_db
SINCE = history.BEGINS - timedelta(days=1)

Document = Mapping[str, Any]


def with_fields(document: Document, key: str, **fields: Any) -> Document:
    return {**document, "rules": [{**one, **fields} if one["key"] == key else one for one in document["rules"]]}


def words(*some: str, but: tuple[str, ...] = ()) -> list[dict[str, Any]]:
    return [{"mode": "any", "words": list(some)}, *([{"mode": "none", "words": list(but)}] if but else [])]


def text(written: str) -> dict[str, Any]:
    return {"text": written, "buttons": []}


EDITS: dict[str, Callable[[Document], Document]] = {
    "nothing": lambda book: book,
    "a word more": lambda book: with_fields(book, "r-delivery", groups=words("배송", "언제 와요", "고래")),
    "a word less": lambda book: with_fields(book, "r-fee", groups=words("택배비")),
    "an excluded word": lambda book: with_fields(
        book, "r-fee", groups=[*words("배송비"), {"mode": "none", "words": ["얼마"]}]
    ),
    "another answer": lambda book: with_fields(book, "r-wrap", replies=[text("그냥 해 드려요.")]),
    "only when closed": lambda book: with_fields(book, "r-fee", when="closed"),
    "switched off": lambda book: with_fields(book, "r-return", enabled=False),
    "a rule more": lambda book: {**book, "rules": [rule("r-sky", "하늘", ["하늘"], "맑아요."), *book["rules"]]},
    "a rule less": lambda book: {**book, "rules": book["rules"][1:]},
    "another fallback": lambda book: {
        **book,
        "fallback": {**book["fallback"], "reply": {"text": "네?", "buttons": []}},
    },
}


@pytest.fixture
def lived(shop: Shop, owner: User) -> datetime:
    """A past that two versions judged. When it ends."""
    busy = busy_shop(shop, owner)
    connections = [connect(busy, "webchat"), connect(busy, "kakao")]
    until = history.live(busy, connections, owner, seed=1, count=20)
    edited = Rule.objects.get(shop=busy, key="r-parking").edit_number
    draft.edit_rule(busy, "r-parking", {"groups": words("주차", "고래")}, edit_number=edited)
    publish(busy, by=owner, now=until)
    return history.live(busy, connections, owner, seed=2, count=20)


@pytest.mark.parametrize("ahead", [False, True], ids=["as published", "draft ahead"])
def test_as_many_answers_change_as_when_every_message_is_decided_twice(
    shop: Shop, lived: datetime, ahead: bool
) -> None:
    """Also where the draft is ahead of what was published: with words of another rule changed."""
    document = draft.document_of(shop)
    start = with_fields(document, "r-person", groups=words("사람이랑", "쿠폰")) if ahead else document
    found = {}
    for name, edit in EDITS.items():
        old, new = load(start), load(edit(start))
        found[name] = effect(shop, old, new, since=SINCE)
        twice = decided_twice(shop, old, new)
        assert found[name].changed == len(twice), name
        shown = [(one.kind, one.text, told(one.before), told(one.after)) for one in found[name].moved]
        assert shown == [one for at, one in enumerate(twice) if one[:2] not in [two[:2] for two in twice[:at]]][:5], (
            name
        )
    assert found["nothing"].changed == 0
    assert all(one.changed for name, one in found.items() if name != "nothing")


def decided_twice(shop: Shop, old: Book, new: Book) -> list[tuple[str, str, object, object]]:
    again, before, after, found = Again(shop, texts=0), compile_book(old), compile_book(new), []
    for past in newest(shop, MOST, since=SINCE):
        if past.judged:
            was, becomes = (told(again.decide(book, past, past.before)) for book in (before, after))
            if was != becomes:
                found.append((past.row.kind, past.row.text, was, becomes))
    return found


def told(decision: Decision) -> object:
    return decision.outcome, decision.rules, [reply.text for reply in decision.replies]
