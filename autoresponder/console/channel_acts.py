"""What a seller does with a connected messenger: finish it, mend it, pause it, renew a secret, take it off."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from autoresponder import channels as register
from autoresponder import tasks
from autoresponder.connections import connect as connecting
from autoresponder.connections import setup, trouble
from autoresponder.connections.outside import client
from autoresponder.connections.secrets import Locked
from autoresponder.console.channel_page import connected, reveal
from autoresponder.console.shell import redirect_to, toast
from autoresponder.shops.access import Role, ShopRequest, shop_required


@shop_required(Role.MANAGER)
@require_POST
def channel_setup(request: ShopRequest, kind: str) -> HttpResponse:
    """Try again what did not work; `take_over` is 1 to take the account from another program."""
    try:
        outcome = setup.register(connected(request, kind), client(), take_over=request.POST.get("take_over") == "1")
    except Locked:
        return _locked(request, kind)
    if outcome.done:
        toast(request, _("잘 됐어요. 이제 첫 메시지만 오면 끝나요."))
    else:
        toast(request, _("아직이에요. 아래 안내를 다시 봐 주세요."))
    return _back(request, kind)


@shop_required(Role.MANAGER)
@require_POST
def channel_mended(request: ShopRequest, kind: str) -> HttpResponse:
    """The seller has mended what was wrong at the platform: what still waits goes out now."""
    trouble.clear(connected(request, kind))
    tasks.wake()
    toast(request, _("다시 보내기 시작했어요. 아직 막혀 있으면 여기에 다시 알려 드릴게요."))
    return _back(request, kind)


@shop_required(Role.MANAGER)
@require_POST
def channel_pause(request: ShopRequest, kind: str) -> HttpResponse:
    connecting.set_paused(connected(request, kind), True)
    toast(request, _("잠시 멈췄어요. 온 말은 상담함에 모아 둘게요."))
    return _back(request, kind)


@shop_required(Role.MANAGER)
@require_POST
def channel_resume(request: ShopRequest, kind: str) -> HttpResponse:
    connecting.set_paused(connected(request, kind), False)
    toast(request, _("다시 켰어요. 지금부터 자동으로 답해요."))
    return _back(request, kind)


@shop_required(Role.MANAGER)
@require_POST
def channel_renew(request: ShopRequest, kind: str) -> HttpResponse:
    """A new secret for the field `name`; the one before it goes on working until it is replaced too."""
    connection, name = connected(request, kind), request.POST.get("name", "")
    if name not in [field.name for field in register.get(kind).fields if field.generated]:
        raise Http404
    connecting.renew_secret(connection, name)
    reveal(request, kind, [name])
    return _back(request, kind)


@shop_required(Role.MANAGER)
@require_POST
def channel_disconnect(request: ShopRequest, kind: str) -> HttpResponse:
    """Its secrets are gone for good; what was said stays, and connecting again is always possible."""
    setup.take_off(connected(request, kind), client(), now=timezone.now())
    toast(request, _("연결을 끊었어요. 나눈 대화는 상담함에 그대로 있어요."))
    return redirect_to(request, reverse("console:channels"))


def _locked(request: ShopRequest, kind: str) -> HttpResponse:
    toast(request, _("저장해 둔 값을 열 수 없어요. 연결을 끊고 다시 연결해 주세요. 나눈 대화는 그대로 남아요."))
    return _back(request, kind)


def _back(request: ShopRequest, kind: str) -> HttpResponse:
    return redirect_to(request, reverse("console:channel", args=[kind]))


urlpatterns = [
    path("channels/<slug:kind>/setup/", channel_setup, name="channel_setup"),
    path("channels/<slug:kind>/mended/", channel_mended, name="channel_mended"),
    path("channels/<slug:kind>/pause/", channel_pause, name="channel_pause"),
    path("channels/<slug:kind>/resume/", channel_resume, name="channel_resume"),
    path("channels/<slug:kind>/renew/", channel_renew, name="channel_renew"),
    path("channels/<slug:kind>/disconnect/", channel_disconnect, name="channel_disconnect"),
]
