"""설정: the way to everything that is set up once, the shop's own details, and one's account."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django import forms
from django.conf import settings as django_settings
from django.contrib.auth import BACKEND_SESSION_KEY, password_validation, update_session_auth_hash
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_POST

from autoresponder.connections import find
from autoresponder.connections.models import Connection
from autoresponder.console.account import address_of, too_many_words
from autoresponder.console.shell import page, redirect_to, toast
from autoresponder.rules.release import stable_of
from autoresponder.shops import sign_in as signing_in
from autoresponder.shops.access import RANK, Role, ShopRequest, shop_required
from autoresponder.shops.models import Shop, User
from autoresponder.shops.profile import describe_shop, rename_user

BY_LINK = "sesame.backends.ModelBackend"
LINK_COUNTS = timedelta(hours=1)
# Two forms on one page both have a name.
SHOP_IDS = "shop-%s"


@dataclass(frozen=True, slots=True)
class Way:
    """A line of the list at the top: where it leads (the name of the screen) and how things stand there."""

    icon: str
    screen: str
    title: str
    text: str

    @property
    def url(self) -> str:
        return reverse(f"console:{self.screen}")


class ShopForm(forms.Form):
    name = forms.CharField(
        label=gettext_lazy("가게 이름"),
        max_length=60,
        help_text=gettext_lazy("손님이 받는 인사와 답에 이 이름이 들어가요."),
        error_messages={
            "required": gettext_lazy("가게 이름을 적어 주세요."),
            "max_length": gettext_lazy("가게 이름은 60자까지 적을 수 있어요."),
        },
    )
    language = forms.ChoiceField(
        label=gettext_lazy("손님에게 보이는 언어"),
        choices=django_settings.LANGUAGES,
        help_text=gettext_lazy("답에 들어가는 날짜와 시각, 채팅 화면의 글이 이 언어로 나와요."),
    )


class NameForm(forms.Form):
    name = forms.CharField(
        label=gettext_lazy("내 이름"),
        max_length=60,
        required=False,
        error_messages={"max_length": gettext_lazy("이름은 60자까지 적을 수 있어요.")},
    )


class PasswordForm(forms.Form):
    old = forms.CharField(
        label=gettext_lazy("지금 비밀번호"),
        max_length=1000,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        error_messages={"required": gettext_lazy("지금 쓰는 비밀번호를 적어 주세요.")},
    )
    new = forms.CharField(
        label=gettext_lazy("새 비밀번호"),
        max_length=1000,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=gettext_lazy("8자 이상, 남이 짐작하기 어려운 말로 적어 주세요. 긴 문장도 좋아요."),
        error_messages={"required": gettext_lazy("새 비밀번호를 적어 주세요.")},
    )

    def __init__(self, *args: Any, user: User, knows_old: bool, **more: Any) -> None:
        super().__init__(*args, **more)
        self.user = user
        if not knows_old:
            del self.fields["old"]

    def clean_new(self) -> str:
        new: str = self.cleaned_data["new"]
        try:
            password_validation.validate_password(new, self.user)
        except ValidationError as error:
            raise ValidationError([_weakness(one.code or "") for one in error.error_list]) from None
        return new


@shop_required()
@require_GET
def settings(request: ShopRequest) -> HttpResponse:
    return _hub(request, {})


@shop_required(Role.MANAGER)
@require_POST
def settings_shop(request: ShopRequest) -> HttpResponse:
    form = ShopForm(request.POST, auto_id=SHOP_IDS)
    if not form.is_valid():
        return _hub(request, {"shop_form": form}, status=422)
    describe_shop(request.shop, name=form.cleaned_data["name"], language=form.cleaned_data["language"])
    find.forget()
    return _saved(request)


@shop_required()
@require_POST
def settings_name(request: ShopRequest) -> HttpResponse:
    form = NameForm(request.POST)
    if not form.is_valid():
        return _hub(request, {"name_form": form}, status=422)
    rename_user(request.user, name=form.cleaned_data["name"])
    return _saved(request)


@shop_required()
@never_cache
@sensitive_post_parameters("old", "new")
def password(request: ShopRequest) -> HttpResponse:
    """Change it. The old one is asked for where there is one, except right after coming in by a link."""
    knows_old = request.user.has_usable_password() and not _came_by_link(request)
    form = PasswordForm(request.POST if request.method == "POST" else None, user=request.user, knows_old=knows_old)
    if not form.is_valid() or (knows_old and not _old_is_right(request, form)):
        return render(request, "console/account/password.html", {"form": form}, status=422 if form.is_bound else 200)
    request.user.set_password(form.cleaned_data["new"])
    request.user.save(update_fields=["password"])
    # Every other browser that is signed in is out at its next request; this one stays.
    update_session_auth_hash(request, request.user)
    toast(request, _("비밀번호를 바꿨어요. 다른 기기에서는 다시 로그인해야 해요."))
    return redirect_to(request, reverse("console:settings"))


def _came_by_link(request: ShopRequest) -> bool:
    """Whether the person has shown within the hour that the mailbox is theirs: as good as the old password."""
    last = request.user.last_login
    fresh = last is not None and timezone.now() - last < LINK_COUNTS
    return fresh and request.session.get(BACKEND_SESSION_KEY) == BY_LINK


def _old_is_right(request: ShopRequest, form: PasswordForm) -> bool:
    typed = form.cleaned_data["old"]
    try:
        user = signing_in.by_password(request.user.email, typed, address=address_of(request), now=timezone.now())
    except signing_in.TooMany as error:
        form.add_error("old", too_many_words(error))
        return False
    if user is None:
        form.add_error(
            "old", _("지금 비밀번호가 맞지 않아요. 기억나지 않으면 메일로 받은 로그인 링크로 다시 들어와 주세요.")
        )
    return user is not None


def _hub(request: ShopRequest, forms_with_errors: Mapping[str, forms.Form], *, status: int = 200) -> HttpResponse:
    shop = request.shop
    context = {
        "may_edit": RANK.index(Role(request.role)) <= RANK.index(Role.MANAGER),
        "ways": _ways(shop),
        "chat_address": django_settings.BASE_URL + reverse("chat", args=[shop.slug]),
        "shop_form": ShopForm(initial={"name": shop.name, "language": shop.language}, auto_id=SHOP_IDS),
        "name_form": NameForm(initial={"name": request.user.name}),
        "languages": django_settings.LANGUAGES,
        "language_now": translation.get_language(),
        **forms_with_errors,
    }
    return page(request, "settings", "page.html", context, status=status)


def _ways(shop: Shop) -> list[Way]:
    stable = stable_of(shop)
    connected = Connection.objects.filter(shop=shop, paused=False, confirmed_at__isnull=False).count()
    places = ngettext("%(n)d곳에 연결되어 있어요", "%(n)d곳에 연결되어 있어요", connected) % {"n": connected}
    getting = _("손님은 지금 버전 %(number)d의 답변을 받아요")
    return [
        Way("plug", "channels", _("메신저 연결"), places if connected else _("아직 연결한 곳이 없어요")),
        Way(
            "send",
            "releases",
            _("게시와 되돌리기"),
            getting % {"number": stable.number} if stable else _("아직 게시한 답변이 없어요"),
        ),
        Way("flask-conical", "simulator", _("연습하기"), _("손님인 척 말을 걸어 보세요")),
        Way("clock", "hours", _("영업시간"), _("여는 때와 쉬는 날")),
        Way("store", "facts", _("가게 정보"), _("배송, 교환, 주소처럼 답에 들어가는 정보")),
    ]


def _saved(request: ShopRequest) -> HttpResponse:
    toast(request, _("저장했어요"))
    return redirect_to(request, reverse("console:settings"))


def _weakness(code: str) -> str:
    """Django's own words for its codes are those of a public office."""
    weaknesses = {
        "password_too_short": _("비밀번호가 짧아요. 8자 이상으로 적어 주세요."),
        "password_too_common": _("너무 흔한 비밀번호예요. 다른 말로 적어 주세요."),
        "password_too_similar": _("이름이나 이메일과 너무 비슷해요. 다른 말로 적어 주세요."),
    }
    return weaknesses.get(code, _("쓸 수 없는 비밀번호예요. 다른 말로 적어 주세요."))


urlpatterns = [
    path("settings/", settings, name="settings"),
    path("settings/shop/", settings_shop, name="settings_shop"),
    path("settings/name/", settings_name, name="settings_name"),
    path("settings/password/", password, name="password"),
]
