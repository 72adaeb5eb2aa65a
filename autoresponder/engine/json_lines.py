"""JSON that a person wrote by hand: the same values as `json.loads`, and on which line each of them stands.

RFC 8259, with bounds, no repeated names (which it calls unpredictable) and faults told by line.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

Path = tuple[str | int, ...]

DEPTH = 12
_TOKEN = re.compile(r'"(?:[^"\\\n\r]|\\.)*"|-?(?:0|[1-9][0-9]{0,14})(?![0-9.eE])|true|false|null|[{}\[\],:]')
_SPACE = re.compile(r"[ \t\r\n]*")
_CURLY = "“”„‟«»＂"


class Broken(Exception):
    """The text stops being JSON on `line` (from 1). `code`: "syntax" (something that does not belong there), "quote"
    (no end of a text, or a curly quotation mark), "comma" (missing after what stands on this line), "spare_comma",
    "colon", "number" (no plain whole number), "text" (an escape that stands for nothing), "repeated" ({name}),
    "deep", "end" (the text ends too early), "after" (something follows the end).
    """

    def __init__(self, line: int, code: str, **params: Any) -> None:
        super().__init__(f"line {line}: {code}")
        self.line, self.code, self.params = line, code, params


@dataclass(frozen=True, slots=True)
class Parsed:
    """`lines`: path of names and places -> the line on which the value begins; () is the whole."""

    value: Any
    lines: dict[Path, int]


def parse(text: str) -> Parsed:
    """Raises Broken."""
    reader = _Reader(text)
    value = reader.value((), reader.take())
    if reader.peek():
        raise Broken(reader.line, "after")
    return Parsed(value, reader.lines)


class _Reader:
    def __init__(self, text: str) -> None:
        self.text, self.at, self.counted, self.line = text, 0, 0, 1
        self.lines: dict[Path, int] = {}
        # The line on which the token before ended: that is where a comma is missing.
        self.before = 1

    def peek(self) -> str:
        """What comes next, "" at the end; `line` is then where it stands."""
        match = _SPACE.match(self.text, self.at)
        self.at = match.end() if match else self.at
        self.line += self.text.count("\n", self.counted, self.at)
        self.counted = self.at
        if self.at == len(self.text):
            return ""
        token = _TOKEN.match(self.text, self.at)
        if not token:
            raise Broken(self.line, _fault(self.text[self.at]))
        return token[0]

    def take(self) -> str:
        token = self.peek()
        if not token:
            raise Broken(self.line, "end")
        self.at += len(token)
        self.before = self.line
        return token

    def value(self, path: Path, token: str) -> Any:
        self.lines[path] = self.line
        if token in "{[":
            if len(path) >= DEPTH:
                raise Broken(self.line, "deep")
            return self.mapping(path) if token == "{" else self.items(path)
        if token in "}],:":
            raise Broken(self.line, "spare_comma" if token in "}]" and path else "syntax")
        return self.scalar(token)

    def scalar(self, token: str) -> Any:
        try:
            return json.loads(token, strict=False)
        except ValueError:
            raise Broken(self.line, "text") from None

    def mapping(self, path: Path) -> dict[str, Any]:
        found: dict[str, Any] = {}
        if self.peek() == "}":
            self.take()
            return found
        while True:
            name = self.name()
            if name in found:
                raise Broken(self.line, "repeated", name=name[:40])
            if self.peek() != ":":
                raise Broken(self.before, "colon")
            self.take()
            found[name] = self.value((*path, name), self.take())
            if self.ends("}"):
                return found

    def items(self, path: Path) -> list[Any]:
        found: list[Any] = []
        if self.peek() == "]":
            self.take()
            return found
        while True:
            found.append(self.value((*path, len(found)), self.take()))
            if self.ends("]"):
                return found

    def name(self) -> str:
        token = self.take()
        if not token.startswith('"'):
            raise Broken(self.before, "spare_comma" if token == "}" else "syntax")
        return str(self.scalar(token))

    def ends(self, closing: str) -> bool:
        """After a value: whether the list or object ends; else a comma was taken."""
        token = self.peek()
        if token not in (closing, ","):
            raise Broken(self.before, "comma" if token and token not in "}]:" else "syntax" if token else "end")
        self.take()
        return token == closing


def _fault(character: str) -> str:
    if character == '"' or character in _CURLY or character == "'":
        return "quote"
    return "number" if character in "+-.0123456789" else "syntax"
