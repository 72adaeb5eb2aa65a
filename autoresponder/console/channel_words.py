"""What each messenger is good for and what it takes, in one line for its card, and how the cards are grouped."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

# Within a group the easiest first.
ABOUT: Mapping[str, Promise] = {
    "webchat": _("링크 하나로 열리는 우리 가게 채팅이에요. 내 홈페이지에도 붙일 수 있어요. 누르면 바로 시작돼요."),
    "kakao": _("카카오톡 채널로 온 질문에 바로 답해요. 챗봇 관리자센터에서 10분이면 연결돼요."),
    "navertalk": _("네이버 검색과 스마트스토어에서 온 톡톡에 바로 답해요. 파트너센터에서 5분이면 연결돼요."),
    "email": _("메일로 온 문의에 답장해요. 메일 주소와 앱 비밀번호만 있으면 3분이면 연결돼요."),
    "instagram": _("인스타그램 DM에 바로 답해요. Meta 개발자 계정이 있어야 해서 30분쯤 걸려요."),
    "telegram": _("텔레그램 봇으로 온 말에 답해요. 봇을 만들고 값 하나만 붙여 넣으면 2분이면 연결돼요."),
    "line": _("LINE 공식계정으로 온 말에 답해요. 값 두 개만 붙여 넣으면 5분이면 연결돼요."),
    "messenger": _("페이스북 페이지로 온 메시지에 답해요. Meta 개발자 계정이 있어야 해서 30분쯤 걸려요."),
    "whatsapp": _("왓츠앱 비즈니스 번호로 온 말에 답해요. Meta 개발자 계정이 있어야 해서 30분쯤 걸려요."),
    "webhook": _("내 쇼핑몰이나 자동화 도구가 받은 질문에 답해요. 개발자나 도구의 도움이 조금 필요해요."),
}
IN_KOREA = ("webchat", "kakao", "navertalk", "email", "instagram")
CONNECTED, MOST_USED, OTHERS = _("연결한 메신저"), _("한국에서 많이 써요"), _("그 밖의 메신저")
