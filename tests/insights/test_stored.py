"""What the log keeps is read as the engine wrote it, quickly; and a damaged memory never stops anything."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autoresponder.engine.talk import talk_from_json, talk_to_json
from autoresponder.engine.trace import decision_to_json
from autoresponder.engine.types import Decision, Outcome, State, Step, Talk
from autoresponder.insights.stored import logged, remembered

NOW = datetime(2026, 11, 26, 3, 30, 15, 123456, tzinfo=UTC)
CLOSED = State(False, "holiday", "설날", NOW, None, night=True, holiday=True)

moments = st.datetimes(timezones=st.just(UTC))
talks = st.builds(
    Talk,
    st.none() | moments,
    st.none() | moments,
    st.dictionaries(st.text(min_size=1, max_size=9), moments, max_size=3),
    st.integers(min_value=0, max_value=99),
    st.lists(moments, max_size=3).map(tuple),
    offered=st.just(()),
)


@given(talks, st.lists(st.text(min_size=1), max_size=2).map(tuple))
def test_a_memory_is_read_as_it_was_written_but_for_what_numbers_stood_for(
    talk: Talk, offered: tuple[str, ...]
) -> None:
    raw = json.dumps(talk_to_json(talk._replace(offered=offered)))

    assert remembered(raw) == talk


@pytest.mark.parametrize(
    "raw",
    [
        "[]",
        "null",
        '{"misses": -3}',
        '{"misses": "two", "greeted_at": "2026-11-26T03:30:15+00:00"}',
        '{"greeted_at": "2026-11-26T03:30:15", "misses": 2}',
        '{"greeted_at": "2026-11-26T12:30:15+09:00"}',
        '{"replied_at": ["2026-11-26T03:30:15+00:00", 7, "yesterday"]}',
        '{"answered_at": {"r-fee": "2026-11-26T03:30:15+00:00", "r-size": null}}',
        '{"of_a_later_release": true, "misses": 1}',
    ],
)
def test_a_damaged_memory_is_read_as_forgivingly_as_by_the_engine(raw: str) -> None:
    assert remembered(raw) == talk_from_json(json.loads(raw))


def test_a_decision_tells_who_answered_in_what_state_and_what_was_lacking() -> None:
    trace = (
        Step("unfilled", "r-way", {"names": ["오시는길", "주차안내"]}),
        Step("matched", "r-fee", {"words": "배송비"}),
        Step("greeting"),
    )
    decision = Decision(Outcome.ANSWERED, CLOSED, Talk(), rules=("r-fee", "r-size"), trace=trace)

    told = logged(json.dumps(decision_to_json(decision)))

    assert told.state == CLOSED
    assert (told.rules, told.lacking) == (("r-fee", "r-size"), ("오시는길", "주차안내"))
    assert (told.judged, told.greeted, told.only_asked) == (True, True, False)


@pytest.mark.parametrize(
    ("step", "judged"),
    [
        (Step("with_human", params={"until": NOW}), True),
        (Step("with_human"), False),
        (Step("paused"), False),
        (Step("nothing_published"), False),
        (Step("unanswerable", params={"why": "list"}), False),
        (Step("unmatched"), True),
    ],
)
def test_it_tells_whether_a_book_judged(step: Step, *, judged: bool) -> None:
    decision = Decision(Outcome.SILENT, CLOSED, Talk(), trace=(step,))

    assert logged(json.dumps(decision_to_json(decision))).judged is judged


def test_a_message_that_was_taken_back_tells_nothing() -> None:
    assert logged("{}") == (None, False, (), (), False, False)


def test_what_we_did_not_write_is_refused() -> None:
    with pytest.raises(msgspec.DecodeError):
        logged('{"state": {"open": "perhaps"}}')
