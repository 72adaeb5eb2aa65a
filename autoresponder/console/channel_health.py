"""How a messenger's answers fare: counts of a day with their meaning, what keeps them, and those that need a hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zlib import crc32
from zoneinfo import ZoneInfo

from django.db.models import Count, Exists, Min, OuterRef, Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from autoresponder import tasks
from autoresponder.connections.models import Connection
from autoresponder.console import delivery_words
from autoresponder.console.moments import moment
from autoresponder.console.people import called
from autoresponder.console.shell import page, redirect_to, toast, wants_fragment
from autoresponder.inbox import outbox
from autoresponder.inbox.models import Delivery, Message
from autoresponder.shops.access import Role, ShopRequest, shop_required
from autoresponder.templatetags.dapjigi import since

DAY, WEEK = timedelta(hours=24), timedelta(days=7)
SHOWN = 20

State = Delivery.State


@dataclass(frozen=True, slots=True)
class Figure:
    """A count of the last 24 hours and what it means."""

    name: str
    count: int
    label: str
    meaning: str


@dataclass(frozen=True, slots=True)
class Stuck:
    """An answer nobody is going to send unless a person says so. `hopeless`: sending again cannot help."""

    id: int
    conversation: int
    text: str
    who: str
    when: str
    why: str
    hopeless: bool


@dataclass(frozen=True, slots=True)
class Health:
    """`waits`: how many are on their way, `oldest` for how long the first of them; `rests`: when sending goes on after
    many failures, in words; `last`: why the latest attempt failed. "" and [] where there is nothing to say."""

    kind: str
    figures: Sequence[Figure]
    waits: int
    oldest: str
    rests: str
    last: str
    stuck: Sequence[Stuck]
    stuck_count: int
    blocked: bool

    @property
    def quiet(self) -> bool:
        """Nothing has happened in a day that a seller could want to know."""
        return not (self.figures or self.waits or self.rests or self.stuck)

    @property
    def seen(self) -> str:
        return f"{crc32(repr((self.figures, self.waits, self.oldest, self.rests, self.last, self.stuck)).encode()):08x}"


def health_of(connection: Connection, *, now: datetime) -> Health:
    """Four queries, however much has happened."""
    counts = _counts(connection, now)
    stuck = list(_stuck(connection, now)[:SHOWN])
    rests = bool(connection.open_until and connection.open_until > now)
    return Health(
        kind=connection.kind,
        figures=_figures(counts, inside=_inside(connection, now)),
        waits=counts["waiting"],
        oldest=since(counts["oldest"], now) if counts["oldest"] else "",
        rests=_rests(connection.open_until, now) if rests and connection.open_until else "",
        last=_last(connection, now) if counts["retrying"] or rests else "",
        stuck=[_row(row, now) for row in stuck],
        stuck_count=len(stuck) if len(stuck) < SHOWN else _stuck(connection, now).count(),
        blocked=bool(connection.trouble),
    )


@shop_required(Role.MANAGER)
@require_safe
def channel_health(request: ShopRequest, kind: str) -> HttpResponse:
    """The figures anew, or 204 while they read as what the page shows (`seen`)."""
    connection = _connection(request, kind)
    if not wants_fragment(request):
        return redirect_to(request, reverse("console:channel", args=[kind]))
    health = health_of(connection, now=timezone.now())
    if request.GET.get("seen") == health.seen:
        return HttpResponse(status=204)
    return _shown(request, health)


@shop_required(Role.MANAGER)
@require_POST
def delivery_resend(request: ShopRequest, kind: str, pk: int) -> HttpResponse:
    row = _delivery(request, kind, pk)
    if outbox.resend(row, by=request.user, now=timezone.now()):
        tasks.wake()
        toast(request, _("다시 보내고 있어요."))
    else:
        toast(request, _("그사이 이미 처리된 답이라 다시 보내지 않았어요."))
    return _after(request, row)


@shop_required(Role.MANAGER)
@require_POST
def delivery_discard(request: ShopRequest, kind: str, pk: int) -> HttpResponse:
    row = _delivery(request, kind, pk)
    if outbox.discard(row):
        toast(request, _("보내지 않기로 했어요. 대화는 상담함에 그대로 있어요."))
    else:
        toast(request, _("그사이 이미 처리된 답이에요."))
    return _after(request, row)


def _after(request: ShopRequest, row: Delivery) -> HttpResponse:
    kind = row.connection.kind
    if not wants_fragment(request):
        return redirect_to(request, reverse("console:channel", args=[kind]) + "#health")
    return _shown(request, health_of(row.connection, now=timezone.now()))


def _shown(request: ShopRequest, health: Health) -> HttpResponse:
    return page(request, "channels/one", "_health.html", {"health": health})


def _connection(request: ShopRequest, kind: str) -> Connection:
    live = Connection.objects.select_related("shop").filter(ended_at=None)
    return get_object_or_404(live, shop=request.shop, kind=kind)


def _delivery(request: ShopRequest, kind: str, pk: int) -> Delivery:
    rows = Delivery.objects.select_related("connection__shop")
    return get_object_or_404(rows, pk=pk, shop=request.shop, connection__kind=kind, connection__ended_at=None)


def _counts(connection: Connection, now: datetime) -> dict[str, Any]:
    waiting = Q(state__in=outbox.OPEN)
    today = Q(created_at__gte=now - DAY)
    rows = Delivery.objects.filter(waiting | today, connection=connection)
    return rows.aggregate(
        sent=Count("pk", filter=today & Q(state=State.SENT)),
        retrying=Count("pk", filter=waiting & Q(attempts__gt=0, error__gt="")),
        late=Count("pk", filter=today & Q(state=State.EXPIRED)),
        unknown=Count("pk", filter=today & Q(state=State.UNKNOWN)),
        refused=Count("pk", filter=today & Q(state=State.REFUSED)),
        waiting=Count("pk", filter=waiting),
        oldest=Min("created_at", filter=waiting),
    )


def _inside(connection: Connection, now: datetime) -> int:
    """Answers that went out inside the response to the messenger's request have no row of their own."""
    answered = Message.objects.filter(connection=connection, at__gte=now - DAY, delivery=None, test=False)
    return answered.exclude(replies=[]).count()


