"""What an edit may touch: whoever is told that it does not touch a message need not decide it."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autoresponder.engine.book import Alias, Book, Group
from autoresponder.engine.compile import compile_book
from autoresponder.engine.differ import Asked, Difference, differing, reading, renamed
from autoresponder.engine.keys import is_slip, slips_of
from autoresponder.engine.types import Reply
from autoresponder.engine.understand import read
from tests.engine.shop import book, rule

FEE, SIZE, WRAP = rule("배송비", "배송비"), rule("사이즈", "사이즈"), rule("포장", "선물포장")
OLD = book(FEE, SIZE, WRAP)


def may_touch(difference: Difference, text: str, *, unsure: bool, meant: bool = True) -> bool:
    return difference.may_touch([Asked(text, unsure, meant)]) == [True]


def keys(old: list[str], new: list[str]) -> list[str]:
    made = {name: rule(name, name) for name in (*old, *new)}
    return [one.key for one in differing([made[name] for name in old], [made[name] for name in new])]


def test_what_is_there_on_both_sides_in_the_same_order_does_not_differ() -> None:
    assert keys(["a", "b", "c"], ["a", "b", "c"]) == []
    assert keys(["a", "b", "c"], ["a", "c"]) == ["b"]
    assert keys(["a", "c"], ["a", "b", "c"]) == ["b"]
    assert keys([], []) == []


def test_a_rule_that_moved_differs_on_both_sides_and_the_others_do_not() -> None:
    assert keys(["a", "b", "c", "d"], ["d", "a", "b", "c"]) == ["d", "d"]
    assert keys(["a", "b", "c", "d"], ["b", "c", "a", "d"]) == ["a", "a"]


def test_a_rule_that_was_edited_differs_as_it_was_and_as_it_is() -> None:
    edited = replace(FEE, replies=(Reply("4,000원"),))

    assert differing([FEE, SIZE], [edited, SIZE]) == [FEE, edited]


def test_of_a_rule_with_other_words_only_these_may_touch_a_message() -> None:
    more = replace(FEE, groups=(Group("any", ("배송비", "택배비")), Group("none", ("무료",))))
    old = replace(FEE, groups=(Group("any", ("배송비",)), Group("none", ())))
    difference = Difference(book(old, SIZE), book(more, SIZE))

    assert may_touch(difference, "택배비요", unsure=False)
    assert may_touch(difference, "배송비 무료인가요", unsure=False)
    assert not may_touch(difference, "배송비 얼마예요", unsure=False)


def test_a_word_more_that_is_needed_touches_all_that_met_the_rule() -> None:
    old, new = (replace(FEE, groups=(Group("all", words),)) for words in (("배송비",), ("배송비", "제주")))

    assert may_touch(Difference(book(old), book(new)), "배송비 얼마예요", unsure=False)


@given(st.lists(st.sampled_from("abcdefgh"), unique=True), st.randoms(use_true_random=False))
@settings(max_examples=100, deadline=None)
def test_what_is_left_stands_in_the_same_order_on_both_sides(names: list[str], dice: random.Random) -> None:
    shuffled = [*names]
    dice.shuffle(shuffled)
    moved = set(keys(names, shuffled))

    assert [name for name in names if name not in moved] == [name for name in shuffled if name not in moved]


def test_only_messages_with_a_word_of_the_edit_are_touched() -> None:
    difference = Difference(OLD, book(FEE, replace(SIZE, when="closed"), WRAP))

    assert may_touch(difference, "사 이 즈 알려 주세요", unsure=False)
    assert not may_touch(difference, "배송비 얼마예요", unsure=True)
    # Guessed: only where nothing is said exactly; but topics mistyped and loose letters are put right beside it.
    for text, unsure in (("tkdlwm", False), ("싸이즈 있나요", True), ("ㅅㅏ이즈요", True)):
        assert may_touch(difference, text, unsure=False) == unsure
        assert may_touch(difference, text, unsure=True)


def test_what_is_put_right_beside_other_words_may_be_a_word_of_the_edit() -> None:
    longer = Difference(OLD, book(FEE, rule("사이즈", "사이즈", "배송비 얼마"), WRAP))
    for text in ("배솣비 얼마예요", "배배송비 얼마예요"):
        assert may_touch(longer, text, unsure=False)
    for text in ("섬물포장 돼요?", "사사이즈 얼마예요", "배송비 돼요?", "선물포장 돼요?"):
        assert not may_touch(longer, text, unsure=False)


def test_other_layers_touch_what_was_understood_only_where_they_read_it_anew() -> None:
    switched = Difference(OLD, replace(OLD, layers=()))
    for text in ("싸이즈 선물포장 돼요?", "배배송비 선물포장", "ㅅㅏ이즈요"):
        assert may_touch(switched, text, unsure=False)
    assert not may_touch(switched, "선물포장 돼요?", unsure=False)
    assert may_touch(switched, "고래", unsure=True)


def test_what_a_rule_does_touches_only_messages_it_was_meant_in() -> None:
    closed = Difference(OLD, book(FEE, replace(SIZE, when="closed"), WRAP))
    another_name = Difference(OLD, book(FEE, replace(SIZE, key="r-2"), WRAP))
    another_word = Difference(OLD, book(FEE, rule("사이즈", "치수"), WRAP))

    for text in ("사이즈 있나요", "싸이즈 있나요"):
        assert [may_touch(one, text, unsure=True, meant=False) for one in (closed, another_name)] == [False, False]
        assert [may_touch(one, text, unsure=True, meant=True) for one in (closed, another_name)] == [True, True]
        assert may_touch(another_word, text, unsure=True, meant=False)


class TestRenamed:
    """By which keys the rules of one book answer in place of another's."""

    def names(self, old: Book, new: Book, text: str, *, answered: str = "") -> Mapping[str, str] | None:
        was, becomes = (reading(compiled, read(compiled, text)) for compiled in map(compile_book, (old, new)))
        return renamed(was, becomes, answered=answered)

    def test_a_rule_that_acts_the_same_answers_under_its_new_name(self) -> None:
        new = book(FEE, replace(SIZE, key="r-2", name="치수"), WRAP)

        assert self.names(OLD, new, "사이즈 알려 주세요") == {"사이즈": "r-2"}
        assert self.names(OLD, new, "배송비 얼마예요") == self.names(OLD, new, "고래") == {}

    def test_one_that_acts_otherwise_has_to_be_decided(self) -> None:
        for edited in (replace(SIZE, action="hand_off"), replace(SIZE, when="closed"), rule("사이즈", "치수")):
            assert self.names(OLD, book(FEE, edited, WRAP), "사이즈 알려 주세요") is None

    def test_so_has_one_that_rests_under_its_name(self) -> None:
        rests = replace(SIZE, cooldown_minutes=10)

        assert self.names(book(rests), book(replace(rests, key="r-2")), "사이즈 알려 주세요") is None
        assert self.names(book(rests), book(replace(rests, name="치수")), "사이즈 알려 주세요") == {}

    def test_where_the_first_rule_answered_the_later_ones_count_only_as_a_second_answer(self) -> None:
        night = replace(SIZE, when="night")
        new = book(night, FEE, WRAP, rule("r-late", "사이즈"))

        assert self.names(book(night, FEE, WRAP), new, "사이즈 알려 주세요", answered="사이즈") == {}
        # It might not answer at another hour, so that the later one would.
        assert self.names(book(night, FEE, WRAP), new, "사이즈 알려 주세요") is None
        apart = "사이즈 있나요? 선물포장 되나요?"
        assert self.names(book(night, FEE), book(night, FEE, WRAP), apart, answered="사이즈") is None


