"""Every table on one screen. The classes live in their rooms; Django reads this index."""

from autoresponder.connections.models import Connection, Feed
from autoresponder.inbox.models import Conversation, Delivery, Message
from autoresponder.insights.models import History, Replay
from autoresponder.rules.models import Draft, Example, Opinion, Release, ReleaseEvent, Rule, Settled, Shelved, Version
from autoresponder.shops.models import Heartbeat, Membership, Shop, SignInFailure, User

__all__ = [
    "Connection",
    "Conversation",
    "Delivery",
    "Draft",
    "Example",
    "Feed",
    "Heartbeat",
    "History",
    "Membership",
    "Message",
    "Opinion",
    "Release",
    "ReleaseEvent",
    "Replay",
    "Rule",
    "Settled",
    "Shelved",
    "Shop",
    "SignInFailure",
    "User",
    "Version",
]
