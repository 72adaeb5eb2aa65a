"""Why a calendar could not be taken, in words: what happened, and the one thing to do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _


def refusal_words(code: str, params: Mapping[str, Any]) -> str:
    """Codes of shops.feed.Refused and of engine.icalendar.refused.Refused."""
    known = {**_of_address(), **_of_file()}
    return known.get(code, _("캘린더를 읽지 못했어요. 다른 파일이나 주소로 해 보세요.")) % dict(params)


def _of_address() -> dict[str, str]:
    return {
        "bad_address": _("캘린더 주소가 아니에요. https://로 시작하고 .ics로 끝나는 주소를 통째로 붙여 넣어 주세요."),
        "inside": _("인터넷에 공개된 주소가 아니라서 가져올 수 없어요. 캘린더 설정의 ‘공유 주소’를 붙여 넣어 주세요."),
        "redirected": _("이 주소는 다른 곳으로 넘어가요. 넘어간 곳의 주소를 붙여 넣어 주세요."),
        "status": _("캘린더가 열리지 않아요(%(status)s). 공유가 켜져 있는지, 주소가 맞는지 확인해 주세요."),
        "too_slow": _("캘린더가 10초 안에 답하지 않았어요. 잠시 뒤 다시 해 주세요."),
        "unreachable": _("주소에 연결하지 못했어요. 주소가 맞는지 확인해 주세요."),
    }


def _of_file() -> dict[str, str]:
    return {
        "too_large": _("1MB가 넘어서 가져올 수 없어요. 쉬는 날만 담은 캘린더를 따로 만들어 주세요."),
        "not_text": _("캘린더 파일이 아니거나 깨졌어요. 캘린더에서 다시 내보내 주세요."),
        "not_calendar": _("캘린더가 아니에요. ‘.ics’ 파일이나 주소인지 확인해 주세요."),
        "broken": _("캘린더가 중간에 끊겼어요. 다시 내보내 주세요."),
        "too_deep": _("캘린더 안이 너무 복잡해서 읽을 수 없어요. 쉬는 날만 담은 캘린더를 따로 만들어 주세요."),
        "too_many_events": _("일정이 %(at_most)s개가 넘어요. 쉬는 날만 담은 캘린더를 따로 만들어 주세요."),
        "too_many_days": _("쉬는 날이 %(at_most)s일이 넘어요. 쉬는 날만 담은 캘린더인지 확인해 주세요."),
        "repeats_too_often": _("하루에도 여러 번 되풀이되는 일정이 있어서 읽을 수 없어요. 그 일정을 빼 주세요."),
        "repeats_too_much": _(
            "되풀이되는 일정이 너무 많아서 읽을 수 없어요. 쉬는 날만 담은 캘린더를 따로 만들어 주세요."
        ),
    }
