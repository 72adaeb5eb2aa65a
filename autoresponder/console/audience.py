"""Who gets what is published, and how a try goes on: the choices of the publish sheet."""

from __future__ import annotations

from datetime import datetime

from django import forms
from django.utils.translation import gettext_lazy

from autoresponder.engine.rollout import WHOLE
from autoresponder.rules.plan import BOUNDS, SHARES, WEEKS, Plan

AUDIENCES = (
    (0, gettext_lazy("나와 테스트 고객만"), gettext_lazy("테스트 고객으로 정한 대화에만 나가요.")),
    (500, gettext_lazy("손님 5%"), gettext_lazy("스무 분 중 한 분꼴이에요. 한 번 받은 분은 계속 새 답변을 받아요.")),
    (2_000, gettext_lazy("손님 20%"), gettext_lazy("다섯 분 중 한 분꼴이에요.")),
    (WHOLE, gettext_lazy("모든 손님"), gettext_lazy("지금부터 모두 새 답변을 받아요.")),
)
USUAL_BOUND = 10


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
            (WEEKS[0], gettext_lazy("테스트 고객만 1주 → 손님 5%로 1주 → 모든 손님")),
            (WEEKS[1], gettext_lazy("테스트 고객만 1주 → 손님 5%로 2주 → 모든 손님")),
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

    def cards(self) -> list[tuple[int, str, str, bool]]:
        """Share, name, help and whether it is chosen, for the radio cards."""
        chosen = str(self["audience"].value() or "") if self.is_bound else str(WHOLE)
        if chosen not in map(str, SHARES):
            chosen = str(WHOLE)
        return [(share, str(name), str(help_text), str(share) == chosen) for share, name, help_text in AUDIENCES]


def blank() -> AudienceForm:
    """The sheet as it opens: for all, and a try would be stopped by itself."""
    return AudienceForm(initial={"stop": True, "bound": USUAL_BOUND, "weeks": 0})
