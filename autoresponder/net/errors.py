"""The two ways a request can fail, told apart for certain: whether the other side may have acted on it."""

from __future__ import annotations


class NotSent(Exception):
    """Nothing has reached the other side. `code`: "bad_address" (no address, or no header, that could be sent),
    "inside" (leads into a private network), "unreachable" (no name, no connection, no TLS) or "too_slow"."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Unanswered(Exception):
    """The request went out and no whole answer came back. `code`: "too_slow", "cut_off", "too_large" or "packed"
    (compressed, though it was asked for as it is)."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code
