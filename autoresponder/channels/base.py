"""What every messenger adapter is: a translator between one platform's wire format and the engine's words.

Adapters know no Django and no table. `verify`, `parse`, `render`, `calls` and `respond` are pure; only `send`,
`check`, `install`, `installed`, `remove` and `poll` may use the network, through the `net` they are given.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar, Literal, NamedTuple

from autoresponder.channels import fit
from autoresponder.channels.errors import Code
from autoresponder.channels.measure import Unit
from autoresponder.engine.types import NOTHING, Incoming, Reply
from autoresponder.net.client import Client

Payload = dict[str, Any]
Secrets = Mapping[str, str]


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
    """The HTTP answer: a JSON object (None: an empty body) with its status and extra headers."""

    status: int = 200
    body: Mapping[str, Any] | None = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)


class Notice(NamedTuple):
    """What a platform tells us besides a customer's words.

    "person_answered": somebody of the shop wrote `text` at the platform itself, so the bot keeps out of that talk.
    "person_takes" / "person_leaves": the platform gave the talk to a person / back to the bot.
    "gone" / "back": the customer blocked or left the shop / can be written to again.
    "unsent": the customer took back the message whose `event_id` was `message_id`.
    "failed": the platform could not deliver the message it had accepted as `message_id`; `code` and `text` say why.
    "stopped" / "started": the seller took the shop's account away from us at the platform / gave it back.

    `message_id` of "person_answered" is the platform's id of what the person wrote. `customer` is "" for the last two.
    """

    what: Literal[
        "person_answered", "person_takes", "person_leaves", "gone", "back", "unsent", "failed", "stopped", "started"
    ]
    customer: str = ""
    text: str = ""
    message_id: str = ""
    code: Code = "refused"
    at: datetime | None = None
    account: str = ""


Event = Incoming | Notice

Where = Literal["ours", "none", "other", "off", "unknown"]


class Outgoing(NamedTuple):
    """One API call on its way.

    `call`: an element of `Channel.calls`; `to`: the customer; `reply_to`: what `parse` left with the message that it
    answers, for a person's words with the customer's last one; `key`: a UUID, the same on every attempt; `by_person`:
    a person wrote it or had it sent again; `now`: aware UTC.
    """

    call: Payload
    to: str
    now: datetime
    reply_to: Mapping[str, Any] = NOTHING
    key: str = ""
    by_person: bool = False


class Polled(NamedTuple):
    """What a look at the platform brought. `cursor` (JSON) is kept once every event is stored, and given next time."""

    events: Sequence[Event]
    cursor: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Field:
    """Something the seller must enter or copy to connect. The connect form is drawn from these.

    `generated`: we make the value (a secret to paste at the platform) and show it once, the seller types nothing.
    `pattern`: a regular expression that the whole value matches, surrounding blanks taken off; `example`: how one
    looks, invented; `wrong`: what to say of a value that does not match.
    `proves`: requests are verified with it, so a changed value works beside the one before it (`live_secrets`).
    `operator`: belongs to the platform app of who runs Dapjigi; asked only where the environment does not give it.
    `choices`: (value, label) pairs to choose from; the first is the default. "yes"/"" makes a switch.
    Labels, help, wrong and choice labels are Korean msgids.
    """

    name: str
    label: str
    help: str = ""
    secret: bool = False
    required: bool = True
    generated: Literal["", "whsec", "secret"] = ""
    pattern: str = ""
    example: str = ""
    wrong: str = ""
    proves: bool = False
    operator: bool = False
    choices: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Limits:
    """What the platform can show. `text`, `button_label` and `say` count in `unit`s: UTF-16 units, as phones do, or
    bytes.

    `buttons`: of one answer, 0 where there are none; with more, all become numbered lines (`fit.arrange`).
    `say`: what a pressed button can make the customer say at most, 0 where nothing bounds it.
    `seconds`: how long after the message an answer still makes sense.
    """

    text: int
    bubbles: int
    buttons: int
    button_label: int
    seconds: float
    unit: Unit = "utf-16"
    say: int = 0


class Channel(ABC):
    """One messenger.

    `max_body`: bytes of one request. `has_hook`: the platform calls /hooks/<kind>/<token>/.
    `shared_hook`: one request may be about several shops' accounts; events name theirs (`account`).
    `at_most`: (count, seconds) pairs: so many automatic answers one customer may get in that time.
    `greets_every`: seconds between two greetings or standard answers to one customer; 0 for no limit.
    Beyond both nothing is sent and a person is asked.
    """

    kind: ClassVar[str]
    label: ClassVar[str]
    fields: ClassVar[tuple[Field, ...]] = ()
    limits: ClassVar[Limits]
    max_body: ClassVar[int] = 256 * 1024
    has_hook: ClassVar[bool] = True
    shared_hook: ClassVar[bool] = False
    at_most: ClassVar[tuple[tuple[int, float], ...]] = ()
    greets_every: ClassVar[float] = 0

    # --- in: pure ---

    @abstractmethod
    def verify(self, request: Request, secrets: Secrets) -> None:
        """Raise BadSignature unless the request proves where it comes from. Fails closed without a secret."""

    @abstractmethod
    def parse(self, request: Request) -> Sequence[Event]:
        """Every event in the request, in order; [] for what needs no answer; BadRequest for junk.

        An event that makes no sense is left out and never spoils its neighbours.
        """

    def handshake(self, query: Mapping[str, str], secrets: Secrets) -> str | None:
        """The text to answer to a GET with which the platform verifies our address; None refuses (403)."""
        return None

    def account_of(self, secrets: Secrets) -> str:
        """What the platform calls the shop's account in its events; "" where the address alone says it."""
        return ""

    # --- out: pure ---

    @abstractmethod
    def render(self, replies: Sequence[Reply]) -> Payload:
        """The platform's form of these replies, within its limits. [] renders the platform's legal silence."""

    def shows(self, replies: Sequence[Reply]) -> Sequence[Reply]:
        """The bubbles a customer sees once these replies are rendered, with the buttons under each; [] for silence."""
        return fit.arrange(replies, self.limits)

    def loses(self, replies: Sequence[Reply]) -> Sequence[fit.Loss]:
        """What this messenger cannot show of these replies. Nothing with a loss is published to it."""
        if fit.is_small(replies, self.limits):
            return []
        return fit.loses(replies, self.shows(replies), self.limits)

    def silence(self, reply_to: Mapping[str, Any]) -> Payload:
        """What to answer while a person has the talk; `reply_to` is the message's, for words that may still come."""
        return self.render([])

    @abstractmethod
    def respond(self, payloads: Sequence[Payload]) -> Response:
        """The HTTP answer once everything is stored; `payloads` has one rendered answer per parsed message."""

    def failed(self) -> Response:
        """The HTTP answer when we could not do our part: the platform shall send the same event again soon."""
        return Response(503, {"error": "try again"}, {"Retry-After": "5"})

    def calls(self, payload: Payload, *, answered: bool) -> Sequence[Payload]:
        """The API calls that deliver a rendered payload, in order; each is sent, and remembered as sent, by itself.

        `answered`: the HTTP response (`respond`) has already carried what it can.
        """
        return []

    def keyed(self, call: Payload) -> bool:
        """Whether sending this call twice with the same key delivers it once."""
        return False

    # --- the network ---

    def can_reply(self, secrets: Secrets, reply_to: Mapping[str, Any], now: datetime) -> bool:
        """Whether a person's words can reach the customer whose last message left this `reply_to`, so that they can be
        written in our inbox."""
        return True

    def send(self, outgoing: Outgoing, secrets: Secrets, net: Client) -> str:
        """Deliver one call and return the platform's message id ("" if it tells none), or raise a SendError.

        What `net` raises may pass through: NotSent counts as TryAgain, Unanswered as MaybeSent.
        """
        raise NotImplementedError(f"{self.kind} answers inside the request")

    def check(self, values: Secrets, net: Client) -> Mapping[str, str]:
        """Ask the platform whether what the seller entered works. Returns what it tells, to be kept with the values:
        `name` is what the platform calls the account. Raises NotAccepted."""
        return {}

    def installed(self, values: Secrets, address: str, net: Client) -> Where:
        """Where the platform sends this account's messages now: to `address`, nowhere, to another program, to us but
        switched off; "unknown" where it cannot be asked. Raises NotAccepted."""
        return "unknown"

    def install(self, values: Secrets, address: str, net: Client) -> None:
        """Tell the platform our address and have it tested. Raises NotAccepted."""
        return None

    def remove(self, values: Secrets, address: str, net: Client) -> None:
        """Take our address off, when a seller disconnects. Failing does not matter."""
        return None

    def renewed(self, values: Secrets, net: Client) -> Mapping[str, str]:
        """New values for those that run out by themselves, asked for once a week; {} where nothing does.

        Raises NotAccepted when it is too late for that.
        """
        return {}

    def poll_every(self, secrets: Secrets) -> float:
        """Seconds between two looks (`poll`) where the platform is asked instead of calling us; 0 for never."""
        return 0

    def poll(self, secrets: Secrets, cursor: Mapping[str, Any], net: Client, now: datetime) -> Polled:
        """Ask for what is new since `cursor` ({} at first: nothing old is ever answered). Raises a SendError."""
        raise NotImplementedError(f"{self.kind} is not polled")
