"""What is compared does the same job: the workload is what it says, and the peers find the winners we find."""

from __future__ import annotations

from functools import partial

import pytest

from tests.bench.peers import PEERS, words_of
from tests.bench.workload import LENGTHS, MESSAGES, WINNERS, ranks, workload

RULES = 30


def test_six_in_ten_messages_have_a_winner() -> None:
    compiled, texts = workload(RULES)

    assert len(texts) == MESSAGES
    assert sum(bool(ranks(compiled, text)) for text in texts) == MESSAGES * WINNERS
    # Composed text is up to three times as long in NFD.
    assert all(LENGTHS.start <= len(text) < 3 * LENGTHS.stop for text in texts)


def test_the_workload_is_the_same_every_time() -> None:
    first = workload(RULES).texts
    workload.cache_clear()

    assert workload(RULES).texts == first


@pytest.mark.parametrize("name", ["in_loop", "errbot", "opsdroid", "one_regex"])
def test_a_peer_finds_the_rules_we_find(name: str) -> None:
    """But for words inside longer words of other rules, which only we tell apart, and those that overlap."""
    compiled, texts = workload(RULES)
    answer, ours = PEERS[name].build(words_of(compiled)), partial(ranks, compiled)
    some = texts[:300]

    agreeing = sum(next(iter(ours(text)), None) == answer(text) for text in some)

    assert agreeing >= 0.9 * len(some)


def test_rivescript_finds_whole_words_by_rule() -> None:
    compiled, _ = workload(RULES)
    rules = words_of(compiled)
    answer = PEERS["rivescript"].build(rules)
    plain = next(rank for rank, rule in enumerate(rules) if len(rule.needs) == 1 and not rule.bans)

    assert answer(f"혹시 {rules[plain].needs[0][0]} 있나요") == plain
    assert answer("아무 말도 아니에요") is None
