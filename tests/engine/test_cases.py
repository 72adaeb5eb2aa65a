"""The cases of cases/*.toml: what a customer says, when, and what the shop answers and why."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import pytest

from autoresponder.engine.compile import compile_book
from autoresponder.engine.decide import decide, explain
from autoresponder.engine.types import Decision, Incoming, Talk
from tests.engine.shop import book_of_cases, calendar_of_cases, case_files, seoul

START = seoul("2026-11-23 11:00")
CASES = [
    pytest.param(data, case, id=f"{name}: {case['name']}") for name, data in case_files() for case in data["cases"]
]


@pytest.mark.parametrize(("data", "case"), CASES)
def test_the_shop_answers_as_the_case_says(data: Mapping[str, Any], case: Mapping[str, Any]) -> None:
    compiled, calendar, talk = compile_book(book_of_cases(data)), calendar_of_cases(data), Talk()
    values = {"가게이름": data["shop"].get("name", "")}
    for number, line in enumerate(case["talk"]):
        text = "가" * line.get("repeat_before", 0) + line["says"]
        incoming = Incoming("", "손님", text, line.get("kind", "text"))
        now = _now(line, number)
        known: dict[str, Any] = {"now": now, "channel": case.get("channel", ""), "values": values}
        decision = decide(compiled, calendar, talk, incoming, **known)
        _check(line, decision, text)
        verdicts = explain(compiled, calendar, talk, incoming, **known)
        assert [step.rule for step in verdicts] == [rule.key for rule in compiled.book.rules]
        talk = decision.talk


def _now(line: Mapping[str, Any], number: int) -> datetime:
    return seoul(line["at"]) if "at" in line else START + timedelta(minutes=5 * number)


def _check(line: Mapping[str, Any], decision: Decision, text: str) -> None:
    assert decision.outcome == line.get("outcome", "answered")
    if "rule" in line:
        assert decision.rules == tuple(line[name] for name in ("rule", "also") if name in line)
    if "answer" in line:
        wanted = line["answer"]
        assert [reply.text for reply in decision.replies] == ([wanted] if isinstance(wanted, str) else wanted)
    if "buttons" in line:
        assert [button.label for button in decision.replies[-1].buttons] == line["buttons"]
    if "matched" in line:
        assert [text[match.start : match.end] for match in decision.matched] == line["matched"]
    steps = [f"{step.code}: {step.rule}" if step.rule else step.code for step in decision.trace]
    assert [why for why in line.get("why", ()) if why not in steps] == [], steps
    assert decision.trace