def _figures(counts: dict[str, Any], *, inside: int) -> list[Figure]:
    """Only what has happened: a wall of zeros hides the one number that matters."""
    figures = (
        Figure("sent", counts["sent"] + inside, _("보냈어요"), ""),
        Figure("retrying", counts["retrying"], _("다시 보내는 중"), _("메신저가 받지 못해서 조금 뒤 다시 보내요.")),
        Figure(
            "late",
            counts["late"],
            _("늦어서 보내지 않았어요"),
            _("늦은 답은 보내는 대신 상담함에 올렸어요."),
        ),
        Figure(
            "unknown",
            counts["unknown"],
            _("확실하지 않아요"),
            _("받았을 수도 있어서 저절로 다시 보내지 않아요."),
        ),
        Figure("refused", counts["refused"], _("보내지 못했어요"), _("메신저가 받아 주지 않았거나 손님이 나갔어요.")),
    )
    return [figure for figure in figures if figure.count]


def _rests(until: datetime, now: datetime) -> str:
    seconds = max(int((until - now).total_seconds()), 1)
    if seconds < 60:
        return _("여러 번 실패해서 잠시 쉬고 있어요. 1분 안에 다시 보내요.")
    minutes = -(-seconds // 60)
    return ngettext(
        "여러 번 실패해서 잠시 쉬고 있어요. %(n)d분 뒤에 다시 보내요.",
        "여러 번 실패해서 잠시 쉬고 있어요. %(n)d분 뒤에 다시 보내요.",
        minutes,
    ) % {"n": minutes}


def _last(connection: Connection, now: datetime) -> str:
    failed = Delivery.objects.filter(connection=connection, created_at__gte=now - WEEK, error__gt="")
    return delivery_words.why(failed.order_by("-created_at").values_list("error", flat=True).first() or "")


def _stuck(connection: Connection, now: datetime) -> QuerySet[Delivery]:
    """The newest first. What a person has answered since needs no hand any more."""
    answered = Delivery.objects.filter(conversation=OuterRef("conversation"), by_person=True, pk__gt=OuterRef("pk"))
    rows = Delivery.objects.filter(connection=connection, created_at__gte=now - WEEK, state__in=outbox.GIVEN_UP)
    rows = rows.exclude(Exists(answered.filter(state=State.SENT))).order_by("-created_at")
    return rows.select_related("conversation", "message", "shop")


def _row(row: Delivery, now: datetime) -> Stuck:
    replies = row.replies or (row.message.replies if row.message else [])
    return Stuck(
        id=row.pk,
        conversation=row.conversation_id,
        text=" ".join(reply.get("text", "") for reply in replies) or _("(글이 없는 답)"),
        who=called(row.conversation),
        when=moment(row.created_at, zone=ZoneInfo(row.shop.timezone), now=now),
        why=delivery_words.state_words(row.state, row.error),
        hopeless=row.error in delivery_words.HOPELESS,
    )


urlpatterns = [
    path("channels/<slug:kind>/health/", channel_health, name="channel_health"),
    path("channels/<slug:kind>/deliveries/<int:pk>/resend/", delivery_resend, name="delivery_resend"),
    path("channels/<slug:kind>/deliveries/<int:pk>/discard/", delivery_discard, name="delivery_discard"),
]
