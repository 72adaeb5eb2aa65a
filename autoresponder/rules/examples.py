"""Sentences that must go on being answered as they are: keeping them, and trying them on a rule book."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction

from autoresponder.engine.book import Book, Rule, Window
from autoresponder.engine.calendar import DAY, Calendar, Day, Night
from autoresponder.engine.check import Invalid
from autoresponder.engine.compile import compile_book
from autoresponder.engine.decide import decide
from autoresponder.engine.document import load
from autoresponder.engine.evaluate import ALWAYS, MOMENT
from autoresponder.engine.types import Decision, Incoming, Outcome, Talk
from autoresponder.engine.window import outside
from autoresponder.rules.models import Example, Settled, Version
from autoresponder.rules.models import Rule as RuleRow
from autoresponder.shops.models import Shop, User
from autoresponder.shops.values import values_of

MOST = 1000
TEXT_LENGTH = 500
# What may be expected besides a rule: a person is called, the customer is asked back, nothing is answered by a rule.
# The packs call their rule for the first of them "person" too, which comes to the same.
PERSON, ASKED, NONE = "person", "asked", "none"
OUTCOMES = (PERSON, ASKED, NONE)
NOON = 12 * 60


class TooMany(Exception):
    """A shop keeps at most `MOST` sentences."""


class UnknownExpectation(Exception):
    """Neither a rule of this shop nor one of `OUTCOMES`."""


@dataclass(frozen=True, slots=True)
class Tried:
    """A sentence on a book. `now`: what became of it, in the words of `Example.expected`."""

    example: Example
    now: str
    holds: bool


def broken(shop: Shop, document: Mapping[str, Any]) -> list[Tried]:
    """The sentences this document would answer otherwise than expected; [] for a document that cannot be read."""
    return [tried for tried in try_all(shop, document) if not tried.holds]


def try_all(shop: Shop, document: Mapping[str, Any]) -> list[Tried]:
    """Every sentence of the shop on this document, in the order they were kept; [] where it cannot be read."""
    examples = list(Example.objects.filter(shop=shop))
    try:
        return judge(load(document), examples, values=values_of(shop)) if examples else []
    except Invalid:
        return []


def judge(book: Book, examples: Sequence[Example], *, values: Mapping[str, Any]) -> list[Tried]:
    """Each sentence as a customer's first one while the shop is open; a rule that keeps other hours, days or
    messengers is tried in them.
    """
    compiled, rules = compile_book(book), {rule.key: rule for rule in book.rules}
    found = []
    for example in examples:
        calendar, now, channel = occasion(rules.get(example.expected))
        incoming = Incoming("", "example", example.text)
        talk = Talk(greeted_at=now)
        decision = decide(compiled, calendar, talk, incoming, now=now, channel=channel, values=values)
        found.append(Tried(example, outcome_of(decision), _holds(example.expected, decision)))
    return found


def outcome_of(decision: Decision) -> str:
    """What a sentence with this decision is kept with: the key of the rule that answered first, or one of OUTCOMES."""
    if decision.outcome is Outcome.ASKED_BACK:
        return ASKED
    if decision.rules:
        return decision.rules[0]
    return PERSON if decision.outcome is Outcome.HANDED_OFF else NONE


def keep(shop: Shop, text: str, expected: str, *, by: User | None, now: datetime) -> Example:
    """Keeps a sentence; one kept before gets the new expectation. Raises TooMany or UnknownExpectation."""
    rule = _rule_of(shop, expected)
    found = Example.objects.filter(shop=shop, text=text).first()
    if found:
        found.expected, found.rule = expected, rule or found.rule
        found.save(update_fields=["expected", "rule"])
        return found
    if Example.objects.filter(shop=shop).count() >= MOST:
        raise TooMany
    return Example.objects.create(shop=shop, text=text, expected=expected, rule=rule, by=by, created_at=now)


def change(example: Example, text: str, expected: str) -> Example:
    """Another sentence or expectation; a sentence that is kept twice then is kept once. Raises UnknownExpectation."""
    rule = _rule_of(example.shop, expected)
    Example.objects.filter(shop=example.shop, text=text).exclude(pk=example.pk).delete()
    example.text, example.expected, example.rule = text, expected, rule or example.rule
    example.save(update_fields=["text", "expected", "rule"])
    return example


def settle(version: Version, found: Sequence[Tried], removed: frozenset[int]) -> None:
    """A change was confirmed and published as `version`: these sentences expect from now on what they get, and those
    `removed` (ids) go. `unsettle` takes it back.
    """
    with transaction.atomic():
        for tried in found:
            example, became = tried.example, "" if tried.example.pk in removed else tried.now
            before = {name: getattr(example, name) for name in ("text", "expected", "rule", "by", "created_at")}
            Settled.objects.create(version=version, became=became, **before)
            if not became:
                example.delete()
                continue
            rule = became if became not in OUTCOMES else example.rule
            Example.objects.filter(pk=example.pk).update(expected=became, rule=rule)


def unsettle(version: Version) -> None:
    """The version was taken back: sentences expect again what they did before it, unless somebody has changed them."""
    for was in version.settled.order_by("-id"):
        example = Example.objects.filter(shop=version.shop_id, text=was.text).first()
        if example and was.became and example.expected == was.became:
            example.expected, example.rule = was.expected, was.rule
            example.save(update_fields=["expected", "rule"])
        elif not example and not was.became:
            again = {name: getattr(was, name) for name in ("text", "expected", "rule", "by", "created_at")}
            Example.objects.create(shop_id=version.shop_id, **again)
    version.settled.all().delete()


def pass_on(tried: Version, instead: Version) -> None:
    """Another version takes the place of one that was tried: taking that back takes back both."""
    tried.settled.update(version=instead)


def occasion(rule: Rule | None) -> tuple[Calendar, datetime, str]:
    """Hours, a moment and a messenger at which this rule may answer; an open shop on any messenger for no rule."""
    if rule is None:
        return ALWAYS, MOMENT, ""
    now = _moment_in(rule.window) if rule.window else MOMENT
    on = now.astimezone(ZoneInfo(ALWAYS.timezone)).date()
    closed: tuple[tuple[()], ...] = ((),) * 7
    calendars = {
        "closed": Calendar(ALWAYS.timezone, closed),
        "night": Calendar(ALWAYS.timezone, ALWAYS.week, night=Night(0, DAY)),
        "holiday": Calendar(ALWAYS.timezone, ALWAYS.week, days={on: Day(())}),
    }
    return calendars.get(rule.when, ALWAYS), now, rule.channels[0] if rule.channels else ""


def _moment_in(window: Window) -> datetime:
    """A moment the window holds; MOMENT where there is none."""
    week = timedelta(days=6)
    first = window.first or (window.last - week if window.last else MOMENT.date())
    minute = window.start if window.start is not None else (0 if window.end is not None else NOON)
    for day in range(7):
        clock = datetime.combine(first + timedelta(days=day), time(minute // 60, minute % 60))
        clock = clock.replace(tzinfo=ZoneInfo(ALWAYS.timezone))
        if not outside(window, clock):
            return clock.astimezone(UTC)
    return MOMENT


def _holds(expected: str, decision: Decision) -> bool:
    if expected in OUTCOMES:
        return outcome_of(decision) == expected or (expected == PERSON and decision.outcome is Outcome.HANDED_OFF)
    return expected in decision.answered_by


def _rule_of(shop: Shop, expected: str) -> str:
    if RuleRow.objects.filter(shop=shop, key=expected).exists():
        return expected
    if expected in OUTCOMES:
        return ""
    raise UnknownExpectation
