from __future__ import annotations

import json
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from autoresponder.engine.calendar import Calendar, Span
from autoresponder.engine.compile import compile_book
from autoresponder.engine.decide import decide, explain
from autoresponder.engine.document import Away, Fallback, Group, HandOff
from autoresponder.engine.talk import talk_from_json, talk_to_json
from autoresponder.engine.trace import decision_to_json
from autoresponder.engine.types import Button, Incoming, Outcome, Reply, Talk
from tests.engine.shop import ALWAYS_OPEN, NEVER_OPEN, book, rule, seoul
from tests.engine.test_text import TEXTS

ROOT = Path(__file__).parents[2]
NOW = seoul("2026-11-23 11:00")
SOON = timedelta(minutes=1)
BOOK = book(
    rule("배송비", "배송비", cooldown_minutes=30),
    rule("배송", "배송", "as", "옷"),
    rule("둘다", groups=(Group("all", ("배송", "언제")), Group("none", ("취소",)))),
    rule("꺼짐", "쿠폰", enabled=False),
    rule("사람", "상담원", action="hand_off", replies=(), band="safety"),
)
COMPILED = compile_book(BOOK)
SAYINGS = TEXTS | st.text("배송비 옷as쿠폰취소언제상담원", max_size=30)
KINDS = st.sampled_from(["text", "image", "sticker", "button", "other"])
MOMENTS = st.integers(-7200, 7200).map(lambda seconds: NOW + timedelta(seconds=seconds))
TALKS = st.builds(
    Talk,
    with_human_until=st.none() | MOMENTS,
    greeted_at=st.none() | MOMENTS,
    answered_at=st.dictionaries(st.sampled_from(["배송비", "배송", "없는 규칙"]), MOMENTS),
    misses=st.integers(0, 3),
    replied_at=st.lists(MOMENTS, max_size=8).map(tuple),
)


def said(text: str, kind: str = "text") -> Incoming:
    return Incoming("", "손님", text, kind)  # type: ignore[arg-type]


@given(
    TEXTS | st.text("배송비 옷as쿠폰취소언제상담원", max_size=30),
    KINDS,
    TALKS,
    st.sampled_from([ALWAYS_OPEN, NEVER_OPEN]),
)
def test_any_text_gets_the_same_reasoned_decision_twice(text: str, kind: str, talk: Talk, calendar: Calendar) -> None:
    one, two = (decide(COMPILED, calendar, talk, said(text, kind), now=NOW) for _ in range(2))
    assert one == two
    assert one.trace
    assert bool(one.replies) is (one.outcome is not Outcome.SILENT)
    assert json.loads(json.dumps(decision_to_json(one)))["outcome"] == one.outcome
    assert talk_from_json(json.loads(json.dumps(talk_to_json(one.talk)))) == one.talk
    verdicts = explain(COMPILED, calendar, talk, said(text, kind), now=NOW)
    assert [step.rule for step in verdicts] == [rule.key for rule in BOOK.rules]
    if one.outcome is Outcome.ANSWERED:
        assert [step.rule for step in verdicts if step.code == "matched"] == list(one.rules)


def test_explain_gives_every_rule_its_reason() -> None:
    verdicts = explain(COMPILED, ALWAYS_OPEN, Talk(), said("배송 언제 취소돼요"), now=NOW)
    assert {step.rule: step.code for step in verdicts} == {
        "배송비": "no_match",
        "배송": "matched",
        "둘다": "except",
        "꺼짐": "off",
        "사람": "no_match",
    }
    verdicts = explain(COMPILED, ALWAYS_OPEN, Talk(), said("배송비"), now=NOW)
    lost = next(step for step in verdicts if step.code == "yielded")
    assert (lost.rule, lost.params) == ("배송", {"word": "배송", "longer": "배송비", "by": "배송비"})
    partly = explain(COMPILED, ALWAYS_OPEN, Talk(), said("배송"), now=NOW)[2]
    assert (partly.code, partly.params) == ("partly", {"found": ["배송"], "missing": [["언제"]]})