def test_nothing_touches_nothing_and_texts_are_named() -> None:
    same = Difference(OLD, OLD)
    assert not may_touch(same, "배송비", unsure=True)
    assert same.texts == frozenset()
    assert Difference(OLD, replace(OLD, fallback=replace(OLD.fallback, hand_off_after=9))).texts == {"fallback"}


@pytest.mark.parametrize(
    ("was", "becomes", "acts"),
    [
        ("표를 봐 주세요.", "표를 보시면 돼요(요즘은).", False),
        ("{배송비}이에요.", "배송비는 {배송비}, 오늘은 {영업시간}에 열어요.", False),
        ("표를 봐 주세요.", "{배송비}이에요.", True),
        ("{배송비}이에요.", "{반품비}이에요.", True),
        ("표를 봐 주세요.", " ", True),
        ("{배송비}", "{배송비} 정도예요.", False),
        ("{배송비|}", "{반품비|}", True),
        ("{배송비|}", "{배송비|나중에 알려 드려요.}", True),
        ("네.", "{배송비|나중에 알려 드려요.}", False),
    ],
)
def test_how_a_text_reads_touches_nothing_as_long_as_it_can_be_said_when_the_other_can(
    was: str, becomes: str, *, acts: bool
) -> None:
    def saying(text: str) -> Book:
        reply = (Reply(text),)
        names = {name: replace(getattr(OLD, name), reply=reply[0]) for name in ("away", "fallback")}
        hand_off = replace(OLD.hand_off, open=reply[0], closed=reply[0])
        sized = replace(SIZE, replies=reply, name=text)
        return replace(book(FEE, sized, WRAP), **names, hand_off=hand_off, ask_back=reply[0])

    difference = Difference(saying(was), saying(becomes))

    assert difference.texts == ({"away", "fallback", "hand_off", "ask_back"} if acts else set())
    assert may_touch(difference, "사이즈 알려 주세요", unsure=False) is acts
    assert not may_touch(difference, "배송비 얼마예요", unsure=False)


