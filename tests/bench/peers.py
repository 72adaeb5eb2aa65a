"""How others find the rule a message means, on the same rules and messages: the first in order whose words are there.

All but RiveScript get the text as we fold it, so that they look for the same thing and pay for the same folding. What
errbot, opsdroid and hubot do for each rule is written anew here in the shape of their code, without what surrounds it.
"""

from __future__ import annotations

import json
import logging
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from rivescript import RiveScript

from autoresponder.engine.compile import Compiled, Ids
from autoresponder.engine.text import flat_of, fold
from tests.bench.clock import LEAST, Job

# From a message to the place of the winning rule.
Answer = Callable[[str], int | None]

log = logging.getLogger(__name__)


class Words(NamedTuple):
    """A rule as folded keywords: one of each of `needs`, none of `bans`."""

    needs: tuple[tuple[str, ...], ...]
    bans: tuple[str, ...]


class Peer(NamedTuple):
    """`most`: the largest number of rules it is asked about, for the patience of whoever waits."""

    build: Callable[[Sequence[Words]], Answer]
    most: int


def words_of(compiled: Compiled) -> list[Words]:
    def flats(ids: Ids) -> tuple[str, ...]:
        return tuple(flat_of(compiled.spelled[word]) for word in sorted(ids))

    return [Words(tuple(map(flats, needs)), flats(compiled.bans[rank])) for rank, needs in enumerate(compiled.needs)]


def in_loop(rules: Sequence[Words]) -> Answer:
    """What anybody would write first."""

    def answer(text: str) -> int | None:
        flat = flat_of(text)
        for rank, (needs, bans) in enumerate(rules):
            if all(any(word in flat for word in need) for need in needs) and not any(ban in flat for ban in bans):
                return rank
        return None

    return answer


def one_regex(rules: Sequence[Words]) -> Answer:
    """All keywords as one alternation, the longest first; words that overlap are lost, as they always are this way."""
    ranks: dict[str, list[int]] = {}
    for rank, rule in enumerate(rules):
        for word in rule.needs[0]:
            ranks.setdefault(word, []).append(rank)
    every = {word for rule in rules for group in (*rule.needs, rule.bans) for word in group}
    pattern = re.compile(_any(sorted(every, key=len, reverse=True)))

    def answer(text: str) -> int | None:
        found = set(pattern.findall(flat_of(text)))
        holding = (
            rank
            for word in found
            for rank in ranks.get(word, ())
            if all(not found.isdisjoint(need) for need in rules[rank].needs) and found.isdisjoint(rules[rank].bans)
        )
        return min(holding, default=None)

    return answer


def errbot(rules: Sequence[Words]) -> Answer:
    """The loop over `re_commands` in errbot/core.py (process_message): every command's pattern is searched for."""
    every = {f"r{rank}": re.compile(_pattern(rule)) for rank, rule in enumerate(rules)}
    prefixed: set[str] = set()

    def answer(text: str) -> int | None:
        text = flat_of(text)
        commands = {name: every[name] for name in every if name not in prefixed}
        winner = None
        for name, pattern in commands.items():
            if pattern.search(text):
                log.debug("Matching %r against %r produced a match.", text, pattern.pattern)
                winner = name if winner is None else winner
            else:
                log.debug("Matching %r against %r produced no match.", text, pattern.pattern)
        return int(winner[1:]) if winner else None

    return answer


def opsdroid(rules: Sequence[Words]) -> Answer:
    """`parse_regex` in opsdroid/parsers/regex.py: every skill's expression goes to `re.search` as text, so that above
    `re`'s cache of 512 each is compiled anew for each message; all matches are scored."""
    skills = [{"expression": _pattern(rule), "case_sensitive": True, "score_factor": 0.6} for rule in rules]

    async def match(text: str, skill: dict[str, Any]) -> re.Match[str] | None:
        return re.search(skill["expression"], text, 0 if skill["case_sensitive"] else re.IGNORECASE)

    async def score(skill: dict[str, Any]) -> float:
        return float((1 - 1 / (len(skill["expression"]) + 1) ** 2) * skill["score_factor"])

    async def parse(text: str) -> list[dict[str, Any]]:
        matched = []
        for rank, skill in enumerate(skills):
            found = await match(text, skill)
            if found:
                matched.append({"score": await score(skill), "skill": rank, "entities": found.groupdict()})
        return matched

    def answer(text: str) -> int | None:
        # Nothing in it waits, so one step finishes it; an event loop would cost more.
        try:
            parse(flat_of(text)).send(None)
        except StopIteration as done:
            return int(done.value[0]["skill"]) if done.value else None
        raise AssertionError("the parser waited for something")

    return answer


def rivescript(rules: Sequence[Words]) -> Answer:
    """The package itself. It knows whole words only and no exceptions, so it answers less and partly wrong."""
    lines = ["! version = 2.0"]
    for rank, rule in enumerate(rules):
        groups = [f"({'|'.join(need)})" for need in rule.needs]
        for order in (groups, groups[::-1])[: len(groups)]:
            lines += [f"+ {{weight={len(rules) - rank}}}[*] {' [*] '.join(order)} [*]", f"- {rank}"]
    bot = RiveScript(utf8=True)
    bot.stream("\n".join(lines))
    bot.sort_replies()

    def answer(text: str) -> int | None:
        reply = bot.reply("c", " ".join(fold(text).words))
        return int(reply) if reply.isdigit() else None

    return answer


PEERS = {
    "in_loop": Peer(in_loop, 10_000),
    "one_regex": Peer(one_regex, 10_000),
    "errbot": Peer(errbot, 10_000),
    "opsdroid": Peer(opsdroid, 1_000),
    "rivescript": Peer(rivescript, 1_000),
}


@contextmanager
def hubot(rules: Sequence[Words], texts: Sequence[str]) -> Iterator[Job | None]:
    """Hubot's loop in Node, a process of its own that waits its turn; None where there is no Node."""
    node = shutil.which("node")
    if node is None:
        yield None
        return
    given = {"patterns": [_pattern(rule) for rule in rules], "texts": [flat_of(text) for text in texts]}
    command = [node, str(Path(__file__).with_name("hubot.js"))]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1) as process:
        assert process.stdin and process.stdout
        ask, told = process.stdin, process.stdout

        def turn(line: str) -> float:
            ask.write(f"{line}\n")
            return float(told.readline())

        turn(json.dumps(given))
        count = max(LEAST, min(len(texts), int(turn("1"))))
        yield Job(lambda: turn(str(count)), count)
        ask.close()


def _any(words: Sequence[str]) -> str:
    return "|".join(map(re.escape, words))


def _pattern(rule: Words) -> str:
    """One regular expression for a rule. A single group is searched for as it is, the way a bot's author would."""
    if len(rule.needs) == 1 and not rule.bans:
        return _any(rule.needs[0])
    bans = f"(?!.*(?:{_any(rule.bans)}))" if rule.bans else ""
    return "^" + bans + "".join(f"(?=.*(?:{_any(need)}))" for need in rule.needs)
