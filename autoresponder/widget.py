"""The web chat as a visitor meets it: its page, the two calls of that page, and the script for the seller's own site.

A visitor is whoever holds a key of 256 random bits. Their browser makes it (the answer to a first message may get
lost, and its repeat must come from the same visitor), keeps it in storage and sends it as `X-Visitor`. The database
holds only its SHA-256, so nobody who reads the table can write as the visitor.
"""

from __future__ import annotations

import logging
import re
from datetime import datetime, timedelta
from hashlib import sha256
from threading import Lock
from typing import Any
from uuid import UUID

from cachetools import LRUCache
from csp.decorators import csp_replace
from django.conf import settings
from django.db import Error
from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.cache import cache_control, never_cache
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import conditional_page, require_http_methods, require_safe

from autoresponder import tasks
from autoresponder.channels.base import Request
from autoresponder.channels.bodies import read_json, required_text
from autoresponder.channels.errors import BadRequest
from autoresponder.connections import find
from autoresponder.connections.find import Line
from autoresponder.engine.hours import state
from autoresponder.engine.types import Incoming
from autoresponder.engine.variables import NEXT_OPEN, fill
from autoresponder.inbox.models import Conversation, Delivery, Message
from autoresponder.inbox.receive import receive
from autoresponder.inbox.thread import Entry, customer_thread

log = logging.getLogger(__name__)

SCRIPT = settings.BASE_DIR / "static" / "chat" / "widget.js"
VISITOR = re.compile(r"[0-9a-f]{64}")
CURSOR = re.compile(r"(?P<mark>\d{1,19}\.\d{1,10})\.(?P<newest>\d{1,15})")
# An answer carries the moment it was sent, which lies a little before the moment others can read it.
OVERLAP_MS = 60_000
MAX_BODY = 16 * 1024
MAX_TEXT = 2000
MINUTE = timedelta(seconds=60)
A_MINUTE_EACH = 20
# Many phones share one address with their mobile network, so this only stops a flood of made-up visitors.
A_MINUTE_ALL = 120

# Counted in the memory of each process: an address is personal data that no table of ours should keep.
_posts: LRUCache[tuple[str, int], int] = LRUCache(maxsize=20_000)
_lock = Lock()


class Refused(Exception):
    """The visitor's call is not taken; the message is for the visitor."""

    def __init__(self, status: int, message: str, *, retry_after: int = 0) -> None:
        super().__init__(message)
        self.status = status
        self.headers = {"Retry-After": str(retry_after)} if retry_after else {}


@require_safe
@never_cache
def chat(request: HttpRequest, slug: str) -> HttpResponse:
    """The page; `?frame=1` is the same page for the frame that /widget.js opens on the seller's own site."""
    return _framed(request, slug) if request.GET.get("frame") == "1" else _page(request, slug)


def _page(request: HttpRequest, slug: str, *, frame: bool = False) -> HttpResponse:
    line = find.by_slug("webchat", slug)
    if line is None or line.paused:
        return render(request, "chat/closed.html", status=404)
    with override(line.language):
        context = {"slug": slug, "name": line.shop_name, "frame": frame, **_hours(line, timezone.now())}
        response = render(request, "chat/page.html", context)
        response.headers["Content-Language"] = line.language
    return response


@xframe_options_exempt
@csp_replace({"frame-ancestors": ["http:", "https:"]})
def _framed(request: HttpRequest, slug: str) -> HttpResponse:
    """Any site may show this frame for now; a list of allowed sites per shop comes with a later issue.

    A foreign page gains nothing by it: the visitor's key is given by the page around the frame, never by a cookie.
    """
    return _page(request, slug, frame=True)


def _hours(line: Line, now: datetime) -> dict[str, Any]:
    """{"open", "hours"}: whether somebody is there, and the line that says so."""
    moment = state(line.calendar, now)
    if moment.open:
        return {"open": True, "hours": _("지금 영업 중")}
    if moment.next_open is None:
        return {"open": False, "hours": _("지금은 쉬는 시간이에요")}
    when = fill(f"{{{NEXT_OPEN}}}", line.calendar, moment, now=now, values={"language": line.language})
    return {"open": False, "hours": _("쉬는 시간 · %(when)s에 열어요") % {"when": when}}


# No cookie has any power here, so another site cannot make a visitor's browser act for it: the CSRF token would
# protect nothing. What counts is the header X-Visitor, which only a page that holds the key can send.
@csrf_exempt
@require_http_methods(["GET", "POST"])
@never_cache
def messages(request: HttpRequest, slug: str) -> HttpResponse:
    """GET ?after=CURSOR: what was said (204 when nothing is new). POST {text, client_message_id}: one message."""
    try:
        line = find.by_slug("webchat", slug)
        if line is None:
            raise Refused(404, _("지금은 이 채팅을 쓸 수 없어요."))
        with override(line.language):
            customer = _customer(request)
            return _say(request, line, customer) if request.method == "POST" else _read(request, line, customer)
    except Refused as refused:
        return JsonResponse({"error": str(refused)}, status=refused.status, headers=refused.headers)
    except BadRequest as error:
        return JsonResponse({"error": str(error)}, status=error.status)
    except Error:
        log.exception("the web chat could not reach the database")
        return JsonResponse({"error": "try again"}, status=503, headers={"Retry-After": "5"})


def _customer(request: HttpRequest) -> str:
    key = request.headers.get("X-Visitor", "")
    if not VISITOR.fullmatch(key):
        raise Refused(401, "X-Visitor must be 64 hexadecimal digits")
    return sha256(key.encode()).hexdigest()


