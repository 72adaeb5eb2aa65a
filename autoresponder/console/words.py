"""The engine's codes in a shop owner's words: why a message was answered so, and what is wrong with a rule."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from autoresponder import channels
from autoresponder.console import mail_words, understood_words, when_words
from autoresponder.console.moments import moment
from autoresponder.engine.facts import BY_NAME
from autoresponder.engine.types import Decision, Match, Step
from autoresponder.engine.variables import CUSTOMER, SHIPPING_DAY
from autoresponder.inbox.models import Message

Names = Mapping[str, str]
Params = Mapping[str, Any]

CHANNEL_NAMES = {
    "kakao": gettext_lazy("카카오톡"),
    "navertalk": gettext_lazy("톡톡"),
    "line": gettext_lazy("LINE"),
    "telegram": gettext_lazy("텔레그램"),
    "messenger": gettext_lazy("페이스북 메신저"),
    "instagram": gettext_lazy("인스타그램"),
    "whatsapp": gettext_lazy("왓츠앱"),
    "email": gettext_lazy("이메일"),
    "webchat": gettext_lazy("웹 채팅"),
    "webhook": gettext_lazy("직접 연결"),
}
OUTCOME_NAMES = {
    "answered": gettext_lazy("답했어요"),
    "asked_back": gettext_lazy("되물었어요"),
    "greeted": gettext_lazy("부재중 인사를 했어요"),
    "handed_off": gettext_lazy("사람에게 넘겼어요"),
    "fallback": gettext_lazy("못 알아들었어요"),
    "silent": gettext_lazy("답하지 않았어요"),
}
WAITING_REASONS = {
    "handed_off": gettext_lazy("사람에게 넘겼어요"),
    "silent": gettext_lazy("자동 답변이 나가지 않았어요"),
    "expired": gettext_lazy("답이 늦어져 보내지 않았어요"),
    "refused": gettext_lazy("답을 보내지 못했어요"),
    "unknown": gettext_lazy("답이 갔는지 확실하지 않아요"),
}
# What happened to every message alike; a reason under a bubble has no room for it.
ALWAYS_TRUE = {"unmatched", "greeted_lately", "more"}


def channel_name(kind: str) -> str:
    """The short name a customer would use; for a messenger without one, what its adapter calls itself."""
    if kind in channels.KINDS:
        return str(CHANNEL_NAMES.get(kind) or _(channels.get(kind).label))
    return kind


def outcome_name(outcome: str) -> str:
    return str(OUTCOME_NAMES.get(outcome, outcome))


def why_waiting(reason: str) -> str:
    """Why a conversation waits for a person (`Conversation.waiting_reason`)."""
    return str(WAITING_REASONS.get(reason) or _("아직 답을 못 받았어요"))


def why(message: Message) -> list[str]:
    """The reasons of a stored message; rule names are those of the version that answered it."""
    rules = message.version.document["rules"] if message.version else []
    names = {rule["key"]: rule["name"] for rule in rules}
    return stored_reasons(message.decision, names, zone=message.shop.timezone)


def stored_reasons(decision: Mapping[str, Any], names: Names, *, zone: str) -> list[str]:
    """The same of a stored decision."""
    return _sentences(steps_of(decision), names, zone)


def reasons(decision: Decision, names: Names, *, zone: str) -> list[str]:
    """Short sentences for under an answer, the one that decided first. `zone`: IANA name of the shop's time zone."""
    return _sentences(decision.trace, names, zone)


def steps_of(decision: Mapping[str, Any]) -> list[Step]:
    """The trace in a stored decision (`engine.trace.decision_to_json`)."""
    return [Step(step["code"], step.get("rule", ""), step.get("params", {})) for step in decision.get("trace", ())]


def spans_of(matched: Sequence[Match]) -> list[tuple[int, int]]:
    return [(match.start, match.end) for match in matched]


def spans_of_stored(decision: Mapping[str, Any]) -> list[tuple[int, int]]:
    return [(match["start"], match["end"]) for match in decision.get("matched", ())]


