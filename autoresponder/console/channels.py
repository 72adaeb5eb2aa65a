"""연결: the shop's messengers, and a guided page for each that ends with the first real message."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any, Literal
from urllib.parse import urlsplit

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from autoresponder import channels as register
from autoresponder.channels.base import Channel
from autoresponder.connections import connect as connecting
from autoresponder.connections.models import Connection
from autoresponder.connections.secrets import mask, readable
from autoresponder.console.channel_words import ABOUT
from autoresponder.console.connect_form import ConnectForm
from autoresponder.console.shell import page, redirect_to, toast, wants_fragment
from autoresponder.inbox.models import Message
from autoresponder.rules.release import stable_of
from autoresponder.shops.access import Role, ShopRequest, shop_required

State = Literal["none", "paused", "waiting", "on"]
# Under this name the session keeps which secrets may be shown in full once: their names, never the secrets.
REVEAL = "reveal_secrets"


@dataclass(frozen=True, slots=True)
class Card:
    kind: str
    label: str
    about: str
    state: State


@dataclass(frozen=True, slots=True)
class Secret:
    """A value we made, to be pasted at the platform. `text` is masked unless `whole`."""

    name: str
    label: str
    help: str
    text: str
    whole: bool


@shop_required(Role.MANAGER)
@require_safe
def channels(request: ShopRequest) -> HttpResponse:
    connected = {connection.kind: connection for connection in Connection.objects.filter(shop=request.shop)}
    easiest_first = sorted(register.KINDS, key=lambda kind: [*ABOUT, kind].index(kind))
    cards = [_card(kind, connected.get(kind)) for kind in easiest_first]
    return page(request, "channels", "_cards.html", {"cards": cards})


@shop_required(Role.MANAGER)
@require_safe
def channel(request: ShopRequest, kind: str) -> HttpResponse:
    return _page(request, _adapter(kind))


@shop_required(Role.MANAGER)
@require_POST
def channel_connect(request: ShopRequest, kind: str) -> HttpResponse:
    """Connect, or change what was entered. Secrets made just now are shown in full once, on the next page."""
    adapter, connection = _adapter(kind), _connection(request, kind)
    form = ConnectForm(adapter, _values(connection), request.POST)
    if not form.is_valid():
        return _page(request, adapter, form, status=422)
    try:
        connecting.connect(request.shop, kind, form.given())
    except connecting.Refused as refused:
        form.add_error(refused.field if refused.field in form.fields else None, _("이 값으로는 연결할 수 없어요."))
        return _page(request, adapter, form, status=422)
    if connection is None:
        _reveal(request, kind, [field.name for field in adapter.fields if field.generated])
    else:
        toast(request, _("저장했어요."))
    return redirect_to(request, reverse("console:channel", args=[kind]))


@shop_required(Role.MANAGER)
@require_POST
def channel_pause(request: ShopRequest, kind: str) -> HttpResponse:
    connecting.set_paused(_connected(request, kind), True)
    toast(request, _("잠시 멈췄어요. 온 말은 상담함에 모아 둘게요."))
    return redirect_to(request, reverse("console:channel", args=[kind]))


@shop_required(Role.MANAGER)
@require_POST
def channel_resume(request: ShopRequest, kind: str) -> HttpResponse:
    connecting.set_paused(_connected(request, kind), False)
    toast(request, _("다시 켰어요. 지금부터 자동으로 답해요."))
    return redirect_to(request, reverse("console:channel", args=[kind]))


@shop_required(Role.MANAGER)
@require_POST
def channel_renew(request: ShopRequest, kind: str) -> HttpResponse:
    """A new secret for the field `name`; the one before it goes on working until it is replaced too."""
    connection, name = _connected(request, kind), request.POST.get("name", "")
    if name not in [field.name for field in register.get(kind).fields if field.generated]:
        raise Http404
    connecting.renew_secret(connection, name)
    _reveal(request, kind, [name])
    return redirect_to(request, reverse("console:channel", args=[kind]))


@shop_required(Role.MANAGER)
@require_safe
def channel_check(request: ShopRequest, kind: str) -> HttpResponse:
    """Has a real message come? 204 while the page already shows what there is to say (`seen`)."""
    context = _check(_connected(request, kind))
    if not wants_fragment(request):
        return redirect_to(request, reverse("console:channel", args=[kind]))
    if request.GET.get("seen") == context["check"]:
        return HttpResponse(status=204)
    return page(request, "channels/one", "_checked.html", context)


def reachable(base_url: str) -> bool:
    """Could a platform call this address: https, and no name that only this machine or this house knows?"""
    parts = urlsplit(base_url)
    host = parts.hostname or ""
    try:
        return parts.scheme == "https" and ip_address(host).is_global
    except ValueError:
        inside = host == "localhost" or host.endswith((".local", ".localhost", ".internal", ".test"))
        return parts.scheme == "https" and "." in host and not inside


def _card(kind: str, connection: Connection | None) -> Card:
    return Card(kind, _(register.get(kind).label), str(ABOUT.get(kind, "")), _state(connection))


def _state(connection: Connection | None) -> State:
    if connection is None:
        return "none"
    if connection.paused:
        return "paused"
    return "on" if connection.confirmed_at else "waiting"


def _page(
    request: ShopRequest, adapter: Channel, form: ConnectForm | None = None, *, status: int = 200
) -> HttpResponse:
    connection = _connection(request, adapter.kind)
    values = _values(connection)
    context: dict[str, Any] = {
        "card": _card(adapter.kind, connection),
        "form": form or ConnectForm(adapter, values),
        "guide": f"console/channels/guide/{adapter.kind}.html",
        "base_url": settings.BASE_URL,
        "reachable": reachable(settings.BASE_URL),
    }
    if connection:
        context |= _check(connection) | {
            "connection": connection,
            "address": settings.BASE_URL + connecting.path_of(connection),
            "secrets": _secrets(request, adapter, values),
            "published": stable_of(request.shop) is not None,
        }
    return page(request, "channels/one", "_steps.html", context, status=status)


def _check(connection: Connection) -> dict[str, Any]:
    """`check`: "green" after the first real message, "tested" when only the platform's own test has come, "waiting"."""
    messages = Message.objects.filter(connection=connection).order_by("id")
    first = messages.filter(test=False).first() if connection.confirmed_at else None
    tested = connection.confirmed_at is None and messages.filter(test=True).exists()
    check = "green" if connection.confirmed_at else "tested" if tested else "waiting"
    return {"card": _card(connection.kind, connection), "check": check, "first": first, "connection": connection}