def _say(request: HttpRequest, line: Line, customer: str) -> HttpResponse:
    now = timezone.now()
    text, client_message_id = _message(request, now)
    _slow_down(request, line, customer, now)
    if line.paused:
        raise Refused(404, _("지금은 이 채팅을 쓸 수 없어요."))
    # With the visitor in it: nobody can swallow another visitor's message by sending its id first.
    incoming = Incoming(event_id=f"{customer}:{client_message_id}", customer=customer, text=text)
    received = receive(line, incoming, now=now)
    tasks.wake()
    answer = {"id": f"m{received.message_id}", "client_message_id": client_message_id}
    return JsonResponse(answer, status=200 if received.repeated else 201)


def _message(request: HttpRequest, now: datetime) -> tuple[str, str]:
    """The text and the visitor's own id of it. BadRequest for junk, Refused for what a person could have typed."""
    asked = Request("POST", {}, request.read(MAX_BODY + 1), now)
    body = read_json(asked, MAX_BODY)
    try:
        client_message_id = str(UUID(required_text(body, "client_message_id")))
    except ValueError as error:
        raise BadRequest("client_message_id must be a UUID") from error
    text = body.get("text")
    if not isinstance(text, str):
        raise BadRequest("text must be a text")
    if not text.strip():
        raise Refused(422, _("내용을 적어 주세요."))
    if len(text) > MAX_TEXT:
        raise Refused(422, _("한 번에 2,000자까지 보낼 수 있어요. 나누어 보내 주세요."))
    return text.strip(), client_message_id


def _slow_down(request: HttpRequest, line: Line, customer: str, now: datetime) -> None:
    """A visitor is counted in the table, exactly and for all processes; an address only in this process."""
    key = (_address(request), int(now.timestamp() // 60))
    with _lock:
        _posts[key] = _posts.get(key, 0) + 1
        flood = _posts[key] > A_MINUTE_ALL
    conversation = Conversation.objects.filter(connection_id=line.connection_id, customer=customer)
    lately = Message.objects.filter(conversation__in=conversation, at__gt=now - MINUTE)
    if flood or lately.count() >= A_MINUTE_EACH:
        raise Refused(429, _("메시지가 너무 많아요. 잠시 뒤에 다시 보내 주세요."), retry_after=15)


def _address(request: HttpRequest) -> str:
    """Whose request this is. Behind our proxy, what the proxy itself wrote: the last entry."""
    forwarded = request.headers.get("X-Forwarded-For", "") if settings.BEHIND_PROXY else ""
    return forwarded.rpartition(",")[2].strip() or request.META.get("REMOTE_ADDR", "")


def _read(request: HttpRequest, line: Line, customer: str) -> HttpResponse:
    """The visitor's talk since a cursor, in order. The same entry may come twice; the page merges them by `key`.

    A cursor is `newest message.number of sent answers.time of the newest entry`. The first two tell whether anything
    changed, in one statement; the time only cuts off what the page has had for long.
    """
    conversation, mark = _marked(line, customer)
    seen = CURSOR.fullmatch(request.GET.get("after", ""))
    if seen and seen["mark"] == mark:
        return HttpResponse(status=204)
    entries = [_entry(entry) for entry in customer_thread(conversation)] if conversation else []
    newest = max((entry["at"] for entry in entries), default=0)
    if seen:
        entries = [entry for entry in entries if entry["at"] > int(seen["newest"]) - OVERLAP_MS]
    return JsonResponse({"cursor": f"{mark}.{newest}", "entries": entries}, json_dumps_params={"ensure_ascii": False})


def _marked(line: Line, customer: str) -> tuple[Conversation | None, str]:
    messages = Message.objects.filter(conversation=OuterRef("pk")).order_by("-pk").values("pk")[:1]
    sent = Delivery.objects.filter(conversation=OuterRef("pk"), state=Delivery.State.SENT).order_by()
    counted = sent.values("conversation").annotate(number=Count("pk")).values("number")
    conversation = (
        Conversation.objects.filter(connection_id=line.connection_id, customer=customer)
        .annotate(newest=Coalesce(Subquery(messages), 0), sent=Coalesce(Subquery(counted), 0))
        .first()
    )
    return conversation, f"{conversation.newest}.{conversation.sent}" if conversation else "0.0"


def _entry(entry: Entry) -> dict[str, Any]:
    """{"key", "who", "at": ms} with "text" and "id" for the visitor's own words, else "bubbles" as they were sent."""
    said: dict[str, Any] = {"key": entry.key, "who": entry.who, "at": int(entry.at.timestamp() * 1000)}
    if entry.message is None:
        return said | {"bubbles": entry.bubbles}
    if entry.who == "customer":
        return said | {"text": entry.text, "id": entry.message.event_id.rpartition(":")[2]}
    return said | {"bubbles": entry.message.answer["replies"]}


@require_safe
@cache_control(public=True, max_age=3600)
@conditional_page
def script(request: HttpRequest) -> HttpResponse:
    """What a seller puts on their own site. The address must stay, so the name carries no version."""
    return HttpResponse(SCRIPT.read_bytes(), content_type="text/javascript; charset=utf-8")


urlpatterns = [
    path("chat/<slug:slug>/", chat, name="chat"),
    path("chat/<slug:slug>/messages", messages, name="chat_messages"),
    path("widget.js", script, name="widget_script"),
]
