"""Whether the words of a rule are said the way the rule wants them: anyhow, as a question or wish, or alone."""

from __future__ import annotations

import re
from collections.abc import Sequence

from autoresponder.engine.compile import Compiled
from autoresponder.engine.match import Found, Hit
from autoresponder.engine.mood import Sentence, sentences
from autoresponder.engine.types import Mood, Step

# What may stand beside a greeting or a thank-you that says nothing else, and so many syllables more.
_FILLERS = re.compile(
    "합니[다당]|습니다|해[요용여]|하세[요용여]|하십니까|세[요용여]|입니다|드려[요용]|드립니다|정말|너무|진짜|완전|항상|많이|매번|"
    "친절하게|친절한|알려주셔서|빠른|답변|덕분에|도움|됐|되었|신경써주셔서|해결|이해했|아하|설명|안내|확인|도와주셔서|"
    "자세히|자세한|처음|이용하는|사람|문의|좀|뵙겠|[네넵넹예]|좋은하루|좋은주말|하루|되세[요용]|보내세[요용]|되시고|사장님|"
    "판매자님|선생님|여러분|[가-힣]님|님|[요용여]|[ㄱ-ㆎ]|"
    "foryour(?:kind)?|for(?:all)?the|youhave|youve|youare|youre|thatwas|thatis|thats|been|very|really|so|much|great|"
    "perfect|brilliant|lovely|awesome|alot|again|okay|ok|help(?:ing|ful|ed)?|answer(?:ing)?|everyone|team|today|doing|going"
)
LEFT_OVER = 3
# Looking back further than this many sentences for what a question is about would be guessing.
SENTENCES = 4
NOTE_TAIL, NOTE_SHARE = 1, 2.5


def heard(compiled: Compiled, found: Found) -> tuple[Sequence[int], Sequence[Step]]:
    """Of the rules whose words stand in the message the ranks of those that were meant; and why the others were not."""
    ranks = found.satisfied
    for rank in ranks:
        if compiled.rules[rank].manner != "mention":
            break
    else:
        return ranks, ()
    parts = sentences(found)
    codes = {rank: _code(compiled, found, parts, rank) for rank in ranks}
    if any(code == "" and compiled.rules[rank].manner == "asked" for rank, code in codes.items()):
        codes = {rank: _yields(compiled, rank, code) for rank, code in codes.items()}
    unheard = [Step(code, compiled.rules[rank].key) for rank, code in codes.items() if code not in ("", "behind")]
    return [rank for rank, code in codes.items() if code in ("", "behind")], unheard


def _yields(compiled: Compiled, rank: int, code: str) -> str:
    """Safety is heard wherever it stands."""
    return "background" if code == "behind" and compiled.rules[rank].band == "owner" else code


def _code(compiled: Compiled, found: Found, parts: list[Sentence], rank: int) -> str:
    """ "": meant; "behind": meant unless another rule's words are what is asked about; else why not."""
    hits = [hit for hit in found.seen if compiled.wants(rank, hit[2])]
    manner = compiled.rules[rank].manner
    if manner == "mention":
        return ""
    if manner == "alone":
        return "" if _alone(found.flat, hits) else "not_alone"
    return _asked(parts, hits)


def _alone(flat: str, hits: list[Hit]) -> bool:
    kept = list(flat)
    for start, end, _ in hits:
        kept[start:end] = [" "] * (end - start)
    return len(_FILLERS.sub("", "".join(kept).replace(" ", ""))) <= LEFT_OVER


def _asked(parts: list[Sentence], hits: list[Hit]) -> str:
    places = [(number, hit) for hit in hits for number, part in enumerate(parts) if part.start <= hit[0] < part.end]
    asked = [(number, hit[0]) for number, hit in places if _is_asked(parts[number], hit, hits)]
    if any(start >= parts[number].main for number, start in asked):
        return ""
    if asked or any(_asked_after(parts, number) for number, _ in places):
        return "behind"
    return "not_asked"


def _is_asked(part: Sentence, hit: Hit, hits: list[Hit]) -> bool:
    """A note asks only for what it ends with or mostly is: 현금영수증, 오늘 출고 여부, but not 원단이 종잇장."""
    if part.mood is not Mood.NOTES:
        return part.mood is Mood.ASKS
    named = sum(end - start for start, end, _ in hits if part.start <= start < part.end)
    return hit[1] >= part.end - NOTE_TAIL or NOTE_SHARE * named >= part.end - part.start


def _asked_after(parts: list[Sentence], number: int) -> bool:
    """주문한 지 일주일이에요. 확인해 주세요: told in one sentence, asked in one of the next."""
    if parts[number].mood is Mood.PRAISES or len(parts) > SENTENCES:
        return False
    return any(part.mood is Mood.ASKS for part in parts[number + 1 :])
