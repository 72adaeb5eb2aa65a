"""Two wordings of one answer: the words that differ, and nothing where the texts have little in common."""

from __future__ import annotations

import pytest

from autoresponder.console.reworded import reworded


def said(text: str, spans: object) -> list[str]:
    assert isinstance(spans, list | tuple)
    return [text[start:end] for start, end in spans]


@pytest.mark.parametrize(
    ("before", "after", "gone", "come"),
    [
        ("배송비는 3,000원이에요.", "배송비는 3,500원이에요.", ["3,000원이에요."], ["3,500원이에요."]),
        ("오늘 바로 보내 드려요.", "오늘 보내 드려요.", ["바로"], []),
        ("하나 둘 셋", "하나 둘 셋 넷", [], ["넷"]),
        ("네, 곧 답해 드려요.", "네, 조금만 기다려 주세요.", ["곧 답해 드려요."], ["조금만 기다려 주세요."]),
        ("같은 말이에요", "같은 말이에요", [], []),
        ("가 나 다 라", "전혀 다른 글이에요", [], []),
        ("", "새 글", [], []),
    ],
)
def test_only_what_differs_is_marked(before: str, after: str, gone: list[str], come: list[str]) -> None:
    old, new = reworded(before, after)
    assert (said(before, old), said(after, new)) == (gone, come)
