"""What happens to one message. The same function answers a customer, the simulator, the command line and a replay."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from autoresponder.engine import greeting, hours
from autoresponder.engine.book import Rule
from autoresponder.engine.calendar import Calendar
from autoresponder.engine.compile import Compiled
from autoresponder.engine.explain import explain, lost_step, matched_step
from autoresponder.engine.match import Found, matches, yielding
from autoresponder.engine.several import competing, second
from autoresponder.engine.types import (
    NOTHING,
    Decision,
    Incoming,
    Match,
    Outcome,
    Reply,
    ReplyRole,
    State,
    Step,
    Talk,
)
from autoresponder.engine.understand import read, understood_step
from autoresponder.engine.usable import READABLE, VERBATIM, Moment, obstacle, rests_until
from autoresponder.engine.variables import always_said, fill

__all__ = ["decide", "explain"]

# Two bots talking to each other: so many automatic replies a minute and an hour are plenty for any person.
PER_MINUTE, PER_HOUR = 5, 30
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
# The trace names this many further rules of each kind: more would be read by nobody and fill the log.
NAMED = 5
UNMATCHED, GREETING = Step("unmatched"), Step("greeting")


def decide(
    compiled: Compiled,
    calendar: Calendar,
    talk: Talk,
    incoming: Incoming,
    *,
    now: datetime,
    channel: str = "",
    values: Mapping[str, Any] = NOTHING,
    state: State | None = None,
    found: Found | None = None,
    aloud: bool = True,
) -> Decision:
    """The decision about one message at `now` (aware). Never raises on any text; changes nothing.

    `values` fills variables of replies: "가게이름", and "language" ("ko" or "en") for the words of the hours. `state`:
    what the hours said at that moment, where that is known; they may have been changed since. `found`: what this book
    makes of the text (`read`), where that is known. Not `aloud`: nobody is to read the decision, only who answers and
    what is remembered counts; what is said may be missing, and what the trace tells of words and of other rules.
    """
    moment = Moment(calendar, state or hours.state(calendar, now), talk, now, channel, values, aloud)
    if talk.with_human_until and with_person(talk, now):
        return Decision(
            Outcome.SILENT, moment.state, talk, trace=(Step("with_human", params={"until": talk.with_human_until}),)
        )
    if len(talk.replied_at) >= PER_MINUTE and (guard := _loop_guard(talk, now)):
        return _call_person(compiled, moment, [guard, Step("hand_off", params={"why": "loop"})], quiet=HOUR)
    if found is None:
        found = read(compiled, incoming.text if incoming.kind in READABLE else "")
    if not found.flat:
        return _without_words(compiled, moment, incoming)
    return _by_rules(compiled, moment, found) if found.hits else _unmatched(compiled, moment, [])


def with_person(talk: Talk, now: datetime) -> bool:
    """Whether a person has the talk: then nothing else counts."""
    return talk.with_human_until is not None and talk.with_human_until > now


def _by_rules(compiled: Compiled, moment: Moment, found: Found) -> Decision:
    """The first rule in order that was meant and may answer now; a question back where only guesses compete."""
    usable: list[int] = []
    skipped: list[Step] = []
    for rank in found.meant:
        if compiled.steady[rank] or not (step := obstacle(compiled.rules[rank], moment)):
            usable.append(rank)
        else:
            skipped.append(step)
    trace, reread = skipped[:NAMED], found.how != "exact"
    if reread:
        trace.append(understood_step(compiled, found))
    if found.unheard:
        trace += found.unheard[:NAMED]
    if found.hidden and moment.aloud:
        trace += [lost_step(compiled, loss) for loss in islice(yielding(compiled, found), NAMED)]
    if found.guessed and (rivals := competing(compiled, found, usable)):
        return _ask_back(compiled, moment, found, rivals, trace)
    if usable:
        return _answer(compiled, moment, found, usable, trace)
    # A rule understood the customer and has answered lately: "I did not understand" would be wrong.
    if any(step.code == "cooldown" for step in skipped):
        return Decision(Outcome.SILENT, moment.state, _after(moment, replied=False), trace=tuple(trace))
    # Nor would it be right of a question whose answer the shop has yet to fill in: a person can tell.
    if any(step.code == "unfilled" for step in skipped):
        return _call_person(compiled, moment, [*trace, Step("hand_off", params={"why": "unfilled"})])
    return _unmatched(compiled, moment, trace)


def _answer(compiled: Compiled, moment: Moment, found: Found, usable: list[int], others: list[Step]) -> Decision:
    rank = usable[0]
    rule, steady, aloud = compiled.rules[rank], compiled.steady[rank], moment.aloud
    matched = matches(compiled, found, rank) if aloud else ()
    trace = [matched_step(rule.key, matched)] if aloud else []
    rules, keys = [rule], [rule.key]
    replies = rule.replies if steady == VERBATIM or not aloud else _say(moment, rule.replies, "answer")
    if len(usable) > 1:
        also = second(compiled, found, usable)
        if also is not None:
            rules.append(other := compiled.rules[also])
            keys.append(other.key)
            steady = min(steady, compiled.steady[also])
            replies += _say(moment, other.replies, "answer")
            if aloud:
                matched += (more := matches(compiled, found, also))
                trace.append(matched_step(other.key, more))
        if aloud:
            trace += _later(compiled, [other for other in usable[1:] if other != also], rank)
    trace += others
    answered_at = None if steady and not moment.talk.answered_at else _answered_at(compiled, moment, rules)
    if rule.action == "hand_off":
        trace.append(Step("hand_off", params={"why": "rule"}))
        return _call_person(compiled, moment, trace, rule=rule, matched=matched, answered_at=answered_at)
    greet = False
    if not moment.state.open and (greet := greeting.due(compiled, moment)):
        if aloud:
            replies = _say(moment, (greeting.words(compiled, moment),), "greeting") + replies
        trace.append(GREETING)
    talk = _after(moment, greeted=greet, answered_at=answered_at)
    return Decision(Outcome.ANSWERED, moment.state, talk, replies, tuple(keys), matched, tuple(trace))


def _ask_back(compiled: Compiled, moment: Moment, found: Found, rivals: list[int], others: list[Step]) -> Decision:
    """Which of these was meant? Nothing is assumed, and being asked is no miss."""
    keys = tuple([compiled.rules[rank].key for rank in rivals])
    matched = tuple([match for rank in rivals for match in matches(compiled, found, rank)])
    buttons = greeting.questions(compiled, moment, rivals)
    replies = _say(moment, (Reply(compiled.book.ask_back.text, tuple(buttons)),), "answer")
    trace = (Step("asked_back", params={"rules": list(keys)}), *others)
    talk = _after(moment, misses=moment.talk.misses)
    return Decision(Outcome.ASKED_BACK, moment.state, talk, replies, keys, matched, trace)


def _unmatched(compiled: Compiled, moment: Moment, trace: list[Step]) -> Decision:
    """The greeting if it is due, else the standard answer, or a person after too many of these."""
    trace = [*trace, UNMATCHED]
    if not moment.state.open and greeting.due(compiled, moment):
        return _greet(compiled, moment, trace)
    misses, most = moment.talk.misses + 1, compiled.book.fallback.hand_off_after
    if most and misses >= most:
        if not moment.state.open:
            trace += _greeted_lately(compiled, moment)
        return _call_person(compiled, moment, [*trace, Step("hand_off", params={"why": "misses", "misses": misses})])
    return _fall_back(compiled, moment, trace, misses)


def _without_words(compiled: Compiled, moment: Moment, incoming: Incoming) -> Decision:
    """A picture or a sticker is nobody's failure to understand: it does not count as a miss."""
    trace = [Step("not_text", params={"kind": incoming.kind})]
    if greeting.due(compiled, moment):
        return _greet(compiled, moment, trace)
    return _fall_back(compiled, moment, trace, moment.talk.misses)


