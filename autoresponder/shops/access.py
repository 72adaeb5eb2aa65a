"""The one place that finds a shop for a signed-in person. Every console view goes through `shop_required`."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse

from autoresponder.shops.models import Membership, Shop, User

P = ParamSpec("P")
Role = Membership.Role

# What a role may do includes all that the roles after it may do.
RANK = [Role.OWNER, Role.MANAGER, Role.AGENT]


class ShopRequest(HttpRequest):
    """A request that went through `shop_required`."""

    user: User
    shop: Shop
    role: str


def shop_required(
    role: str = Role.AGENT,
) -> Callable[
    [Callable[Concatenate[ShopRequest, P], HttpResponse]], Callable[Concatenate[HttpRequest, P], HttpResponse]
]:
    """Sign-in, membership and role, then `request.shop`. A stranger is sent to sign in; too low a role gets 403."""

    def decorate(
        view: Callable[Concatenate[ShopRequest, P], HttpResponse],
    ) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
        @wraps(view)
        def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            member = membership_of(cast(User, request.user))
            if member is None or RANK.index(Role(member.role)) > RANK.index(Role(role)):
                raise PermissionDenied
            shop_request = cast(ShopRequest, request)
            shop_request.shop, shop_request.role = member.shop, member.role
            return view(shop_request, *args, **kwargs)

        return login_required(guarded)

    return decorate


def membership_of(user: User) -> Membership | None:
    """The shop a person works in. One person, one shop, until teams arrive: the first they joined."""
    return user.memberships.select_related("shop").order_by("id").first()
