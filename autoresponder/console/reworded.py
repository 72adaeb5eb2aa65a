"""Where two wordings of one answer differ, word by word, so that nobody has to compare them by eye."""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import SequenceMatcher

WORDS = re.compile(r"\s+|\S+")
# Of two texts that have less in common every word would be marked.
ALIKE = 0.5

Spans = Sequence[tuple[int, int]]


def reworded(before: str, after: str) -> tuple[Spans, Spans]:
    """Spans of `before` that are gone and of `after` that are new; none where the two are different texts."""
    old, new = WORDS.findall(before), WORDS.findall(after)
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    if matcher.ratio() < ALIKE:
        return (), ()
    apart = [(op[1:3], op[3:5]) for op in matcher.get_opcodes() if op[0] != "equal"]
    return _spans(old, [gone for gone, _come in apart]), _spans(new, [come for _gone, come in apart])


def _spans(words: Sequence[str], runs: Sequence[tuple[int, int]]) -> Spans:
    ends = [0]
    for word in words:
        ends.append(ends[-1] + len(word))
    return [(ends[first], ends[last]) for first, last in runs if first < last]
