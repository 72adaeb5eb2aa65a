"""Why a rule that matches may still not answer: the time, the messenger, a cool-down, nothing to say."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from autoresponder.engine.book import Rule
from autoresponder.engine.hours import Calendar
from autoresponder.engine.types import State, Step, Talk
from autoresponder.engine.variables import unfilled

READABLE = ("text", "button")


class Moment(NamedTuple):
    """All that is true of this message besides its text."""

    calendar: Calendar
    state: State
    talk: Talk
    now: datetime
    channel: str
    values: Mapping[str, Any]


def obstacle(rule: Rule, moment: Moment) -> Step | None:
    """The step that says why this rule does not answer now; None when it may. An unknown messenger ("") is any."""
    if rule.action == "answer" and not any(reply.text.strip() for reply in rule.replies):
        return Step("no_reply", rule.key)
    if missing := _missing(rule, moment.values):
        return Step("unfilled", rule.key, {"names": missing})
    if rule.when != "always" and (rule.when == "open") is not moment.state.open:
        return Step("hours", rule.key, {"when": rule.when})
    if rule.channels and moment.channel and moment.channel not in rule.channels:
        return Step("channel", rule.key, {"channels": list(rule.channels)})
    until = rests_until(rule, moment.talk)
    if until and until > moment.now:
        return Step("cooldown", rule.key, {"until": until})
    return None


def _missing(rule: Rule, values: Mapping[str, Any]) -> list[str]:
    """The values without which nothing this rule says could be said."""
    lacks = [unfilled(reply.text, values) if "{" in reply.text else [] for reply in rule.replies]
    if not lacks or rule.action == "hand_off" or not all(lacks):
        return []
    return list(dict.fromkeys(name for names in lacks for name in names))


def rests_until(rule: Rule, talk: Talk) -> datetime | None:
    """When a rule with a cool-down may answer this customer again; None when it may anyway."""
    answered_at = talk.answered_at.get(rule.key) if rule.cooldown_minutes else None
    return answered_at + timedelta(minutes=rule.cooldown_minutes) if answered_at else None
