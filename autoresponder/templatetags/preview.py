"""What the switches of the chat preview offer."""

from __future__ import annotations

from django import template
from django.utils import timezone
from django.utils.translation import gettext as _

from autoresponder import channels
from autoresponder.console.losses import connected
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
def preview_channels(shop: Shop) -> list[tuple[str, list[tuple[str, str]]]]:
    """The shop's own messengers first, for that is what its customers see, then the others, each under its heading."""
    own = [kind for kind in connected(shop) if kind in channels.KINDS]
    others = [kind for kind in channels.KINDS if kind not in own]
    groups = ((_("우리 가게 메신저"), own), (_("아직 연결하지 않은 메신저"), others))
    return [(heading, [(kind, channel_name(kind)) for kind in kinds]) for heading, kinds in groups if kinds]
