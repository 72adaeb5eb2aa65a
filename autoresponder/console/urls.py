"""The seller's screens, one file each."""

from django.urls import URLPattern

from autoresponder.console import (
    account,
    channel_acts,
    channel_health,
    channels,
    evaluate,
    facts,
    home,
    hours,
    hours_days,
    hours_holidays,
    hours_import,
    hours_month,
    hours_night,
    hours_shipping,
    hours_undo,
    hours_vacations,
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
    hours_holidays,
    hours_month,
    hours_days,
    hours_vacations,
    hours_night,
    hours_shipping,
    hours_import,
    hours_undo,
    simulator,
    evaluate,
    releases,
    channels,
    channel_acts,
    channel_health,
    inbox,
    log,
    settings,
    facts,
    account,
]

urlpatterns: list[URLPattern] = [route for screen in SCREENS for route in screen.urlpatterns]
