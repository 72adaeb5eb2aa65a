"""The seller's screens, one file each."""

from django.urls import URLPattern

from autoresponder.console import (
    account,
    channels,
    home,
    hours,
    inbox,
    log,
    preview,
    releases,
    rules,
    settings,
    simulator,
    texts,
)

app_name = "console"
SCREENS = [home, rules, texts, preview, hours, simulator, releases, channels, inbox, log, settings, account]

urlpatterns: list[URLPattern] = [route for screen in SCREENS for route in screen.urlpatterns]
