"""A whole talk with the shop's rules, at any time and on any messenger, and why each rule answered or did not.

Nothing is stored: what the engine remembers of the talk travels in the page, signed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.core import signing
from django.http import HttpResponse, QueryDict
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext_lazy

from autoresponder.console import rehearse
from autoresponder.console.moments import hours_now
from autoresponder.console.opinions import told_of
from autoresponder.console.rehearse import Stage
from autoresponder.console.shell import page
from autoresponder.console.words import outcome_name, reasons, spans_of, step_words
from autoresponder.engine.compile import compile_book
from autoresponder.engine.decide import explain
from autoresponder.engine.talk import talk_from_json, talk_to_json
from autoresponder.engine.types import Decision, Incoming, Step, Talk
from autoresponder.rules.draft import book_of
from autoresponder.rules.examples import TEXT_LENGTH as EXAMPLE_LENGTH
from autoresponder.rules.examples import outcome_of
from autoresponder.rules.live import live
from autoresponder.shops.access import Role, ShopRequest, shop_required
from autoresponder.shops.calendar import calendar_of
from autoresponder.shops.models import Shop

SALT = "console.simulator"
TEXT_LENGTH = 1000
# Bubbles that stay on the page; the talk itself is remembered however long it gets.
BUBBLES = 60
BOOKS = (("draft", gettext_lazy("고치고 있는 답변")), ("live", gettext_lazy("게시한 답변")))
TIMES = (("now", gettext_lazy("지금")), ("at", gettext_lazy("다른 때")))
CUSTOMERS = (("new", gettext_lazy("처음 온 손님")), ("known", gettext_lazy("조금 전에 인사한 손님")))
# Verdicts in the order a seller wants to read them; the rest is folded.
TELLING = (
    *("matched", "later", "yielded", "ignored", "background", "not_asked", "not_alone"),
    *("hours", "window", "channel", "cooldown", "no_reply", "except", "partly"),
)


@dataclass(frozen=True, slots=True)
class Setting:
    """The switches as chosen. `typed_at` is the time field as typed; `wrong_at` that it cannot be read."""

    book: str
    channel: str
    customer: str
    time: str
    typed_at: str
    at: datetime
    wrong_at: bool = False


@dataclass(frozen=True, slots=True)
class Verdict:
    key: str
    name: str
    code: str
    words: str


@shop_required()
def simulator(request: ShopRequest) -> HttpResponse:
    now = timezone.now()
    data = request.POST if request.method == "POST" else QueryDict()
    setting = setting_of(request.shop, data, now=now)
    on = stage_of(request.shop, setting)
    context: dict[str, Any] = {
        "setting": setting,
        "books": BOOKS,
        "times": TIMES,
        "customers": CUSTOMERS,
        "nothing_published": on is None,
        "may_keep": request.role != Role.AGENT,
    }
    talk, bubbles = (None, []) if data.get("reset") else opened(data.get("state", ""))
    text = (data.get("press") or data.get("text", "")).strip()[:TEXT_LENGTH]
    if on is not None:
        if text and not setting.wrong_at and not data.get("reset"):
            told = said(on, talk or start_of(setting), text, now=setting.at, book=setting.book)
            talk, bubbles = told.pop("talk"), [*bubbles, *told.pop("bubbles")][-BUBBLES:]
            context |= told
        context["look"] = on.look
    kept = {"bubbles": bubbles, "state": sealed(talk, bubbles) if talk else ""}
    unsent = text if setting.wrong_at else ""
    return page(request, "simulator", "_stage.html", {**context, **kept, "unsent": unsent})


def said(on: Stage, talk: Talk, text: str, *, now: datetime, book: str = "draft") -> dict[str, Any]:
    """One more sentence of the customer: the new bubbles, what is remembered now, and the whole why."""
    decision = rehearse.turn(on, talk, text, now=now)
    zone = on.calendar.timezone
    steps = explain(
        on.compiled,
        on.calendar,
        talk,
        Incoming("", "rehearsal", text),
        now=now,
        channel=on.channel,
        values=on.values,
    )
    verdicts = [verdict(on, step) for step in steps]
    telling = [one for code in TELLING for one in verdicts if one.code == code]
    return {
        "talk": decision.talk,
        "expected": outcome_of(decision) if len(text) <= EXAMPLE_LENGTH else "",
        "told": told_of(text, decision, book),
        "bubbles": [asdict(bubble) for bubble in rehearse.bubbles_of(on, text, decision)],
        "asked": text,
        "marks": spans_of(decision.matched),
        "outcome": outcome_name(decision.outcome.value),
        "winner": winner_of(on, decision),
        "reasons": reasons(decision, on.names, zone=zone),
        "hours": hours_now(on.calendar, decision.state, now=now),
        "verdicts": telling,
        "silent_verdicts": [one for one in verdicts if one not in telling],
    }


def verdict(on: Stage, step: Step) -> Verdict:
    words = step_words(step, on.names, zone=on.calendar.timezone)
    return Verdict(step.rule, on.names[step.rule], step.code, words)


def winner_of(on: Stage, decision: Decision) -> str:
    return on.names[decision.rules[0]] if decision.rules else ""


def setting_of(shop: Shop, data: Mapping[str, str], *, now: datetime) -> Setting:
    time, typed_at = data.get("time", "now"), data.get("at", "")
    at = moment_of(typed_at, shop.timezone) if time == "at" else now
    return Setting(
        book="live" if data.get("book") == "live" else "draft",
        channel=rehearse.messenger(shop, data.get("channel", "")),
        customer=data.get("customer", "new"),
        time=time,
        typed_at=typed_at or now.astimezone(ZoneInfo(shop.timezone)).strftime("%Y-%m-%dT%H:%M"),
        at=at or now,
        wrong_at=at is None,
    )


def moment_of(typed: str, zone: str) -> datetime | None:
    """A date and time on the shop's clock, in UTC; None when it cannot be read."""
    try:
        wall = datetime.fromisoformat(typed).replace(tzinfo=ZoneInfo(zone))
        # A far past or future would leave the years the calendar can count.
        return wall.astimezone(UTC) if 2000 <= wall.year < 2100 else None
    except (ValueError, OverflowError):
        return None


def stage_of(shop: Shop, setting: Setting) -> Stage | None:
    """None when the published answers are asked for and there are none."""
    published = live(shop.pk) if setting.book == "live" else None
    if setting.book == "live" and published is None:
        return None
    compiled = published.compiled if published else compile_book(book_of(shop))
    return Stage(shop, compiled, calendar_of(shop), setting.channel)


def start_of(setting: Setting) -> Talk:
    return Talk(greeted_at=setting.at) if setting.customer == "known" else Talk()


def sealed(talk: Talk, bubbles: list[dict[str, Any]]) -> str:
    return signing.dumps({"talk": talk_to_json(talk), "bubbles": bubbles}, salt=SALT, compress=True)


def opened(state: str) -> tuple[Talk | None, list[dict[str, Any]]]:
    """The talk so far; none when there is none or it was tampered with."""
    try:
        kept = signing.loads(state, salt=SALT) if state else {}
    except signing.BadSignature:
        kept = {}
    return (talk_from_json(kept["talk"]), kept["bubbles"]) if kept else (None, [])


urlpatterns = [path("try/", simulator, name="simulator")]