def step_words(step: Step, names: Names, *, zone: str) -> str:
    """One step as a sentence about the message, or about its rule without naming it; "" for an unknown code."""
    words = (ABOUT_RULE if step.rule else ABOUT_MESSAGE).get(step.code)
    return words(step.params, names, ZoneInfo(zone)) if words else ""


def moment_words(at: datetime | str, zone: ZoneInfo, now: datetime | None = None) -> str:
    """ "13:30", "내일 10:00" or with the date, seen from `now` (the present moment if not given)."""
    when = datetime.fromisoformat(at) if isinstance(at, str) else at
    return moment(when, zone=zone, now=now or timezone.now())


def fact_names(names: Sequence[str]) -> str:
    """What the owner calls these values (facts by their Korean names, or the customer's name)."""
    others = {CUSTOMER: _("손님 이름"), SHIPPING_DAY: _("출고일")}
    return quoted([_(BY_NAME[name].label) if name in BY_NAME else others.get(name, name) for name in names])


def quoted(words: Sequence[str]) -> str:
    return ", ".join(f"‘{word}’" for word in words)


def _sentences(trace: Sequence[Step], names: Names, zone: str) -> list[str]:
    codes = {step.code for step in trace}
    untold = ALWAYS_TRUE | ({"fallback"} if "hand_off" in codes else set())
    told = [step for step in trace if step.code not in untold] or list(trace)
    return [sentence for step in told if (sentence := _sentence(step, names, zone))]


def _sentence(step: Step, names: Names, zone: str) -> str:
    words = step_words(step, names, zone=zone)
    if not step.rule or not words:
        return words
    name = names.get(step.rule, _("지운 규칙"))
    if step.code == "matched":
        return f"{words} → {name}"
    return f"{name}: {words}"


def _with_human(params: Params, names: Names, zone: ZoneInfo) -> str:
    return _("사람이 이야기하고 있어서 {time}까지는 자동으로 답하지 않아요.").format(
        time=moment_words(params["until"], zone)
    )


def _loop_guard(params: Params, names: Names, zone: ZoneInfo) -> str:
    sentence = _("{minutes}분 사이에 자동 답변이 {count}번 나가서, 멈추고 사람에게 넘겼어요.")
    return sentence.format(minutes=params["minutes"], count=params["count"])


def _not_text(params: Params, names: Names, zone: ZoneInfo) -> str:
    kinds = {"image": _("사진은 아직 읽지 못해요."), "sticker": _("이모티콘은 아직 읽지 못해요.")}
    return kinds.get(params.get("kind", ""), _("읽을 수 있는 글이 없었어요."))


def _unmatched(params: Params, names: Names, zone: ZoneInfo) -> str:
    return _("맞는 규칙이 없었어요.")


def _greeting(params: Params, names: Names, zone: ZoneInfo) -> str:
    return _("쉬는 시간이라 부재중 인사를 건넸어요.")


def _greeted_lately(params: Params, names: Names, zone: ZoneInfo) -> str:
    return _("부재중 인사는 이미 해서 {time}까지 다시 하지 않아요.").format(time=moment_words(params["until"], zone))


def _fallback(params: Params, names: Names, zone: ZoneInfo) -> str:
    misses = int(params.get("misses", 0))
    if misses < 2:
        return _("맞는 규칙이 없어 기본 답변을 했어요.")
    sentence = ngettext(
        "%(n)d번 이어서 못 알아들어 기본 답변을 했어요.", "%(n)d번 이어서 못 알아들어 기본 답변을 했어요.", misses
    )
    return sentence % {"n": misses}


def _hand_off(params: Params, names: Names, zone: ZoneInfo) -> str:
    sentences = {
        "rule": _("사람에게 넘기는 규칙이라 담당자를 불렀어요."),
        "misses": _("이어서 못 알아들어 담당자를 불렀어요."),
        "unfilled": _("답에 넣을 가게 정보가 비어 있어서 담당자를 불렀어요."),
        "loop": _("자동 답변이 너무 이어져서 담당자를 불렀어요."),
    }
    return sentences.get(params.get("why", ""), _("담당자를 불렀어요."))


def _no_fallback(params: Params, names: Names, zone: ZoneInfo) -> str:
    return _("기본 답변이 비어 있어서 아무 말도 하지 않았어요.")


