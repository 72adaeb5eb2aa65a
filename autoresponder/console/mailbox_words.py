"""What a mail address tells: which company keeps it, and what it wants from the seller."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from autoresponder.channels.mail import providers
from autoresponder.console.setup_words import Looked, said

# By the server that its mail is read from.
NAMES: Mapping[str, Promise] = {
    "imap.naver.com": gettext_lazy("네이버 메일"),
    "imap.gmail.com": gettext_lazy("지메일"),
    "imap.daum.net": gettext_lazy("다음 메일"),
    "imap.kakao.com": gettext_lazy("카카오메일"),
    "imap.nate.com": gettext_lazy("네이트 메일"),
    "imap.mail.me.com": gettext_lazy("iCloud 메일"),
}


def known(address: str) -> Looked:
    """An address that looks like one: recognised, or what has to be entered besides."""
    provider = providers.of(address)
    if provider is None:
        return Looked(right=_("처음 보는 메일 서비스예요. 아래 ‘더 적을 수 있는 것’에 서버 이름 두 개를 적어 주세요."))
    if not provider.password:
        return Looked(wrong=str(said("email", "no_passwords")))
    name = NAMES.get(provider.imap, gettext_lazy("아는 메일 서비스"))
    if provider.app_password:
        return Looked(right=_("{mail}이네요. 아래에는 순서대로 만든 앱 비밀번호를 넣어 주세요.").format(mail=name))
    return Looked(right=_("{mail}이네요. 나머지는 저희가 채울게요.").format(mail=name))
