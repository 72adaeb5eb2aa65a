"""A verdict for every rule of the book about one message, for the simulator: why it answers, and why it does not."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from autoresponder.engine import hours
from autoresponder.engine.calendar import Calendar
from autoresponder.engine.compile import Compiled
from autoresponder.engine.match import Found, Yielded, find, matches, yielding
from autoresponder.engine.several import second
from autoresponder.engine.types import NOTHING, Incoming, Match, Step, Talk
from autoresponder.engine.understand import understand
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
    found = understand(compiled, find(compiled, incoming.text if incoming.kind in READABLE else ""))
    verdicts = {step.rule: step for step in _matching_steps(compiled, moment, found)}
    for rank, rule in enumerate(compiled.rules):
        if rule.key not in verdicts:
            verdicts[rule.key] = _near(compiled, rank, found)
    return tuple(verdicts.get(rule.key) or Step("off", rule.key) for rule in compiled.book.rules)


def matched_step(key: str, matched: Sequence[Match]) -> Step:
    words = [match.keyword for match in matched]
    return Step("matched", key, {"words": words if len(words) == 1 else list(dict.fromkeys(words))})


def lost_step(compiled: Compiled, loss: Yielded) -> Step:
    """The rule's word and the longer one as their owner wrote them, and the rule the longer one belongs to."""
    key, word, longer = compiled.rules[loss.rank].key, compiled.spelled[loss.keyword], compiled.spelled[loss.longer]
    if loss.longer >= compiled.ignored_from:
        return Step("ignored", key, {"word": word, "longer": longer})
    by = compiled.rules[compiled.first[loss.longer]].key
    return Step("yielded", key, {"word": word, "longer": longer, "by": by})


def _matching_steps(compiled: Compiled, moment: Moment, found: Found) -> Iterable[Step]:
    winner = ""
    yield from found.unheard
    obstacles = [(rank, obstacle(compiled.rules[rank], moment)) for rank in found.meant]
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
    for loss in yielding(compiled, found):
        yield lost_step(compiled, loss)


def _near(compiled: Compiled, rank: int, found: Found) -> Step:
    """Of a rule that does not match: what of it was there, what was missing, what it must not meet."""
    key, needs, bans = compiled.rules[rank].key, compiled.needs[rank], compiled.bans[rank]
    seen = {word for _, _, word in found.seen}
    words = [compiled.spelled[word] for need in needs for word in need if word in seen]
    if not words:
        return Step("no_match", key)
    missing = [[compiled.spelled[word] for word in need] for need in needs if seen.isdisjoint(need)]
    if missing:
        return Step("partly", key, {"found": list(dict.fromkeys(words)), "missing": missing})
    every = {word for _, _, word in found.hits}
    return Step("except", key, {"words": [compiled.spelled[word] for word in bans if word in every]})
