"""The plain words a question is made of, one slip of a finger away: 얼머 for 얼마, 되낭 for 되나요.

What the question is about is left to near.py.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache, lru_cache

from autoresponder.engine.keys import KEYS, slips_of
from autoresponder.engine.known_words import known_words
from autoresponder.engine.rewrite import Piece, Rewritten, replaced, rewritten
from autoresponder.engine.text import Folded

# A word may begin with one of these, or end with one of the others. They have so many keys that few other words are one
# slip away; 받았어요 nearly is 있어요, but that ends rightly as it stands.
_ASKING = "얼마 언제 어디 어떻게 며칠 가능 안녕 문의 전화"
_ENDINGS = """
    되나요 하나요 있나요 없나요 시나요 주나요 오나요 받나요 파나요 인가요 건가요 은가요 한가요 아닌가요 까지예요
    될까요 할까요 을까요 볼까요 있을까요 안돼요 안되요 할게요 할래요 주세요 해주세요 알려주세요 봐주세요 하세요
    계세요 해줘요 드려요 부탁해요 부탁드려요 부탁드립니다 문의드려요 문의드립니다 드립니다 궁금해요 궁금합니다
    가능해요 싶어요 싶은데요 싶습니다 되는지 있는지 하려면 하려는데 했는데 왔어요 안왔어요 있어요 없어요
    있습니다 없습니다 습니다 합니다 됩니다 습니까 합니까 됩니까 입니까 이네요 취소해 확인해 예약해 변경해 신청해
    반품해 교환해 환불해 조회해 확인해줘 알아볼래 예약할래
"""
# Words as they stand, whatever those are like that end rightly: 얼맞지, 감싸합니다.
_WHOLE = """
    얼마예요 얼마에요 얼마인가요 얼마죠 얼마지 얼마야 얼마니 얼만가요 몇시에 몇시까지 몇시부터 시까지 시부터
    감사합니다 감사합니당 감사해요 감사드려요 고맙습니다 고마워요 알겠습니다 됐습니다
    안녕하세요 안녕하십니까 뵙겠습니다 수고하세요 저기요 여보세요
"""
LONGEST = max(map(len, _ENDINGS.split())) + 1
# How 요 is written in chats.
_POLITE = "요여염욤용"
# How words end as they should, whatever that is one slip away from: 나와요 from 나오나요, 파세요 from 하세요.
_RIGHT = re.compile("(?:[나까가세데네지죠아어여해와워게래돼되예에][요여염욤용]|니다|니까)$")
_HANGUL = re.compile("[가-힣]{2,}")


def plain_words(folded: Folded) -> Rewritten | None:
    """None when nothing is put right."""
    return rewritten(folded, _put_right)


def _put_right(word: str, start: int) -> list[Piece] | None:
    slip = _slip_in(word)
    return replaced(word, start, *slip) if slip else None


# Messages are made of the same words again and again.
@lru_cache(maxsize=8_192)
def _slip_in(word: str) -> tuple[int, int, str] | None:
    """Where in a word a plain one is mistyped, and which."""
    found = _HANGUL.match(word)
    if found is None or found[0] in known_words():
        return None
    said, asking, endings = found[0], _slips(_ASKING), _slips(_ENDINGS)
    if (meant := _whole().get(said.translate(KEYS))) and meant != said:
        return 0, len(said), meant
    begins = () if _RIGHT.search(said) else range(max(0, len(said) - LONGEST), len(said) - 1)
    for first in begins:
        if meant := endings.get(said[first:].translate(KEYS)):
            return first, len(said), meant
    for last in (2, 3, 4):
        if said[:last] not in known_words() and (meant := asking.get(said[:last].translate(KEYS))):
            return 0, last, meant
    return None


@cache
def _slips(words: str) -> Mapping[str, str]:
    """From the keys of all that one slip makes of these to the word that is meant."""
    meant = _by_keys(words)
    return {typed: word for keys, word in meant.items() for typed in slips_of(keys) if typed not in meant}


@cache
def _whole() -> Mapping[str, str]:
    """The same keys may have been pressed with Shift."""
    return {**_slips(_WHOLE), **_by_keys(_WHOLE)}


def _by_keys(words: str) -> Mapping[str, str]:
    written = {word[:-1] + last for word in words.split() for last in (_POLITE if word[-1] == "요" else word[-1])}
    return {word.translate(KEYS): word for word in sorted(written)}
