"""Reading Meta's events: what is no id, no moment or no object is left out instead of trusted."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

ID_LENGTH = 200
ACCOUNT_LENGTH = 120
_START = datetime(1970, 1, 1, tzinfo=UTC)


def objects(value: object) -> Sequence[Mapping[str, Any]]:
    """The objects of a list; none for anything else."""
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def known_id(value: object, longest: int = ID_LENGTH) -> str:
    """The id of an account or a person as text, "" for what cannot be one."""
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    usable = isinstance(value, str) and value.isprintable() and len(value) <= longest
    return value.strip() if isinstance(value, str) and usable else ""


def message_id(value: object) -> str:
    """The id of a message, "" for what is none. One that is longer than our columns is known by its digest: the ids
    of one conversation on Instagram begin alike, so cutting them would make them equal."""
    if isinstance(value, str) and len(value) > ID_LENGTH:
        return sha256(value.encode()).hexdigest()
    return known_id(value)


def account_id(value: object) -> str:
    """The id of a shop's account."""
    return known_id(value, ACCOUNT_LENGTH)


def event_id(value: object, account: str, event: Mapping[str, Any]) -> str:
    """The platform's id of an event, or one made of the event itself, so that a repeat is known in any case."""
    return message_id(value) or sha256(f"{account} {json.dumps(event, sort_keys=True)}".encode()).hexdigest()


def moment(value: object, unit: timedelta) -> datetime | None:
    """When it happened, in UTC. WhatsApp writes its seconds as text, the others milliseconds as a number."""
    if isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) < 20:
        value = int(value)
    if not isinstance(value, int) or isinstance(value, bool) or value <= 0:
        return None
    try:
        return _START + value * unit
    except OverflowError:
        return None
