"""기록: every message, what became of it and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.http import HttpResponse, QueryDict
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from autoresponder.connections.models import Connection
from autoresponder.console import delivery_words, words
from autoresponder.console.moments import moment
from autoresponder.console.people import called
from autoresponder.console.shell import page
from autoresponder.engine.types import Outcome
from autoresponder.inbox.models import Delivery, Message
from autoresponder.insights.log import Wanted, messages_of, page_of
from autoresponder.insights.today import OUTCOMES, count
from autoresponder.rules.examples import ASKED, NONE, PERSON, TEXT_LENGTH
from autoresponder.rules.models import Rule
from autoresponder.shops.access import Role, ShopRequest, shop_required
from autoresponder.shops.models import Shop

DAYS = {"7": 7, "30": 30}
PERIOD = "30"
LONGEST_SEARCH = 100
LONGEST_KEYWORD = 40
# The look of an outcome's badge; the words say it too.
TONES = {"answered": "good", "asked_back": "good", "handed_off": "wait", "fallback": "danger"}
FILTERS = ("q", "outcome", "rule", "kind", "period")


@dataclass(frozen=True, slots=True)
class Row:
    """One message as the list shows it. `tone` is the badge's look; `make_rule` an address, "" if it was understood;
    `keep` what the sentence would be kept with (`rules.examples`), "" where it cannot be.
    """

    id: int
    when: str
    at: datetime
    where: str
    customer: str
    conversation: int
    text: str
    marks: list[tuple[int, int]]
    outcome: str
    tone: str
    answer: str
    why: list[str]
    delivery: str
    late: bool
    test: bool
    make_rule: str
    keep: str


@shop_required()
@require_GET
def log(request: ShopRequest) -> HttpResponse:
    """The list for the filters of the address; with `before` only the next rows of it."""
    now, shop = timezone.now(), request.shop
    given = chosen(request.GET, shop)
    messages = messages_of(shop, wanted(given, shop, now))
    before = number(request.GET.get("before", ""))
    found, more = page_of(messages, before=before)
    kept = urlencode({name: value for name, value in given.items() if value})
    context = {
        "rows": [row(message, zone=ZoneInfo(shop.timezone), now=now) for message in found],
        "more": f"{reverse('console:log')}?{kept}&before={found[-1].pk}" if more else "",
        "before": before,
        "may_edit": request.role != Role.AGENT,
        "given": given,
        "narrowed": any(given[name] for name in ("q", "outcome", "rule", "kind")),
    }
    if before and request.htmx:  # type: ignore[attr-defined]
        return page(request, "log", "_rows.html", context)
    context |= {"counts": count(messages), "choices": choices(shop, given), "period": periods()[given["period"]]}
    return page(request, "log", "_found.html", context)


def chosen(asked: QueryDict, shop: Shop) -> dict[str, str]:
    """The filters of an address, with anything unknown left out."""
    given = {name: asked.get(name, "").replace("\0", "").strip()[:LONGEST_SEARCH] for name in FILTERS}
    if given["outcome"] not in OUTCOMES:
        given["outcome"] = ""
    if given["period"] not in periods():
        given["period"] = PERIOD
    return given


def wanted(given: Mapping[str, str], shop: Shop, now: datetime) -> Wanted:
    today = now.astimezone(ZoneInfo(shop.timezone)).replace(hour=0, minute=0, second=0, microsecond=0)
    days = DAYS.get(given["period"])
    since = today if given["period"] == "today" else now - timedelta(days=days) if days else None
    return Wanted(rule=given["rule"], outcome=given["outcome"], kind=given["kind"], text=given["q"], since=since)


def number(typed: str) -> int | None:
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 19 else None


def periods() -> dict[str, str]:
    return {"today": _("오늘"), "7": _("지난 7일"), "30": _("지난 30일"), "all": _("처음부터")}


def choices(shop: Shop, given: Mapping[str, str]) -> dict[str, list[tuple[str, str]]]:
    """What the filters offer: (value, words). Rules taken out of the draft stay, since the log still knows them."""
    rules = Rule.objects.filter(shop=shop).order_by("deleted_at", "position").values_list("key", "name", "deleted_at")
    named = [(key, _("%(name)s (지운 규칙)") % {"name": name} if deleted else name) for key, name, deleted in rules]
    if given["rule"] and given["rule"] not in dict(named):
        named.append((given["rule"], _("지운 규칙")))
    kinds = Connection.objects.filter(shop=shop).order_by("kind").values_list("kind", flat=True)
    return {
        "outcome": [(name, words.outcome_name(outcomes[0])) for name, outcomes in OUTCOMES.items()],
        "rule": named,
        "kind": [(kind, words.channel_name(kind)) for kind in kinds],
        "period": list(periods().items()),
    }


def row(message: Message, *, zone: ZoneInfo, now: datetime) -> Row:
    delivery: Delivery | None = getattr(message, "delivery", None)
    missed = message.outcome in OUTCOMES["missed"] and message.kind == "text" and message.text.strip()
    keyword = urlencode({"keyword": message.text.strip()[:LONGEST_KEYWORD]})
    return Row(
        id=message.pk,
        when=moment(message.at, zone=zone, now=now),
        at=message.at,
        where=words.channel_name(message.connection.kind),
        customer=called(message.conversation),
        conversation=message.conversation_id,
        text=message.text or said_without_words(message.kind),
        marks=words.spans_of_stored(message.decision),
        outcome=words.outcome_name(message.outcome),
        tone=TONES.get(message.outcome, ""),
        answer=" ".join(reply.get("text", "") for reply in message.replies),
        why=[line for line in words.why(message) if line],
        delivery=delivery_words.state_words(delivery.state, delivery.error, delivery.attempts) if delivery else "",
        late=bool(delivery) and delivery.state in delivery_words.LATE_STATES,
        test=message.test,
        make_rule=f"{reverse('console:rule_new')}?{keyword}" if missed else "",
        keep=to_keep(message),
    )


def to_keep(message: Message) -> str:
    """What this message, kept as an example, expects; "" for one without words or that was kept from the bot."""
    if message.outcome == Outcome.SILENT or message.kind != "text" or not 0 < len(message.text.strip()) <= TEXT_LENGTH:
        return ""
    others = {Outcome.ASKED_BACK.value: ASKED, Outcome.HANDED_OFF.value: PERSON}
    return message.rule or others.get(message.outcome, NONE)


def said_without_words(kind: str) -> str:
    return {"image": _("(사진)"), "sticker": _("(이모티콘)")}.get(kind, _("(글이 없는 메시지)"))


urlpatterns = [path("log/", log, name="log")]
