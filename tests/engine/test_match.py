"""The scanner against a slow search that reads the rules of MATCHING literally."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from autoresponder.engine.compile import compile_book
from autoresponder.engine.keyword import PARTICLES, Mode, mode_of
from autoresponder.engine.match import find, matches, yielding
from autoresponder.engine.text import flat_of, fold
from tests.engine.shop import book, rule

WORDS = st.lists(st.text("배송비옷은asx1 ", min_size=1, max_size=4), min_size=1, max_size=6)
MESSAGES = st.text("배송비옷은asx1 !", max_size=16)


def latin(character: str) -> bool:
    return character.isascii() and character.isalnum()


def together(one: str, other: str) -> bool:
    """Of one word or number: 1 and a are not."""
    return latin(one) and latin(other) and one.isdigit() == other.isdigit()


def slow_hits(words: list[str], message: str) -> set[tuple[str, int, int]]:
    """Every keyword at every place, judged on the list of (character, number of its word)."""
    folded = fold(message)
    letters = [(character, number) for number, word in enumerate(folded.words) for character in word]
    found = set()
    for flat in {flat_of(word) for word in words} - {""}:
        for start in range(len(letters) - len(flat) + 1):
            end = start + len(flat)
            if folded.flat[start:end] == flat and slow_stands(letters, flat, start, end):
                found.add((flat, start, end))
    return found


def slow_stands(letters: list[tuple[str, int]], flat: str, start: int, end: int) -> bool:
    numbers = [number for _, number in letters[start:end]]
    before = letters[start - 1] if start else ("", -1)
    after = letters[end] if end < len(letters) else ("", -1)
    begins = before[1] != numbers[0]
    if numbers[0] != numbers[-1] and not begins:
        return False
    if len(flat) == 1 and not latin(flat):
        rest = "".join(character for character, number in letters[end:] if number == numbers[0])
        return begins and rest in PARTICLES
    whole = all(map(latin, flat))
    if (whole or (latin(flat[0]) and not flat[0].isdigit())) and not begins and together(before[0], flat[0]):
        return False
    return not whole or after[1] != numbers[-1] or not together(flat[-1], after[0])


@given(WORDS, MESSAGES)
@example(["은은"], "은은 은")
@example(["배송"], "배 송배송")
@example(["1비", "s으"], "11비 1비 as으 1s으")
def test_the_scanner_finds_exactly_what_a_slow_search_finds(words: list[str], message: str) -> None:
    compiled = compile_book(book(*(rule(f"r{number}", word) for number, word in enumerate(words))))
    hits = find(compiled, message).hits
    assert {(flat_of(compiled.spelled[word]), start, end) for start, end, word in hits} == slow_hits(words, message)


@given(WORDS, MESSAGES)
def test_a_rule_matches_when_one_of_its_words_stands_outside_of_every_longer_one(
    words: list[str], message: str
) -> None:
    rules = [rule(f"r{number}", word) for number, word in enumerate(words)]
    compiled = compile_book(book(*rules))
    found = find(compiled, message)
    hits = slow_hits(words, message)
    seen = {
        flat
        for flat, start, end in hits
        if not any(a <= start and end <= b and (a, b) != (start, end) for _, a, b in hits)
    }
    matched = {compiled.rules[rank].key for rank in found.satisfied}
    assert matched == {item.key for item in rules if flat_of(item.groups[0].words[0]) in seen}
    lost = {compiled.rules[loss.rank].key for loss in yielding(compiled, found)}
    present = {flat for flat, _, _ in hits}
    assert lost == {item.key for item in rules if flat_of(item.groups[0].words[0]) in present - seen}


@given(WORDS, MESSAGES)
def test_a_match_points_at_the_keyword_in_the_text_as_typed(words: list[str], message: str) -> None:
    compiled = compile_book(book(rule("r", *words)))
    found = find(compiled, message)
    for rank in found.satisfied:
        for match in matches(compiled, found, rank):
            assert flat_of(message[match.start : match.end]) == flat_of(match.keyword)


def test_a_book_without_words_finds_nothing() -> None:
    for empty in (book(), book(rule("r")), book(rule("r", " ", "!!", "\u3164"))):
        compiled = compile_book(empty)
        assert not find(compiled, "배송 !!").satisfied


def test_one_syllable_latin_and_other_words_are_told_apart() -> None:
    modes = {word: mode_of(flat_of(word)) for word in ("옷", "A/S", "배송", "ㅠ", "3일", "M으로", "ㅂㅅ")}
    special = {"옷": Mode.ONE_SYLLABLE, "A/S": Mode.LATIN_WORD, "M으로": Mode.LATIN_START, "ㅂㅅ": Mode.INITIALS}
    assert modes == dict.fromkeys(modes, Mode.ANYWHERE) | special


def test_a_letter_is_not_cut_out_of_a_longer_word() -> None:
    compiled = compile_book(book(rule("many", "3명"), rule("size", "m으로"), rule("unit", "cm")))
    said = {"13명이요": ["many"], "DM으로 해요": [], "M으로 해요": ["size"], "키 160cm": ["unit"], "WWcm": []}
    answers = {text: [compiled.rules[rank].key for rank in find(compiled, text).satisfied] for text in said}
    assert answers == said


def test_what_somebody_else_says_is_not_refused() -> None:
    """송장 말고 means another thing; 송장이 아니라고 is what the platform shows."""
    compiled = compile_book(book(rule("tracking", "송장"), rule("refund", "환불")))
    said = {"등록된 송장이 아니라고 나와요": True, "송장 말고 사진이요": False}
    said |= {"환불 안 받아도 돼요": False, "환불 안 받았어요": True}
    assert {text: bool(find(compiled, text).satisfied) for text in said} == said