def test_a_rule_is_not_robbed_of_a_word_by_its_own_longer_one() -> None:
    own = compile_book(book(rule("r", groups=(Group("all", ("배송", "배송비")),))))
    assert decide(own, ALWAYS_OPEN, Talk(), said("배송비"), now=NOW).rules == ("r",)
    other = compile_book(book(rule("r", groups=(Group("all", ("배송", "얼마")),)), rule("s", "배송비")))
    assert decide(other, ALWAYS_OPEN, Talk(), said("배송비 얼마"), now=NOW).rules == ("s",)


def test_a_word_to_leave_out_counts_even_inside_a_longer_word() -> None:
    gift = rule("선물", groups=(Group("any", ("선물",)), Group("none", ("배송",))))
    compiled = compile_book(book(gift, rule("배송비", "배송비"), rule("배송", "배송")))
    assert decide(compiled, ALWAYS_OPEN, Talk(), said("선물 배송비"), now=NOW).rules == ("배송비",)


def test_the_safety_band_wins_over_the_owners_order() -> None:
    decision = decide(COMPILED, ALWAYS_OPEN, Talk(), said("배송비 말고 상담원"), now=NOW)
    assert (decision.outcome, decision.rules) == (Outcome.HANDED_OFF, ("사람",))
    assert decision.talk.with_human_until == NOW + timedelta(minutes=60)
    assert [reply.role for reply in decision.replies] == ["hand_off"]


def test_greeting_and_answer_come_as_two_bubbles_with_their_roles() -> None:
    decision = decide(COMPILED, NEVER_OPEN, Talk(), said("배송"), now=NOW)
    assert [reply.role for reply in decision.replies] == ["greeting", "answer"]
    assert decision.talk.greeted_at == NOW
    assert [r.role for r in decide(COMPILED, NEVER_OPEN, decision.talk, said("배송"), now=NOW).replies] == ["answer"]


def test_every_button_of_the_greeting_leads_to_its_rule() -> None:
    rules = (
        rule("가려진", "배송"),
        rule("배송", "배송", "택배"),
        rule("낮에만", "방문", when="open"),
        rule("둘", groups=(Group("any", ("단체",)), Group("any", ("주문",)))),
    )
    compiled = compile_book(book(*rules))
    greeted = decide(compiled, NEVER_OPEN, Talk(), said("저기요"), now=NOW)
    assert greeted.outcome is Outcome.GREETED
    buttons = greeted.replies[0].buttons
    assert [(button.label, button.say) for button in buttons] == [
        ("가려진", "배송"),
        ("배송", "택배"),
        ("둘", "단체 주문"),
    ]
    for button in buttons:
        assert decide(compiled, NEVER_OPEN, greeted.talk, said(button.text, "button"), now=NOW).rules == (button.label,)


def test_the_greetings_own_buttons_are_kept() -> None:
    away = Away(Reply("쉬어요.", (Button("배송"),)))
    greeted = decide(compile_book(book(rule("r", "배송"), away=away)), NEVER_OPEN, Talk(), said("저기"), now=NOW)
    assert greeted.replies[0].buttons == (Button("배송"),)


def test_a_cool_down_is_remembered_only_as_long_as_it_runs() -> None:
    first = decide(COMPILED, ALWAYS_OPEN, Talk(answered_at={"없는 규칙": NOW}), said("배송비"), now=NOW)
    assert first.talk.answered_at == {"배송비": NOW}
    again = decide(COMPILED, ALWAYS_OPEN, first.talk._replace(misses=1), said("배송비"), now=NOW + SOON)
    assert (again.outcome, again.talk.misses) == (Outcome.SILENT, 0)
    later = decide(COMPILED, ALWAYS_OPEN, again.talk, said("배송"), now=NOW + timedelta(minutes=30))
    assert later.talk.answered_at == {}


def test_thirty_replies_an_hour_are_enough_for_anybody() -> None:
    busy = Talk(replied_at=tuple(NOW - timedelta(seconds=90 * n) for n in range(1, 31)))
    decision = decide(COMPILED, ALWAYS_OPEN, busy, said("배송"), now=NOW)
    assert (decision.outcome, decision.trace[0].code) == (Outcome.HANDED_OFF, "loop_guard")
    calm = busy._replace(replied_at=busy.replied_at[:-1])
    assert decide(COMPILED, ALWAYS_OPEN, calm, said("배송"), now=NOW).outcome is Outcome.ANSWERED


