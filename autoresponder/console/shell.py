"""How a view answers: the whole page, or for htmx its fragment; short messages; going elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.contrib.messages import get_messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.loader import render_to_string
from django.utils.cache import patch_vary_headers
from django_htmx.http import HttpResponseClientRedirect, trigger_client_event
from django_htmx.middleware import HtmxDetails

from autoresponder.console.context import console_context


def wants_fragment(request: HttpRequest) -> bool:
    """Htmx asks for a part of a page, unless it is bringing back a whole one from its history."""
    htmx: HtmxDetails = request.htmx  # type: ignore[attr-defined]
    return bool(htmx) and not htmx.boosted and not htmx.history_restore_request


def page(
    request: HttpRequest, screen: str, fragment: str, context: Mapping[str, Any] | None = None, *, status: int = 200
) -> HttpResponse:
    """`console/<screen>/page.html`, or for htmx `console/<screen>/<fragment>` with the toasts in a header.

    After a change (any POST by htmx) the bar of unpublished changes comes along out of band.
    """
    whole = not wants_fragment(request)
    template = f"console/{screen}/{'page.html' if whole else fragment}"
    shell = console_context(request)
    html = render_to_string(template, {**shell, **(context or {})}, request=request)
    if not whole and request.method == "POST":
        html += render_to_string("parts/pending_oob.html", shell, request=request)
    response = HttpResponse(html, status=status)
    patch_vary_headers(response, ["HX-Request"])
    if not whole:
        _toasts_in_header(request, response)
    return response


def toast(to: HttpRequest | HttpResponse, text: str, undo_url: str = "") -> None:
    """Say something short, with a button that takes it back if `undo_url` (POST) is given.

    Given a request, it shows with the next page or fragment; given a response, htmx shows it at once.
    """
    if isinstance(to, HttpRequest):
        messages.info(to, text, extra_tags=undo_url)
    else:
        trigger_client_event(to, "toast", {"items": [{"text": text, "undo": undo_url}]})


def redirect_to(request: HttpRequest, url: str) -> HttpResponse:
    """Go to another page. Toasts wait in the session for it."""
    htmx: HtmxDetails = request.htmx  # type: ignore[attr-defined]
    return HttpResponseClientRedirect(url) if htmx else HttpResponseRedirect(url)


def _toasts_in_header(request: HttpRequest, response: HttpResponse) -> None:
    items = [{"text": message.message, "undo": message.extra_tags or ""} for message in get_messages(request)]
    if items:
        trigger_client_event(response, "toast", {"items": items})
