"""The seller's screens, one file each."""

from django.urls import URLPattern

from autoresponder.console import (
    account,
    channels,
    evaluate,
    facts,
    home,
    hours,
    inbox,
    log,
    preview,
    releases,
    rules,
    settings,
    simulator,
    synonyms,
    texts,
    understanding,
)

app_name = "console"
SCREENS = [
    home,
    rules,
    synonyms,
    understanding,
    texts,
    preview,
    hours,
    simulator,
    evaluate,
    releases,
    channels,
    inbox,
    log,
    settings,
    facts,
    account,
]

urlpatterns: list[URLPattern] = [route for screen in SCREENS for route in screen.urlpatterns]
