"""In which order a message is read anew, and what such a reading may lead to."""

from __future__ import annotations

from autoresponder.engine.book import Group
from autoresponder.engine.compile import compile_book
from autoresponder.engine.understand import read, read_all, understood_step
from tests.engine.shop import book, rule


def test_a_question_is_heard_whose_end_is_mistyped() -> None:
    compiled = compile_book(book(rule("return", "반품", manner="asked"), rule("price", "얼마", manner="asked")))
    typed, meant = "해주헤요", "해주세요"
    found = read(compiled, f"산 지 좀 됐어도 반품 {typed}")
    assert (found.how, list(found.meant)) == ("slip", [0])
    assert understood_step(compiled, found).params == {"how": "slip", "typed": typed, "meant": meant}
    assert list(read(compiled, "얼머예요").meant) == [1]
    assert not read(compiled, "반품 받았어요").meant


def test_loose_letters_are_read_before_what_stands_beside_them() -> None:
    """Initials lie in them, and the word that says what is asked may be written so."""
    rules = (
        rule("fee", groups=(Group("any", ("배송비",)),), manner="asked"),
        rule("price", "얼마", manner="asked"),
        rule("thanks", "ㄱㅅ"),
    )
    compiled = compile_book(book(*rules))
    said = {
        "ㅂㅐㅅㅗㅇㅂㅣ 얼마예요": ["fee", "price"],
        "배송비 ㅇㅓㄹㅁㅏㅇㅖㅇㅛ": ["fee", "price"],
        "배송비 ㄱㅜㅇㄱㅡㅁㅎㅐㅇㅛ": ["fee"],
        "ㅂㅏㄱㅅㅡ": [],
        "ㄱㅅㅠㅠ": ["thanks"],
        "ㅠㅠㄱㅅ": ["thanks"],
        "넵ㄱㅅ": ["thanks"],
    }
    keys = {text: [compiled.rules[rank].key for rank in read(compiled, text).meant] for text in said}
    assert keys == said
    assert [found.meant for found in read_all(compiled, list(said))] == [read(compiled, text).meant for text in said]


def test_angry_words_are_heard_mistyped_where_they_are_long_enough() -> None:
    compiled = compile_book(book(rule("angry", "쓰레기들", "개판", "개새", "지랄", action="hand_off")))
    heard = {"쓰레기즐": True, "싸레기들": True, "찌랄": True, "쓰레기가": False, "개팜": False, "계새요": False}
    for text, meant in heard.items():
        assert bool(read(compiled, text).meant) is meant, text
