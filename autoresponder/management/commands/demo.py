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
from autoresponder.shops.models import Membership, Shop, User, unset_hours

SLUG = "demo"
OWNER = "demo@dapjigi.example"

# Monday to Friday 10:00-19:00 with lunch 12:30-13:30, Saturday 11:00-15:00; Sundays and Korean public holidays closed.
WEEK = [[[600, 750], [810, 1140]]] * 5 + [[[660, 900]], []]
HOURS = {**unset_hours(), "week": WEEK, "country": "KR"}
FACTS = {
    "배송기간": "1~2일",
    "출고마감": "오후 2시",
    "배송비": "3,000원",
    "무료배송기준": "50,000원",
    "제주배송비": "3,000원",
    "택배사": "우리택배",
    "반품기한": "7일",
    "반품배송비": "6,000원",
    "반품주소": "서울시 가나구 다라로 12, 2층",
    "환불기간": "1~2일",
    "보증기간": "1년",
    "취소규정": "출고 전이면 바로 취소해 드려요.",
    "전화번호": "000-000-0000",
    "주소": "서울시 가나구 다라로 12, 1층",
    "오시는길": "가나역 2번 출구에서 걸어서 3분이에요.",
    "주차안내": "건물 뒤에 3대까지 댈 수 있어요.",
    "인스타그램": "@afternoon_drawer",
    "계좌번호": "가나은행 000-000 오후의 서랍",
    "할인안내": "첫 주문에는 10% 쿠폰을 드려요.",
    "선물포장": "2,000원에 해 드려요.",
}


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
    shop = Shop.objects.create(slug=SLUG, name="오후의 서랍", hours=HOURS, facts=FACTS)
    owner = User.objects.create_user(OWNER, name="하늘")
    Membership.objects.create(shop=shop, user=owner, role=Membership.Role.OWNER)
    fill_draft(shop, packs.document("online-shop"))
    publish(shop, by=owner, note="처음 게시", now=now - timedelta(days=demo_traffic.DAYS + 1))
    connections = [connect(shop, "kakao"), connect(shop, "webchat")]
    return demo_traffic.send(shop, connections, owner, now=now)
