"""What a message wants: is something asked, wanted or wrong, or are the words of a rule only mentioned?

Korean says it at the end of the sentence (되나요, 해 주세요, 안 왔어요), English mostly at its beginning. Both are read
sentence by sentence with lists of such endings and cues; nothing is weighed or learnt, so the same sentence is always
read the same way. A happy review mentions delivery, size and price in every second line and asks nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import accumulate, islice
from typing import NamedTuple

from autoresponder.engine.mood_en import english
from autoresponder.engine.mood_ko import korean, one_of
from autoresponder.engine.text import TYPED_LIMIT, Folded, fold, plain
from autoresponder.engine.types import Mood


class Sentence(NamedTuple):
    """`start` and `end` are positions in the folded text of the whole message; `main` is where the last clause begins.

    What stands before it is background: in 어제 배송 받았는데 교환하고 싶어요 the wish is about 교환.
    """

    start: int
    main: int
    end: int
    mood: Mood


# A sentence ends at its mark, at a line break, where it is only laughed and wept between,
# or behind a question without its mark: 픽업 되나요 역까지.
_ENDS = re.compile(
    r"(?=[.．!！~～…。?？\nㅋㅎㅠㅜ ])"
    r"(?:(?:[.．!！~～…。](?!\d)|[?？]|\n|(?:[ㅋㅎ]{2,20}|[ㅠㅜ]{2,20})(?=\s))+[\s.．!！?？~～…ㅋㅎㅠㅜ]*"
    r"|(?<=나요|까요|가요|세요) )"
)
_HANGUL = re.compile("[가-힣]")
_LEFTOVERS = "".join(map(chr, range(ord("ㄱ"), ord("ㆎ") + 1)))
# 주세요오오, 어디예요요요: drawn out for the sake of it.
_DRAWN_OUT = re.compile(r"(.)\1+$|(?<=[요유])[오옹우웅]+$|(?<=[가나까다아해])[아앙]+$")
_HELD = frozenset("오옹우웅아앙")

# A word that ends a clause which only leads up to the next.
_BACKGROUND = re.compile(
    one_of("""
    는데 은데 ㄴ데 던데 는데요 은데요 ㄴ데요 [아어여해와워라봐가서]서 지만 더니 길래 으니 니까 ㅆ고 ㅆ구 라요 다가
    """)
    + "$"
)
# So many sentences are told apart; what follows is read as one more.
SENTENCES = 40


def sentences(folded: Folded) -> list[Sentence]:
    """The sentences of a message and the mood of each. Linear in its length."""
    typed = [piece for piece in _pieces(plain(folded.typed[:TYPED_LIMIT])) if piece[0]]
    pieces = [folded] if len(typed) == 1 else [fold(text) for text, _ in typed]
    ends = accumulate(len(piece.flat) for piece in pieces)
    return [
        Sentence(end - len(piece.flat), end - len(piece.flat) + _main(piece.words), end, mood(piece.words, asked))
        for piece, (_, asked), end in zip(pieces, typed, ends, strict=True)
        if piece.flat
    ]


def mood(words: Iterable[str], question_mark: bool = False) -> Mood:
    """The mood of one sentence, given as folded words."""
    bare = [kept for word in words if (kept := word.rstrip(_LEFTOVERS))]
    sentence = " " + " ".join(bare)
    if sentence[-1] == sentence[-2:-1] or sentence[-1] in _HELD:
        sentence = _DRAWN_OUT.sub(r"\1", sentence)
    return korean(sentence, bare, question_mark) if _HANGUL.search(sentence) else english(sentence + " ", question_mark)


def _main(words: list[str]) -> int:
    """How many syllables stand before the last clause."""
    background = 0
    length = 0
    for word in words[:-1]:
        length += len(word)
        if _BACKGROUND.search(word):
            background = length
    return background


def _pieces(typed: str) -> Iterator[tuple[str, bool]]:
    """The sentences as typed, each with whether a question mark ends it."""
    start = 0
    for end in islice(_ENDS.finditer(typed), SENTENCES - 1):
        yield typed[start : end.end()], "?" in end[0] or "？" in end[0]
        start = end.end()
    yield typed[start:], False
