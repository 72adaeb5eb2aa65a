"""Where two wordings of one answer differ, word by word, so that nobody has to compare them by eye."""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import SequenceMatcher
from itertools import accumulate

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
    return _spans(before, old, [gone for gone, _come in apart]), _spans(after, new, [come for _gone, come in apart])


def _spans(text: str, words: Sequence[str], runs: Sequence[tuple[int, int]]) -> Spans:
    """What one reads as one change is one span: across a blank, and without those around it."""
    ends = [0, *accumulate(map(len, words))]
    spans: list[tuple[int, int]] = []
    for first, last in runs:
        said = "".join(words[first:last])
        start = ends[first] + len(said) - len(said.lstrip())
        end = start + len(said.strip())
        if start < end:
            joined = spans and not text[spans[-1][1] : start].strip()
            spans[-1:] = [(spans[-1][0], end)] if joined else [*spans[-1:], (start, end)]
    return spans
