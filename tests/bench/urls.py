"""The product's own site plus two pages to compare with: a bare JSON view, and a page that takes half a second."""

import time

from django.http import HttpRequest, JsonResponse
from django.urls import include, path
from django.views.decorators.csrf import csrf_exempt


@csrf_exempt
def bare(request: HttpRequest) -> JsonResponse:
    return JsonResponse({"ok": len(request.body) > 0})


@csrf_exempt
def slow(request: HttpRequest) -> JsonResponse:
    time.sleep(0.5)
    return JsonResponse({"ok": True})


urlpatterns = [path("bench/bare", bare), path("bench/slow", slow), path("", include("config.urls"))]
