"""Proof of origin: Standard Webhooks signatures, and the comparison of a plain shared secret.

https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
The `standardwebhooks` library raises other errors than its own on some header junk, takes 2-byte keys and signs
wrongly for times outside UTC, so the product carries these few lines and the tests compare them with the library.
"""

from __future__ import annotations

import base64
import hmac
import re
from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256

from autoresponder.channels.base import Request
from autoresponder.channels.errors import BadSignature

TOLERANCE = 300  # seconds, both ways
_KEY_BYTES = range(24, 65)
_PREFIX = "whsec_"
_STAMP = re.compile(r"[0-9]{1,12}", re.ASCII)


def live_secrets(secrets: Mapping[str, str], name: str = "secret") -> list[str]:
    """The present secret and, while it is being changed at the other side, the one before it. Never an empty one."""
    return [value for key in (name, f"old_{name}") if (value := secrets.get(key, ""))]


def require_secret(given: str, secrets: Mapping[str, str], name: str = "secret") -> None:
    """BadSignature unless `given` is one of the live secrets. Takes the same time wherever they differ."""
    matches = [hmac.compare_digest(_bytes(given), _bytes(secret)) for secret in live_secrets(secrets, name)]
    if not any(matches):
        raise BadSignature("the shared secret is missing or wrong")


def sign(secret: str, message_id: str, stamp: str, body: bytes) -> str:
    """`v1,<base64>` over "id.stamp.body"; `stamp` is Unix seconds. ValueError for a key that is no proper key."""
    content = b".".join([_bytes(message_id), _bytes(stamp), body])
    return "v1," + base64.b64encode(hmac.digest(_key(secret), content, sha256)).decode()


def verify(request: Request, secrets: Mapping[str, str]) -> str:
    """The proven message id. BadSignature when anything is missing, wrong, or more than TOLERANCE off."""
    message_id = request.headers.get("webhook-id", "")
    stamp = request.headers.get("webhook-timestamp", "")
    if not message_id or not message_id.isascii() or not message_id.isprintable():
        raise BadSignature("webhook-id is missing or not plain text")
    if not _STAMP.fullmatch(stamp) or not _fresh(int(stamp), request.now):
        raise BadSignature("webhook-timestamp is missing or too far from now")
    given = [_bytes(part) for part in request.headers.get("webhook-signature", "").split()]
    wanted = [_bytes(sign(secret, message_id, stamp, request.body)) for secret in _usable(secrets)]
    matches = [hmac.compare_digest(one, other) for one in given for other in wanted]
    if not any(matches):
        raise BadSignature("webhook-signature is missing or wrong")
    return message_id


def _fresh(stamp: int, now: datetime) -> bool:
    return abs(now.timestamp() - stamp) <= TOLERANCE


def _usable(secrets: Mapping[str, str]) -> list[str]:
    """A secret that is no proper key proves nothing, so it is passed over rather than used."""
    return [secret for secret in live_secrets(secrets) if is_key(secret)]


def is_key(secret: str) -> bool:
    """Whether this is `whsec_` and the base64 of 24 to 64 bytes."""
    try:
        _key(secret)
    except ValueError:
        return False
    return True


def _key(secret: str) -> bytes:
    try:
        key = base64.b64decode(secret.removeprefix(_PREFIX), validate=True)
    except ValueError as error:
        raise ValueError("the secret is not whsec_ and base64") from error
    if len(key) not in _KEY_BYTES:
        raise ValueError("the secret must hold 24 to 64 bytes")
    return key


def _bytes(text: str) -> bytes:
    # A header may hold anything, lone surrogates included, and compare_digest refuses non-ASCII text.
    return text.encode("utf-8", "surrogatepass")