def _greet(compiled: Compiled, moment: Moment, trace: list[Step]) -> Decision:
    replies = _say(moment, (greeting.with_questions(compiled, moment),), "greeting") if moment.aloud else ()
    talk = _after(moment, misses=moment.talk.misses, greeted=True)
    return Decision(Outcome.GREETED, moment.state, talk, replies, trace=(*trace, GREETING))


def _fall_back(compiled: Compiled, moment: Moment, trace: list[Step], misses: int) -> Decision:
    if not moment.state.open:
        trace = [*trace, *_greeted_lately(compiled, moment)]
    replies = _say(moment, (compiled.book.fallback.reply,), "fallback")
    talk = _after(moment, replied=bool(replies), misses=misses)
    if not replies:
        return Decision(Outcome.SILENT, moment.state, talk, trace=(*trace, Step("no_reply")))
    fallback = Step("fallback", "", {"misses": misses})
    return Decision(Outcome.FALLBACK, moment.state, talk, replies, (), (), (*trace, fallback))


def _greeted_lately(compiled: Compiled, moment: Moment) -> list[Step]:
    until = greeting.greeted_until(compiled, moment)
    if until is None or until <= moment.now or not greeting.words(compiled, moment).text:
        return []
    return [Step("greeted_lately", params={"until": until})]


