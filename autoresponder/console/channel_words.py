"""What each messenger is good for and what it takes, in one line for its card, and how the cards are grouped."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

# Within a group the easiest first.
ABOUT: Mapping[str, Promise] = {
    "webchat": _("링크 하나로 열리는 우리 가게 채팅이에요. 누르면 바로 시작돼요."),
    "kakao": _("챗봇 관리자센터에서 10분이면 연결돼요."),
    "navertalk": _("톡톡 파트너센터에서 5분이면 연결돼요."),
    "email": _("앱 비밀번호만 만들면 3분이면 연결돼요."),
    "instagram": _("Meta 개발자 계정이 있어야 해요. 30분쯤 걸려요."),
    "telegram": _("값 하나만 붙여 넣으면 2분이면 연결돼요."),
    "line": _("값 두 개만 붙여 넣으면 5분이면 연결돼요."),
    "messenger": _("Meta 개발자 계정이 있어야 해요. 30분쯤 걸려요."),
    "whatsapp": _("Meta 개발자 계정이 있어야 해요. 30분쯤 걸려요."),
    "webhook": _("내 쇼핑몰 프로그램과 이어요. 개발자의 도움이 조금 필요해요."),
}
IN_KOREA = ("webchat", "kakao", "navertalk", "email", "instagram")
CONNECTED, MOST_USED, OTHERS = _("연결한 메신저"), _("한국에서 많이 써요"), _("그 밖의 메신저")
