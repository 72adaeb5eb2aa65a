"""Untrusted JSON: bytes in, a plain object out, or BadRequest.

What this refuses is what one of the databases cannot hold or the parser cannot survive: NUL and lone surrogates,
NaN and infinities, integers beyond 64 bits, nesting that would exhaust the stack, UTF-16 and byte order marks.
Of a doubled key the last value counts, as in every common JSON parser.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from typing import Any

from autoresponder.channels.base import Request
from autoresponder.channels.errors import BadRequest

MAX_DEPTH = 32
_INT64 = range(-(2**63), 2**63)
_INT64_DIGITS = 20
# The closing quote is optional and nothing is given back, so an unclosed string costs one pass, not n.
_STRING = re.compile(rb'"(?:[^"\\]++|\\.?)*+"?', re.DOTALL)
_BRACKET = re.compile(rb"[\[\]{}]")
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def read_json(request: Request, max_body: int) -> dict[str, Any]:
    """The body as a JSON object. BadRequest: 413 over `max_body` bytes, else 400."""
    if len(request.body) > max_body:
        raise BadRequest(f"the body is larger than {max_body} bytes", 413)
    _refuse_depth(request.body)
    try:
        value = _DECODER.decode(request.body.decode("utf-8"))
    except ValueError as error:
        raise BadRequest("the body is not JSON in UTF-8") from error
    if not isinstance(value, dict):
        raise BadRequest("the body is not a JSON object")
    # Only an escape can bring one in: a raw NUL is not JSON and a raw surrogate is not UTF-8.
    if b"\\u" in request.body:
        _refuse_unstorable(value)
    return value


def mapping(value: object) -> Mapping[str, Any]:
    """The value where an object is expected; an empty one for anything else."""
    return value if isinstance(value, dict) else {}


def text(value: object) -> str:
    """The value where text is expected; "" for anything else."""
    return value if isinstance(value, str) else ""


def required_text(holder: Mapping[str, Any], name: str) -> str:
    """A text that must be there and say something; BadRequest names the field. Surrounding blanks are dropped."""
    value = text(holder.get(name)).strip()
    if not value:
        raise BadRequest(f"{name} must be a text that is not empty")
    return value


def _refuse_depth(body: bytes) -> None:
    """Before parsing: the parser is recursive."""
    if body.count(b"{") + body.count(b"[") <= MAX_DEPTH:
        return
    depth = 0
    for bracket in _BRACKET.findall(_STRING.sub(b"", body)):
        depth += 1 if bracket in b"{[" else -1
        if depth > MAX_DEPTH:
            raise BadRequest("the body is nested too deeply")


def _refuse_unstorable(value: object) -> None:
    if isinstance(value, str):
        if _UNSTORABLE.search(value):
            raise BadRequest("the body holds a character that cannot be stored")
    elif isinstance(value, dict):
        for key, inner in value.items():
            _refuse_unstorable(key)
            _refuse_unstorable(inner)
    elif isinstance(value, list):
        for inner in value:
            _refuse_unstorable(inner)


def _integer(digits: str) -> int:
    # The length first: turning a million digits into a number takes seconds.
    if len(digits) > _INT64_DIGITS or int(digits) not in _INT64:
        raise ValueError("an integer beyond 64 bits")
    return int(digits)


def _fraction(digits: str) -> float:
    value = float(digits)
    if not math.isfinite(value):
        raise ValueError("a number beyond the range of floats")
    return value


def _constant(name: str) -> float:
    raise ValueError(f"{name} is not JSON")


_DECODER = json.JSONDecoder(parse_int=_integer, parse_float=_fraction, parse_constant=_constant)