def _more(params: Params, names: Names, zone: ZoneInfo) -> str:
    count = int(params["count"])
    return ngettext("그 밖에 규칙 %(n)d개도 맞았어요.", "그 밖에 규칙 %(n)d개도 맞았어요.", count) % {"n": count}


def _paused(params: Params, names: Names, zone: ZoneInfo) -> str:
    return _("자동 답변이 꺼져 있어서 답하지 않았어요.")


def _nothing_published(params: Params, names: Names, zone: ZoneInfo) -> str:
    return _("아직 게시한 답변이 없어서 답하지 않았어요.")


def _matched(params: Params, names: Names, zone: ZoneInfo) -> str:
    return _("{words} 때문에").format(words=quoted(list(dict.fromkeys(params["words"]))))


def _later(params: Params, names: Names, zone: ZoneInfo) -> str:
    sentence = _("말은 맞지만 먼저 오는 규칙(‘{winner}’)이 답했어요.")
    return sentence.format(winner=names.get(params["winner"], _("지운 규칙")))


def _channel(params: Params, names: Names, zone: ZoneInfo) -> str:
    places = ", ".join(channel_name(kind) for kind in params["channels"])
    return _("말은 맞지만 다른 메신저({places})에서만 답하는 규칙이에요.").format(places=places)


def _cooldown(params: Params, names: Names, zone: ZoneInfo) -> str:
    return _("이 손님에게 조금 전에 답해서 {time}까지는 되풀이하지 않아요.").format(
        time=moment_words(params["until"], zone)
    )


def _no_reply(params: Params, names: Names, zone: ZoneInfo) -> str:
    return _("말은 맞지만 답할 내용이 비어 있어요.")


def _unfilled(params: Params, names: Names, zone: ZoneInfo) -> str:
    return _("말은 맞지만 답에 넣을 정보({facts})가 비어 있어요.").format(facts=fact_names(params["names"]))


def _yielded(params: Params, names: Names, zone: ZoneInfo) -> str:
    sentence = _("더 짧은 말(‘{word}’)이라 ‘{longer}’ 쪽에 양보했어요.")
    return sentence.format(word=params["word"], longer=params["longer"])


def _except(params: Params, names: Names, zone: ZoneInfo) -> str:
    return _("빼는 말({words})이 있어서 답하지 않아요.").format(words=quoted(params["words"]))


def _partly(params: Params, names: Names, zone: ZoneInfo) -> str:
    missing = _(", 그리고 ").join(_(" 또는 ").join(f"‘{word}’" for word in group) for group in params["missing"])
    return _("있는 말: {found}. 더 있어야 하는 말: {missing}.").format(found=quoted(params["found"]), missing=missing)


def _no_match(params: Params, names: Names, zone: ZoneInfo) -> str:
    return _("이 규칙의 말이 들어 있지 않아요.")


def _off(params: Params, names: Names, zone: ZoneInfo) -> str:
    return _("꺼 둔 규칙이에요.")


Words = Callable[[Params, Names, ZoneInfo], str]
ABOUT_MESSAGE: dict[str, Words] = {
    "with_human": _with_human,
    "loop_guard": _loop_guard,
    "not_text": _not_text,
    "unmatched": _unmatched,
    "greeting": _greeting,
    "greeted_lately": _greeted_lately,
    "fallback": _fallback,
    "hand_off": _hand_off,
    "no_reply": _no_fallback,
    "more": _more,
    "paused": _paused,
    "nothing_published": _nothing_published,
    **understood_words.ABOUT_MESSAGE,
    **mail_words.ABOUT_MESSAGE,
}
ABOUT_RULE: dict[str, Words] = {
    "matched": _matched,
    "later": _later,
    "channel": _channel,
    "cooldown": _cooldown,
    "no_reply": _no_reply,
    "unfilled": _unfilled,
    "yielded": _yielded,
    "except": _except,
    "partly": _partly,
    "no_match": _no_match,
    "off": _off,
    **understood_words.ABOUT_RULE,
    **when_words.ABOUT_RULE,
}
