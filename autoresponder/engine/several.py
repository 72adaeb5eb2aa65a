"""More than one rule for one message: two questions get two answers, and rival guesses a question back."""

from __future__ import annotations

import re
from collections.abc import Sequence

from autoresponder.engine.compile import Compiled
from autoresponder.engine.match import Found, Spans, matches
from autoresponder.engine.text import plain

# A choice of more is no help on a phone.
OFFERED = 3
# What stands between two questions: 배송비랑 반품비, 언제 와요? 그리고 …, but not 사이즈 교환.
# Each begins with a letter, so that the search passes over all others at once.
_BETWEEN = re.compile(
    "|".join(
        (
            *map(re.escape, "?？!！,，/／·\n;；+＋&＆"),
            *(r"[.．](?!\d)", "그리고", "그리구", "고요", "구요", "랑(?: |$)", "하고 ", "와 ", "과 ", "및 ", "도 "),
            # Many a sentence ends without a mark: 언제 와요 반품도 되나요, 언제 와요ㅠㅠ 반품도 되나요.
            *(" (?<=요 )", r"[ㅋㅎㅠㅜ]{2,20}(?=\s)"),
            *("또(?<![^ ]또) ", "and(?<= and) ", "And(?<= And) ", "AND(?<= AND) ", "also", "Also", "ALSO"),
        )
    )
)


def second(compiled: Compiled, found: Found, usable: Sequence[int]) -> int | None:
    """The rank of a rule that answers besides the first: it was asked apart from it. None for a single question."""
    if len(usable) < 2 or len(found.seen) < 2 or not _shares(compiled, usable[0]) or not _several(found):
        return None
    first = _places(compiled, found, usable[0])
    return next(
        (
            rank
            for rank in usable[1:]
            if _shares(compiled, rank) and _apart(found, first, _places(compiled, found, rank))
        ),
        None,
    )


def competing(compiled: Compiled, found: Found, usable: list[int]) -> list[int]:
    """The rules between which guesses leave the choice open; empty when there is nothing to ask, or no way to."""
    if len(usable) < 2 or not compiled.book.ask_back.text.strip():
        return []
    by_words: dict[frozenset[str], int] = {}
    for rank in usable:
        by_words.setdefault(frozenset(match.keyword for match in matches(compiled, found, rank)), rank)
    return list(by_words.values())[:OFFERED] if len(by_words) > 1 else []


def _several(found: Found) -> bool:
    """Whether anything that parts two questions stands between any of the keywords: a quick look, for most say one."""
    (_, begins), (ends, _) = found.span(found.seen[0]), found.span(found.seen[-1])
    return _parted(found, begins, ends)


def _shares(compiled: Compiled, rank: int) -> bool:
    rule = compiled.rules[rank]
    return rule.band == "owner" and rule.action == "answer" and rule.manner != "alone"


def _places(compiled: Compiled, found: Found, rank: int) -> Spans:
    return [found.span(hit) for hit in found.seen if compiled.wants(rank, hit[2])]


def _apart(found: Found, first: Spans, other: Spans) -> bool:
    """Whether something that parts two questions stands between the words of the two, on whichever side."""
    (ahead, _), (_, behind) = min(first), max(first)
    begins, ends = min(other)[0], max(other)[1]
    if ends <= ahead:
        return _parted(found, ends, ahead)
    return behind <= begins and _parted(found, behind, begins)


def _parted(found: Found, begin: int, end: int) -> bool:
    """Whether two questions are parted between these places of the text as typed."""
    typed = (found.original or found).typed
    if plain(typed) is not typed:
        before, between = plain(typed[:begin]), plain(typed[begin:end])
        typed, begin, end = before + between, len(before), len(before) + len(between)
    return _BETWEEN.search(typed, begin, end) is not None
