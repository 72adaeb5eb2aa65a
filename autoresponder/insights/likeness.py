"""Which questions are alike: those that say the same words, however they are spaced, ended or decorated."""

from __future__ import annotations

from collections.abc import Set
from functools import lru_cache
from typing import NamedTuple

from autoresponder.engine.keyword import PARTICLES
from autoresponder.engine.text import fold

# What a sentence may open with or carry along without being about it.
_FILLERS = (
    "안녕하세요 안녕 혹시 저기요 저기 제가 저는 사장님 그런데 근데 그리고 네 넵 좀 안 못 수 거 건가요 "
    "되나요 돼요 되요 될까요 하나요 해요 할까요 있나요 있어요 있을까요 가능 가능한가요 가능해요 가능할까요 "
    "알려주세요 궁금해요 부탁드려요 주세요 please hi hello the a is do you i"
)
# How a question or a wish ends; what stands before is what it is about.
_ENDINGS = (
    "한가요 인가요 나요 을까요 까요 가요 해요 돼요 되요 어요 아요 예요 에요 이요 세요 네요 주세요 습니까 합니다 니다 "
    "알려주세요 부탁드려요 궁금해요 요"
)
FILLERS, ENDINGS = frozenset(_FILLERS.split()), frozenset(_ENDINGS.split())
LONGEST = max(map(len, ENDINGS | PARTICLES))
# "ㅠㅠ" and "ㅎㅎ" are how it is said, not what.
LOOSE = "".join(map(chr, range(0x3131, 0x3164)))

KEY_WORDS = 4
# Sentences whose likeness is remembered: half of what customers write was written before.
REMEMBERED = 20_000
# What is left of a word whose end is taken off has this many syllables.
STEM = 2
# Sentences of one kind that are told apart; beyond them they are only counted together.
KEPT = 500


class Kind(NamedTuple):
    """Sentences that are alike: how they are most often written, how many there are, and one message that said it."""

    text: str
    count: int
    id: int


def likeness(text: str) -> str:
    """A key that is the same for sentences that are alike; "" for one without words."""
    folded = fold(text).words
    said = [word.rstrip(LOOSE) or word for word in folded]
    words = [_bare(word) for word in said if word not in FILLERS] or said
    telling = sorted({word for word in words if word and not word.isdigit()})
    if len(telling) > KEY_WORDS:
        telling = sorted(sorted(telling, key=len, reverse=True)[:KEY_WORDS])
    return " ".join(telling)


# Customers write the same words again and again, if in other sentences.
@lru_cache(REMEMBERED)
def _bare(word: str) -> str:
    return _without(_without(word, ENDINGS), PARTICLES)


def _without(word: str, ends: Set[str]) -> str:
    """The word without the longest of these at its end."""
    for cut in range(max(STEM, len(word) - LONGEST), len(word)):
        if word[cut:] in ends:
            return word[:cut]
    return word


@lru_cache(REMEMBERED)
def _kind_of(text: str) -> tuple[str, str]:
    """The likeness of a sentence, and how it is written but for its blanks."""
    return likeness(text), " ".join(text.split())


class Alike:
    """Counts sentences that are alike, each kind with the way it is most often written."""

    def __init__(self) -> None:
        # Of each kind how often it is written so. Plain dicts: most kinds are one sentence, and a Counter takes longer.
        self._kinds: dict[str, dict[str, int]] = {}
        self._first: dict[str, int] = {}
        self.count = 0

    def add(self, text: str, id: int) -> None:
        """`id`: of the message that said it."""
        self.count += 1
        self._count(*_kind_of(text), 1, id)

    def merge(self, later: Alike) -> None:
        """Sentences that came after these."""
        self.count += later.count
        for key, kind in later._kinds.items():
            for written, times in kind.items():
                self._count(key, written, times, later._first[written])

    def _count(self, key: str, written: str, times: int, id: int) -> None:
        if not key:
            return
        kind = self._kinds.get(key)
        if kind is None:
            if len(self._kinds) >= KEPT:
                return
            kind = self._kinds[key] = {}
        if written not in kind and len(kind) >= KEPT:
            written = next(iter(kind))
        kind[written] = kind.get(written, 0) + times
        self._first.setdefault(written, id)

    def most(self, count: int) -> list[Kind]:
        """The kinds that came most often, the one that came first where two are even."""
        kinds = sorted(self._kinds.values(), key=_total, reverse=True)
        texts = [(max(kind, key=kind.__getitem__), _total(kind)) for kind in kinds[:count]]
        return [Kind(text, total, self._first[text]) for text, total in texts]


def _total(kind: dict[str, int]) -> int:
    return sum(kind.values())
