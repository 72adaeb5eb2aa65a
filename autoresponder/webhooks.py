"""The HTTP door of every messenger: verify, parse, receive, answer."""

from __future__ import annotations

import logging

from django.db import Error
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from autoresponder import channels, tasks
from autoresponder.channels.base import BadRequest, BadSignature, Request, Response
from autoresponder.connections import find
from autoresponder.inbox.receive import receive

log = logging.getLogger(__name__)


@csrf_exempt
@require_POST
def hook(request: HttpRequest, kind: str, token: str) -> HttpResponse:
    """404 for an unknown address, 401 for a bad signature, 400 or 413 for a bad body, else the platform's answer."""
    line = find.by_token(kind, token) if kind in channels.KINDS and channels.get(kind).has_hook else None
    if line is None:
        return JsonResponse({"error": "unknown address"}, status=404)
    try:
        asked = _request(request, line.channel.max_body)
        line.channel.verify(asked, line.secrets)
        messages = line.channel.parse(asked)
    except BadSignature:
        return JsonResponse({"error": "bad signature"}, status=401)
    except BadRequest as error:
        return JsonResponse({"error": str(error)}, status=error.status)
    try:
        received = [receive(line, message, now=asked.now) for message in messages]
    except Error:
        log.exception("a message could not be stored")
        return _answer(line.channel.failed())
    if line.channel.replies == "push":
        tasks.wake()
    return _answer(line.channel.respond([one.payload for one in received]))


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
    # Kakao shows Korean as it stands; escapes would only fatten the 30 KB it allows.
    return JsonResponse(
        dict(response.body),
        status=response.status,
        headers=dict(response.headers),
        json_dumps_params={"ensure_ascii": False},
    )
