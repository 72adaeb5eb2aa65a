"""`manage.py decide "TEXT" --shop SLUG`: what a customer who says this would get, and why. Writes nothing."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import timezone

from autoresponder import channels
from autoresponder.engine.compile import Compiled, compile_book
from autoresponder.engine.decide import decide
from autoresponder.engine.document import Invalid
from autoresponder.engine.talk import talk_from_json
from autoresponder.engine.trace import decision_to_json, reply_to_json
from autoresponder.engine.types import Decision, Incoming, Talk
from autoresponder.inbox.models import Conversation
from autoresponder.inbox.receive import TALK_OVER
from autoresponder.management.json_command import BadInput, JsonCommand, shop_named, storable
from autoresponder.rules.draft import book_of
from autoresponder.rules.live import lineup
from autoresponder.shops.calendar import calendar_of
from autoresponder.shops.models import Shop
from autoresponder.shops.values import values_of

LONGEST = 10_000
# Public holidays and time zones are only known for times like ours.
YEARS = range(2000, 2101)


class Command(JsonCommand):
    help = "Prints as JSON what a customer who says TEXT would get, and why. Writes nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("text", metavar="TEXT")
        parser.add_argument("--shop", required=True, metavar="SLUG")
        parser.add_argument("--at", default="", metavar="ISO-8601", help="the moment; without an offset in shop time")
        parser.add_argument("--channel", default="", metavar="KIND", help=", ".join(channels.KINDS))
        parser.add_argument("--customer", default="", metavar="ID", help="go on with this customer's talk")
        parser.add_argument("--draft", action="store_true", help="ask the draft, not the published version")

    def answer(self, options: Mapping[str, Any]) -> Mapping[str, Any]:
        text, kind, customer = options["text"], options["channel"], options["customer"]
        if not storable(text) or len(text) > LONGEST:
            raise BadInput(f"TEXT is no readable text of at most {LONGEST} characters; shorten it or give plain UTF-8")
        if kind and kind not in channels.KINDS:
            raise BadInput(f"there is no messenger {kind!r}; give one of: {', '.join(channels.KINDS)}")
        if not storable(customer):
            raise BadInput("--customer is no readable text; give plain UTF-8")
        shop = shop_named(options["shop"])
        now = moment(options["at"], ZoneInfo(shop.timezone)) if options["at"] else timezone.now()
        compiled, version = drafted(shop) if options["draft"] else published(shop, kind, customer, now)
        decision = decide(
            compiled,
            calendar_of(shop),
            talk_of(shop, kind, customer),
            Incoming("", customer, text),
            now=now,
            channel=kind,
            values=values_of(shop),
        )
        return answer_of(decision, compiled, version)


def moment(written: str, zone: ZoneInfo) -> datetime:
    try:
        at = datetime.fromisoformat(written)
        at = at if at.tzinfo else at.replace(tzinfo=zone)
        if at.year not in YEARS:
            raise ValueError(written)
        return at.astimezone(zone)
    except (ValueError, OverflowError):
        raise BadInput(
            f"--at {written!r} is no moment; write it as 2026-11-25T11:00 or 2026-11-25T11:00+09:00"
        ) from None


def published(shop: Shop, kind: str, customer: str, now: datetime) -> tuple[Compiled, int | None]:
    """The version that this customer would get; without one what all get who do not try another."""
    found = lineup(shop.pk)
    if found is None:
        raise BadInput(f"{shop.slug} has published nothing yet; publish in the console or add --draft")
    if not customer:
        return found.stable.compiled, found.stable.number
    talk = conversation_of(shop, kind, customer)
    kept = talk.judged_by if talk and now - talk.last_at < TALK_OVER else None
    book = found.of(customer, tester=talk is not None and talk.tester, kept=kept)
    return book.compiled, book.number


def drafted(shop: Shop) -> tuple[Compiled, int | None]:
    # A shop that was never edited gets its first texts when the draft is read; here that must leave no trace.
    with transaction.atomic():
        try:
            book = book_of(shop)
        except Invalid as invalid:
            raise BadInput(f"the draft of {shop.slug} cannot be read ({invalid}); mend it in the console") from invalid
        transaction.set_rollback(True)
    return compile_book(book), None


def talk_of(shop: Shop, kind: str, customer: str) -> Talk:
    """What is remembered of the customer on this messenger (on the latest one if none is named)."""
    found = conversation_of(shop, kind, customer) if customer else None
    return talk_from_json(found.talk) if found else Talk()


def conversation_of(shop: Shop, kind: str, customer: str) -> Conversation | None:
    found = Conversation.objects.filter(shop=shop, customer=customer).order_by("-last_at")
    return (found.filter(connection__kind=kind) if kind else found).first()


def answer_of(decision: Decision, compiled: Compiled, version: int | None) -> dict[str, Any]:
    names = {rule.key: rule.name for rule in compiled.book.rules}
    plain = decision_to_json(decision)
    state = plain["state"]
    return {
        "outcome": plain["outcome"],
        "rules": [{"key": key, "name": names[key]} for key in decision.rules],
        "replies": [reply_to_json(reply) for reply in decision.replies],
        "matched": [
            {"keyword": match.keyword, "how": match.how, "span": [match.start, match.end]} for match in decision.matched
        ],
        "trace": plain["trace"],
        "state": {name: state[name] for name in ("open", "reason", "next_change", "next_open")},
        "version": version,
    }
