"""The same values as the standard library, the right line for each fault, and nothing a hostile text can do."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autoresponder.engine.json_lines import Broken, parse

PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**14), 10**14) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


@settings(max_examples=300, deadline=None, derandomize=True)
@given(value=PLAIN, indent=st.sampled_from([None, 2]), ascii_only=st.booleans())
def test_what_the_standard_library_writes_is_read_alike(value: Any, indent: int | None, ascii_only: bool) -> None:
    text = json.dumps(value, indent=indent, ensure_ascii=ascii_only)
    try:
        assert parse(text).value == value
    except Broken as broken:
        assert broken.code == "deep"


@settings(max_examples=500, deadline=None, derandomize=True)
@given(text=st.text(alphabet='{}[],:"\\u0 1-.e\n\ttrufalsn가“\ud800', max_size=40))
def test_any_text_is_read_as_the_standard_library_does_or_refused(text: str) -> None:
    try:
        found = parse(text).value
    except Broken as broken:
        assert 1 <= broken.line <= text.count("\n") + 1
    else:
        assert found == json.loads(text, strict=False)


def test_each_value_knows_its_line() -> None:
    lines = parse('{\n "rules": [\n  {"key": "a",\n   "words": [\n    "배송",\n    ""]}\n ]\n}').lines
    assert lines[()] == 1 and lines["rules",] == 2 and lines["rules", 0] == 3
    assert lines["rules", 0, "words", 1] == 6


@pytest.mark.parametrize(
    ("text", "line", "code"),
    [
        ('{\n"a": 1\n"b": 2}', 2, "comma"),
        ('{\n"a": 1,\n}', 3, "spare_comma"),
        ("[\n1,\n]", 3, "spare_comma"),
        ('{\n"a" 1}', 2, "colon"),
        ('{\n\n"a: 1}', 3, "quote"),
        ("{\n“a”: 1}", 2, "quote"),
        ("{'a': 1}", 1, "quote"),
        ('{"a": 1', 1, "end"),
        ("", 1, "end"),
        ('{"a": 1}\n}', 2, "after"),
        ('{"a": 1,\n"a": 2}', 2, "repeated"),
        ('{"a": 1.5}', 1, "number"),
        ('{"a": 1e9}', 1, "number"),
        (f'{{"a": {"9" * 5000}}}', 1, "number"),
        ('{"a": -}', 1, "number"),
        ('{"a":\n\n"\\x"}', 3, "text"),
        ('{"a": yes}', 1, "syntax"),
        ("[" * 100_000, 1, "deep"),
        ('{"a":' * 100_000, 1, "deep"),
        ("[1}", 1, "syntax"),
    ],
)
def test_a_fault_is_told_by_its_line(text: str, line: int, code: str) -> None:
    with pytest.raises(Broken) as refused:
        parse(text)
    assert (refused.value.line, refused.value.code) == (line, code)
