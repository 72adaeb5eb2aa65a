"""Topics that are mistyped beside what was understood."""

from __future__ import annotations

import pytest

from autoresponder.engine.book import LAYERS, Book, Group
from autoresponder.engine.compile import compile_book
from autoresponder.engine.match import matches
from autoresponder.engine.understand import read, read_all, understood_step
from tests.engine.shop import book, rule

FEE = rule("fee", "배송비", "무료 배송")
TRACKING = rule("tracking", "배송 조회", "택배사 어디")
SHOP = book(
    FEE,
    TRACKING,
    rule("exchange", "교환"),
    rule("return", "반품", "깎을"),
    rule("size", "사이즈", "추가", "두께"),
    rule("fragrance", "넉넉"),
    rule("angry", "개판", "쓰레기들", action="hand_off"),
    rule("delivery", "배송"),
    rule("price", "얼마", "정가"),
    rule("place", "어디"),
)


def answering(text: str, shop: Book = SHOP) -> str:
    """The rule that answers first."""
    compiled = compile_book(shop)
    return next((compiled.rules[rank].key for rank in read(compiled, text).meant), "")


@pytest.mark.parametrize(
    ("text", "key"),
    [
        pytest.param("배송비 얼마예요", "fee", id="typed rightly"),
        pytest.param("배솣비 얼마예요", "fee", id="a slip"),
        pytest.param("뱃송비 얼마예요", "fee", id="another"),
        pytest.param("베송비 얼마예요", "fee", id="heard alike"),
        pytest.param("배송죠회 얼마나 걸려요", "tracking", id="beside a shorter word of another rule"),
        pytest.param("태갭사 어디예요", "tracking", id="a part of a longer keyword"),
        pytest.param("배송배 얼마예요", "fee", id="a longer word of which the shorter stands there"),
        pytest.param("배배송비 얼마예요", "fee", id="a syllable twice"),
        pytest.param("쓰레기들 얼마예요", "angry", id="typed rightly, and angry"),
    ],
)
def test_a_mistyped_topic_is_put_right_beside_another_word(text: str, key: str) -> None:
    assert answering(text) == key


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("두개 얼마예요", id="a word of its own: not 두께"),
        pytest.param("사이즈가 얼마예요", id="a keyword would be broken: 추가 by 즈가"),
        pytest.param("저가요 얼마예요", id="a common word is nearer: 저기요"),
        pytest.param("꺾을 얼마예요", id="a verb"),
        pytest.param("배송비", id="nothing mistyped"),
        pytest.param("넉넉 얼마예요", id="a keyword with a syllable twice"),
        pytest.param("개팜 얼마예요", id="two syllables that would call a person"),
        pytest.param("쓰레기가 얼마예요", id="only another particle"),
        pytest.param("교 얼마예요", id="one syllable"),
    ],
)
def test_what_is_no_mistyped_topic_stays(text: str) -> None:
    found = read(compile_book(SHOP), text)
    assert (found.how, found.original) == ("exact", None)


def test_it_goes_by_the_layers_of_the_shop_and_of_the_rule() -> None:
    for layers, slip, sound in (((), "price", "price"), (("sound",), "price", "fee"), (LAYERS, "fee", "fee")):
        shop = book(*SHOP.rules, layers=layers)
        assert (answering("배솣비 얼마예요", shop), answering("베송비 얼마예요", shop)) == (slip, sound)
    strict = book(rule("fee", "배송비", without=("slip",)), *SHOP.rules[1:])
    assert (answering("배솣비 얼마예요", strict), answering("베송비 얼마예요", strict)) == ("price", "fee")
    # A slip beside what only sounds alike counts as one.
    assert answering("베송비 교솬 얼마예요", strict) == "exchange"
    # The rule that was understood anyway still answers.
    strict = compile_book(book(FEE, rule("price", "얼마", without=("slip", "sound"))))
    assert list(read(strict, "배솣비 얼마예요").meant) == [0, 1]


def test_a_rule_that_is_not_met_does_not_lend_its_words_to_another() -> None:
    rules = (rule("refund", "환불규정"), rule("delivery", "택배"), rule("price", "얼마"))
    for added in (rule("why", "환불 사유", "택배사 어디"), rule("card", groups=(Group("all", ("환불", "카드")),))):
        for text in ("환뷸 규정 얼마예요", "태갭사 얼마예요"):
            assert answering(text, book(*rules)) == answering(text, book(*rules, added)) == "price"


def test_what_was_typed_is_told_and_only_that_is_a_guess() -> None:
    found = read(compile_book(SHOP), "혹시 배솣비 얼마예요?")
    assert understood_step(compile_book(SHOP), found).params == {"how": "slip", "typed": "배솣비", "meant": "배송비"}
    compiled = compile_book(
        book(rule("fee", groups=(Group("any", ("배송비",)), Group("any", ("얼마",)))), rule("price", "얼마"))
    )
    found = read(compiled, "혹시 배솣비 얼마예요?")
    told = [(match.keyword, match.start, match.end, match.how) for match in matches(compiled, found, 0)]
    assert told == [("배송비", 3, 6, "slip"), ("얼마", 7, 9, "exact")]


def test_many_texts_are_read_as_one_by_one() -> None:
    texts = ["배솣비 얼마예요", "태갭사 어디예요", "배배송비 얼마예요", "배송비 얼마예요", "두개 얼마예요", "되낭"]
    for asked in (compile_book(SHOP), compile_book(SHOP, texts=10**6)):
        assert [list(found.meant) for found in read_all(asked, texts)] == [
            list(read(asked, text).meant) for text in texts
        ]
