"""What every messenger adapter is: a translator between one platform's wire format and the engine's words.

Adapters know no Django and no table. `verify`, `parse`, `render` and `respond` are pure; only `send` may use the
network, through the `http` it is given.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar, Literal

from autoresponder.engine.types import Incoming, Reply

Payload = dict[str, Any]


class BadSignature(Exception):
    """The request does not prove that it comes from the platform: answer 401, store nothing."""


class BadRequest(Exception):
    """The body is not what the platform sends: answer 400 (413 when too large), store nothing."""

    def __init__(self, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.status = status


class SendError(Exception):
    """A delivery failed. `permanent`: trying again cannot help. `retry_after`: seconds the platform asked for."""

    def __init__(self, message: str, *, permanent: bool = False, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.permanent = permanent
        self.retry_after = retry_after


@dataclass(frozen=True, slots=True)
class Request:
    """An HTTP request, without Django. Header names are lower case. `now` is aware UTC."""

    method: str
    headers: Mapping[str, str]
    body: bytes
    now: datetime
    peer: str = ""


@dataclass(frozen=True, slots=True)
class Response:
    """The HTTP answer: a JSON object with its status and extra headers."""

    status: int = 200
    body: Mapping[str, Any] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Field:
    """Something the seller must enter or copy to connect. The connect form is drawn from these.

    `generated`: we make the value (a secret to paste at the platform) and show it once, the seller types nothing.
    Labels and help are Korean msgids.
    """

    name: str
    label: str
    help: str = ""
    secret: bool = False
    required: bool = True
    generated: Literal["", "whsec", "secret"] = ""


@dataclass(frozen=True, slots=True)
class Limits:
    """What the platform can show. `text` and `button_label` count UTF-16 units, as phones do.

    `seconds`: how long after the message an answer still makes sense.
    """

    text: int
    bubbles: int
    buttons: int
    button_label: int
    seconds: float


class Channel(ABC):
    """One messenger. `replies`: "inline" answers inside the HTTP response, "push" goes through the outbox."""

    kind: ClassVar[str]
    label: ClassVar[str]
    replies: ClassVar[Literal["inline", "push"]]
    fields: ClassVar[tuple[Field, ...]] = ()
    limits: ClassVar[Limits]
    max_body: ClassVar[int] = 256 * 1024
    # The web chat is reached through its own page, not through /hooks/.
    has_hook: ClassVar[bool] = True

    @abstractmethod
    def verify(self, request: Request, secrets: Mapping[str, str]) -> None:
        """Raise BadSignature unless the request proves where it comes from. Fails closed without a secret."""

    @abstractmethod
    def parse(self, request: Request) -> Sequence[Incoming]:
        """Every customer message in the request; [] for events that need no answer; BadRequest for junk."""

    @abstractmethod
    def render(self, replies: Sequence[Reply]) -> Payload:
        """The platform's form of these replies, within its limits. [] renders the platform's legal silence."""

    @abstractmethod
    def respond(self, payloads: Sequence[Payload]) -> Response:
        """The HTTP answer once everything is stored; `payloads` has one rendered answer per parsed message."""

    def failed(self) -> Response:
        """The HTTP answer when we could not do our part: the platform shall send the same event again soon."""
        return Response(503, {"error": "try again"}, {"Retry-After": "5"})

    def send(self, payload: Payload, *, to: str, secrets: Mapping[str, str]) -> str:
        """Deliver one payload to a customer and return the platform's message id, or raise SendError."""
        raise NotImplementedError(f"{self.kind} answers inside the request")
