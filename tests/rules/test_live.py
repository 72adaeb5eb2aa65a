"""The shelf of compiled books: bounded by bytes, each compiled once however many ask, never a wrong one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from threading import Barrier, Event

import pytest

from autoresponder.engine.book import Away, Book, Fallback, Group, HandOff, Rule
from autoresponder.engine.compile import Compiled, compile_book
from autoresponder.engine.match import find
from autoresponder.engine.types import Reply
from autoresponder.rules import live
from autoresponder.rules.live import Shelf, weight
from autoresponder.rules.models import Version
from autoresponder.shops.models import Shop

WORDS = ("배송", "반품", "교환", "환불", "사이즈", "재입고", "쿠폰", "포장")
THREADS = 8


def book(number: int, *, rules: int = 1) -> Compiled:
    """A book in which the word of `number` leads to its only rule; further rules are there for their weight."""
    word = WORDS[number % len(WORDS)]
    main = Rule(str(number), word, (Group("any", (word,)),), (Reply("네"),))
    more = [Rule(f"m{at}", "더", (Group("any", (f"낱말{at}",)),), (Reply("네"),)) for at in range(rules - 1)]
    hand_off = HandOff(Reply("전해 드려요"), Reply("전해 드려요"))
    return compile_book(Book((main, *more), Away(Reply("쉬어요")), Fallback(Reply("다시요")), hand_off))


class Reading:
    """Counts what is compiled."""

    def __init__(self, make: Callable[[int], Compiled] = book) -> None:
        self.count: Counter[int] = Counter()
        self.make = make

    def __call__(self, version_id: int) -> Compiled:
        self.count[version_id] += 1
        return self.make(version_id)


def test_the_least_lately_used_book_goes_when_there_is_no_room() -> None:
    read = Reading()
    shelf = Shelf(read, 3 * weight(book(1)))
    for version_id in (1, 2, 3, 1, 4, 1, 2):
        shelf.take(version_id)

    assert read.count == {1: 1, 2: 2, 3: 1, 4: 1}
    assert len(shelf) == 3


def test_a_large_book_takes_the_room_of_several_small_ones() -> None:
    shelf = Shelf(lambda version_id: book(version_id, rules=5 if version_id == 9 else 1), weight(book(9, rules=5)))
    for version_id in (1, 2, 3, 9):
        shelf.take(version_id)

    assert len(shelf) == 1


def test_a_book_larger_than_all_room_is_still_answered_from() -> None:
    read = Reading()
    shelf = Shelf(read, 1)

    assert find(shelf.take(1), "반품 되나요").satisfied
    assert read.count == {1: 1}


def test_a_book_that_grew_makes_others_go() -> None:
    shelf = Shelf(Reading(), 2 * weight(book(1)))
    shelf.take(1)
    grown = shelf.take(2)
    light = weight(grown)
    assert grown.near
    assert weight(grown) > light

    shelf.weigh(2)

    assert len(shelf) == 1
    assert shelf.take(2) is grown


def test_weighing_what_is_gone_brings_nothing_back() -> None:
    read = Reading()
    shelf = Shelf(read, 10**6)
    shelf.weigh(1)

    assert len(shelf) == 0
    assert not read.count


def test_more_rules_and_more_words_weigh_more() -> None:
    assert weight(book(1)) < weight(book(1, rules=2)) < weight(book(1, rules=50))


def test_threads_that_ask_at_once_share_one_compilation() -> None:
    read = Reading()
    shelf, together = Shelf(read, 10**6), Barrier(THREADS)

    def ask(_: int) -> Compiled:
        together.wait(10)
        return shelf.take(1)

    with ThreadPoolExecutor(THREADS) as pool:
        taken = list(pool.map(ask, range(THREADS)))

    assert read.count == {1: 1}
    assert all(compiled is taken[0] for compiled in taken)


def test_nobody_waits_for_another_book() -> None:
    begun, go_on = Event(), Event()

    def slow(version_id: int) -> Compiled:
        if version_id == 1:
            begun.set()
            assert go_on.wait(10)
        return book(version_id)

    shelf = Shelf(slow, 10**6)
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(shelf.take, 1)
        assert begun.wait(10)
        try:
            assert pool.submit(shelf.take, 2).result(10).rules[0].key == "2"
            assert not first.done()
        finally:
            go_on.set()
        assert first.result(10).rules[0].key == "1"


def test_a_book_that_could_not_be_read_is_tried_again() -> None:
    failures = [Version.DoesNotExist()]

    def read(version_id: int) -> Compiled:
        if failures:
            raise failures.pop()
        return book(version_id)

    shelf = Shelf(read, 10**6)
    with pytest.raises(Version.DoesNotExist):
        shelf.take(1)

    assert shelf.take(1).rules


def test_eight_threads_always_get_the_book_they_asked_for_while_others_go() -> None:
    shelf = Shelf(book, 3 * weight(book(1)))

    def ask(start: int) -> int:
        wrong = 0
        for turn in range(200):
            number = (start + turn * (start + 1)) % len(WORDS)
            compiled = shelf.take(number)
            ranks = find(compiled, f"{WORDS[number]}은 어떻게 해요").satisfied
            wrong += [compiled.rules[rank].key for rank in ranks] != [str(number)]
            shelf.weigh(number)
        return wrong

    with ThreadPoolExecutor(THREADS) as pool:
        assert sum(pool.map(ask, range(THREADS))) == 0
    assert shelf.bytes <= 3 * weight(book(1))


@pytest.mark.django_db
def test_a_published_book_is_compiled_once_while_its_version_is_in_force(
    shop: Shop, published: Version, now: datetime
) -> None:
    first = live.live(shop.pk)
    live.forget(shop.pk)
    again = live.live(shop.pk)

    assert first is not None
    assert again is not None
    assert again.version_id == published.pk
    assert again.compiled is first.compiled
