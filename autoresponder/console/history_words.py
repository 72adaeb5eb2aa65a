"""Talks from elsewhere in a seller's words: what was read, and what the answers would have been."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils import formats
from django.utils.translation import gettext as _

from autoresponder.console.home import Part, parts_of
from autoresponder.console.replay_words import side_words
from autoresponder.console.rules import ANSWER_LENGTH, KEYWORD_LENGTH
from autoresponder.console.words import outcome_name, spans_of_stored, stored_reasons
from autoresponder.insights.imported.keep import called
from autoresponder.insights.models import History, Replay
from autoresponder.insights.today import Summary
from autoresponder.shops.models import Shop


@dataclass(frozen=True, slots=True)
class Case:
    """One sentence. `before`: what the shop said to it then, "" where nobody knows; `after`: what Dapjigi would say."""

    who: str
    text: str
    marks: Sequence[tuple[int, int]]
    before: str
    after: str
    why: Sequence[str]


@dataclass(frozen=True, slots=True)
class Told:
    """Sentences that are answered alike. `alike`: (question, count)."""

    name: str
    count: int
    alike: Sequence[tuple[str, int]]
    cases: Sequence[Case]


@dataclass(frozen=True, slots=True)
class Missed:
    """What no rule understood, as it is most often asked. `then`: what the shop said to it; `url` makes a rule."""

    text: str
    count: int
    then: str
    url: str


def summary_words(history: History) -> str:
    """ "손님 말 1,204건 · 손님 312명 · 8월 1일~11월 20일" """
    counts = _("손님 말 %(n)s건") % {"n": f"{history.messages:,}"}, _("손님 %(n)s명") % {"n": f"{history.customers:,}"}
    return " · ".join([*counts, *filter(None, [_days(history.first_on, history.last_on)])])


def answered_words(found: Mapping[str, Any]) -> str:
    words = _("%(total)s건 중 %(n)s건에 답해요")
    return words % {"total": f"{found['messages']:,}", "n": f"{found['after']['answered']:,}"}


def imported_result(shop: Shop, run: Replay) -> dict[str, Any]:
    """What the page of a finished run over a history shows."""
    found = run.result
    told = {"handed_off": list[Told](), "answered": [], "asked_back": [], "silent": [], "missed": []}
    for group in found["groups"]:
        told[group["outcome"]].append(_told(group, found["names"], shop.timezone))
    counts = Summary(messages=found["messages"], **found["after"])
    parts: list[Part] = parts_of(counts)
    return {
        "found": found,
        "counts": counts,
        "parts": parts,
        "hours_words": _hours_words(found),
        "missed": [_missed(kind) for kind in found["unmatched"]["alike"]],
        "missed_more": found["unmatched"]["count"] - sum(kind["count"] for kind in found["unmatched"]["alike"]),
        "called": told["handed_off"],
        "answered": told["answered"],
        "others": [*told["asked_back"], *told["silent"], *told["missed"]],
    }


def _hours_words(found: Mapping[str, Any]) -> str:
    if not found["timed"]:
        return _("말이 온 시각을 알 수 없어서 모두 영업 중에 온 것으로 봤어요.")
    if found["timed"] == found["messages"]:
        return _("말이 온 시각에 영업 중이었는지는 지금 정해 둔 영업시간으로 따졌어요.")
    words = _("시각을 아는 %(n)s건은 지금 정해 둔 영업시간으로, 나머지는 영업 중에 온 것으로 봤어요.")
    return words % {"n": f"{found['timed']:,}"}


def _told(group: Mapping[str, Any], names: Mapping[str, str], zone: str) -> Told:
    return Told(
        name=side_words(group, names),
        count=group["count"],
        alike=[(kind["text"], kind["count"]) for kind in group["alike"]],
        cases=[_case(one, group["outcome"], names, zone) for one in group["examples"]],
    )


def _case(one: Mapping[str, Any], outcome: str, names: Mapping[str, str], zone: str) -> Case:
    return Case(
        who=" · ".join(filter(None, [called(one["customer"]), at_words(one["at"], ZoneInfo(zone))])),
        text=one["text"],
        marks=spans_of_stored(one["after"]),
        before=one["then"],
        after=" ".join(one["after"]["replies"]) or outcome_name(outcome),
        why=stored_reasons(one["after"], names, zone=zone),
    )


def _missed(kind: Mapping[str, Any]) -> Missed:
    begun = {"keyword": kind["text"][:KEYWORD_LENGTH], "answer": kind["then"][:ANSWER_LENGTH]}
    query = urlencode({name: text for name, text in begun.items() if text})
    return Missed(kind["text"], kind["count"], kind["then"], f"{reverse('console:rule_new')}?{query}")


def at_words(at: str, zone: ZoneInfo) -> str:
    """When a sentence was said, as `imported.keep.Said.at` has it."""
    if "T" in at:
        return formats.date_format(datetime.fromisoformat(at).astimezone(zone), _("Y년 n월 j일 A g:i"))
    return formats.date_format(date.fromisoformat(at), _("Y년 n월 j일")) if at else ""


def _days(first: date | None, last: date | None) -> str:
    if first is None or last is None:
        return ""
    long, short = _("Y년 n월 j일"), _("n월 j일")
    if first == last:
        return formats.date_format(first, long)
    to = formats.date_format(last, short if first.year == last.year else long)
    return _("%(first)s~%(last)s") % {"first": formats.date_format(first, long), "last": to}
