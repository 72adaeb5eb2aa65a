"""The register of messengers: adding one is one line here (README, "Adding a messenger")."""

from __future__ import annotations

from functools import cache
from importlib import import_module

from autoresponder.channels.base import Channel

KINDS: dict[str, str] = {
    "kakao": "autoresponder.channels.kakao:Kakao",
    "line": "autoresponder.channels.line:Line",
    "navertalk": "autoresponder.channels.navertalk:NaverTalk",
    "webhook": "autoresponder.channels.webhook:Webhook",
    "webchat": "autoresponder.channels.webchat:WebChat",
    "telegram": "autoresponder.channels.telegram:Telegram",
    "messenger": "autoresponder.channels.messenger:Messenger",
    "instagram": "autoresponder.channels.instagram:Instagram",
    "whatsapp": "autoresponder.channels.whatsapp:WhatsApp",
    "email": "autoresponder.channels.email:Email",
}


@cache
def get(kind: str) -> Channel:
    """The adapter of a kind; KeyError for a kind nobody registered. Imported on first use."""
    module, _, name = KINDS[kind].partition(":")
    adapter: Channel = getattr(import_module(module), name)()
    return adapter
