"""How an answer fares on its way to the customer, and why it did not arrive, in a seller's words."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from autoresponder.inbox.models import Delivery

State = Delivery.State

# Why, by the code of the delivery's `error`.
WHY: Mapping[str, Promise] = {
    "busy": gettext_lazy("메신저가 바빠서 받지 못했어요."),
    "unreachable": gettext_lazy("메신저에 닿지 못했어요."),
    "unsure": gettext_lazy("보내는 중에 연결이 끊겨서, 손님이 받았는지 알 수 없어요."),
    "fault": gettext_lazy("저희 쪽 문제로, 손님이 받았는지 알 수 없어요."),
    "refused": gettext_lazy("메신저가 이 말은 받아 주지 않았어요."),
    "window": gettext_lazy("손님이 말한 지 오래되어, 메신저가 답장을 막았어요."),
    "gone": gettext_lazy("손님이 우리 가게를 차단했거나 대화방을 나갔어요."),
    "token": gettext_lazy("메신저 연결에 쓰는 값이 더는 통하지 않아요."),
    "permission": gettext_lazy("이 계정에 메시지를 보낼 권한이 없어요."),
    "quota": gettext_lazy("이 계정이 보낼 수 있는 메시지를 다 썼어요."),
    "suspended": gettext_lazy("메신저가 이 계정을 잠시 막아 두었어요."),
    "taken_over": gettext_lazy("다른 프로그램이 같은 계정을 쓰고 있어요."),
    "inside": gettext_lazy("보낼 주소가 안쪽 통신망으로 이어져서 막았어요."),
    "often": gettext_lazy("이 손님에게 자동 답변이 자주 나가서, 더 보내지 않고 멈췄어요."),
    "late": gettext_lazy("제때 나가지 못해, 늦은 답을 보내지 않았어요."),
    "paused": gettext_lazy("자동 답변을 꺼 두어서 보내지 않았어요."),
    "person_first": gettext_lazy("사람이 먼저 답해서 보내지 않았어요."),
    "rolled_back": gettext_lazy("그사이 답변을 되돌려서 보내지 않았어요."),
}
# What a customer who cannot be written to needs is not another try.
HOPELESS = ("gone", "window")
LATE_STATES = (State.UNKNOWN, State.EXPIRED, State.REFUSED)


def why(error: str) -> str:
    """A sentence, "" for a code that has none."""
    return str(WHY.get(error, ""))


def state_words(state: str, error: str = "", attempts: int = 0) -> str:
    """What became of the bubbles of a delivery, in one line; "" where there is no delivery."""
    if not state:
        return ""
    if state == State.READY and attempts:
        return " ".join(filter(None, [why(error), _("곧 다시 보내요.")]))
    if state == State.SUPERSEDED and error in WHY:
        return why(error)
    label = str(State(state).label)
    if state in LATE_STATES and (reason := why(error)):
        return f"{label} · {reason}"
    return label
