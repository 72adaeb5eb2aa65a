"""What each messenger is good for and what it takes, in one line for its card."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

# The easiest first for a shop in Korea.
ABOUT: Mapping[str, Promise] = {
    "kakao": _("카카오톡 채널로 온 질문에 바로 답해요. 챗봇 관리자센터에서 10분이면 연결돼요."),
    "webchat": _("링크 하나로 열리는 우리 가게 채팅이에요. 내 홈페이지에도 붙일 수 있어요. 누르면 바로 시작돼요."),
    "webhook": _("내 쇼핑몰이나 자동화 도구가 받은 질문에 답해요. 개발자나 도구의 도움이 조금 필요해요."),
}