def test_a_loop_is_cut_even_where_the_bot_never_keeps_quiet() -> None:
    eager = compile_book(book(rule("r", "배송"), hand_off=HandOff(Reply("네"), Reply("네"), quiet_minutes=0)))
    busy = Talk(replied_at=(NOW,) * 5)
    cut = decide(eager, ALWAYS_OPEN, busy, said("배송"), now=NOW)
    assert decide(eager, ALWAYS_OPEN, cut.talk, said("배송"), now=NOW + SOON).outcome is Outcome.SILENT


def test_a_hand_off_without_quiet_time_lets_the_bot_go_on() -> None:
    eager = book(rule("r", "사람", action="hand_off"), hand_off=HandOff(Reply("네"), Reply("네"), quiet_minutes=0))
    decision = decide(compile_book(eager), ALWAYS_OPEN, Talk(), said("사람"), now=NOW)
    assert (decision.outcome, decision.talk.with_human_until) == (Outcome.HANDED_OFF, None)


def test_an_empty_standard_answer_is_a_reasoned_silence() -> None:
    mute = compile_book(book(fallback=Fallback(Reply(" "), 0)))
    decision = decide(mute, ALWAYS_OPEN, Talk(), said("네?"), now=NOW)
    assert (decision.outcome, decision.trace[-1].code) == (Outcome.SILENT, "no_reply")
    assert decision.talk.replied_at == ()


def test_a_huge_number_of_matching_rules_does_not_fill_the_trace() -> None:
    many = compile_book(book(*(rule(str(number), "배송") for number in range(500))))
    trace = decide(many, ALWAYS_OPEN, Talk(), said("배송"), now=NOW).trace
    assert len(trace) < 30
    assert trace[-1].params == {"count": 494}


def test_variables_are_filled_in_the_shops_language_and_zone() -> None:
    text = "{shop_name}|{next_open}|{hours_today}|{ 가게이름 }"
    week = ((Span(600, 1140),), (), (Span(0, 1440),), (Span(1080, 1560),), (), (), ())
    calendar = Calendar("Asia/Seoul", week)
    compiled = compile_book(book(rule("r", "가", replies=(Reply(text),)), away=Away(Reply(""), False)))

    def answer(at: str, **values: str) -> str:
        return decide(compiled, calendar, Talk(), said("가"), now=seoul(at), values=values).replies[0].text

    assert answer("2026-11-23 09:00", 가게이름="햇살") == "햇살|오늘 오전 10:00|오전 10:00 ~ 오후 7:00|햇살"
    assert answer("2026-11-24 09:00") == "저희 가게|내일 오전 12:00|휴무|저희 가게"
    assert answer("2026-11-25 09:00").split("|")[2] == "24시간"
    assert answer("2026-11-26 09:00").split("|")[2] == "오후 6:00 ~ 다음 날 오전 2:00"
    assert answer("2026-11-27 09:00").split("|")[1] == "11월 30일(월) 오전 10:00"
    english = answer("2026-11-27 09:00", shop_name="Sunny", language="en").split("|")
    assert english[:3] == ["Sunny", "Monday, November 30 at 10:00 AM", "closed today"]


def test_no_known_variable_is_ever_left_open() -> None:
    compiled = compile_book(book(rule("r", "가", replies=(Reply("{다음영업시간}"),)), away=Away(Reply(""), False)))
    assert decide(compiled, NEVER_OPEN, Talk(), said("가"), now=NOW).replies[0].text == "다음 영업일"


def test_a_damaged_memory_is_read_as_far_as_it_goes() -> None:
    assert talk_from_json(None) == talk_from_json({}) == Talk()
    damaged = {"with_human_until": 7, "greeted_at": "yesterday", "answered_at": {"r": "2026-11-23"}, "misses": "x"}
    assert talk_from_json(damaged | {"replied_at": ["0001-01-01T00:00:00+14:00", NOW.isoformat()]}) == Talk(
        replied_at=(NOW,)
    )


def test_the_engine_knows_no_django() -> None:
    program = (
        "import sys, autoresponder.engine.decide, autoresponder.engine.document, autoresponder.engine.trace,"
        " autoresponder.engine.talk; assert not {'django', 'celery'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", program], check=True, timeout=60, cwd=ROOT)
