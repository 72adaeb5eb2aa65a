"""A verdict for every rule of the book about one message, for the simulator: why it answers, and why it does not."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from autoresponder.engine import hours
from autoresponder.engine.book import Rule
from autoresponder.engine.calendar import Calendar
from autoresponder.engine.compile import Compiled, Condition
from autoresponder.engine.keyword import IGNORED
from autoresponder.engine.match import Found, Yielded, find, matches, yielding
from autoresponder.engine.several import second
from autoresponder.engine.text import fold
from autoresponder.engine.types import NOTHING, Incoming, Match, Step, Talk
from autoresponder.engine.understand import Reading, understand
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
    reading = understand(compiled, find(compiled, incoming.text if incoming.kind in READABLE else ""))
    found = reading.found
    verdicts = {step.rule: step for step in _matching_steps(compiled, moment, reading)}
    for rule, condition in zip(compiled.rules, compiled.conditions, strict=True):
        verdicts.setdefault(rule.key, _near(rule, condition, found))
    return tuple(verdicts.get(rule.key) or Step("off", rule.key) for rule in compiled.book.rules)


def matched_step(key: str, matched: Iterable[Match]) -> Step:
    return Step("matched", key, {"words": list(dict.fromkeys(match.keyword for match in matched))})


def lost_step(compiled: Compiled, loss: Yielded) -> Step:
    """The rule's word as its owner wrote it, and the longer word as the rule it belongs to writes it."""
    key, word = compiled.rules[loss.rank].key, compiled.conditions[loss.rank].spelled[loss.keyword]
    longer = compiled.keywords[loss.longer]
    if longer.rank == IGNORED:
        ignored = next(ignored for ignored in compiled.book.ignored if fold(ignored).flat == longer.flat)
        return Step("ignored", key, {"word": word, "longer": ignored})
    by = longer.rank
    spelled = compiled.conditions[by].spelled[loss.longer]
    return Step("yielded", key, {"word": word, "longer": spelled, "by": compiled.rules[by].key})


def _matching_steps(compiled: Compiled, moment: Moment, reading: Reading) -> Iterable[Step]:
    found, winner = reading.found, ""
    yield from reading.unheard
    obstacles = [(rank, obstacle(compiled.rules[rank], moment)) for rank in reading.ranks]
    usable = [rank for rank, step in obstacles if step is None]
    also = second(compiled, found, usable) if usable else None
    for rank, step in obstacles:
        key = compiled.rules[rank].key
        if step:
            yield step
        elif winner and rank != also:
            yield Step("later", key, {"winner": winner})
        else:
            winner = winner or key
            yield matched_step(key, matches(compiled, found, rank))
    for loss in yielding(compiled, found, reading.satisfied):
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
    every = {keyword.id for _, _, keyword in found.hits}
    return Step("except", rule.key, {"words": [word for number, word in condition.bans.items() if number in every]})
