"""연결: the shop's messengers, and a guided page for each that ends with the first real message."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from autoresponder import channels as register
from autoresponder.channels.errors import NotAccepted
from autoresponder.connections import connect as connecting
from autoresponder.connections import setup
from autoresponder.connections.models import Connection
from autoresponder.connections.outside import client
from autoresponder.connections.secrets import Locked
from autoresponder.console.channel_page import (
    Card,
    adapter_of,
    card_of,
    channel_page,
    check_of,
    connected,
    connection_of,
    reveal,
    values_of,
)
from autoresponder.console.channel_words import ABOUT, CONNECTED, IN_KOREA, MOST_USED, OTHERS
from autoresponder.console.connect_form import ConnectForm, look
from autoresponder.console.shell import page, redirect_to, toast, wants_fragment
from autoresponder.shops.access import Role, ShopRequest, shop_required


@dataclass(frozen=True, slots=True)
class Group:
    title: str
    cards: list[Card]


@shop_required(Role.MANAGER)
@require_safe
def channels(request: ShopRequest) -> HttpResponse:
    """What is connected first, then what most shops in Korea need, so that ten messengers do not overwhelm."""
    live = {each.kind: each for each in Connection.objects.filter(shop=request.shop, ended_at=None)}
    easiest_first = sorted(register.KINDS, key=lambda kind: [*ABOUT, kind].index(kind))
    cards = [card_of(kind, live.get(kind)) for kind in easiest_first]
    rest = [card for card in cards if card.state == "none"]
    groups = [
        Group(str(CONNECTED), [card for card in cards if card.state != "none"]),
        Group(str(MOST_USED), [card for card in rest if card.kind in IN_KOREA]),
        Group(str(OTHERS), [card for card in rest if card.kind not in IN_KOREA]),
    ]
    return page(request, "channels", "_cards.html", {"groups": [group for group in groups if group.cards]})


@shop_required(Role.MANAGER)
@require_safe
def channel(request: ShopRequest, kind: str) -> HttpResponse:
    return channel_page(request, adapter_of(kind))


@sensitive_post_parameters()
@shop_required(Role.MANAGER)
@require_POST
def channel_connect(request: ShopRequest, kind: str) -> HttpResponse:
    """Connect, or change what was entered. Secrets made just now are shown in full once, on the next page."""
    adapter, connection = adapter_of(kind), connection_of(request, kind)
    form = ConnectForm(adapter, values_of(connection), request.POST)
    if form.is_valid():
        _try(request, form, kind)
    if not form.is_valid():
        return channel_page(request, adapter, form, fragment="_said.html", status=422)
    if connection is None:
        reveal(request, kind, [field.name for field in adapter.fields if field.generated])
    else:
        toast(request, _("저장했어요."))
    return redirect_to(request, reverse("console:channel", args=[kind]))


def _try(request: ShopRequest, form: ConnectForm, kind: str) -> None:
    """Ask the platform and connect; why it did not work is said in the form."""
    try:
        setup.set_up(request.shop, kind, form.given(), client())
    except connecting.Refused as refused:
        form.refuse("format" if refused.field else "taken_elsewhere", refused.field)
    except NotAccepted as refused:
        form.refuse(refused.code, refused.field)
    except Locked:
        form.add_error(
            None, _("저장해 둔 값을 열 수 없어요. 아래에서 연결을 끊고 다시 연결해 주세요. 나눈 대화는 그대로 남아요.")
        )


@sensitive_post_parameters()
@shop_required(Role.MANAGER)
@require_POST
def channel_field(request: ShopRequest, kind: str, name: str) -> HttpResponse:
    """What is to be said about a value just pasted. The value itself is neither kept nor sent back."""
    try:
        looked = look(adapter_of(kind), name, request.POST.get(name, ""))
    except KeyError:
        raise Http404 from None
    return render(request, "console/channels/one/_looked.html", {"looked": looked})


@shop_required(Role.MANAGER)
@require_safe
def channel_check(request: ShopRequest, kind: str) -> HttpResponse:
    """Has a real message come? 204 while the page already shows what there is to say (`seen`)."""
    context = check_of(connected(request, kind))
    if not wants_fragment(request):
        return redirect_to(request, reverse("console:channel", args=[kind]))
    if request.GET.get("seen") == context["check"]:
        return HttpResponse(status=204)
    return page(request, "channels/one", "_checked.html", context)


urlpatterns = [
    path("channels/", channels, name="channels"),
    path("channels/<slug:kind>/", channel, name="channel"),
    path("channels/<slug:kind>/connect/", channel_connect, name="channel_connect"),
    path("channels/<slug:kind>/field/<slug:name>/", channel_field, name="channel_field"),
    path("channels/<slug:kind>/check/", channel_check, name="channel_check"),
]
