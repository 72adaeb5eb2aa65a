"""What is looked at before a draft is published: what stops it, what an owner should know, and what is fine."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from django.urls import reverse
from django.utils.translation import gettext as _

from autoresponder.console.change_words import screen_of, text_name
from autoresponder.console.insertions import Lack, lacks, told_values
from autoresponder.console.losses import connected, losses
from autoresponder.console.problems import problem_words
from autoresponder.engine.book import Book
from autoresponder.engine.document import Invalid, Problem, load
from autoresponder.engine.lint import Idle, idle, similar
from autoresponder.rules import release
from autoresponder.shops.calendar import calendar_of
from autoresponder.shops.models import Shop

Names = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Something that has to be mended before publishing, where it stands and the page to mend it on."""

    where: str
    url: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Check:
    """One line of the sheet. `fix` is what stands on the button that leads to `url`, "" for what is fine."""

    tone: Literal["danger", "wait", "good"]
    sentence: str
    where: str = ""
    url: str = ""
    fix: str = ""


@dataclass(frozen=True, slots=True)
class Looked:
    """Everything found in a draft. `alike` are pairs of words, each as a sentence."""

    obstacles: Sequence[Obstacle] = ()
    lost: Sequence[Obstacle] = ()
    lacks: Sequence[Lack] = ()
    idle: Sequence[Check] = ()
    alike: Sequence[str] = ()

    @property
    def fit(self) -> bool:
        return not self.obstacles and not self.lost

    @property
    def checks(self) -> list[Check]:
        """Red first, then yellow, then green."""
        return [
            *(Check("danger", each.sentence, each.where, each.url, _("고치기")) for each in self.stopping),
            *(Check("wait", each.sentence, each.where, reverse("console:facts"), _("채우기")) for each in self.lacks),
            *self.idle,
            *self._fine(),
        ]

    @property
    def stopping(self) -> list[Obstacle]:
        return [*self.obstacles, *self.lost]

    def _fine(self) -> Iterator[Check]:
        if not self.obstacles:
            yield Check("good", _("모든 규칙에 손님 말과 답이 들어 있어요."))
        if not self.lost:
            yield Check("good", _("연결한 메신저에서 잘리는 답이 없어요."))
        if not self.lacks:
            yield Check("good", _("답에 넣을 가게 정보가 모두 채워져 있어요."))
        if not self.idle:
            yield Check("good", _("기간이 지나 쉬고 있는 규칙이 없어요."))
        if not self.alike:
            yield Check("good", _("오타로 서로 헷갈릴 말이 없어요."))


def look(shop: Shop, document: Mapping[str, Any], *, now: datetime) -> Looked:
    """Look at a draft; of one that cannot be read only what stops it is found."""
    names = {rule["key"]: rule["name"] for rule in document["rules"]}
    obstacles = [_obstacle(problem, names) for problem in release.problems(dict(document))]
    try:
        book = load(document)
    except Invalid:
        return Looked(obstacles)
    return Looked(
        obstacles,
        _lost(shop, book, names, now),
        lacks(document, told_values(shop)),
        [_idle(each, names) for each in idle(book, calendar_of(shop), now=now)],
        _alike(book, names),
    )


def _obstacle(problem: Problem, names: Names) -> Obstacle:
    rule = problem.rule if problem.rule in names else ""
    return Obstacle(*_place(rule, problem.field, names), problem_words(problem))


def _place(rule: str, field: str, names: Names) -> tuple[str, str]:
    """Where something stands, and the page to mend it on."""
    if rule:
        return names[rule] or _("이름 없는 규칙"), reverse("console:rule", args=[rule])
    return text_name(field), reverse(screen_of(field))


def _lost(shop: Shop, book: Book, names: Names, now: datetime) -> list[Obstacle]:
    """What the connected messengers would cut off."""
    found = losses(shop, book, connected(shop), now=now)
    return [Obstacle(*_place(lost.rule, lost.field, names), lost.sentence) for lost in found]


def _idle(found: Idle, names: Names) -> Check:
    why = {
        "ended": _("정한 기간이 끝나서 더는 답하지 않아요."),
        "never": _("정한 기간에 정한 요일이 없어서 답할 날이 없어요."),
        "no_night": _("밤에만 답하는데, 가게의 밤 시간을 정하지 않았어요."),
    }
    return Check("wait", why[found.why], *_place(found.rule, "", names), _("고치기"))


def _alike(book: Book, names: Names) -> list[str]:
    """Words of different rules that one slip turns into one another, for the owner to know of."""
    sentence = _("‘{word}’({rule}), ‘{other}’({by})")
    return [
        sentence.format(word=pair.word, rule=names[pair.rule], other=pair.other, by=names[pair.by])
        for pair in similar(book)
    ]
