"""예문으로 시험하기: many sentences against the draft at once, what was wrong and why, and the way to mend it.

Nothing is stored.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from autoresponder.console import rehearse, words
from autoresponder.console.examples_form import ExamplesForm, Line
from autoresponder.console.rehearse import Stage
from autoresponder.console.rules import KEYWORD_LENGTH
from autoresponder.console.shell import page
from autoresponder.engine.book import Book
from autoresponder.engine.decide import explain
from autoresponder.engine.evaluate import ALWAYS, MOMENT, OTHER, Example, Verdict, judge
from autoresponder.engine.text import fold
from autoresponder.engine.types import Incoming, Talk
from autoresponder.rules.draft import book_of
from autoresponder.shops.access import ShopRequest, shop_required

# Keys of the rules that go by a name or an intent; by none where no rule should answer.
Known = Mapping[str, Sequence[str]]

NOBODY = ("없음", "none", OTHER)
UNKNOWN = ""
# What became of a sentence, and what it is called. A sentence nothing was expected of is answered or not.
RESULTS = {
    "wrong": gettext_lazy("다르게 답한 말"),
    "missed": gettext_lazy("놓친 말"),
    "unanswered": gettext_lazy("못 알아들은 말"),
    "right": gettext_lazy("맞게 답한 말"),
    "quiet": gettext_lazy("답하지 않은 게 맞는 말"),
    "answered": gettext_lazy("답한 말"),
}
TO_MEND = ("wrong", "missed", "unanswered")
# Of one kind on the page; nobody mends more in one go.
SHOWN = 100


@dataclass(frozen=True, slots=True)
class Tried:
    """One sentence as the list shows it. `links`: (words, address) of what mends it."""

    text: str
    marks: Sequence[tuple[int, int]]
    expected: str
    outcome: str
    why: Sequence[str] = ()
    links: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True, slots=True)
class Pile:
    """Sentences that ended alike. `count` is of all of them, `tried` the first."""

    result: str
    name: str
    count: int
    tried: Sequence[Tried]

    @property
    def to_mend(self) -> bool:
        return self.result in TO_MEND

    @property
    def more(self) -> int:
        return self.count - len(self.tried)


@shop_required()
def evaluate(request: ShopRequest) -> HttpResponse:
    on = rehearse.stage(request.shop, book_of(request.shop), ALWAYS, "")
    known = known_names(on.compiled.book)
    form = ExamplesForm(known=known)
    if request.method == "POST":
        form = ExamplesForm(request.POST, request.FILES, known=known)
    context: dict[str, Any] = {"form": form, "rule_names": list(dict.fromkeys(on.names.values()))}
    if form.is_bound and not form.is_valid():
        return page(request, "evaluate", "_wrong.html", context, status=422)
    if form.is_bound:
        context |= found(on, form.cleaned_data["lines"], known)
    return page(request, "evaluate", "_found.html", context)


def known_names(book: Book) -> dict[str, Sequence[str]]:
    """By folded name or intent; where two say the same, a rule's own name goes first."""
    names, intents = defaultdict[str, list[str]](list), defaultdict[str, list[str]](list)
    for rule in book.rules:
        names[fold(rule.name).flat].append(rule.key)
        intents[fold(rule.intent).flat].append(rule.key)
    known: dict[str, Sequence[str]] = {**intents, **dict.fromkeys(NOBODY, ()), **names}
    known.pop("", None)
    return known


def found(on: Stage, lines: Sequence[Line], known: Known) -> dict[str, Any]:
    """What became of every sentence, in piles, and the names nobody goes by."""
    examples = [example_of(line, known) for line in lines]
    piles: dict[str, list[tuple[Line, Verdict]]] = {result: [] for result in RESULTS}
    for line, verdict in zip(lines, judge(on.compiled, examples, values=on.values), strict=True):
        piles[result_of(line, verdict)].append((line, verdict))
    counts = {result: len(pile) for result, pile in piles.items()}
    unknown = dict.fromkeys(name for line in lines for name in line.expected if fold(name).flat not in known)
    return {
        "piles": [pile_of(on, result, pile) for result, pile in piles.items() if pile],
        "to_mend": sum(counts[result] for result in TO_MEND),
        "expected_count": sum(bool(line.expected) for line in lines),
        "good_count": counts["right"] + counts["quiet"],
        "open_count": counts["answered"] + counts["unanswered"],
        "answered_count": counts["answered"],
        "unknown_names": words.quoted(list(unknown)[:3]),
    }


def example_of(line: Line, known: Known) -> Example:
    """A name that is not known is an intent no rule has."""
    named = [known.get(fold(name).flat, (UNKNOWN,)) for name in line.expected]
    rules = tuple(dict.fromkeys(key for keys in named for key in keys if key != UNKNOWN))
    if named and not named[0]:
        return Example(line.text, (OTHER,), rules=rules)
    return Example(line.text, () if rules else line.expected, rules=rules)


def result_of(line: Line, verdict: Verdict) -> str:
    if line.expected:
        return verdict.result
    return "answered" if verdict.intents else "unanswered"


def pile_of(on: Stage, result: str, pile: Sequence[tuple[Line, Verdict]]) -> Pile:
    show = mended if result in TO_MEND else tried
    shown = [show(on, line, verdict) for line, verdict in pile[:SHOWN]]
    return Pile(result, str(RESULTS[result]), len(pile), shown)


def tried(on: Stage, line: Line, verdict: Verdict, **more: Any) -> Tried:
    decision = verdict.decision
    became = [words.outcome_name(decision.outcome.value), words.quoted([on.names[key] for key in decision.rules])]
    return Tried(
        line.text,
        words.spans_of(decision.matched),
        words.quoted(line.expected),
        ": ".join(filter(None, became)),
        **more,
    )


def mended(on: Stage, line: Line, verdict: Verdict) -> Tried:
    """With all that helps to mend it: why it ended so, why the expected rules kept quiet, and where to go."""
    why = words.reasons(verdict.decision, on.names, zone=on.calendar.timezone)
    why = list(dict.fromkeys([*why, *why_not(on, verdict)]))
    return tried(on, line, verdict, why=why, links=links(on, verdict))


def why_not(on: Stage, verdict: Verdict) -> list[str]:
    """Of each rule that should have answered, why it did not."""
    example = verdict.example
    incoming = Incoming("", "rehearsal", example.text)
    steps = explain(on.compiled, ALWAYS, Talk(), incoming, now=MOMENT, values=on.values) if example.rules else ()
    told = [(step.rule, words.step_words(step, on.names, zone=on.calendar.timezone)) for step in steps]
    return [f"{on.names[key]}: {said}" for key, said in told if key in example.rules and said]


def links(on: Stage, verdict: Verdict) -> list[tuple[str, str]]:
    """To the rule that should have answered, with the sentence for a keyword, and to those that did."""
    example, answered = verdict.example, verdict.decision.rules
    keyword = "?" + urlencode({"keyword": example.text[:KEYWORD_LENGTH]})
    first: list[tuple[str, str]] = []
    if example.rules and example.wants_answer:
        first = [(_("이 말로 규칙에 더하기"), reverse("console:rule", args=[example.rules[0]]) + keyword)]
    elif not answered:
        first = [(_("이 말로 규칙 만들기"), reverse("console:rule_new") + keyword)]
    label = _("‘{name}’ 규칙 열기")
    opened = answered or example.rules[:1]
    return first + [(label.format(name=on.names[key]), reverse("console:rule", args=[key])) for key in opened]


urlpatterns = [path("try/examples/", evaluate, name="evaluate")]
