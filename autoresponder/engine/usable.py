"""Why a rule that matches may still not answer: the time, the messenger, a cool-down, nothing to say."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from autoresponder.engine.book import Rule, When
from autoresponder.engine.calendar import Calendar
from autoresponder.engine.shipping import next_shipping
from autoresponder.engine.types import State, Step, Talk
from autoresponder.engine.variables import SHIPPING, used
from autoresponder.engine.window import dump_window, outside

READABLE = ("text", "button")
# How surely a rule answers (`steadiness`).
STEADY, VERBATIM = 1, 2


class Moment(NamedTuple):
    """All that is true of this message besides its text. `aloud` as of decide.py."""

    calendar: Calendar
    state: State
    talk: Talk
    now: datetime
    channel: str
    values: Mapping[str, Any]
    aloud: bool = True


def obstacle(rule: Rule, moment: Moment) -> Step | None:
    """The step that says why this rule does not answer now; None when it may. An unknown messenger ("") is any."""
    if rule.action == "answer" and (step := _wordless(rule, moment)):
        return step
    if rule.when != "always" and not _holds(rule.when, moment.state):
        return Step("hours", rule.key, {"when": rule.when})
    if rule.window and (why := outside(rule.window, moment.now.astimezone(ZoneInfo(moment.calendar.timezone)))):
        return Step("window", rule.key, {"why": why, **dump_window(rule.window)})
    if rule.channels and moment.channel and moment.channel not in rule.channels:
        return Step("channel", rule.key, {"channels": list(rule.channels)})
    if rule.cooldown_minutes and (until := rests_until(rule, moment.talk)) and until > moment.now:
        return Step("cooldown", rule.key, {"until": until})
    return None


def steadiness(rule: Rule) -> int:
    """VERBATIM where a rule always answers, in its owner's very words; STEADY where it does, with something filled in;
    0 where there may be an obstacle, or a person is called."""
    if rule.action != "answer" or rule.when != "always" or rule.window or rule.channels or rule.cooldown_minutes:
        return 0
    texts = [reply.text for reply in rule.replies]
    if not any(text.strip() and not used(text) for text in texts):
        return 0
    filled = any("{" in text or "(" in text or not text or text.isspace() for text in texts)
    return STEADY if filled else VERBATIM


def lacking(text: str, moment: Moment) -> list[str]:
    """The values a text cannot do without and nobody knows; shipping days, once set, know theirs or nobody does."""
    names = used(text)
    if not names:
        return []
    ships = moment.calendar.shipping is not None and not SHIPPING.isdisjoint(names)
    leaves = next_shipping(moment.calendar, moment.now) if ships else None
    known = {name for name in names if str(moment.values.get(name) or "").strip()}
    known = known - SHIPPING if ships else known
    return [name for name in names if name not in known and not (leaves and name in SHIPPING)]


def _holds(when: When, state: State) -> bool:
    match when:
        case "open":
            return state.open
        case "closed":
            return not state.open
        case "night":
            return state.night
        case "holiday":
            return state.holiday
    return True


def _wordless(rule: Rule, moment: Moment) -> Step | None:
    """Nothing to say, or values are unknown without which nothing of it could be said."""
    missing: list[str] = []
    for reply in rule.replies:
        text = reply.text
        if "{" in text and (lacks := lacking(text, moment)):
            missing += lacks
        elif text and not text.isspace():
            return None
    return (
        Step("unfilled", rule.key, {"names": list(dict.fromkeys(missing))}) if missing else Step("no_reply", rule.key)
    )


def rests_until(rule: Rule, talk: Talk) -> datetime | None:
    """When a rule with a cool-down may answer this customer again; None when it may anyway."""
    answered_at = talk.answered_at.get(rule.key) if rule.cooldown_minutes else None
    return answered_at + timedelta(minutes=rule.cooldown_minutes) if answered_at else None
