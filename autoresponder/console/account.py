"""Signing in and out. Both ways answer the same for accounts that exist and for those that do not."""

from __future__ import annotations

from django import forms
from django.conf import settings
from django.contrib import auth
from django.core.mail import EmailMessage
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render, resolve_url
from django.template.loader import render_to_string
from django.urls import path, reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST
from django.views.i18n import set_language
from sesame.utils import get_query_string

from autoresponder.shops import sign_in as signing_in
from autoresponder.shops.access import membership_of
from autoresponder.shops.models import User

SESAME = "sesame"


class EmailForm(forms.Form):
    email = forms.EmailField(
        label=gettext_lazy("이메일"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "username", "autofocus": True}),
        error_messages={
            "required": gettext_lazy("이메일을 적어 주세요."),
            "invalid": gettext_lazy("이메일 주소를 다시 봐 주세요. 예: shop@example.com"),
        },
    )


class SignInForm(EmailForm):
    password = forms.CharField(
        label=gettext_lazy("비밀번호"),
        max_length=1000,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        error_messages={"required": gettext_lazy("비밀번호를 적어 주세요.")},
    )


@never_cache
@sensitive_post_parameters("password")
def sign_in(request: HttpRequest) -> HttpResponse:
    """The form; a right password signs in and goes to `next`. 422 for a wrong one, 429 after ten."""
    if request.user.is_authenticated:
        return HttpResponseRedirect(_next(request))
    form = SignInForm(request.POST if request.method == "POST" else None)
    if request.method != "POST" or not form.is_valid():
        return _sign_in_page(request, form, 422 if form.is_bound else 200)
    typed = form.cleaned_data
    try:
        user = signing_in.by_password(
            typed["email"], typed["password"], address=address_of(request), now=timezone.now()
        )
    except signing_in.TooMany as error:
        form.add_error(None, f"{too_many_words(error)} {_('급하시면 메일로 로그인 링크를 받으실 수 있어요.')}")
        return _sign_in_page(request, form, 429)
    if user is None:
        form.add_error(
            None, _("이메일이나 비밀번호가 맞지 않아요. 다시 적어 보시거나 메일로 로그인 링크를 받아 보세요.")
        )
        return _sign_in_page(request, form, 422)
    auth.login(request, user)
    return HttpResponseRedirect(_next(request))


@never_cache
@require_POST
def sign_in_mail(request: HttpRequest) -> HttpResponse:
    """Always says that the mail is on its way; sends it when the account exists."""
    form = EmailForm(request.POST)
    if not form.is_valid():
        return _sign_in_page(request, _unbound_password(form), 422)
    email = form.cleaned_data["email"]
    try:
        signing_in.count_link(email, address=address_of(request), now=timezone.now())
    except signing_in.TooMany as error:
        form.add_error(None, too_many_words(error))
        return _sign_in_page(request, _unbound_password(form), 429)
    user = User.objects.filter(email__iexact=email, is_active=True).first()
    if user is not None:
        signing_in.send_in_background(_link_mail(user))
    return render(request, "console/account/link_sent.html", {"email": email})


@never_cache
def sign_in_link(request: HttpRequest) -> HttpResponse:
    """Opening a link only asks: programs that look into mails open links too, and must not use them up."""
    token = request.GET.get(SESAME, "")
    if request.method == "POST":
        user = signing_in.by_link(token, now=timezone.now())
        if user is not None:
            auth.login(request, user)
            return HttpResponseRedirect(resolve_url(settings.LOGIN_REDIRECT_URL))
    else:
        user = signing_in.link_owner(token)
    member = membership_of(user) if user else None
    context = {"person": user, "shop": member.shop if member else None}
    return render(request, "console/account/link_confirm.html", context, status=200 if user else 410)


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    auth.logout(request)
    return HttpResponseRedirect(reverse("console:sign_in"))


def address_of(request: HttpRequest) -> str:
    """Who is asking. Behind a declared proxy only its own entry, the last one, can be believed."""
    forwarded = request.headers.get("X-Forwarded-For", "") if settings.BEHIND_PROXY else ""
    return forwarded.rpartition(",")[2].strip() or request.META.get("REMOTE_ADDR", "")


def safe_url(request: HttpRequest, url: str) -> str:
    """The address if it lies on this site, else ""."""
    hosts = {request.get_host()}
    return url if url_has_allowed_host_and_scheme(url, allowed_hosts=hosts, require_https=request.is_secure()) else ""


def _next(request: HttpRequest) -> str:
    wanted = request.POST.get("next") or request.GET.get("next", "")
    return safe_url(request, wanted) or resolve_url(settings.LOGIN_REDIRECT_URL)


def _sign_in_page(request: HttpRequest, form: forms.Form, status: int) -> HttpResponse:
    context = {"form": form, "next": request.POST.get("next") or request.GET.get("next", "")}
    return render(request, "console/account/sign_in.html", context, status=status)


def _unbound_password(checked: EmailForm) -> SignInForm:
    """The sign-in form with what was typed as e-mail and only the complaints about that."""
    form = SignInForm(checked.data)
    form._errors = checked.errors
    form.cleaned_data = {}
    return form


def too_many_words(error: signing_in.TooMany) -> str:
    minutes = max(1, -int((timezone.now() - error.until).total_seconds() // 60))
    return _("여러 번 시도해서 잠시 멈췄어요. %(minutes)d분 뒤에 다시 해 주세요.") % {"minutes": minutes}


def _link_mail(user: User) -> EmailMessage:
    context = {"link": settings.BASE_URL + reverse("console:sign_in_link") + get_query_string(user)}
    return EmailMessage(
        subject=_("답지기 로그인 링크예요"),
        body=render_to_string("email/sign_in_link.txt", context),
        to=[user.email],
    )


urlpatterns = [
    path("sign-in/", sign_in, name="sign_in"),
    path("sign-in/mail/", sign_in_mail, name="sign_in_mail"),
    path("sign-in/link/", sign_in_link, name="sign_in_link"),
    path("sign-out/", sign_out, name="sign_out"),
    path("language/", set_language, name="language"),
]
