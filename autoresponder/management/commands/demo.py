"""`manage.py demo`: an invented Korean shop with rules of all kinds and thirty days of traffic."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction
from django.utils import timezone

from autoresponder import packs
from autoresponder.connections.connect import connect
from autoresponder.management import demo_traffic
from autoresponder.rules.draft import fill_draft
from autoresponder.rules.release import publish
from autoresponder.shops.models import Membership, Shop, User

SLUG = "demo"
OWNER = "demo@dapjigi.example"

# Monday to Friday 10:00-19:00 with lunch 12:30-13:30, Saturday 11:00-15:00; Sundays and Korean public holidays closed.
WEEK = [[[600, 750], [810, 1140]]] * 5 + [[[660, 900]], []]


class Command(BaseCommand):
    help = "Load the demo shop. Running it again changes nothing."

    def handle(self, *args: Any, **options: Any) -> None:
        if Shop.objects.filter(slug=SLUG).exists():
            self.stdout.write(f"The demo shop is already here: /chat/{SLUG}/")
            return
        with transaction.atomic():
            messages = build(timezone.now())
        self.stdout.write(f"Demo shop ready: {messages} messages of {demo_traffic.DAYS} days, /chat/{SLUG}/")


def build(now: datetime) -> int:
    """Make the shop, its owner, its published rules and its past. Returns how many messages were sent."""
    shop = Shop.objects.create(slug=SLUG, name="오후의 서랍", week=WEEK, holiday_country="KR")
    owner = User.objects.create_user(OWNER, name="하늘")
    Membership.objects.create(shop=shop, user=owner, role=Membership.Role.OWNER)
    fill_draft(shop, packs.document("online-shop"))
    publish(shop, by=owner, note="처음 게시", now=now - timedelta(days=demo_traffic.DAYS + 1))
    connections = [connect(shop, "kakao"), connect(shop, "webchat")]
    return demo_traffic.send(shop, connections, owner, now=now)
