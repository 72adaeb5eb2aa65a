"""What happens to tries by themselves: taken back when they do harm, continued or called to mind when it is time."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from autoresponder.engine.rollout import WHOLE
from autoresponder.insights.rollout import Action, Difference, step
from autoresponder.insights.trial import numbers
from autoresponder.rules import rollout
from autoresponder.rules.models import Release
from autoresponder.rules.plan import plan_of
from autoresponder.shops.owners import tell_owners

log = logging.getLogger(__name__)


def watch(now: datetime) -> None:
    """Look at every try once. One that fails costs the others nothing."""
    tried = Release.objects.filter(candidate__isnull=False).select_related("shop", "stable", "candidate")
    for release in tried.order_by("pk"):
        try:
            _act(release, step(release, numbers(release), now), now)
        except (rollout.MovedOn, rollout.NotWider):
            continue  # somebody was quicker
        except Exception:
            log.exception("the try of shop %s could not be looked at", release.shop_id)


def _act(release: Release, action: Action, now: datetime) -> None:
    if action.kind == "none" or release.candidate is None:
        return
    shop, seen = release.shop, release.candidate.number
    if action.kind == "halt" and action.cause:
        rollout.halt(shop, seen=seen, why=noted(action.cause), now=now)
    elif action.kind == "promote":
        rollout.promote(shop, seen=seen, by=None, now=now)
    elif action.kind == "widen":
        rollout.widen(shop, action.share, seen=seen, by=None, now=now)
    elif action.kind == "remind":
        plan = replace(plan_of(release.plan, since=now), reminded=True)
        rollout.replan(shop, plan, seen=seen)
    with override(shop.language):
        subject, text = _mail(action, seen)
        page = settings.BASE_URL + reverse("console:releases")
        tell_owners(shop, f"{shop.name}: {subject}", f"{text}\n\n{page}")


def _mail(action: Action, number: int) -> tuple[str, str]:
    """Subject and text of what the owners get to know."""
    to = who(action.share)
    if action.kind == "halt" and action.cause:
        text = _("새 답변(버전 {n})을 거두고 모든 손님을 쓰던 답변으로 돌려놓았어요. {why}").format(
            n=number, why=why(noted(action.cause))
        )
        return _("새 답변을 거두었어요"), text
    if action.kind == "promote":
        return _("새 답변이 모든 손님에게 나가요"), _(
            "정하신 일정대로 새 답변(버전 {n})을 모든 손님에게 게시했어요."
        ).format(n=number)
    if action.kind == "widen":
        text = _("정하신 일정대로 새 답변(버전 {n})을 {who}에게 내보내기 시작했어요.").format(n=number, who=to)
        return _("새 답변을 더 많은 손님이 받아요"), text
    text = _("새 답변(버전 {n})을 {who}에게 늘릴 때가 됐어요. 숫자를 보고 정해 주세요. 그전에는 늘어나지 않아요.")
    return _("새 답변을 늘릴 때가 됐어요"), text.format(n=number, who=to)


def who(share: int) -> str:
    """Who gets a version with this share of 10,000."""
    if share in (0, WHOLE):
        return _("모든 손님") if share else _("테스트 고객")
    return _("손님 {n}%").format(n=share // 100)


def noted(cause: Difference) -> str:
    """The reason of a halt as `ReleaseEvent.note` keeps it."""
    return f"{cause.name} {round(cause.estimate * 100)}"


def why(note: str) -> str:
    """The reason of a halt in words; "" for a note that is none."""
    name, _space, points = note.partition(" ")
    sentences = {
        "handed_off": _("사람에게 넘기는 비율이 {points}%p 늘었어요. 우연으로 보기 어려운 차이예요."),
        "disliked": _("‘아쉬워요’를 누른 비율이 {points}%p 늘었어요. 우연으로 보기 어려운 차이예요."),
    }
    return sentences[name].format(points=points) if name in sentences else ""
