"""Instagram messages, through the API with Instagram Login: no Facebook page is needed.

https://developers.facebook.com/documentation/instagram-platform/instagram-api-with-instagram-login
Events look like Messenger's; echoes come within `messages`. Replies to stories are texts, mentions are attachments.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from autoresponder.channels.base import Field, Limits, Secrets
from autoresponder.channels.bodies import text
from autoresponder.channels.errors import NotAccepted
from autoresponder.channels.messenger import HANDOVER, INSTAGRAM_INBOX, Messenger
from autoresponder.channels.meta import ACCESS_TOKEN, APP, ID_PATTERN
from autoresponder.channels.meta_events import account_id, objects
from autoresponder.net.client import Client


class Instagram(Messenger):
    kind = "instagram"
    label = "인스타그램 DM"
    hook_object = "instagram"
    listens = ("messages", "messaging_postbacks", "messaging_handover", "standby")
    origin = "https://graph.instagram.com"
    id_field = subscriber = "account_id"
    inbox = INSTAGRAM_INBOX
    # 1000 bytes are 333 Korean syllables. A title has 20 characters, which are 60 bytes at most.
    limits = Limits(text=1000, bubbles=10, buttons=13, button_label=60, seconds=300, unit="utf-8", say=1000)
    fields = (
        Field(
            "account_id",
            "인스타그램 계정 ID",
            help="비워 두면 ‘액세스 토큰’으로 저희가 알아내요.",
            required=False,
            pattern=ID_PATTERN,
            example="17841400000000001",
            wrong="‘인스타그램 계정 ID’는 숫자로만 되어 있어요.",
        ),
        ACCESS_TOKEN,
        *APP,
        HANDOVER,
    )

    def check(self, values: Secrets, net: Client) -> Mapping[str, str]:
        """`user_id` is what events call the account; `id` is another number for the same one."""
        found = self.look(net, "me", values, fields="user_id,username")
        account = account_id(found.get("user_id"))
        if not account or values.get("account_id", "") not in ("", account):
            raise NotAccepted("other_kind", "access_token")
        return {"name": text(found.get("username")), "account_id": account}

    def renewed(self, values: Secrets, net: Client) -> Mapping[str, str]:
        """A token lives for 60 days from its last renewal, and can be renewed once it is a day old.

        https://developers.facebook.com/documentation/instagram-platform/reference/refresh_access_token
        """
        found = self.look(net, "refresh_access_token", values, grant_type="ig_refresh_token")
        token = text(found.get("access_token"))
        return {"access_token": token} if token else {}

    def _subscribed(self, found: Mapping[str, Any], values: Secrets) -> bool:
        """Under Instagram Login an app has a second id, which we do not know."""
        return bool(objects(found.get("data")))
