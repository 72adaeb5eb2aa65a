"""A messenger that the seller has to mend: nothing more is sent there, and the shop's owners are told once."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from autoresponder import channels
from autoresponder.connections import find
from autoresponder.connections.models import Connection
from autoresponder.shops.owners import tell_owners


def stop(connection: Connection, code: str, *, now: datetime) -> None:
    """Send nothing here until `clear`. The first to find it tells the owners."""
    found = Connection.objects.filter(pk=connection.pk, trouble="").update(trouble=code, trouble_at=now)
    find.forget()
    if found:
        _tell_owners(connection)


def clear(connection: Connection) -> None:
    """The seller has mended it: what still waits goes out at the next sweep."""
    Connection.objects.filter(pk=connection.pk).update(trouble="", trouble_at=None, strain={}, open_until=None)
    find.forget()


def _tell_owners(connection: Connection) -> None:
    shop = connection.shop
    with override(shop.language):
        name = _(channels.get(connection.kind).label)
        page = settings.BASE_URL + reverse("console:channel", args=[connection.kind])
        subject = _("{messenger} 연결을 확인해 주세요").format(messenger=name)
        text = _("{shop}의 {messenger}에서 자동 답변을 보낼 수 없어요. 아래에서 까닭을 보고 고칠 수 있어요.\n\n{page}")
        tell_owners(shop, subject, text.format(shop=shop.name, messenger=name, page=page))
