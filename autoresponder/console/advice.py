"""The one thing that would help a shop most right now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from autoresponder.connections.models import Connection
from autoresponder.insights.today import top_unmatched
from autoresponder.rules.models import Rule
from autoresponder.shops.models import Shop

LATELY = timedelta(days=7)
KEYWORD = 40


@dataclass(frozen=True, slots=True)
class Advice:
    title: str
    text: str
    url: str
    action: str


def advice(shop: Shop, *, published: bool, now: datetime) -> Advice | None:
    """The first steps of a new shop come first, then what customers ask in vain; None when nothing presses."""
    first = _first_step(shop, published)
    if first:
        return first
    missed = top_unmatched(shop, since=now - LATELY)
    if missed is None:
        return None
    title = ngettext("‘%(text)s’ %(n)d건을 못 알아들었어요", "‘%(text)s’ %(n)d건을 못 알아들었어요", missed.count)
    return Advice(
        title=title % {"text": missed.text[:KEYWORD], "n": missed.count},
        text=_("규칙 하나면 다음부터 대신 답할 수 있어요."),
        url=f"{reverse('console:rule_new')}?{urlencode({'keyword': missed.text[:KEYWORD]})}",
        action=_("이 말로 규칙 만들기"),
    )


def _first_step(shop: Shop, published: bool) -> Advice | None:
    if not Rule.objects.kept().filter(shop=shop).exists():
        return Advice(
            _("첫 답변을 만들어 볼까요?"),
            _("자주 받는 질문 하나면 충분해요. 1분이면 끝나요."),
            reverse("console:rule_new"),
            _("첫 규칙 만들기"),
        )
    if not published:
        return Advice(
            _("아직 손님에게 나가는 답변이 없어요"),
            _("만들어 둔 답변을 게시하면 그때부터 손님이 받아요."),
            reverse("console:releases"),
            _("살펴보고 게시하기"),
        )
    if not Connection.objects.filter(shop=shop).exists():
        return Advice(
            _("손님과 만날 메신저를 연결해 주세요"),
            _("카카오톡 채널이나 우리 가게 채팅 주소로 바로 시작할 수 있어요."),
            reverse("console:channels"),
            _("메신저 연결하기"),
        )
    return None
