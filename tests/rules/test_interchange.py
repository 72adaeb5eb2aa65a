"""A rule book as a file: out and back unchanged, mistakes told by line, and no bytes that do harm."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autoresponder import packs
from autoresponder.engine.document import dump, load
from autoresponder.rules.interchange import LARGEST, Fault, Refused, read, write
from autoresponder.rules.starting import starting_texts
from tests.fixtures import RULES

BASE: dict[str, Any] = dump(load({"schema": 1, "rules": RULES, **starting_texts("ko")}))

HAND_MADE = """{
  "rules": [
    {
      "name": "배송비 안내",
      "groups": [{"mode": "any", "words": [
        "배송비",
        "택배비"
      ]}],
      "replies": [{"text": "3,000원이에요."}]
    },
    {
      "key": "r-return",
      "name": "반품 안내",
      "groups": [{"words": ["반품"]}],
      "replies": [
        {"text": "7일 안에 알려 주세요.",
         "buttons": [
           {"label": "주소 보기", "say": "반품 주소"}
         ]}
      ],
      "window": {"first": "2026-03-01",
                 "last": "2026-03-07"}
    }
  ]
}
"""


def faults(data: bytes | str) -> list[Fault]:
    with pytest.raises(Refused) as refused:
        read(data.encode() if isinstance(data, str) else data, BASE)
    return refused.value.faults


@pytest.mark.parametrize("name", packs.names())
def test_every_pack_goes_out_and_comes_back_the_same(name: str) -> None:
    document = dump(load(packs.document(name)))
    text = write(document, language="ko")
    assert read(text.encode(), BASE) == document
    assert write(read(text.encode(), BASE), language="ko") == text
    assert next(iter(json.loads(text))) == "docs" and "\\u" not in text


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp949"])
def test_files_of_other_editors_are_read(encoding: str) -> None:
    assert read(HAND_MADE.encode(encoding), BASE)["rules"][0]["name"] == "배송비 안내"


def test_a_hand_made_file_may_leave_out_what_it_does_not_care_about() -> None:
    document = read(HAND_MADE.encode(), BASE)
    first, second = document["rules"]
    assert first["key"].startswith("r") and first["enabled"] and second["key"] == "r-return"
    assert document["away"] == BASE["away"]


@pytest.mark.parametrize(
    ("was", "becomes", "line", "code"),
    [
        ('"택배비"', '"  "', 7, "blank_word"),
        ('"택배비"', '"?!"', 7, "blank_word"),
        ('"택배비"', '"' + "긴" * 51 + '"', 7, "too_long"),
        ('"택배비"', "5", 7, "wrong_type"),
        ('"택배비"', '"\\u0000"', 7, "control_character"),
        ('"택배비"', '"\\ud800"', 7, "control_character"),
        ('["반품"]', "[]", 14, "empty_group"),
        ('{"words": ["반품"]}', '"반품"', 14, "wrong_type"),
        ('"3,000원이에요."', '" "', 9, "empty_reply"),
        ('"3,000원이에요."', '"{배송가}원이에요."', 9, "unknown_variable"),
        ('"replies": [{"text": "3,000원이에요."}]', '"action": "answer"', 3, "no_reply"),
        ('"주소 보기"', '""', 18, "empty_button"),
        ('"주소 보기"', "7", 18, "wrong_type"),
        ('"label": "주소 보기", ', "", 18, "missing"),
        ('"2026-03-07"', '"3월 7일"', 22, "bad_date"),
        ('"2026-03-07"', '"2026-02-07"', 21, "end_before_start"),
        ('"반품 안내"', '"반품 안내", "when": "sometimes"', 13, "unknown_value"),
        ('"반품 안내"', '"반품 안내", "enabled": "yes"', 13, "wrong_type"),
        ('"반품 안내"', '"반품 안내", "cooldown_minutes": -1', 13, "out_of_range"),
        ('"반품 안내"', '"' + "긴" * 61 + '"', 13, "too_long"),
        ('"반품 안내"', '""', 13, "missing"),
        ('"반품 안내"', '"반품 안내", "answers": []', 13, "unknown_name"),
        ('"mode": "any"', '"mode": "some"', 5, "unknown_value"),
        ('"r-return"', '"한글"', 12, "bad_key"),
        ('"r-return"', '"new"', 12, "bad_key"),
        ('"r-return"', f'"{"r" * 21}"', 12, "bad_key"),
        ('"r-return"', "null", 12, "bad_key"),
        ('"rules": [', '"rules": {}, "schema": [', 2, "not_rules"),
        ('"rules": [', '"schema": 9,\n"rules": [', 2, "unknown_schema"),
        ('"배송비",', '"배송비"', 6, "comma"),
        ('"택배비"', '"택배비",', 8, "spare_comma"),
        ('"name": "반품 안내",', '"name": "반품", "name": "안내",', 13, "repeated"),
    ],
)
def test_a_mistake_is_told_with_its_line(was: str, becomes: str, line: int, code: str) -> None:
    assert was in HAND_MADE
    told = [(fault.line, fault.code) for fault in faults(HAND_MADE.replace(was, becomes, 1))]
    assert (line, code) in told and told[0][0] <= line


def test_what_says_the_same_stays_written_as_it_was() -> None:
    raw = {"schema": 1, "rules": RULES, **starting_texts("ko")}
    assert raw != BASE
    assert read(write(raw, language="en").encode(), raw) == raw


def test_two_rules_with_one_key_are_told_at_the_second() -> None:
    assert faults(HAND_MADE.replace('"name": "배송비', '"key": "r-return", "name": "배송비')) == [
        Fault(12, "repeated_key", "key", "반품 안내", {"key": "r-return"})
    ]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "end"),
        (b" " * (LARGEST + 1), "too_big"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\xff\xfe\x81", "not_text"),
        (b"[" * LARGEST, "deep"),
        (b'{"rules": ' * 1000, "deep"),
        (b'{"docs": "' + b"a" * 1_000_000 + b'"}', "not_rules"),
        (b'{"rules": [' + b"{}," * 2001 + b"{}]}", "too_many"),
        (b"null", "not_rules"),
        (b'{"rules": [1]}', "not_rules"),
        (b"PK\x03\x04", "syntax"),
    ],
)
def test_hostile_files_are_refused_in_a_moment(data: bytes, code: str) -> None:
    assert faults(data)[0].code == code


@settings(max_examples=150, deadline=None, derandomize=True)
@given(data=st.binary(max_size=200))
def test_any_bytes_are_refused_or_taken(data: bytes) -> None:
    try:
        read(data, BASE)
    except Refused as refused:
        assert refused.faults


WHOLE = write(BASE, language="ko").encode()


@settings(max_examples=150, deadline=None, derandomize=True)
@given(at=st.integers(0, len(WHOLE)), cut=st.integers(0, 12), put=st.binary(max_size=8))
def test_a_damaged_file_is_refused_or_taken_whole(at: int, cut: int, put: bytes) -> None:
    try:
        document = read(WHOLE[:at] + put + WHOLE[at + cut :], BASE)
    except Refused as refused:
        assert refused.faults
    else:
        assert dump(load(document)) == document


VALUES: list[Any] = [None, True, 10**14, "", "a" * 3000, [[]], {"text": 5}, ["\ud800"]]


def _places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(place for step, each in inner for place in _places(each, (*path, step)))]


def test_no_value_in_any_place_is_an_error_of_ours() -> None:
    small = {**BASE, "rules": [*BASE["rules"][-1:]], "aliases": [{"written": "a", "meant": "b"}], "ignored": ["c"]}
    small["rules"] = [{**small["rules"][0], "window": {"weekdays": [1], "start": 1, "end": 2}}]
    for place in _places(small)[1:]:
        for value in VALUES:
            changed = json.loads(json.dumps(small))
            target = changed
            for step in place[:-1]:
                target = target[step]
            target[place[-1]] = value
            try:
                read(json.dumps(changed).encode(), BASE)
            except Refused as refused:
                assert all(fault.line == 1 for fault in refused.faults)
