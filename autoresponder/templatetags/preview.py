"""What the switches of the chat preview offer."""

from __future__ import annotations

from django import template
from django.utils import timezone

from autoresponder import channels
from autoresponder.connections.models import Connection
from autoresponder.console.preview import SCENES
from autoresponder.console.time_travel import suggestions
from autoresponder.console.words import channel_name
from autoresponder.shops.calendar import calendar_of
from autoresponder.shops.models import Shop

register = template.Library()


@register.simple_tag
def preview_scenes() -> tuple[tuple[str, object], ...]:
    return SCENES


@register.simple_tag
def preview_moments(shop: Shop) -> list[str]:
    return suggestions(calendar_of(shop), now=timezone.now())


@register.simple_tag
def preview_channels(shop: Shop) -> list[tuple[str, str]]:
    """Every messenger, the shop's own first: that is what its customers see."""
    connected = set(Connection.objects.filter(shop=shop).values_list("kind", flat=True))
    kinds = sorted(channels.KINDS, key=lambda kind: kind not in connected)
    return [(kind, channel_name(kind)) for kind in kinds]
