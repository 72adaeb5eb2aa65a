"""A verdict for every rule of the book about one message, for the simulator: why it answers, and why it does not."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from autoresponder.engine import hours
from autoresponder.engine.book import Rule
from autoresponder.engine.compile import Compiled, Condition
from autoresponder.engine.hours import Calendar
from autoresponder.engine.match import Found, Yielded, find, matches, matching, yielding
from autoresponder.engine.text import fold
from autoresponder.engine.types import NOTHING, Incoming, Match, Step, Talk
from autoresponder.engine.usable import READABLE, Moment, obstacle


def explain(
    compiled: Compiled,
    calendar: Calendar,
    talk: Talk,
    incoming: Incoming,
    *,
    now: datetime,
    channel: str = "",
    values: Mapping[str, Any] = NOTHING,
) -> tuple[Step, ...]:
    """One step a rule, in the book's order, as if no person had the talk and no loop were guarded against."""
    moment = Moment(calendar, hours.state(calendar, now), talk, now, channel, values)
    found = find(compiled, incoming.text if incoming.kind in READABLE else "")
    verdicts = {step.rule: step for step in _matching_steps(compiled, moment, found)}
    for rule, condition in zip(compiled.rules, compiled.conditions, strict=True):
        verdicts.setdefault(rule.key, _near(rule, condition, found))
    return tuple(verdicts.get(rule.key) or Step("off", rule.key) for rule in compiled.book.rules)


def matched_step(key: str, matched: Iterable[Match]) -> Step:
    return Step("matched", key, {"words": list(dict.fromkeys(match.keyword for match in matched))})


def lost_step(compiled: Compiled, loss: Yielded) -> Step:
    """The rule's word as its owner wrote it, and the longer word as the rule it belongs to writes it."""
    by = compiled.keywords[loss.longer].rank
    params = {
        "word": compiled.conditions[loss.rank].spelled[loss.keyword],
        "longer": compiled.conditions[by].spelled[loss.longer],
        "by": compiled.rules[by].key,
    }
    return Step("yielded", compiled.rules[loss.rank].key, params)


def _matching_steps(compiled: Compiled, moment: Moment, found: Found) -> Iterable[Step]:
    ranks, winner = matching(compiled, found), ""
    for rank in ranks:
        key = compiled.rules[rank].key
        if step := obstacle(compiled.rules[rank], moment):
            yield step
        elif winner:
            yield Step("later", key, {"winner": winner})
        else:
            winner = key
            yield matched_step(key, matches(compiled, found, rank))
    for loss in yielding(compiled, found, ranks):
        yield lost_step(compiled, loss)


def _near(rule: Rule, condition: Condition, found: Found) -> Step:
    """Of a rule that does not match: what of it was there, what was missing, what it must not meet."""
    seen = {keyword.id for _, _, keyword in found.seen}
    words = [word for number, word in condition.spelled.items() if number in seen]
    missing = [
        [word for number, word in condition.spelled.items() if number in need]
        for need in condition.needs
        if need.isdisjoint(seen)
    ]
    if not words:
        return Step("no_match", rule.key)
    if missing:
        return Step("partly", rule.key, {"found": words, "missing": missing})
    return Step("except", rule.key, {"words": _met(rule, found)})


def _met(rule: Rule, found: Found) -> list[str]:
    flats = {keyword.flat for _, _, keyword in found.hits}
    unwanted = (word for group in rule.groups if group.mode == "none" for word in group.words)
    return [word for word in unwanted if fold(word).flat in flats]
