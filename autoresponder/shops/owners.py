"""Writing to the people who own a shop."""

from __future__ import annotations

import logging

from django.core.mail import send_mail

from autoresponder.shops.models import Membership, Shop

log = logging.getLogger(__name__)


def tell_owners(shop: Shop, subject: str, text: str) -> None:
    """A mail to each owner who may sign in. Without a mail server nothing happens: the console says it too."""
    owners = Membership.objects.filter(shop=shop, role=Membership.Role.OWNER, user__is_active=True)
    try:
        send_mail(subject, text, None, [member.user.email for member in owners.select_related("user")])
    except OSError:
        log.warning("the owners of shop %s could not be told: %s", shop.pk, subject)
