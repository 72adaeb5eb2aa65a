"""Secrets of connected messengers: encrypted at rest with a key that is not in the database."""

from __future__ import annotations

import base64
import json
import logging
import secrets as random_source
from collections.abc import Mapping
from functools import cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings

from autoresponder.channels.base import Field

log = logging.getLogger(__name__)


class Locked(Exception):
    """The secrets were sealed with an encryption key that is not among ours any more."""


@cache
def _locks(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(key) for key in keys])


def seal(values: Mapping[str, str]) -> str:
    return _locks(tuple(settings.ENCRYPTION_KEYS)).encrypt(json.dumps(dict(values)).encode()).decode()


def unseal(sealed: str) -> dict[str, str]:
    """The secrets of a connection; {} when it has none. Raises Locked when the key that sealed them is lost."""
    if not sealed:
        return {}
    try:
        opened = _locks(tuple(settings.ENCRYPTION_KEYS)).decrypt(sealed.encode())
    except InvalidToken as error:
        raise Locked from error
    values: dict[str, str] = json.loads(opened)
    return values


def readable(sealed: str) -> dict[str, str]:
    """Like `unseal`, but {} for locked secrets: the messenger then refuses every message, until new ones are made."""
    try:
        return unseal(sealed)
    except Locked:
        log.error("secrets of a messenger cannot be read: the encryption key has changed")
        return {}


def generate(field: Field) -> str:
    """A fresh secret of the kind the field asks for."""
    if field.generated == "whsec":
        return "whsec_" + base64.b64encode(random_source.token_bytes(32)).decode()
    return random_source.token_urlsafe(32)


def mask(value: str) -> str:
    return "••••" + value[-4:] if len(value) >= 12 else "••••"
