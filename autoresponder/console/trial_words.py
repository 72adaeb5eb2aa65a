"""The two columns of a try in words: what stands in them, and whether a difference means anything."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from autoresponder.insights.rollout import ALIKE, Difference, Numbers, Part

# Shown only when there is any: most shops have no thumbs and, luckily, few upset customers.
RARE = ("complained", "liked", "disliked")


@dataclass(frozen=True, slots=True)
class Row:
    """One line. Cells are a share and the messages behind it; `verdict` is "" where nothing is judged."""

    label: str
    stable: str
    stable_detail: str
    candidate: str
    candidate_detail: str
    verdict: str
    tone: str


def rows(numbers: Numbers, *, judged: bool) -> list[Row]:
    """`judged`: real customers are on both sides, dealt by chance."""
    found = {each.name: each for each in numbers.differences}
    names = {
        "answered": _("대신 답함"),
        "handed_off": _("사람에게 넘김"),
        "asked_back": _("되물음"),
        "missed": _("못 알아들은 말"),
        "complained": _("화난 손님"),
        "liked": _("‘좋아요’"),
        "disliked": _("‘아쉬워요’"),
    }
    made = []
    for name, label in names.items():
        stable, candidate = numbers.stable.parts[name], numbers.candidate.parts[name]
        if name in RARE and not stable.messages and not candidate.messages:
            continue
        difference = found.get(name) if judged else None
        verdict = verdict_words(difference) if difference else ""
        made.append(Row(label, *_cell(stable), *_cell(candidate), verdict, _tone(difference)))
    return made


def verdict_words(found: Difference) -> str:
    if found.verdict == "few":
        return _("아직 판단하기에 적어요 (n={n})").format(n=found.customers)
    if found.verdict == "alike":
        return _("차이가 {points}%p 안이에요 (n={n})").format(points=round(ALIKE * 100), n=found.customers)
    low, high = sorted(abs(round(limit * 100)) for limit in (found.low, found.high))
    sentence = (
        _("{low}~{high}%p 늘었어요 (n={n})") if found.verdict == "higher" else _("{low}~{high}%p 줄었어요 (n={n})")
    )
    return sentence.format(low=low, high=high, n=found.customers)


def _tone(found: Difference | None) -> str:
    if found is None:
        return ""
    return "good" if found.better else "danger" if found.worse else ""


def _cell(part: Part) -> tuple[str, str]:
    if not part.customers:
        return "–", ""
    detail = ngettext("%(n)s건", "%(n)s건", part.messages) % {"n": f"{part.messages:,}"}
    return f"{round(part.share * 100)}%", detail
