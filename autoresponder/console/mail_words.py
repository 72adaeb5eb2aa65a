"""Why a mail was not answered, in a shop owner's words. The codes: `channels.mail.manners.Reason`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

Params = Mapping[str, Any]
Names = Mapping[str, str]


def _unanswerable(params: Params, names: Names, zone: ZoneInfo) -> str:
    sentences = {
        "null_path": _("답장을 받을 수 없는 메일이라 답하지 않았어요."),
        "report": _("메일이 잘 갔는지 알려 주는 메일이라 답하지 않았어요."),
        "automatic": _("기계가 자동으로 보낸 메일이라 답하지 않았어요."),
        "list": _("소식지나 단체 메일이라 답하지 않았어요."),
        "bulk": _("여러 사람에게 한꺼번에 보낸 메일이라 답하지 않았어요."),
        "suppressed": _("보낸 쪽에서 자동 답장을 받지 않겠다고 해서 답하지 않았어요."),
        "no_person": _("발신 전용 주소에서 온 메일이라 답하지 않았어요."),
        "spam": _("스팸으로 표시된 메일이라 답하지 않았어요."),
    }
    return sentences.get(params.get("why", ""), _("자동으로 답하면 안 되는 메시지라 답하지 않았어요."))


def _only_asked(params: Params, names: Names, zone: ZoneInfo) -> str:
    return _("맞는 규칙이 없었고, 여기서는 규칙에 맞는 질문에만 답하기로 했어요.")


ABOUT_MESSAGE: dict[str, Callable[[Params, Names, ZoneInfo], str]] = {
    "unanswerable": _unanswerable,
    "only_asked": _only_asked,
}
