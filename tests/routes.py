"""Every address of the console, found in the URL configuration itself, so that no new screen escapes a test."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import URLPattern, URLResolver, get_resolver, reverse


def console_routes() -> Iterator[tuple[str, URLPattern]]:
    for entry in get_resolver().url_patterns:
        yield from _walk(entry, "")


def _walk(entry: URLPattern | URLResolver, space: str) -> Iterator[tuple[str, URLPattern]]:
    if isinstance(entry, URLPattern):
        if space.startswith("console"):
            yield f"{space}:{entry.name}", entry
        return
    inner = entry.namespace or space
    if entry.app_name == "admin":
        return
    for deeper in entry.url_patterns:
        yield from _walk(deeper, inner)


ROUTES = sorted(dict(console_routes()).items())


def address(name: str, route: URLPattern, *, pk: int = 1) -> str:
    """The address of a route, for the rule and messenger of `tests.fixtures`."""
    filled = {"key": "r-fee", "kind": "kakao", "pk": pk, "name": "secret", "on": "2026-12-25"}
    return reverse(name, kwargs={key: filled.get(key, 1) for key in route.pattern.converters})
