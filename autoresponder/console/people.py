"""What a seller calls a customer."""

from __future__ import annotations

from hashlib import sha256

from django.utils.translation import gettext as _

from autoresponder.inbox.models import Conversation


def called(conversation: Conversation) -> str:
    """The customer's own name, or a short one that is always the same: "손님 3F2A"."""
    mark = sha256(conversation.customer.encode()).hexdigest()[:4].upper()
    return conversation.name or _("손님 %(mark)s") % {"mark": mark}