def _call_person(
    compiled: Compiled,
    moment: Moment,
    trace: list[Step],
    *,
    rule: Rule | None = None,
    matched: tuple[Match, ...] = (),
    answered_at: Mapping[str, datetime] | None = None,
    quiet: timedelta = timedelta(),
) -> Decision:
    """The hand-off words; said while closed, they stand in for the greeting. Then the bot is quiet for a while."""
    hand_off, is_open = compiled.book.hand_off, moment.state.open
    words = [rule.replies if rule else (), (hand_off.open if is_open else hand_off.closed,)]
    if not moment.aloud:
        # What is said does not matter then, and the standard words are quicker to find.
        words.reverse()
    replies = _say(moment, words[0], "hand_off") or _say(moment, words[1], "hand_off")
    quiet = max(quiet, timedelta(minutes=hand_off.quiet_minutes))
    talk = _after(moment, replied=bool(replies), greeted=not is_open, answered_at=answered_at, quiet=quiet)
    rules = (rule.key,) if rule else ()
    return Decision(Outcome.HANDED_OFF, moment.state, talk, replies, rules, matched, tuple(trace))


def _after(
    moment: Moment,
    *,
    replied: bool = True,
    misses: int = 0,
    greeted: bool = False,
    answered_at: Mapping[str, datetime] | None = None,
    quiet: timedelta = timedelta(),
) -> Talk:
    """What is remembered once this is decided."""
    talk, now = moment.talk, moment.now
    replied_at = talk.replied_at
    if replied_at:
        hour_ago = now - HOUR
        replied_at = tuple([at for at in replied_at if at > hour_ago])
    return Talk(
        now + quiet if quiet else None,
        now if greeted else talk.greeted_at,
        talk.answered_at if answered_at is None else answered_at,
        misses,
        (*replied_at, now) if replied else replied_at,
    )


def _answered_at(compiled: Compiled, moment: Moment, rules: Iterable[Rule]) -> Mapping[str, datetime] | None:
    """With these rules' answers, and without what no longer holds a rule back; None where nothing changes."""
    answered = {}
    for rule in rules:
        if rule.cooldown_minutes:
            answered[rule.key] = moment.now
    if not answered and not moment.talk.answered_at:
        return None
    resting = {}
    for key, at in moment.talk.answered_at.items():
        other = compiled.by_key.get(key)
        if other and (rests_until(other, moment.talk) or moment.now) > moment.now:
            resting[key] = at
    return resting | answered


def _say(moment: Moment, replies: Iterable[Reply], role: ReplyRole) -> tuple[Reply, ...]:
    """What the customer reads: variables filled, the role set, empty bubbles left out."""
    said: list[Reply] = []
    for reply in replies:
        text = reply.text
        if ("{" in text or "(" in text) and (moment.aloud or not always_said(text)):
            text = fill(text, moment.calendar, moment.state, now=moment.now, values=moment.values)
        if text and not text.isspace():
            as_it_is = text is reply.text and role == reply.role
            said.append(reply if as_it_is else Reply(text, reply.buttons, role))
    return tuple(said)


def _later(compiled: Compiled, ranks: list[int], winner: int) -> list[Step]:
    params = {"winner": compiled.rules[winner].key}
    steps = [Step("later", compiled.rules[rank].key, params) for rank in ranks[:NAMED]]
    return [*steps, Step("more", params={"count": len(ranks) - NAMED})] if len(ranks) > NAMED else steps


def _loop_guard(talk: Talk, now: datetime) -> Step | None:
    for span, most in ((MINUTE, PER_MINUTE), (HOUR, PER_HOUR)):
        count = sum(now - span < moment <= now for moment in talk.replied_at)
        if count >= most:
            return Step("loop_guard", params={"count": count, "minutes": span // MINUTE})
    return None
