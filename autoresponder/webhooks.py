"""The HTTP door of every messenger: verify, parse, receive, answer."""

from __future__ import annotations

from collections.abc import Sequence

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from autoresponder import channels, tasks
from autoresponder.channels.base import Channel, Event, Request, Response
from autoresponder.channels.errors import BadRequest, BadSignature
from autoresponder.connections import find
from autoresponder.connections.find import Line
from autoresponder.connections.setup import APP
from autoresponder.inbox.take import take


@csrf_exempt
@require_http_methods(["GET", "POST"])
def hook(request: HttpRequest, kind: str, token: str) -> HttpResponse:
    """404 for an unknown address, 401 for a bad signature, 400 or 413 for a bad body, else the platform's answer."""
    channel = channels.get(kind) if kind in channels.KINDS and channels.get(kind).has_hook else None
    if channel is None:
        return JsonResponse({"error": "unknown address"}, status=404)
    line = find.by_token(kind, token)
    secrets = line.secrets if line else settings.PLATFORM_APPS.get(kind, {}) if token == APP else {}
    if not (line or secrets):
        return JsonResponse({"error": "unknown address"}, status=404)
    if request.method == "GET":
        return _handshake(request, channel, secrets)
    try:
        asked = _request(request, channel.max_body)
        channel.verify(asked, secrets)
        events = channel.parse(asked)
    except BadSignature:
        return JsonResponse({"error": "bad signature"}, status=401)
    except BadRequest as error:
        return JsonResponse({"error": str(error)}, status=error.status)
    return _answer(_take(channel, line, asked, events))


def _take(channel: Channel, line: Line | None, asked: Request, events: Sequence[Event]) -> Response:
    def line_of(event: Event) -> Line | None:
        return line if event.account in ("", line and line.account) else _owner(channel, asked, event)

    taken = take(events, line_of, kind=channel.kind, now=asked.now)
    if taken.queued:
        tasks.wake()
    return channel.respond([one.payload for one in taken.received]) if taken.stored else channel.failed()


def _owner(channel: Channel, asked: Request, event: Event) -> Line | None:
    """The shop whose account the event is about, if the request proves itself to that shop too."""
    line = find.by_account(channel.kind, event.account)
    try:
        if line:
            channel.verify(asked, line.secrets)
    except BadSignature:
        return None
    return line


def _handshake(request: HttpRequest, channel: Channel, secrets: dict[str, str]) -> HttpResponse:
    """Some platforms ask by GET whether the address is ours before they send anything."""
    if not channel.shared_hook:
        return HttpResponse(status=405, headers={"Allow": "POST"})
    answer = channel.handshake(request.GET.dict(), secrets)
    if answer is None:
        return JsonResponse({"error": "wrong token"}, status=403)
    return HttpResponse(answer, content_type="text/plain; charset=utf-8")


def _request(request: HttpRequest, max_body: int) -> Request:
    length = request.headers.get("Content-Length", "")
    if length.isdecimal() and int(length) > max_body:
        raise BadRequest("body too large", status=413)
    return Request(
        method=request.method or "",
        headers={name.lower(): value for name, value in request.headers.items()},
        body=request.read(max_body + 1),
        now=timezone.now(),
        peer=request.META.get("REMOTE_ADDR", ""),
    )


def _answer(response: Response) -> HttpResponse:
    if response.body is None:
        return HttpResponse(status=response.status, headers=dict(response.headers), content_type="text/plain")
    # Kakao shows Korean as it stands; escapes would only fatten the 30 KB it allows. TalkTalk wants the charset said.
    return JsonResponse(
        dict(response.body),
        status=response.status,
        headers=dict(response.headers),
        content_type="application/json; charset=utf-8",
        json_dumps_params={"ensure_ascii": False},
    )