def test_other_layers_touch_what_no_rule_understood_as_it_stands() -> None:
    difference = Difference(OLD, replace(OLD, layers=()))

    assert may_touch(difference, "고래", unsure=True)
    assert not may_touch(difference, "배송비", unsure=False)


@pytest.mark.parametrize("way_back", [False, True])
def test_another_spelling_touches_the_words_written_so(way_back: bool) -> None:
    spelled = replace(OLD, aliases=(Alias("베숑", "배송"), Alias("없는말", "없다")))
    difference = Difference(spelled, OLD) if way_back else Difference(OLD, spelled)

    assert may_touch(difference, "베숑비 얼마예요", unsure=False)
    assert may_touch(difference, "qptydql djfakdPdy", unsure=True)
    for text in ("배송비 얼마예요", "베숑", "없는말"):
        assert not may_touch(difference, text, unsure=False)


@pytest.mark.parametrize("way_back", [False, True])
def test_an_ignored_word_touches_the_messages_it_stands_in(way_back: bool) -> None:
    ignoring = replace(OLD, ignored=("사이즈업",), aliases=(Alias("싸이즈", "사이즈"),))
    plain = replace(OLD, aliases=ignoring.aliases)
    difference = Difference(ignoring, plain) if way_back else Difference(plain, ignoring)

    assert may_touch(difference, "사이즈 업 되나요", unsure=False)
    assert may_touch(difference, "싸이즈업 되나요", unsure=False)
    assert not may_touch(difference, "사이즈 되나요", unsure=False)


@given(st.text("qwertasdf", min_size=5, max_size=8), st.text("qwertasdfhk", min_size=4, max_size=9))
@settings(max_examples=300, deadline=None)
def test_every_slip_is_listed_and_nothing_else(meant: str, typed: str) -> None:
    slips = slips_of(meant)

    assert all(is_slip(one, meant) for one in slips)
    assert is_slip(typed, meant) == (typed in slips)
    # A text by chance is hardly ever a slip, so what is close is tried too.
    for at in range(len(meant)):
        for close in (meant[:at] + "w" + meant[at:], meant[:at] + "w" + meant[at + 1 :], meant[:at] + meant[at + 1 :]):
            assert is_slip(close, meant) == (close in slips)