def _secrets(request: ShopRequest, adapter: Channel, values: dict[str, str]) -> list[Secret]:
    revealed = request.session.pop(REVEAL, {})
    names = revealed.get("names", []) if revealed.get("kind") == adapter.kind else []
    return [
        Secret(
            name=field.name,
            label=_(field.label),
            help=_(field.help) if field.help else "",
            text=values.get(field.name, "") if field.name in names else mask(values.get(field.name, "")),
            whole=field.name in names,
        )
        for field in adapter.fields
        if field.generated
    ]


def _reveal(request: ShopRequest, kind: str, names: list[str]) -> None:
    request.session[REVEAL] = {"kind": kind, "names": names}


def _adapter(kind: str) -> Channel:
    if kind not in register.KINDS:
        raise Http404
    return register.get(kind)


def _connection(request: ShopRequest, kind: str) -> Connection | None:
    return Connection.objects.select_related("shop").filter(shop=request.shop, kind=kind).first()


def _connected(request: ShopRequest, kind: str) -> Connection:
    return get_object_or_404(Connection.objects.select_related("shop"), shop=request.shop, kind=_adapter(kind).kind)


def _values(connection: Connection | None) -> dict[str, str]:
    return readable(connection.sealed) if connection else {}


urlpatterns = [
    path("channels/", channels, name="channels"),
    path("channels/<slug:kind>/", channel, name="channel"),
    path("channels/<slug:kind>/connect/", channel_connect, name="channel_connect"),
    path("channels/<slug:kind>/pause/", channel_pause, name="channel_pause"),
    path("channels/<slug:kind>/resume/", channel_resume, name="channel_resume"),
    path("channels/<slug:kind>/renew/", channel_renew, name="channel_renew"),
    path("channels/<slug:kind>/check/", channel_check, name="channel_check"),
]
