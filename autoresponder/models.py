"""Every table on one screen. The classes live in their rooms; Django reads this index."""

from autoresponder.connections.models import Connection, Feed
from autoresponder.inbox.models import Conversation, Delivery, Message
from autoresponder.rules.models import Draft, Release, ReleaseEvent, Rule, Version
from autoresponder.shops.models import Heartbeat, Membership, Shop, SignInFailure, User

__all__ = [
    "Connection",
    "Conversation",
    "Delivery",
    "Draft",
    "Feed",
    "Heartbeat",
    "Membership",
    "Message",
    "Release",
    "ReleaseEvent",
    "Rule",
    "Shop",
    "SignInFailure",
    "User",
    "Version",
]
