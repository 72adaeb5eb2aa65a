from __future__ import annotations

import json
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autoresponder.channels import bodies
from autoresponder.channels.base import Request
from autoresponder.channels.errors import BadRequest
from tests.channels import hostile
from tests.channels.contract import NOW, property_test

LIMIT = 256 * 1024


def read(body: bytes) -> dict[str, object]:
    return bodies.read_json(Request("POST", {}, body, NOW), LIMIT)


HARMLESS = (b"{}", b"{" + b'"a": 1,' * 20_000 + b'"a": 1}')


@pytest.mark.parametrize(
    "body", [body for body in hostile.FIXED if body not in HARMLESS], ids=lambda body: repr(body[:24])
)
def test_a_hostile_body_is_a_bad_request_and_quickly(body: bytes) -> None:
    began = time.process_time()
    with pytest.raises(BadRequest) as refusal:
        read(body)
    assert refusal.value.status == (413 if len(body) > LIMIT else 400)
    assert time.process_time() - began < 2


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(alphabet=st.characters(exclude_characters="\x00", codec="utf-8")),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(alphabet='ab\\"[]{}가'), inner, max_size=4),
    max_leaves=30,
)


# Drawing JSON takes longer than reading it.
@settings(property_test, max_examples=50)
@given(value=st.dictionaries(st.text(alphabet='ab\\"[]{}가'), JSON, max_size=5), ascii_only=st.booleans())
def test_honest_json_comes_through_unchanged(value: dict[str, object], ascii_only: bool) -> None:
    assert read(json.dumps(value, ensure_ascii=ascii_only).encode()) == value


def test_nesting_is_counted_outside_of_strings() -> None:
    deepest = b'{"a":' * (bodies.MAX_DEPTH - 1) + b"{}" + b"}" * (bodies.MAX_DEPTH - 1)
    assert read(deepest)
    with pytest.raises(BadRequest):
        read(b'{"a":' + deepest + b"}")
    brackets = '\\"[[{{' * 100
    assert read(json.dumps({"a": brackets, "b": [[]] * 40}).encode())["a"] == brackets


def test_the_last_of_doubled_keys_counts() -> None:
    assert read(b'{"a": 1, "a": 2}') == {"a": 2}


def test_wrong_types_read_as_nothing() -> None:
    assert bodies.mapping([1]) == {}
    assert bodies.text(5) == ""
    with pytest.raises(BadRequest, match="sender_id"):
        bodies.required_text({"sender_id": 5}, "sender_id")
