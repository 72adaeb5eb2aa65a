"""What the bot did in a span of time: counts by outcome, and the words it did not understand."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, QuerySet

from autoresponder.engine.types import Outcome
from autoresponder.inbox.models import Message
from autoresponder.shops.models import Shop

# Words nobody would make a rule of on their own account: a sigh, a number, one letter.
SHORTEST = 2
LOOK_AT = 500

# What a seller calls the outcomes; an away greeting alone is no answer.
OUTCOMES: dict[str, tuple[Outcome, ...]] = {
    "answered": (Outcome.ANSWERED,),
    "asked_back": (Outcome.ASKED_BACK,),
    "handed_off": (Outcome.HANDED_OFF,),
    "missed": (Outcome.FALLBACK, Outcome.GREETED),
    "silent": (Outcome.SILENT,),
}


@dataclass(frozen=True, slots=True)
class Summary:
    """Customer messages by what became of them; the parts add up to `messages`. An away greeting alone is no answer:
    it counts as missed. `share`: answered in per cent, rounded."""

    messages: int = 0
    answered: int = 0
    asked_back: int = 0
    handed_off: int = 0
    missed: int = 0
    silent: int = 0

    @property
    def share(self) -> int:
        return round(100 * self.answered / self.messages) if self.messages else 0


@dataclass(frozen=True, slots=True)
class Unmatched:
    """A text nobody had a rule for, as most often written, and how many messages said it."""

    text: str
    count: int


def summary(shop: Shop, *, since: datetime, until: datetime) -> Summary:
    """Counts of the shop's messages with since <= at < until, in one query."""
    return count(Message.objects.filter(shop=shop, at__gte=since, at__lt=until))


def count(messages: QuerySet[Message]) -> Summary:
    """Counts of these messages; a platform's own tests do not count. One query."""
    rows = messages.filter(test=False).order_by().values_list("outcome").annotate(n=Count("pk"))
    by_outcome = Counter(dict(rows))
    parts = {name: sum(by_outcome[outcome] for outcome in outcomes) for name, outcomes in OUTCOMES.items()}
    return Summary(messages=by_outcome.total(), **parts)


def top_unmatched(shop: Shop, *, since: datetime, least: int = 2) -> Unmatched | None:
    """The question most often not understood since then, if at least `least` messages asked it."""
    texts = (
        Message.objects.filter(shop=shop, test=False, at__gte=since, kind="text")
        .filter(outcome__in=OUTCOMES["missed"])
        .order_by("-at")
        .values_list("text", flat=True)[:LOOK_AT]
    )
    written: dict[str, Counter[str]] = {}
    for text in texts:
        folded = "".join(letter for letter in text.lower() if letter.isalnum())
        if len(folded) >= SHORTEST and not folded.isdigit():
            written.setdefault(folded, Counter())[text.strip()] += 1
    found = max(written.values(), key=Counter.total, default=Counter())
    if found.total() < least:
        return None
    return Unmatched(text=found.most_common(1)[0][0], count=found.total())
