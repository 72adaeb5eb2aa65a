"""Why a messenger could not be connected, or cannot be used any more, in a seller's words with one thing to do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from autoresponder.channels.base import Channel, Field


class Said(NamedTuple):
    """`what` happened and the one thing to `do` about it, a sentence each."""

    what: str
    do: str

    def __str__(self) -> str:
        return f"{self.what} {self.do}".strip()


class Looked(NamedTuple):
    """What is said at a field while it is filled in; "" for nothing."""

    wrong: str = ""
    right: str = ""


Words = tuple[Promise, Promise]
_AGAIN = gettext_lazy("적은 내용은 그대로 있으니, 잠시 뒤 다시 눌러 주세요.")
_COPY_AGAIN = gettext_lazy("그곳에서 처음부터 끝까지 다시 복사해 붙여 넣어 주세요.")

# By the code of NotAccepted, of SendError, or of connections.setup.Outcome.
WORDS: Mapping[str, Words] = {
    "format": (gettext_lazy("값이 온전하지 않은 것 같아요."), _COPY_AGAIN),
    "token": (
        gettext_lazy("이 값으로는 들어갈 수 없어요. 잘못 복사했거나, 더는 쓰지 않는 값이에요."),
        gettext_lazy("그곳에서 값을 새로 받아 붙여 넣어 주세요."),
    ),
    "not_found": (gettext_lazy("이 계정을 찾지 못했어요."), _COPY_AGAIN),
    "other_kind": (
        gettext_lazy("다른 계정이나 다른 용도의 값이에요."),
        gettext_lazy("연결하려는 계정의 값이 맞는지 보고 다시 붙여 넣어 주세요."),
    ),
    "already_used": (
        gettext_lazy("이 계정은 이미 다른 곳에서 쓰고 있어요."),
        gettext_lazy("먼저 그곳의 연결을 끊고 다시 눌러 주세요."),
    ),
    "taken_elsewhere": (
        gettext_lazy("이 계정은 답지기를 쓰는 다른 가게에 연결되어 있어요."),
        gettext_lazy("그 가게에서 연결을 끊은 뒤 다시 눌러 주세요."),
    ),
    "permission": (
        gettext_lazy("이 계정에 메시지를 주고받을 권한이 없어요."),
        gettext_lazy("그곳의 설정에서 메시지 권한을 켠 뒤 다시 해 주세요."),
    ),
    "switched_off": (
        gettext_lazy("그곳에서 꺼 둔 설정이 있어요."),
        gettext_lazy("순서에 있는 설정을 켠 뒤 다시 확인해 주세요."),
    ),
    "address": (
        gettext_lazy("그곳에서 우리 연결 주소를 불러 보았지만 답을 받지 못했어요."),
        gettext_lazy("답지기가 켜져 있는지 보고 잠시 뒤 다시 확인해 주세요."),
    ),
    "private": (
        gettext_lazy("지금 답지기는 이 컴퓨터에서만 열려서, 메신저가 찾아올 주소가 없어요."),
        gettext_lazy("인터넷에 공개된 주소가 생기면 다시 확인해 주세요."),
    ),
    "taken": (
        gettext_lazy("지금은 다른 프로그램이 이 계정의 메시지를 받고 있어요."),
        gettext_lazy("답지기로 바꾸면 그 프로그램은 메시지를 더 받지 못해요."),
    ),
    "taken_over": (
        gettext_lazy("다른 프로그램이 같은 값으로 메시지를 가져가고 있어요."),
        gettext_lazy("그 프로그램을 끄고 다시 해 주세요."),
    ),
    "quota": (
        gettext_lazy("이 계정이 이번에 보낼 수 있는 메시지를 다 썼어요."),
        gettext_lazy("한도가 새로 차거나 요금제를 바꾼 뒤 다시 해 주세요."),
    ),
    "suspended": (
        gettext_lazy("그곳에서 이 계정을 잠시 막아 두었어요."),
        gettext_lazy("계정 관리 화면의 안내를 따라 푼 뒤 다시 해 주세요."),
    ),
    "refused": (
        gettext_lazy("그곳에서 받아 주지 않았어요."),
        gettext_lazy("적은 값을 하나씩 다시 살펴봐 주세요."),
    ),
    "busy": (gettext_lazy("지금은 그곳이 바빠서 확인하지 못했어요."), _AGAIN),
    "unreachable": (gettext_lazy("지금은 그곳에 닿지 못해 확인하지 못했어요."), _AGAIN),
    "unsure": (gettext_lazy("그곳에서 답이 오지 않아 확인하지 못했어요."), _AGAIN),
    "inside": (
        gettext_lazy("이 주소는 집이나 가게 안쪽 통신망으로 이어져서 연결할 수 없어요."),
        gettext_lazy("인터넷에 공개된 주소를 적어 주세요."),
    ),
    "fault": (gettext_lazy("저희 쪽 문제로 확인하지 못했어요."), _AGAIN),
}

_BOTFATHER = gettext_lazy("BotFather에서 토큰을 다시 복사해 붙여 넣어 주세요.")
_META_KEY = gettext_lazy("Meta 개발자 화면에서 액세스 토큰을 새로 만들어 붙여 넣어 주세요.")
_META_RIGHT = gettext_lazy("Meta 개발자 화면에서 메시지 권한이 켜진 토큰을 새로 만들어 붙여 넣어 주세요.")
_APP_SECRET = (
    gettext_lazy("이 앱의 ‘앱 시크릿 코드’가 아니에요."),
    gettext_lazy("Meta의 앱 화면 기본 설정에서 다시 복사해 붙여 넣어 주세요."),
)
_APP_ID = (
    gettext_lazy("Meta에서 이 앱을 찾지 못했어요."),
    gettext_lazy("‘앱 ID’와 ‘앱 시크릿 코드’가 같은 앱의 것인지 봐 주세요."),
)
_APP_PASSWORD = (
    gettext_lazy("메일 서비스가 이 비밀번호를 받아 주지 않았어요. 평소 쓰는 비밀번호로는 연결되지 않아요."),
    gettext_lazy("순서를 따라 앱 비밀번호를 새로 만들어 붙여 넣어 주세요."),
)

# Where a messenger's own words help more.
OF_KIND: Mapping[tuple[str, ...], Words] = {
    ("line", "token"): (
        gettext_lazy("LINE이 이 채널 액세스 토큰을 받아 주지 않았어요."),
        gettext_lazy("LINE Developers에서 다시 발급해 붙여 넣어 주세요."),
    ),
    ("line", "token", "channel_secret"): (
        gettext_lazy("LINE이 시험 삼아 보낸 말이 이 ‘Channel secret’과 맞지 않아요."),
        gettext_lazy("‘Basic settings’ 화면에서 다시 복사해 붙여 넣어 주세요."),
    ),
    ("line", "switched_off"): (
        gettext_lazy("주소는 등록했는데, LINE에서 메시지 전달이 꺼져 있어요."),
        gettext_lazy("LINE Developers에서 ‘Use webhook’을 켠 뒤 다시 확인해 주세요."),
    ),
    ("line", "quota"): (
        gettext_lazy("LINE에서 이번 달에 보낼 수 있는 메시지를 다 썼어요."),
        gettext_lazy("다음 달이 되거나 LINE 요금제를 바꾼 뒤 ‘고쳤어요’를 눌러 주세요."),
    ),
    ("telegram", "token"): (gettext_lazy("텔레그램이 이 봇 토큰을 모른다고 해요."), _BOTFATHER),
    ("telegram", "taken_over"): (
        gettext_lazy("다른 프로그램이 같은 봇의 메시지를 가져가고 있어요."),
        gettext_lazy("그 프로그램을 끄거나, BotFather에서 토큰을 새로 받아 붙여 넣어 주세요."),
    ),
    ("telegram", "private"): (
        gettext_lazy("지금 답지기는 이 컴퓨터에서만 열려서, 텔레그램이 찾아올 주소가 없어요."),
        gettext_lazy("받는 방법을 ‘답지기가 가져오기’ 쪽으로 바꾸면 지금도 연결돼요."),
    ),
    ("navertalk", "token"): (
        gettext_lazy("네이버 톡톡이 보내기용 인증 값을 받아 주지 않았어요."),
        gettext_lazy("톡톡 파트너센터에서 다시 복사해 붙여 넣어 주세요."),
    ),
    ("messenger", "token"): (gettext_lazy("페이스북이 이 액세스 토큰을 받아 주지 않았어요."), _META_KEY),
    ("instagram", "token"): (gettext_lazy("인스타그램이 이 액세스 토큰을 받아 주지 않았어요."), _META_KEY),
    ("whatsapp", "token"): (gettext_lazy("왓츠앱이 이 액세스 토큰을 받아 주지 않았어요."), _META_KEY),
    ("messenger", "permission"): (gettext_lazy("이 토큰에는 페이지 메시지를 주고받을 권한이 없어요."), _META_RIGHT),
    ("instagram", "permission"): (gettext_lazy("이 토큰에는 DM을 주고받을 권한이 없어요."), _META_RIGHT),
    ("whatsapp", "permission"): (gettext_lazy("이 토큰에는 왓츠앱 메시지를 주고받을 권한이 없어요."), _META_RIGHT),
    **{
        (kind, code, field): words
        for kind in ("messenger", "instagram", "whatsapp")
        for code, field, words in (
            ("token", "app_secret", _APP_SECRET),
            ("not_found", "app_id", _APP_ID),
            ("refused", "app_id", _APP_ID),
        )
    },
    ("email", "token"): _APP_PASSWORD,
    ("email", "app_password"): _APP_PASSWORD,
    ("email", "switched_off"): (
        gettext_lazy("메일 서비스에서 다른 프로그램이 메일을 읽는 것이 꺼져 있어요."),
        gettext_lazy("메일 환경설정에서 ‘IMAP 사용’을 켠 뒤 다시 눌러 주세요."),
    ),
    ("email", "no_passwords"): (
        gettext_lazy("아웃룩·핫메일은 다른 프로그램이 비밀번호로 들어가는 것을 막아 두었어요."),
        gettext_lazy("네이버나 지메일처럼 앱 비밀번호를 쓸 수 있는 메일로 연결해 주세요."),
    ),
    ("email", "permission"): (
        gettext_lazy("메일 서비스에서 다른 프로그램이 메일을 읽는 것이 꺼져 있어요."),
        gettext_lazy("메일 환경설정에서 ‘IMAP 사용’을 켠 뒤 다시 눌러 주세요."),
    ),
    ("email", "not_found"): (
        gettext_lazy("이 메일 서비스의 서버를 찾지 못했어요."),
        gettext_lazy("메일 주소가 맞는지, 서버 이름이 맞는지 살펴봐 주세요."),
    ),
    ("webhook", "refused"): (
        gettext_lazy("보낼 곳에서 더는 받지 않겠다고 했어요."),
        gettext_lazy("답을 받을 주소를 확인해 고쳐 주세요."),
    ),
}


def said(kind: str, code: str, field: str = "") -> Said:
    """Any code has words: one nobody wrote down is said as a fault of ours."""
    own = OF_KIND.get((kind, code, field)) or OF_KIND.get((kind, code))
    what, do = own or WORDS.get(code) or WORDS["fault"]
    return Said(str(what), str(do))


def misfit(field: Field, adapter: Channel) -> str:
    """A value that cannot be one of this field."""
    if field.wrong:
        return _(field.wrong)
    if field.example:
        return _("이 칸에 들어갈 값이 아닌 것 같아요. 이렇게 생긴 값이에요: {example}").format(example=field.example)
    return str(said(adapter.kind, "format"))
