"""테스트 고객: talks of the shop's own people, who get a new version before customers do."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from autoresponder.console.people import called
from autoresponder.console.shell import redirect_to, toast
from autoresponder.console.words import channel_name
from autoresponder.inbox.models import Conversation
from autoresponder.shops.access import Role, ShopRequest, shop_required
from autoresponder.shops.models import Shop


@dataclass(frozen=True, slots=True)
class Tester:
    id: int
    name: str
    where: str


@shop_required(Role.MANAGER)
@require_POST
def tester(request: ShopRequest, pk: int) -> HttpResponse:
    """Make this talk a tester's (`on` is 1) or a customer's again; back to the talk, or to the `list`."""
    found = get_object_or_404(Conversation, pk=pk, shop=request.shop)
    found.tester = request.POST.get("on") == "1"
    found.save(update_fields=["tester"])
    if found.tester:
        toast(request, _("테스트 고객으로 정했어요. 새 답변을 시험할 때 먼저 받아요."))
    else:
        toast(request, _("이제 다른 손님과 똑같이 답을 받아요."))
    listed = request.POST.get("list") == "1"
    return redirect_to(request, reverse("console:releases") if listed else reverse("console:conversation", args=[pk]))


def testers(shop: Shop) -> list[Tester]:
    """One query, the last who wrote first."""
    found = Conversation.objects.filter(shop=shop, tester=True).select_related("connection").order_by("-last_at")
    return [Tester(one.pk, called(one), channel_name(one.connection.kind)) for one in found]


urlpatterns = [path("inbox/<int:pk>/tester/", tester, name="conversation_tester")]
