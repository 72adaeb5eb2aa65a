"""What is remembered of a talk, to and from plain JSON. Reading forgives: a damaged memory must not stop an answer."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from autoresponder.engine.types import Talk


def talk_to_json(talk: Talk) -> dict[str, Any]:
    """Only what is there; moments as ISO 8601."""
    known: dict[str, Any] = {
        "with_human_until": _written(talk.with_human_until),
        "greeted_at": _written(talk.greeted_at),
        "answered_at": {key: moment.isoformat() for key, moment in talk.answered_at.items()},
        "misses": talk.misses,
        "replied_at": [moment.isoformat() for moment in talk.replied_at],
        "offered": list(talk.offered),
    }
    return {name: value for name, value in known.items() if value}


def talk_from_json(data: Mapping[str, Any] | None) -> Talk:
    if not isinstance(data, dict):
        return Talk()
    answered, replied, misses = data.get("answered_at"), data.get("replied_at"), data.get("misses")
    offered = data.get("offered")
    return Talk(
        with_human_until=_moment(data.get("with_human_until")),
        greeted_at=_moment(data.get("greeted_at")),
        answered_at=_moments(answered) if isinstance(answered, dict) else {},
        misses=misses if isinstance(misses, int) and misses > 0 else 0,
        replied_at=tuple(m for item in replied if (m := _moment(item))) if isinstance(replied, list) else (),
        offered=tuple(map(str, offered)) if isinstance(offered, list) else (),
    )


def _written(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _moments(data: Mapping[Any, Any]) -> dict[str, datetime]:
    return {str(key): moment for key, value in data.items() if (moment := _moment(value))}


def _moment(value: object) -> datetime | None:
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else None
        if moment is None or moment.tzinfo is UTC:
            return moment
        return moment.astimezone(UTC) if moment.tzinfo else None
    except (ValueError, OverflowError):
        return None
