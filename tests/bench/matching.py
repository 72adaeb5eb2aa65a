"""The exact core and `decide()` against what they are made of, and against how others do it, as rules grow in number.

"scan" is the bare automaton over folded texts, "fold" the normalising, "core" all of it with the rules evaluated (from
the text to the winner), "decide" the whole decision with its trace; "asked": of rules that want a question or a wish.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from functools import partial

from autoresponder.engine.calendar import Calendar, Span
from autoresponder.engine.compile import Compiled
from autoresponder.engine.decide import decide
from autoresponder.engine.match import Found, find
from autoresponder.engine.text import fold
from autoresponder.engine.types import Decision, Incoming, Talk
from tests.bench.clock import Job, job, microseconds, over, ratio, turns
from tests.bench.peers import PEERS, Answer, hubot, words_of
from tests.bench.workload import Workload, asked, ranks, workload

SIZES = (10, 100, 1_000, 10_000)
ROUNDS = 7
PEER_ROUNDS = 5
# So many messages a turn for our side of the comparison, and to see who agrees.
BESIDE, AGREEING = 2_000, 200
NOW = datetime(2026, 11, 25, 2, 0, tzinfo=UTC)
CALENDAR = Calendar("Asia/Seoul", ((Span(600, 1140),),) * 7)
TALK = Talk()


def measure() -> dict[str, float]:
    found: dict[str, float] = {}
    core: dict[int, float] = {}
    for size in SIZES:
        work = workload(size)
        found |= _ours(size, work, core)
        found |= _peers(size, work)
    smallest = core[SIZES[0]]
    return found | {f"core_growth_{size}": core[size] / smallest for size in SIZES[1:]}


def decided(compiled: Compiled) -> Callable[[Incoming], Decision]:
    return lambda incoming: decide(compiled, CALENDAR, TALK, incoming, now=NOW)


def came_in(texts: Sequence[str]) -> list[Incoming]:
    return [Incoming("e", "c", text) for text in texts]


def core(compiled: Compiled) -> Callable[[str], Found]:
    return partial(find, compiled)


def _ours(size: int, work: Workload, core_us: dict[int, float]) -> dict[str, float]:
    compiled, texts = work
    flats, incoming = [fold(text).flat for text in texts], came_in(texts)
    questions = asked(size)
    costs = turns(
        {
            "fold": over(fold, texts),
            "scan": over(lambda flat: list(compiled.automaton.iter(flat)), flats),
            "core": over(core(compiled), texts),
            "decide": over(decided(compiled), incoming),
            "core asked": over(core(questions), texts),
            "decide asked": over(decided(questions), incoming),
        },
        ROUNDS,
    )
    _print(size, microseconds(costs), "")
    core_us[size] = microseconds(costs)["core"]
    return {
        f"core_over_fold_and_scan_{size}": ratio(costs, ["core"], ["fold", "scan"]),
        f"decide_over_core_{size}": ratio(costs, ["decide"], ["core"]),
        f"decide_asked_over_core_{size}": ratio(costs, ["decide asked"], ["core asked"]),
        f"decide_over_scan_{size}": ratio(costs, ["decide"], ["scan"]),
    }


def _peers(size: int, work: Workload) -> dict[str, float]:
    compiled, texts = work
    rules = words_of(compiled)
    answers = {name: peer.build(rules) for name, peer in PEERS.items() if size <= peer.most}
    some, ours = texts[:BESIDE], partial(ranks, compiled)
    jobs: dict[str, Job] = {"core": over(core(compiled), some), "decide": over(decided(compiled), came_in(some))}
    with ExitStack() as stack:
        jobs |= {name: job(answer, texts) for name, answer in answers.items()}
        if listening := stack.enter_context(hubot(rules, texts)):
            jobs["hubot"] = listening
        costs = turns(jobs, PEER_ROUNDS)
    agree = {name: f"same winner {_agreement(ours, answer, texts):.0%}" for name, answer in answers.items()}
    each = microseconds(costs)
    for name in costs.keys() - {"core", "decide"}:
        _print(size, {name: each[name], "core beside it": each["core"]}, agree.get(name, ""))
    peers = [name for name in costs if name not in ("core", "decide")]
    return {f"{name}_over_core_{size}": ratio(costs, [name], ["core"]) for name in peers} | {
        f"{name}_over_decide_{size}": ratio(costs, [name], ["decide"]) for name in peers
    }


def _agreement(ours: Callable[[str], Sequence[int]], other: Answer, texts: list[str]) -> float:
    tried = texts[:AGREEING]
    return sum(next(iter(ours(text)), None) == other(text) for text in tried) / len(tried)


def _print(size: int, each: dict[str, float], note: str) -> None:
    print(f"{size:6} rules: " + ", ".join(f"{name} {us:.1f} us" for name, us in each.items()) + f"   {note}".rstrip())
