"""Bodies that no honest platform sends. Seeded, so that a failure can be repeated."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Iterator
from typing import Any

SEED = 20260901
GENERATED = 400
WRONG_VALUES: tuple[Any, ...] = (
    None,
    True,
    0,
    -1,
    2**63,
    1.5,
    "",
    " ",
    "\x00",
    "\ud800",
    "가" * 20_000,
    [],
    [[]],
    {},
    {"": 1},
)

FIXED: tuple[bytes, ...] = (
    b"",
    b" ",
    b"\x00",
    b"null",
    b"true",
    b"1",
    b'"text"',
    b"[]",
    b"{}",
    b"{}{}",
    b"{'a': 1}",
    b'{"a": 1,}',
    b'{"a": NaN}',
    b'{"a": Infinity}',
    b'{"a": -Infinity}',
    b'{"a": 1e999}',
    b'{"a": ' + b"9" * 5_000 + b"}",
    b'{"a": 9223372036854775808}',
    b'{"a": "\\u0000"}',
    b'{"\\u0000": 1}',
    b'{"a": "\\ud800"}',
    b'{"\\udfff": 1}',
    b'{"a": "\\ude00\\ud83d"}',
    b'{"a": "\xed\xa0\x80"}',
    b'{"a": "\xff"}',
    b'{"a": "tab\there"}',
    b"\xef\xbb\xbf{}",
    '{"a": 1}'.encode("utf-16"),
    '{"a": 1}'.encode("utf-16-le"),
    '{"a": 1}'.encode("utf-32"),
    '{"a": "한글"}'.encode("cp949"),
    b"[" * 100_000,
    b"[" * 100_000 + b"]" * 100_000,
    b'{"a":' * 40_000 + b"1" + b"}" * 40_000,
    b'{"a": "' + b'\\"' * 100_000 + b"[" * 40,
    b'"' * 100_001 + b"{" * 40,
    b"{" + b'"a": 1,' * 20_000 + b'"a": 1}',
    b'{"a": "' + b"x" * 300_000 + b'"}',
    b" " * 300_000,
)


def bodies(good: dict[str, Any]) -> Iterator[bytes]:
    """The fixed list, every field of a good body with every wrong type, doubled keys, and damaged copies."""
    yield from FIXED
    for path in _paths(good):
        yield _encode(_without(good, path))
        yield from (_encode(_with(good, path, value)) for value in WRONG_VALUES)
    raw = _encode(good)
    yield raw[:-1] + b"," + raw[1:]
    yield raw.decode().encode("utf-16")
    yield b"\xef\xbb\xbf" + raw
    yield from _damaged(raw)


def _damaged(raw: bytes) -> Iterator[bytes]:
    chance = random.Random(SEED)
    for _ in range(GENERATED):
        body = bytearray(raw)
        for _ in range(chance.randint(1, 6)):
            at = chance.randrange(len(body))
            body[at : at + chance.randint(0, 4)] = chance.randbytes(chance.randint(0, 4))
        yield bytes(body)


def _encode(value: Any) -> bytes:
    # ASCII escapes carry NUL and lone surrogates through as well-formed JSON.
    return json.dumps(value).encode()


def _paths(value: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield (*path, key)
            yield from _paths(inner, (*path, key))


def _with(good: dict[str, Any], path: tuple[str, ...], value: Any) -> dict[str, Any]:
    changed = copy.deepcopy(good)
    _holder(changed, path)[path[-1]] = value
    return changed


def _without(good: dict[str, Any], path: tuple[str, ...]) -> dict[str, Any]:
    changed = copy.deepcopy(good)
    del _holder(changed, path)[path[-1]]
    return changed


def _holder(value: dict[str, Any], path: tuple[str, ...]) -> dict[str, Any]:
    for key in path[:-1]:
        value = value[key]
    return value
