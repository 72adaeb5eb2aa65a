"""Who gets what is published, and how a try goes on: the choices of the publish sheet, and what they come to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from autoresponder.console.moments import say_day
from autoresponder.engine.rollout import WHOLE
from autoresponder.insights.watch import who
from autoresponder.rules.plan import BOUNDS, SHARES, WEEKS, Plan
from autoresponder.shops.access import Role, ShopRequest, shop_required

AUDIENCES = (
    (0, gettext_lazy("나와 테스트 고객만"), gettext_lazy("테스트 고객으로 정한 대화에만 나가요.")),
    (500, gettext_lazy("손님 5%"), gettext_lazy("스무 분 중 한 분꼴이에요. 한 번 받은 분은 계속 새 답변을 받아요.")),
    (2_000, gettext_lazy("손님 20%"), gettext_lazy("다섯 분 중 한 분꼴이에요.")),
    (WHOLE, gettext_lazy("모든 손님"), gettext_lazy("지금부터 모두 새 답변을 받아요.")),
)
USUAL_BOUND = 10


@dataclass(frozen=True, slots=True)
class Planned:
    """Days and who gets it from then on. `alone`: without a tap; `skips_testers`: customers get it at once."""

    steps: Sequence[tuple[str, str]]
    alone: bool
    skips_testers: bool


class AudienceForm(forms.Form):
    """An empty one publishes for all, as the sheet of a first version does."""

    audience = forms.TypedChoiceField(
        choices=[(share, name) for share, name, _help in AUDIENCES], coerce=int, required=False, empty_value=WHOLE
    )
    stop = forms.BooleanField(label=gettext_lazy("나빠지면 저절로 거두기"), required=False)
    bound = forms.TypedChoiceField(
        label=gettext_lazy("얼마나 나빠지면"),
        choices=[(points, f"{points}%p") for points in BOUNDS],
        coerce=int,
        required=False,
        empty_value=USUAL_BOUND,
    )
    weeks = forms.TypedChoiceField(
        label=gettext_lazy("일정"),
        choices=[
            (0, gettext_lazy("정하지 않음")),
            (WEEKS[0], gettext_lazy("손님 일부에게 1주, 그다음 모든 손님")),
            (WEEKS[1], gettext_lazy("손님 일부에게 2주, 그다음 모든 손님")),
        ],
        coerce=int,
        required=False,
        empty_value=0,
    )
    alone = forms.BooleanField(label=gettext_lazy("때가 되면 저절로 늘리기"), required=False)

    @property
    def share(self) -> int:
        return int(self.cleaned_data["audience"])

    def plan(self, now: datetime) -> Plan:
        data = self.cleaned_data
        return Plan(now, weeks=data["weeks"], alone=data["alone"], bound=data["bound"] if data["stop"] else 0)

    def planned(self, now: datetime, zone: str) -> Planned | None:
        """What the choices come to; None before there are any, or while they are none."""
        if not self.is_valid():
            return None
        plan, today = self.plan(now), now.astimezone(ZoneInfo(zone)).date()
        days = [(share, at.astimezone(ZoneInfo(zone)).date()) for share, at in plan.steps(self.share)]
        return Planned(
            [(_("오늘") if day == today else say_day(day, today=today), who(share)) for share, day in days],
            alone=plan.alone,
            skips_testers=self.share > 0,
        )

    def cards(self) -> list[tuple[int, str, str, bool]]:
        """Share, name, help and whether it is chosen, for the radio cards."""
        chosen = str(self["audience"].value() or "") if self.is_bound else str(WHOLE)
        if chosen not in map(str, SHARES):
            chosen = str(WHOLE)
        return [(share, str(name), str(help_text), str(share) == chosen) for share, name, help_text in AUDIENCES]


@shop_required(Role.MANAGER)
@require_safe
def audience_plan(request: ShopRequest) -> HttpResponse:
    """What the choices so far come to, whenever one of them changes."""
    planned = AudienceForm(request.GET).planned(timezone.now(), request.shop.timezone)
    return render(request, "console/releases/_planned.html", {"planned": planned})


def blank() -> AudienceForm:
    """The sheet as it opens: for all, and a try would be stopped by itself."""
    return AudienceForm(initial={"stop": True, "bound": USUAL_BOUND, "weeks": 0})


urlpatterns = [path("releases/plan/", audience_plan, name="audience_plan")]
