"""`decide()` against a bare automaton scan of the same folded text, at growing numbers of rules."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from datetime import UTC, datetime
from statistics import median

from autoresponder.engine.book import Away, Book, Fallback, Group, HandOff, Rule
from autoresponder.engine.compile import Compiled, compile_book
from autoresponder.engine.decide import decide
from autoresponder.engine.hours import Calendar, Span
from autoresponder.engine.match import find
from autoresponder.engine.text import fold
from autoresponder.engine.types import Incoming, Reply, Talk

SIZES = (10, 1_000, 10_000)
ROUNDS = 15
NOW = datetime(2026, 11, 25, 2, 0, tzinfo=UTC)
CALENDAR = Calendar("Asia/Seoul", ((Span(600, 1140),),) * 7)
# Enough syllables that ten thousand rules do not meet in every message by chance, as real shops' words do not.
SYLLABLES = [chr(code) for code in range(0xAC00, 0xD7A4, 28)]
TAILS = ["언제 와요?", "얼마예요", "되나요ㅠㅠ", "어떻게 해요", "알려 주세요", "있나요?", "좀 해 주세요"]


def measure() -> dict[str, float]:
    ratios = {}
    for size in SIZES:
        compiled, messages = workload(size)
        flats = [fold(message.text).flat for message in messages]
        calls: dict[str, Callable[[], None]] = {
            "scan": lambda c=compiled, f=flats: _scan(c, f),  # type: ignore[misc]
            "core": lambda c=compiled, m=messages: _core(c, m),  # type: ignore[misc]
            "decide": lambda c=compiled, m=messages: _decide(c, m),  # type: ignore[misc]
            "fold": lambda m=messages: _fold(m),  # type: ignore[misc]
        }
        cost = _interleaved(calls)
        each = {name: seconds / len(messages) * 1e6 for name, seconds in cost.items()}
        print(f"{size:6} rules: " + ", ".join(f"{name} {us:.1f} us" for name, us in each.items()))
        ratios[f"decide_over_scan_{size}"] = cost["decide"] / cost["scan"]
        ratios[f"core_over_fold_and_scan_{size}"] = cost["core"] / (cost["fold"] + cost["scan"])
    return ratios


def workload(size: int) -> tuple[Compiled, list[Incoming]]:
    """`size` rules of 3-8 made-up words (a quarter with two groups, an eighth with an exception), 500 messages."""
    dice = random.Random(size)

    def word() -> str:
        return "".join(dice.choices(SYLLABLES, k=dice.choice((2, 3, 3, 4))))

    rules = []
    for number in range(size):
        groups = [Group("any", tuple(word() for _ in range(dice.randint(3, 8))))]
        if number % 4 == 0:
            groups.append(Group("any", tuple(word() for _ in range(3))))
        if number % 8 == 1:
            groups.append(Group("none", (word(),)))
        rules.append(Rule(f"r{number}", f"규칙 {number}", tuple(groups), (Reply("답"),)))
    texts = [_message(dice, rules, word) for _ in range(500)]
    away, fallback = Away(Reply("쉬는 시간이에요")), Fallback(Reply("다시 적어 주세요"), hand_off_after=0)
    book = Book(tuple(rules), away, fallback, HandOff(Reply("전해 드렸어요"), Reply("전해 드렸어요")))
    return compile_book(book), [Incoming(f"e{i}", "c", text) for i, text in enumerate(texts)]


def _message(dice: random.Random, rules: list[Rule], word: Callable[[], str]) -> str:
    """Six of ten messages hold a word of a rule."""
    known = dice.choice(dice.choice(rules).groups[0].words) if dice.random() < 0.6 else word()
    return f"{word()} {known}{dice.choice(['', '은', '를', ' '])} {dice.choice(TAILS)}"


def _interleaved(calls: dict[str, Callable[[], None]]) -> dict[str, float]:
    """Median CPU seconds of each call over rounds that take turns, so that a slow minute hits all alike."""
    spent: dict[str, list[float]] = {name: [] for name in calls}
    for _ in range(ROUNDS):
        for name, call in calls.items():
            start = time.thread_time()
            call()
            spent[name].append(time.thread_time() - start)
    return {name: median(times) for name, times in spent.items()}


def _scan(compiled: Compiled, flats: list[str]) -> None:
    for flat in flats:
        for _ in compiled.scan(flat):
            pass


def _fold(messages: list[Incoming]) -> None:
    for message in messages:
        fold(message.text)


def _core(compiled: Compiled, messages: list[Incoming]) -> None:
    for message in messages:
        find(compiled, message.text)


def _decide(compiled: Compiled, messages: list[Incoming]) -> None:
    talk = Talk()
    for message in messages:
        decide(compiled, CALENDAR, talk, message, now=NOW)
