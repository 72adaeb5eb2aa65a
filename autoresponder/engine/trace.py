"""A decision as plain JSON, for the record. Steps are codes with parameters; the console puts them into words.

About the message:
    with_human {until}         a person has the talk
    loop_guard {count, minutes} too many automatic replies in that time
    not_text {kind}            nothing to read in it: a picture, a sticker, only emoji
    unmatched {}               no rule could answer
    greeting {}                the away greeting was given
    greeted_lately {until}     closed, but the greeting is not due again before
    fallback {misses}          the standard answer; so many misses in a row now
    hand_off {why, misses}     a person is called: "rule", "misses" (in a row), "loop", or "unfilled" (below)
    no_reply {}                the standard answer is empty, so nothing is said
    unanswerable {why}         no machine may answer it: the codes of channels/mail/manners.py
    only_asked {}              no rule understood it, and the shop wants only rules to answer here
    more {count}               further rules that matched too
    understood {how, typed, meant} no rule knew it as written; a layer ("jamo", "keyboard", "sound", "slip") read it so
    asked_back {rules}         guesses compete, so the customer is offered these rules
About one rule (`rule` is its key):
    matched {words}            it answers
    later {winner}             it matches too, an earlier one answers
    hours {when}               it matches, but not at this time ("open", "closed", "night", "holiday": only then)
    window {why, first, last, weekdays, start, end}  it matches, but outside its own window (book.Window): "not_yet"
                               (before `first`), "ended" (after `last`), "weekday", "clock"
    channel {channels}         it matches, but not on this messenger
    cooldown {until}           it matches, but has just answered this customer
    no_reply {}                it matches, but has nothing to say
    unfilled {names}           it matches, but facts of the shop it names are not filled in
    yielded {word, longer, by} its word lies inside a longer word of the rule `by`
    ignored {word, longer}     its word lies inside one of the book's ignored words
    not_asked {}               its words are there, but nothing is asked, wanted or wrong (manner "asked")
    not_alone {}               its words are there, but not alone (manner "alone")
    background {}              its words only tell what led to the question, another rule answers that
Only in `explain`:
    except {words}             its words are there, and so is one it must not meet
    partly {found, missing}    some of its words are there; `missing` lists the words of each group still wanted
    no_match {}                none of its words is there
    off {}                     it is switched off
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from autoresponder.engine.document import dump_reply
from autoresponder.engine.types import Decision, Match, Reply, State, Step


def decision_to_json(decision: Decision) -> dict[str, Any]:
    return {
        "outcome": decision.outcome.value,
        "rules": list(decision.rules),
        "matched": [match_to_json(match) for match in decision.matched],
        "state": state_to_json(decision.state),
        "trace": [step_to_json(step) for step in decision.trace],
    }


def match_to_json(match: Match) -> dict[str, Any]:
    return {"rule": match.rule, "keyword": match.keyword, "start": match.start, "end": match.end, "how": match.how}


def state_to_json(state: State) -> dict[str, Any]:
    return {
        "open": state.open,
        "reason": state.reason,
        "name": state.name,
        "next_change": _plain(state.next_change),
        "next_open": _plain(state.next_open),
        "night": state.night,
        "holiday": state.holiday,
    }


def step_to_json(step: Step) -> dict[str, Any]:
    return {"code": step.code, "rule": step.rule, "params": _plain(step.params)}


def reply_to_json(reply: Reply) -> dict[str, Any]:
    return {"role": reply.role, **dump_reply(reply)}


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(item) for item in value]
    return value
