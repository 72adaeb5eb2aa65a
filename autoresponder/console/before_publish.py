"""What is looked at before a draft is published: what stops it, what an owner should know, and what is fine."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any, Literal

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from autoresponder.console.change_words import screen_of, text_name
from autoresponder.console.greeting_text import own_greetings
from autoresponder.console.insertions import lack_at, lacks, told_values
from autoresponder.console.losses import connected, greeting_losses, losses
from autoresponder.console.problems import problem_words
from autoresponder.engine.book import Book
from autoresponder.engine.document import Invalid, Problem, load
from autoresponder.engine.lint import Idle, Similar, Unheard, idle, similar, unheard
from autoresponder.rules import release
from autoresponder.shops.calendar import calendar_of
from autoresponder.shops.models import Shop

Names = Mapping[str, str]
Kind = Literal["unfit", "lost", "lacking", "cut", "unheard", "idle", "alike"]
# What has to be mended before publishing.
STOPPING: tuple[Kind, ...] = ("unfit", "lost")
# More of one kind than these are folded, so that the sheet stays short on a phone.
SHOWN = 2


@dataclass(frozen=True, slots=True)
class Check:
    """One line of the sheet. `fix` is what stands on the button that leads to `url`, "" for what is fine."""

    tone: Literal["danger", "wait", "good"]
    sentence: str
    where: str = ""
    url: str = ""
    fix: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """Lines of one kind. `title` counts them, and stands alone while they are folded; `help` is about all of them."""

    title: str
    checks: Sequence[Check]
    help: str = ""

    @property
    def folded(self) -> bool:
        return bool(self.help) or len(self.checks) > SHOWN


@dataclass(frozen=True, slots=True)
class Looked:
    """Everything that was looked for in a draft, and what was found of each."""

    found: Mapping[Kind, Sequence[Check]]

    @property
    def fit(self) -> bool:
        return not self.stopping

    @property
    def readable(self) -> bool:
        return not self.found.get("unfit")

    @property
    def stopping(self) -> list[Check]:
        return [check for kind in STOPPING for check in self.found.get(kind, ())]

    @property
    def warnings(self) -> list[Group]:
        kinds = (kind for kind, checks in self.found.items() if checks and kind not in STOPPING)
        return [Group(_title(kind, len(self.found[kind])), self.found[kind], _help(kind)) for kind in kinds]

    @property
    def fine(self) -> list[Check]:
        return [Check("good", _fine(kind)) for kind, checks in self.found.items() if not checks]

    @property
    def checks(self) -> list[Check]:
        """Red first, then yellow, then green."""
        return [*self.stopping, *(check for group in self.warnings for check in group.checks), *self.fine]


def look(shop: Shop, document: Mapping[str, Any], *, now: datetime) -> Looked:
    """Look at a draft; of one that cannot be read only what stops it is found."""
    names = {rule["key"]: rule["name"] for rule in document["rules"]}
    unfit = [_unfit(problem, names) for problem in release.problems(dict(document))]
    try:
        book = load(document)
    except Invalid:
        return Looked({"unfit": unfit})
    return Looked(
        {
            "unfit": unfit,
            "lost": [
                Check("danger", lost.sentence, *_place(lost.rule, lost.field, names))
                for lost in losses(shop, book, connected(shop), now=now)
            ],
            "lacking": list(_lacking(shop, document, now)),
            **_cut(shop, book, now),
            "unheard": [_unheard(each, names) for each in unheard(book)],
            "idle": [_idle(each, names) for each in idle(book, calendar_of(shop), now=now)],
            "alike": [_alike(each, names) for each in similar(book)],
        }
    )


def seen_of(document: Mapping[str, Any]) -> str:
    """Names the draft that was looked at: what somebody changes meanwhile is not published unseen."""
    return sha256(json.dumps(document, sort_keys=True).encode()).hexdigest()[:16]


def _unfit(problem: Problem, names: Names) -> Check:
    rule = problem.rule if problem.rule in names else ""
    return Check("danger", problem_words(problem), *_place(rule, problem.field, names))


def _place(rule: str, field: str, names: Names) -> tuple[str, str, str]:
    """Where something stands, the page to mend it on, and what stands on the button there."""
    if rule:
        return names[rule] or _("이름 없는 규칙"), reverse("console:rule", args=[rule]), _("고치기")
    return text_name(field), reverse(screen_of(field)), _("고치기")


def _lacking(shop: Shop, document: Mapping[str, Any], now: datetime) -> Iterator[Check]:
    """Texts of the draft, and greetings beside it, that name what nobody has filled in."""
    values = told_values(shop)
    own = [lack_at(one.where, one.url, [one.text], values) for one in own_greetings(shop, now=now)]
    for lack in (*lacks(document, values), *own):
        if lack:
            yield Check("wait", lack.sentence, lack.where, lack.url, lack.fix)


def _cut(shop: Shop, book: Book, now: datetime) -> dict[Kind, list[Check]]:
    """Greetings beside the draft that messengers would cut; nothing to tell of where there are no such greetings."""
    if not own_greetings(shop, now=now):
        return {}
    found = greeting_losses(shop, book, connected(shop), now=now)
    return {"cut": [Check("wait", sentence, own.where, own.url, _("고치기")) for own, sentence in found]}


def _unheard(found: Unheard, names: Names) -> Check:
    sentence = _("‘{by}’ 규칙이 먼저 모두 답해서 답할 일이 없어요.").format(by=names[found.by])
    return Check("wait", sentence, *_place(found.rule, "", names))


def _idle(found: Idle, names: Names) -> Check:
    why = {
        "ended": _("정한 기간이 끝나서 더는 답하지 않아요."),
        "never": _("정한 기간에 정한 요일이 없어서 답할 날이 없어요."),
        "no_night": _("밤에만 답하는데, 가게의 밤 시간을 정하지 않았어요."),
    }
    where, url, fix = _place(found.rule, "", names)
    if found.why == "no_night":
        url = f"{reverse('console:hours')}#night"
    return Check("wait", why[found.why], where, url, fix)


def _alike(pair: Similar, names: Names) -> Check:
    """Words of different rules that one slip turns into one another, for the owner to know of."""
    return Check("wait", f"‘{pair.word}’, ‘{pair.other}’({names[pair.by]})", *_place(pair.rule, "", names))


def _title(kind: Kind, n: int) -> str:
    titles = {
        "lacking": ngettext("정보가 비어서 나가지 않는 말 %(n)d건", "정보가 비어서 나가지 않는 말 %(n)d건", n),
        "cut": ngettext("메신저에서 잘리는 인사 %(n)d건", "메신저에서 잘리는 인사 %(n)d건", n),
        "unheard": ngettext("다른 규칙에 가려진 규칙 %(n)d개", "다른 규칙에 가려진 규칙 %(n)d개", n),
        "idle": ngettext("답할 날이 없는 규칙 %(n)d개", "답할 날이 없는 규칙 %(n)d개", n),
        "alike": ngettext("오타가 나면 헷갈릴 수 있는 말 %(n)d쌍", "오타가 나면 헷갈릴 수 있는 말 %(n)d쌍", n),
    }
    return titles[kind] % {"n": n}


def _help(kind: Kind) -> str:
    return _("한 글자만 달라서, 손님이 오타를 내면 어느 쪽인지 되물어요.") if kind == "alike" else ""


def _fine(kind: Kind) -> str:
    sentences = {
        "unfit": _("모든 규칙에 손님 말과 답이 들어 있어요."),
        "lost": _("연결한 메신저에서 잘리는 답이 없어요."),
        "lacking": _("답에 넣을 가게 정보가 모두 채워져 있어요."),
        "cut": _("밤과 휴가 인사도 잘리지 않아요."),
        "unheard": _("다른 규칙에 가려진 규칙이 없어요."),
        "idle": _("기간이 지나 쉬고 있는 규칙이 없어요."),
        "alike": _("오타로 서로 헷갈릴 말이 없어요."),
    }
    return sentences[kind]
