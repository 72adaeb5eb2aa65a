"""Which keywords are looked for when they are mistyped: nouns, as no verb is told from another by one letter; and which
of them are too alike for that."""

from __future__ import annotations

import re
from functools import lru_cache

from autoresponder.engine.keys import KEYS, NO_KEY, decompose, is_slip, with_tail
from autoresponder.engine.keyword import PARTICLES
from autoresponder.engine.known_words import known_words
from autoresponder.engine.sound import heard_as

_NOUN = re.compile("[가-힣]{2,}")
_VERB = re.compile(
    "(?:[다요욤여해어아려까죠줘할될돼되는은냐네봐싶면게거나지신있없]|하고|하기|해서|어서|아서|[오하되가]니|[오가나]와|언제와|[안못]됨|[안못]함)$"
)
_QUESTION = re.compile("어떻|어디|언제|얼마|몇|뭐|뭘|무슨|안|못")
# Nouns that end as verbs do.
_NOT_VERB = re.compile(
    "(?:지|전거|수거|제거|증거|가게|무게|라면|화면|도면|전면|필요|개요|수요|주요|바나나|바다|사다|언어|영어|피아|여아|남아|유아|치아|동네|그네|기나|안내면|방해|오해|이해|상해|침해)$"
)
# What no topic ends with: particles, and syllables of verbs, among them all that tell of the past.
_ENDS = re.compile(
    f"(?:[은는이가을를에도만의로요고면서지나까니예데네심안라랑줘주달볼버보줄갈올될래받잡팔걸]|{with_tail('ㅆ')})$"
)
# With one syllable more than known words, neither 주문한 nor 바꿀 is a noun.
_INFLECTED = re.compile(f"(?:[한없]|{with_tail('ㄹ')})$")


def is_noun(flat: str) -> bool:
    """Whether a keyword is looked for when mistyped: Hangul that does not end as a verb does."""
    if not _NOUN.fullmatch(flat) or _QUESTION.match(flat):
        return False
    return not _VERB.search(flat) or bool(_NOT_VERB.search(flat))


@lru_cache(maxsize=8_192)
def is_topic(flat: str) -> bool:
    """Whether a keyword is a noun for certain: known words, and maybe one syllable more (배송비)."""
    if not is_noun(flat) or _ENDS.search(flat):
        return False
    return _known(flat) or (len(flat) > 2 and not _INFLECTED.search(flat) and _known(flat[:-1]))


def inflected(typed: str, meant: str) -> bool:
    """Whether only what ends a word is another: 쓰레기가 is not 쓰레기같."""
    return typed[:-1] == meant[:-1] and typed[-1] in PARTICLES and _known(typed[:-1])


def confusable(one: str, other: str) -> bool:
    """Whether two keywords are one slip apart, sound the same, or differ in one syllable that begins alike
    (반품 and 부품)."""
    keys, other_keys = one.translate(KEYS), other.translate(KEYS)
    if one == other or NO_KEY in keys + other_keys:
        return False
    if is_slip(keys, other_keys) or is_slip(other_keys, keys) or heard_as(one)[0] == heard_as(other)[0]:
        return True
    apart = [(ord(a), ord(b)) for a, b in zip(one, other, strict=False) if a != b]
    return len(one) == len(other) and len(apart) == 1 and decompose(apart[0][0])[0] == decompose(apart[0][1])[0]


def _known(flat: str) -> bool:
    known = known_words()
    return any(flat[:cut] in known and (cut == len(flat) or _known(flat[cut:])) for cut in range(2, len(flat) + 1))
