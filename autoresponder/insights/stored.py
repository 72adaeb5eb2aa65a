"""The JSON of the log, read as quickly as a long past asks for: what a decision tells, as engine/trace.py wrote it, and
what was remembered of a talk, as engine/talk.py did."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, NamedTuple

import msgspec
from msgspec.structs import astuple

from autoresponder.engine.talk import talk_from_json
from autoresponder.engine.types import NOTHING, State, Talk

# The rule book had no say in these.
UNJUDGED = ("paused", "nothing_published", "unanswerable")


class Logged(NamedTuple):
    """What a stored decision tells. `rules`: those that answered, or were offered where the customer was asked back.

    `judged`: by a rule book, if there was one then. `state`: what the hours said. `lacking`: facts of the shop that
    nobody had filled in. `greeted`: the away greeting was said.
    """

    state: State | None
    judged: bool
    rules: tuple[str, ...]
    lacking: tuple[str, ...]
    greeted: bool
    only_asked: bool


class _Params(msgspec.Struct, gc=False):
    until: object = None
    names: tuple[str, ...] = ()


class _Step(msgspec.Struct, gc=False):
    code: str
    params: _Params = msgspec.field(default_factory=_Params)


class _State(msgspec.Struct, gc=False):
    open: bool
    reason: str
    name: str
    next_change: datetime | None
    next_open: datetime | None
    night: bool
    holiday: bool


class _Decision(msgspec.Struct, gc=False):
    """A message its customer took back has none any more."""

    state: _State | None = None
    rules: tuple[str, ...] = ()
    trace: list[_Step] = []


Moment = Annotated[datetime, msgspec.Meta(tz=True)]


class _Talk(msgspec.Struct, gc=False):
    with_human_until: Moment | None = None
    greeted_at: Moment | None = None
    answered_at: dict[str, Moment] | None = None
    misses: Annotated[int, msgspec.Meta(ge=0)] = 0
    replied_at: tuple[Moment, ...] = ()


# Of most of a shop's customers nothing is remembered yet.
NEW = Talk()
_decision, _talk = msgspec.json.Decoder(_Decision), msgspec.json.Decoder(_Talk)


def logged(raw: str) -> Logged:
    """Raises msgspec.DecodeError for what was not written by us."""
    decision = _decision.decode(raw)
    trace, state = decision.trace, decision.state
    codes = [step.code for step in trace]
    lacking: tuple[str, ...] = ()
    if "unfilled" in codes:
        lacking = tuple(name for step in trace if step.code == "unfilled" for name in step.params.names)
    judged = state is not None and _judged(trace)
    return Logged(
        state and State(*astuple(state)), judged, decision.rules, lacking, "greeting" in codes, "only_asked" in codes
    )


def remembered(raw: str) -> Talk:
    """Without what numbers stood for, which nobody answers by any more."""
    if raw == "{}":
        return NEW
    try:
        talk = _talk.decode(raw)
    except msgspec.DecodeError:
        return talk_from_json(json.loads(raw))._replace(offered=())
    return Talk(talk.with_human_until, talk.greeted_at, talk.answered_at or NOTHING, talk.misses, talk.replied_at)


def _judged(trace: Sequence[_Step]) -> bool:
    """A person at the platform leaves no moment until when; one of ours does, and that the engine respects."""
    if not trace:
        return False
    if trace[0].code == "with_human":
        return bool(trace[0].params.until)
    return trace[0].code not in UNJUDGED
