"""What one platform says and understands, apart from how it is served (`server.py`)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from threading import Lock
from typing import Any, ClassVar, Literal, NamedTuple

Mode = Literal["ok", "busy", "broken", "hang", "reset", "error", "endless", "redirect"]


class Call(NamedTuple):
    """A request as the platform got it. `path` begins with "/", without the query; header names are lower case."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> dict[str, Any]:
        value = json.loads(self.body or b"{}")
        assert isinstance(value, dict)
        return value


class Said(NamedTuple):
    """A message the platform took and will show to the customer."""

    to: str
    text: str
    key: str = ""
    message_id: str = ""


class Told(NamedTuple):
    """The platform's answer; a dict becomes JSON."""

    status: int = 200
    body: dict[str, Any] | str = ""
    headers: Mapping[str, str] = {}


class Dialect:
    """One platform. Subclasses answer calls as their documentation says and `accept` what would reach a customer.

    `mode` is what the server does with the next calls that would deliver something (`delivers`): "busy" answers
    `limited()`, "broken" `failed()`, "error" `refusal()`; "hang" never answers; "reset" takes the message in and cuts
    the line before answering; "endless" takes it in and answers without end; "redirect" answers 302 to a loopback
    address that must not be called. `times`: how many such calls, None for all; afterwards "ok" again. `delay`: seconds
    between taking a message in and answering.
    """

    kind: ClassVar[str]
    origins: ClassVar[tuple[str, ...]]  # "https://api.line.me"

    def __init__(self) -> None:
        self.accepted: list[Said] = []
        self.calls: list[Call] = []
        self.mode: Mode = "ok"
        self.times: int | None = None
        self.honours_keys = True
        self.delay = 0.0
        self._lock = Lock()

    def answer(self, call: Call) -> Told:
        raise NotImplementedError

    def delivers(self, call: Call) -> bool:
        """Whether this call would put something before a customer, so that `mode` applies to it."""
        raise NotImplementedError

    def plays(self, call: Call) -> bool:
        """Whether a call is this platform's, where several share an origin."""
        return True

    def limited(self) -> Told:
        raise NotImplementedError

    def failed(self) -> Told:
        return Told(500, {"error": "internal"})

    def refusal(self) -> Told:
        """How this platform says no to one message (some with status 200)."""
        raise NotImplementedError

    def set(self, mode: Mode, times: int | None = None) -> None:
        self.mode, self.times = mode, times

    def accept(self, to: str, text: str, key: str = "") -> str:
        """Take a message; its id. A key seen before gives the same id and no second message, if keys are honoured."""
        with self._lock:
            if key and self.honours_keys:
                for said in self.accepted:
                    if said.key == key:
                        return said.message_id
            message_id = f"{self.kind}-{len(self.accepted) + 1}"
            self.accepted.append(Said(to, text, key, message_id))
            return message_id

    def texts(self) -> list[str]:
        return [said.text for said in self.accepted]
